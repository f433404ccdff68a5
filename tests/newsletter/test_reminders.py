"""Which days a reminder comes on: office days and mornings of the person's own place, once a day (N15, P8)."""

import ast
import inspect
from datetime import UTC, date, datetime, timedelta

import pytest

from dxportal import attention
from newsletter import digest, reminders
from newsletter.models import Delivery
from taskforce.models import WorkshopRegistration
from tests.factories import DepartmentFactory, UserFactory
from tests.factories.taskforce import WorkingGroupFactory, WorkshopFactory, group_lead

pytestmark = pytest.mark.django_db
KIND = Delivery.Kind.REMINDER


def kinds_of_attention() -> set:
    """The kinds of items that dxportal/attention.py makes with a due date."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(attention))) if isinstance(node, ast.Call)]
    found = set()
    for call in calls:
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        kind = named.get("kind") or (call.args[0] if call.args else None)
        if getattr(call.func, "id", "") == "Item" and ("due_on" in named or len(call.args) > 5):
            words = ast.walk(kind.body if isinstance(kind, ast.IfExp) else kind)
            words = [*words, *(ast.walk(kind.orelse) if isinstance(kind, ast.IfExp) else [])]
            found |= {word.value for word in words if isinstance(word, ast.Constant)}
    return found


def test_the_table_knows_every_kind_that_has_a_day():
    assert set(reminders.KINDS) == kinds_of_attention()


def test_reports_are_reminded_of_as_n15_says():
    assert reminders.KINDS["report"] == (-5, -1, 1, 3)


@pytest.mark.parametrize(
    ("country", "due_on", "days"),
    [
        # five office days before, one before, one after, three after
        ("JP", date(2026, 11, 27), ["2026-11-19", "2026-11-26", "2026-11-30", "2026-12-02"]),  # 勤労感謝の日
        ("JP", date(2026, 5, 7), ["2026-04-24", "2026-05-01", "2026-05-08", "2026-05-12"]),  # 大型連休
        ("JP", date(2027, 1, 4), ["2026-12-22", "2026-12-28", "2027-01-05", "2027-01-07"]),  # 年末年始
        ("EG", date(2026, 11, 26), ["2026-11-19", "2026-11-25", "2026-11-29", "2026-12-01"]),  # 金・土が休み
    ],
)
def test_office_days_over_holidays_and_other_weekends(country, due_on, days):
    around = [due_on + timedelta(days=n) for n in range(-20, 20)]
    office = [day for day in around if reminders.officedays.is_office_day(day, country)]
    told = [
        str(day) for day in office if reminders.distance(due_on, day, country) in reminders.KINDS["report"]
    ]
    assert told == days


def lead_in(zone, country):
    return group_lead(
        WorkingGroupFactory(), department=DepartmentFactory(timezone=zone, country_code=country)
    )


@pytest.mark.parametrize(
    ("zone", "country", "at", "due"),
    [
        ("Europe/Paris", "FR", "2026-10-23T08:00", "2026-10-23T07:00"),  # summer time
        ("Europe/Paris", "FR", "2026-10-26T08:30", "2026-10-26T08:00"),  # winter time has begun
        ("America/New_York", "US", "2027-03-12T15:00", "2027-03-12T14:00"),
        ("America/New_York", "US", "2027-03-15T15:00", "2027-03-15T13:00"),  # summer time has begun
        ("Africa/Cairo", "EG", "2026-11-29T09:00", "2026-11-29T07:00"),  # a Sunday
        ("Asia/Kathmandu", "NP", "2026-11-25T04:00", "2026-11-25T03:15"),
    ],
)
def test_it_comes_at_nine_of_the_own_clock(zone, country, at, due):
    lead_in(zone, country)
    reminders.create(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert Delivery.objects.get().due_at == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "country", "at"),
    [
        ("Africa/Cairo", "EG", "2026-11-27T09:00"),  # a Friday
        ("Asia/Tokyo", "JP", "2026-11-23T03:00"),  # 勤労感謝の日
        ("Asia/Tokyo", "JP", "2026-11-24T22:00"),  # seven in the morning
        ("Asia/Tokyo", "JP", "2026-12-31T03:00"),
    ],
)
def test_none_on_days_of_rest_or_outside_the_hours(zone, country, at):
    lead_in(zone, country)
    assert reminders.create(datetime.fromisoformat(at).replace(tzinfo=UTC)) == 0


def test_after_72_hours_off_one_reminder_and_one_digest():
    lead_in("Asia/Tokyo", "JP")
    tuesday = datetime(2026, 11, 24, 1, tzinfo=UTC)
    back = tuesday + timedelta(hours=72)
    for _n in range(3):  # every ten minutes from then on
        reminders.create(back)
        digest.create(back)
    keys = sorted(Delivery.objects.values_list("key", flat=True))
    assert [key.rpartition(":")[0] for key in keys] == ["digest:2026-W48", "reminder:2026-11-27"]


def test_who_was_at_a_workshop_may_be_asked_about_it_afterwards():
    at = datetime(2026, 11, 25, 1, tzinfo=UTC)
    over = WorkshopFactory(starts_at=at - timedelta(days=5), ends_at=at - timedelta(days=5, hours=-1))
    person = UserFactory()
    WorkshopRegistration.objects.create(workshop=over, person=person, number=1)
    assert person.pk in reminders.candidates(at)
