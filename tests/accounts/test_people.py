"""The language switch, following, a person's page and settings; what a viewer's request knows."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.followable import models_by_type
from accounts.middleware import CLOCK
from accounts.models import Activity, Department, EmploymentKind, Follow, Role, SecurityEvent, User
from accounts.tasks import clear_sessions
from tests.factories import PASSWORD, DepartmentFactory, DutyFactory, UserFactory
from tests.factories.pillars import InitiativeFactory, PillarFactory
from tests.factories.taskforce import WorkingGroupFactory

pytestmark = pytest.mark.django_db


def test_language_is_remembered_with_the_person(client_for):
    person = UserFactory()
    client = client_for(person)
    answer = client.post("/language/", {"language": "en", "next": "/me/settings/"})
    assert answer.url == "/me/settings/"
    assert User.objects.get(pk=person.pk).language == "en"
    assert '<html lang="en">' in client.get("/me/settings/").content.decode()


def test_language_of_a_visitor_is_a_cookie(client):
    client.post("/language/", {"language": "en", "next": "/login/"})
    assert '<html lang="en">' in client.get("/login/").content.decode()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil", ""]
)
def test_language_switch_stays_on_the_portal(client, address):
    assert client.post("/language/", {"language": "ja", "next": address}).url == "/"


@pytest.mark.parametrize("language", ["", "xx", "ja'--", "../en"])
def test_unknown_language_is_refused(client, language):
    assert client.post("/language/", {"language": language}).status_code == 400


@pytest.mark.parametrize("make", [InitiativeFactory, PillarFactory, WorkingGroupFactory])
def test_every_kind_that_offers_following_can_be_followed(client_for, make):
    target = make()
    target_type, target_id = target.history_key
    client_for(UserFactory()).post("/follow/", {"target_type": target_type, "target_id": target_id})
    assert Follow.objects.of(target).get().target_url == target.get_absolute_url()


def test_followable_kinds_are_those_that_people_follow():
    assert set(models_by_type()) == {"group", "idea", "initiative", "pillar", "practice"}
    for model in models_by_type().values():
        assert hasattr(model.objects, "visible_to") and hasattr(model, "get_absolute_url")


def test_following_twice_is_not_following(client_for, followed_group):
    person = UserFactory()
    data = dict(zip(("target_type", "target_id"), followed_group.history_key, strict=True))
    client = client_for(person)
    client.post("/follow/", data)
    assert Follow.objects.of(followed_group).get().user == person
    client.post("/follow/", data)
    assert not Follow.objects.exists()


@pytest.fixture
def followed_group():
    return WorkingGroupFactory()


@pytest.mark.parametrize(
    ("kind", "number"),
    [("group", "999999"), ("group", "' or 1=1"), ("group", "\0"), ("user", "1"), ("session", "x"), ("", "")],
)
def test_what_is_not_there_or_not_followable_is_404(client_for, kind, number):
    assert (
        client_for(UserFactory()).post("/follow/", {"target_type": kind, "target_id": number}).status_code
        == 404
    )


def test_expert_sees_no_address(client_for):
    person = UserFactory()
    page = f"/people/{person.pk}/"
    expert = UserFactory(employment_kind=EmploymentKind.EXTERNAL_EXPERT)
    assert person.email in client_for(UserFactory()).get(page).content.decode()
    assert person.email not in client_for(expert).get(page).content.decode()


def test_page_of_a_leaver_stays(client_for):
    left = UserFactory(is_active=False)
    assert "離任しました" in client_for(UserFactory()).get(f"/people/{left.pk}/").content.decode()


@pytest.mark.parametrize("number", ["0", "99999999999", "9" * 25])
def test_person_with_an_odd_number_is_404(client_for, number):
    assert client_for(UserFactory()).get(f"/people/{number}/").status_code == 404


@pytest.mark.parametrize("duties", [1, 3])
def test_person_page_asks_the_same_number_of_queries(client_for, duties, django_assert_num_queries):
    person = UserFactory()
    for _ in range(duties):
        DutyFactory(user=person, role=Role.EDITOR, department=DepartmentFactory())
    client = client_for(UserFactory())
    with django_assert_num_queries(4):
        client.get(f"/people/{person.pk}/")


def test_settings_change_language_dates_and_clock(client_for):
    person = UserFactory()
    client_for(person).post(
        "/me/settings/", {"language": "en", "calendar": "western", "timezone": "Africa/Nairobi"}
    )
    person = User.objects.get(pk=person.pk)
    assert (person.language, person.western_dates, str(person.tz)) == ("en", True, "Africa/Nairobi")


def test_settings_change_nothing_else(client_for):
    """Thirty fields that are not on the form (AZ9)."""
    person = UserFactory()
    before = User.objects.filter(pk=person.pk).values().get()
    names = [field.name for field in User._meta.get_fields() if hasattr(field, "attname")]
    extra = {
        name: "1"
        for name in (*names, "is_superuser", "is_staff", "groups", "user_permissions", "roles", "duties")
    }
    client_for(person).post("/me/settings/", extra | {"language": "ja", "calendar": "era", "timezone": ""})
    assert User.objects.filter(pk=person.pk).values().get() == before | {
        "last_login": before["last_login"] or after_login(person)
    }


def after_login(person):
    return User.objects.get(pk=person.pk).last_login


def test_clock_is_the_persons_else_the_departments():
    post = DepartmentFactory(kind=Department.Kind.EMBASSY, timezone="Europe/Paris")
    assert str(UserFactory(department=post).tz) == "Europe/Paris"
    assert str(UserFactory(department=post, timezone="Asia/Tokyo").tz) == "Asia/Tokyo"
    assert str(UserFactory(department=None).tz) == "Asia/Tokyo"


def test_session_ends_after_the_longest_stay_however_busy(client_for):
    client = client_for(UserFactory())
    session = client.session
    session[CLOCK] = [int(time.time()) - 12 * 3600 - 1, int(time.time())]
    session.save()
    assert client.get("/me/settings/").url == "/login/?next=/me/settings/"


def test_use_is_noted_once_a_minute(client, django_assert_num_queries):
    client.post("/login/", {"login": UserFactory(password=PASSWORD).email, "password": PASSWORD})
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(hours=1))
    session = client.session
    session[CLOCK] = [int(time.time()) - 90, int(time.time()) - 61]
    session.save()
    client.get("/me/settings/")
    assert timezone.now() - UserSession.objects.get().last_seen_at < timedelta(minutes=1)
    with django_assert_num_queries(2):
        client.get("/me/settings/")


def test_every_night_ended_sessions_leave_the_database(client):
    for _ in range(2):
        client.cookies.clear()
        client.post("/login/", {"login": UserFactory(password=PASSWORD).email, "password": PASSWORD})
    old = UserSession.objects.order_by("pk").first()
    Session.objects.filter(pk=old.session_key).update(expire_date=timezone.now() - timedelta(minutes=1))
    clear_sessions()
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [client.session.session_key]


def test_pages_of_people_stay_out_of_caches(client_for, client):
    assert client_for(UserFactory()).get("/me/settings/").headers["Cache-Control"] == "private, no-store"
    assert client.get("/login/").headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_moving_a_department_takes_everything_below_along():
    old, new = DepartmentFactory(code="OLD"), DepartmentFactory(code="NEW")
    bureau = DepartmentFactory(code="B", parent=old)
    division = DepartmentFactory(code="D", parent=bureau)
    bureau.parent = new
    bureau.save()
    assert list(Department.objects.under(new)) == [new, Department.objects.get(pk=bureau.pk), division]
    assert Department.objects.get(pk=division.pk).path == "NEW/B/D/"


def test_leaving_is_recorded_once():
    person, admin = UserFactory(), UserFactory()
    person.deactivate(by=admin, reason="退職")
    person.deactivate(by=admin)
    assert Activity.objects.of(person).get().reason == "退職"
    assert SecurityEvent.objects.get(event="user_deactivated").details == {
        "person": person.pk,
        "name": person.name,
    }


def test_history_and_security_log_refuse_change_and_deletion():
    Activity.record("user.updated", UserFactory(), by=None)
    SecurityEvent.record("signed_in")
    for rows in (Activity.objects.all(), SecurityEvent.objects.all()):
        for change in (rows.delete, lambda rows=rows: rows.update(actor_name="x")):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
