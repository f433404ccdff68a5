"""The security log: for administrators only, narrowed by kind, person and day."""

import pytest

from accounts.models import Role, SecurityEvent
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_for):
    return client_for(UserFactory(name="管理 者", roles=[Role.ADMIN]))


def test_nobody_else_reads_it(client_for):
    assert client_for(UserFactory(roles=[Role.SECRETARIAT])).get("/security/").status_code == 403


def test_event_person_and_day_narrow_it(admin):
    hanako = UserFactory(name="外務 花子")
    SecurityEvent.record("password_changed", user=hanako)
    SecurityEvent.record("signed_out", user=UserFactory(name="本省 太郎"))
    page = admin.get(
        "/security/", {"event": "password_changed", "q": "花子", "since": "R8.1.1"}
    ).content.decode()
    assert "外務 花子" in page and "本省 太郎" not in page
    assert "条件に合う記録はありません" in admin.get("/security/", {"since": "R99.1.1"}).content.decode()


@pytest.mark.parametrize(
    "query", ["?page=-1", "?page=9999999999999999999999", "?event=%00", "?since=%27", "?q=%ff"]
)
def test_odd_parameters_are_answered(admin, query):
    assert admin.get(f"/security/{query}").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(admin, rows, django_assert_num_queries):
    for _ in range(rows):
        SecurityEvent.record("signed_out", user=UserFactory())
    with django_assert_num_queries(5):
        admin.get("/security/")
