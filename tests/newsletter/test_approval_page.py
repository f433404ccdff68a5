"""The approval page asks again when something is not as it was shown (promises.md MA3, MA5), and tells the hold."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role, User
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from tests.factories import UserFactory
from tests.factories.newsletter import IssueFactory

pytestmark = pytest.mark.django_db
APPROVE, DELIVERY = (reverse(f"newsletter:{name}", args=[3]) for name in ("approve", "delivery"))


@pytest.fixture
def client(client_for):
    """A browser of the secretariat whose owner has the test mail of issue 3."""
    issue = IssueFactory(number=3, state=Issue.State.CHECKING)
    chief = UserFactory(roles=[Role.SECRETARIAT])
    row = issue.send_test(by=chief)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.SENT)
    return client_for(chief)


def page_text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize(
    ("on", "moved"),
    [
        ("2027-11-23", "2027-11-24"),
        ("2027-12-31", "2028-01-04"),
        ("2028-02-29", None),
        ("2028-04-29", "2028-05-01"),
    ],
)
def test_a_holiday_is_moved_and_asked_again(client, on, moved):
    answer = client.post(APPROVE, {"when": "day", "on": on})
    if moved is None:
        assert Issue.objects.get().scheduled_for == date.fromisoformat(on)
    else:
        assert Issue.objects.get().state == Issue.State.CHECKING
        assert answer.context["form"]["on"].value() == moved


def test_a_list_that_changed_is_asked_again(client):
    seen = client.get(APPROVE).context["waves"].people
    UserFactory()
    data = {"when": "day", "on": "2099-11-25", "people": seen}
    answer = client.post(APPROVE, data)
    assert f"宛先が{seen}人から{seen + 1}人に変わりました" in page_text(answer)
    assert not Delivery.objects.filter(kind="issue").exists()
    assert client.post(APPROVE, {**data, "people": seen + 1}).status_code == 302


def test_nobody_to_reach_is_said(client):
    for person in User.objects.all():
        Preference.objects.of(person).choose({Topic.NEWSLETTER: Way.OFF})
    assert "届ける人が一人もいない" in page_text(client.get(APPROVE))
    answer = client.post(APPROVE, {"when": "day", "on": "2099-11-25"})
    assert "届ける人が一人もいません" in page_text(answer)
    assert Issue.objects.get().state == Issue.State.CHECKING


def test_the_hold_and_how_to_take_it_back_are_shown(client):
    assert "いま押すと" in page_text(client.get(APPROVE))
    client.post(APPROVE, {"when": "day", "on": "2099-11-25"})
    assert "まだ取り消せる" in page_text(client.get(DELIVERY))
