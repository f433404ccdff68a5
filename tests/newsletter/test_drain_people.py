"""The worker's loop when people change, leave, or have addresses outside (F25, F27, I12)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from newsletter import claiming, drain, schedule
from newsletter.models import Delivery, Issue, Preference
from tests.newsletter.conftest import make_due
from tests.newsletter.test_drain import states

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


def test_who_left_or_opted_out_is_skipped(relay, readers, make_issue):
    left, off, paused, stays = readers(4)
    issue = make_issue()
    left.is_active = False
    left.save()
    Preference.unsubscribe(Preference.unsubscribe_token(off, "newsletter"))
    Preference(person=paused).choose(
        {}, paused_until=Delivery.objects.first().due_at.date() + timedelta(days=400)
    )
    drain.drain(seconds=5)
    assert relay.recipients == [stays.email]
    codes = dict(Delivery.objects.for_issue(issue).values_list("person", "code"))
    assert codes == {left.pk: "left", off.pk: "off", paused.pk: "paused", stays.pk: "sent"}


@pytest.mark.parametrize("has_preference", [True, False])
@pytest.mark.parametrize("has_department", [True, False])
def test_a_claimed_row_brings_its_person_as_the_database_has_them(
    readers, make_issue, has_preference, has_department
):
    (person,) = readers(1)
    if has_preference:
        Preference(person=person).choose({"digest": "off"}, paused_until=date(2026, 11, 20))
    if not has_department:
        User.objects.filter(pk=person.pk).update(department=None)
    make_issue()
    row = claiming.claim()
    with CaptureQueriesContext(connection) as captured:
        found = row.person
        loaded = [found, found.department, getattr(found, "preference", None)]
    assert captured.captured_queries == []
    stored = User.objects.select_related("department", "preference").get(pk=person.pk)
    expected = [stored, stored.department, getattr(stored, "preference", None)]
    assert [values(one) for one in [row, *loaded]] == [
        values(one) for one in [Delivery.objects.get(), *expected]
    ]


def values(instance):
    return instance and {field.attname: getattr(instance, field.attname) for field in instance._meta.fields}


def test_an_account_mail_of_nobody_has_no_person():
    Delivery.objects.post("account", key="code:1", address="new@example.jp", subject="番号", text="123456")
    assert claiming.claim().person is None


def test_one_persons_broken_data_stops_nobody_else(relay, readers, make_issue):
    people = readers(4)
    issue = make_issue()
    people[1].email = "two@@example.jp"
    people[1].save()
    drain.drain(seconds=5)
    assert states(issue) == {"sent": 3, "failed": 1}
    assert Delivery.objects.get(person=people[1]).code == "template"


def test_who_moved_west_waits_for_the_new_morning(relay, readers, make_issue):
    stays, moves = readers(2)
    issue = make_issue(now=False)
    morning = datetime.now(UTC).date() + timedelta(days=7)
    Issue.objects.update(scheduled_for=morning)
    make_due(Delivery.objects.all())
    moves.timezone = "Pacific/Honolulu"
    moves.save()
    drain.drain(seconds=5)
    row = Delivery.objects.get(person=moves)
    assert relay.recipients == [stays.email]
    assert (row.state, row.zone, row.tries) == (State.QUEUED, "Pacific/Honolulu", 0)
    assert row.due_at == row.next_at == schedule.local_morning(morning, "Pacific/Honolulu", "JP")
    assert Delivery.objects.for_issue(issue).unconfirmed().count() == 0


def test_addresses_off_the_list_are_never_connected_to(relay, readers, make_issue, settings):
    settings.MAIL_ALLOWED_RECIPIENTS = ["@example.jp"]
    readers(1, email="someone@outside.example")
    issue = make_issue()
    drain.drain(seconds=5)
    assert (states(issue), dict(relay.asked)) == ({"skipped": 1}, {})


def test_too_late_is_expired(relay, readers, make_issue):
    readers(1)
    issue = make_issue()
    Delivery.objects.update(expires_at=Now())
    drain.drain(seconds=5)
    assert (states(issue), relay.kept) == ({"expired": 1}, [])
