"""Rows for an issue: who, when, once (N6, I1, I7, F11, F24, F25)."""

import csv
import threading
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as project_settings
from django.db import connection
from django.db.models.functions import Now

from dxportal import dates
from newsletter import schedule, sending
from newsletter.models import Delivery, Issue, Preference, Topic, Way
from tests.factories import DepartmentFactory, UserFactory
from tests.newsletter.conftest import APPROVED_AT, ISSUE_DAY

State = Delivery.State
DEPARTMENTS = project_settings.BASE_DIR / "dxportal/demo/data/departments.csv"


def post_in(zone, country):
    return DepartmentFactory(kind="embassy", timezone=zone, country_code=country)


def places():
    with DEPARTMENTS.open(encoding="utf-8-sig") as file:
        return sorted({(row["timezone"], row["country_code"]) for row in csv.DictReader(file)})


# --- when (pure) ----------------------------------------------------------------------------------


def test_every_post_gets_it_at_nine_on_an_office_day():
    assert len(places()) > 150
    for zone, country in places():
        due = schedule.due_at(ISSUE_DAY, zone, country, not_before=APPROVED_AT).astimezone(ZoneInfo(zone))
        assert due.time() == time(9)
        assert due.weekday() < 5 or country in FRIDAY_WEEKENDS
        assert timedelta(0) <= due.date() - ISSUE_DAY <= timedelta(days=5)


FRIDAY_WEEKENDS = "AF BD BH BN DZ EG IL IQ IR JO KW LY MV NP OM PS QA SA SD SY YE"


@pytest.mark.parametrize(
    ("zone", "country", "day", "utc"),
    [
        ("Asia/Tokyo", "JP", date(2026, 11, 25), datetime(2026, 11, 25, 0, tzinfo=UTC)),
        (
            "Europe/Paris",
            "FR",
            date(2026, 3, 27),
            datetime(2026, 3, 27, 8, tzinfo=UTC),
        ),  # last day of winter time
        ("Europe/Paris", "FR", date(2026, 3, 30), datetime(2026, 3, 30, 7, tzinfo=UTC)),
        ("America/New_York", "US", date(2026, 10, 30), datetime(2026, 10, 30, 13, tzinfo=UTC)),
        ("America/New_York", "US", date(2026, 11, 2), datetime(2026, 11, 2, 14, tzinfo=UTC)),
        ("Africa/Cairo", "EG", date(2026, 11, 27), datetime(2026, 11, 29, 7, tzinfo=UTC)),  # Friday → Sunday
        ("Asia/Riyadh", "SA", date(2026, 11, 27), datetime(2026, 11, 29, 6, tzinfo=UTC)),
        ("Asia/Tokyo", "JP", date(2026, 11, 23), datetime(2026, 11, 24, 0, tzinfo=UTC)),  # 勤労感謝の日
        (
            "Pacific/Auckland",
            "NZ",
            date(2026, 9, 28),
            datetime(2026, 9, 27, 20, tzinfo=UTC),
        ),  # summer time began
    ],
)
def test_nine_in_the_morning(zone, country, day, utc):
    assert schedule.local_morning(day, zone, country) == utc


def test_the_days_the_clocks_change():
    """Nine o'clock is nine o'clock on every day of a year in every zone we have posts in."""
    year = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    for zone in {ZoneInfo(zone) for zone, _country in places()}:
        mornings = [dates.local_morning(day, zone).astimezone(UTC).astimezone(zone) for day in year]
        assert {(morning.date(), morning.time()) for morning in mornings} == {(day, time(9)) for day in year}


def test_a_late_approval_waits_for_office_hours():
    """Approved at 10:00 for the same day: five minutes later. Approved at 21:00: the next morning."""
    at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    hold = at + sending.HOLD
    assert schedule.due_at(ISSUE_DAY, "Asia/Tokyo", "JP", not_before=hold) == hold
    night = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)  # 21:00 in Tokyo, a Thursday
    assert schedule.due_at(ISSUE_DAY, "Asia/Tokyo", "JP", not_before=night) == datetime(
        2026, 11, 27, 0, tzinfo=UTC
    )


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_row_for_each_reader(make_issue):
    tokyo, paris = DepartmentFactory(), post_in("Europe/Paris", "FR")
    wanted = [UserFactory(department=tokyo), UserFactory(department=paris), UserFactory(department=None)]
    moved = UserFactory(department=tokyo, timezone="Asia/Ho_Chi_Minh")
    UserFactory(department=tokyo, is_active=False)
    for ways in ({Topic.NEWSLETTER: Way.OFF}, {Topic.NEWSLETTER: Way.DIGEST}):
        Preference(person=UserFactory(department=tokyo)).choose(ways)
    Preference(person=UserFactory(department=tokyo)).choose({}, paused_until=ISSUE_DAY)
    issue = make_issue(now=False)
    rows = {row.person: row for row in Delivery.objects.for_issue(issue).select_related("person")}
    assert set(rows) == {*wanted, moved}
    assert issue.audience_count == 4
    assert rows[wanted[1]].due_at == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert rows[moved].due_at == datetime(2026, 11, 25, 2, tzinfo=UTC)
    assert rows[wanted[2]].zone == "Asia/Tokyo"
    assert rows[wanted[0]].expires_at - rows[wanted[0]].due_at == timedelta(hours=72)


@pytest.mark.django_db
def test_enqueuing_twice_adds_nobody(make_issue, readers):
    readers(5)
    issue = make_issue()
    assert [sending.enqueue_issue(issue, at=APPROVED_AT) for _n in range(3)] == [5, 5, 5]
    assert Delivery.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_pressed_five_times_at_once(make_issue, readers):
    readers(20)
    issue = make_issue()
    Delivery.objects.all().delete()
    counts = []

    def press():
        counts.append(sending.enqueue_issue(issue, at=APPROVED_AT))
        connection.close()

    threads = [threading.Thread(target=press) for _n in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (counts, Delivery.objects.count()) == ([20] * 5, 20)


@pytest.mark.django_db
def test_the_hold_of_five_minutes(make_issue, readers):
    readers(1)
    at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    make_issue(now=False, at=at)
    assert Delivery.objects.get().due_at == at + timedelta(minutes=5)


@pytest.mark.django_db
def test_rows_follow_people_who_moved(make_issue, readers):
    stays, moves = readers(2)
    issue = make_issue(now=False)
    moves.department = post_in("Europe/Paris", "FR")
    moves.save()
    assert [sending.follow_moves(at=APPROVED_AT) for _n in range(2)] == [1, 0]
    rows = dict(Delivery.objects.for_issue(issue).values_list("person", "due_at"))
    assert rows[moves.pk] - rows[stays.pk] == timedelta(hours=8)


@pytest.mark.django_db
def test_who_moved_to_where_the_morning_is_over_gets_it_in_office_hours(make_issue, readers):
    (moves,) = readers(1)
    make_issue(now=False)
    moves.department = post_in("Pacific/Auckland", "NZ")
    moves.save()
    sending.follow_moves(at=datetime(2026, 11, 25, 12, tzinfo=UTC))  # one at night there
    assert Delivery.objects.get().due_at == datetime(2026, 11, 25, 20, tzinfo=UTC)


# --- the way of an issue --------------------------------------------------------------------------


@pytest.mark.django_db
def test_withdrawn_rows_make_room_for_a_new_approval(make_issue, readers):
    readers(3)
    issue = make_issue(state=Issue.State.SCHEDULED)
    assert sending.withdraw_issue(issue) == 3
    issue.approvals += 1
    assert sending.enqueue_issue(issue, at=APPROVED_AT) == 3
    assert Delivery.objects.for_issue(issue).figures()["total"] == 3


@pytest.mark.django_db
def test_an_issue_starts_when_its_first_mail_is_due(make_issue, readers):
    readers(1)
    make_issue(number=1, state=Issue.State.SCHEDULED, starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    make_issue(number=2, state=Issue.State.SCHEDULED, starts_at=datetime(2099, 1, 1, tzinfo=UTC))
    assert (sending.start_due_issues(), sending.start_due_issues()) == (1, 0)
    assert dict(Issue.objects.values_list("number", "state")) == {1: "sending", 2: "scheduled"}
    assert Issue.objects.get(number=1).is_published


@pytest.mark.django_db
def test_an_issue_is_finished_when_nobody_waits(make_issue, readers):
    readers(2)
    issue = make_issue()
    Issue.objects.update(last_edited_by=readers(1)[0])
    assert sending.finish_issues() == 0
    Delivery.objects.update(state=State.SENT)
    assert (sending.finish_issues(), sending.finish_issues()) == (1, 0)
    issue.refresh_from_db()
    assert issue.state == Issue.State.SENT
    mail = Delivery.objects.get(kind="alarm")
    assert (mail.person, mail.content["states"]["sent"]) == (issue.last_edited_by, 2)


@pytest.mark.django_db
def test_only_the_failed_are_tried_again(make_issue, readers):
    people = readers(4)
    people[0].email = people[0].email.capitalize()  # as it may stand in a list of staff
    people[0].save()
    issue = make_issue()
    rows = Delivery.objects.order_by("pk")
    Delivery.objects.update(state=State.SENT)
    rows.filter(person__in=people[:2]).update(state=State.FAILED, code="refused")
    rows.filter(person=people[2]).update(state=State.EXPIRED)
    Preference.objects.mark_refused(people[0].pk, people[0].email.lower(), "550")
    Issue.objects.update(state=Issue.State.SENT)
    assert sending.retry_failed(issue, by=people[3]) == 2
    found = dict(Delivery.objects.for_issue(issue).values_list("person", "state"))
    assert [found[person.pk] for person in people] == ["failed", "queued", "queued", "sent"]
    issue.refresh_from_db()
    assert issue.state == Issue.State.SENDING


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("zones", [1, 3])
def test_figures_in_three_queries(make_issue, django_assert_num_queries, zones):
    for zone, country in [("Asia/Tokyo", "JP"), ("Europe/Paris", "FR"), ("Asia/Bangkok", "TH")][:zones]:
        UserFactory(department=post_in(zone, country))
    issue = make_issue(now=False)
    Delivery.objects.filter(zone="Asia/Tokyo").update(state=State.FAILED, code="refused")
    with django_assert_num_queries(3):
        found = Delivery.objects.for_issue(issue).figures()
    assert found["total"] == zones == sum(found["states"].values())
    assert [wave["zone"] for wave in found["waves"]] == ["Asia/Tokyo", "Asia/Bangkok", "Europe/Paris"][:zones]
    assert [(cause["code"], cause["n"]) for cause in found["causes"]] == [("refused", 1)]


@pytest.mark.django_db
def test_in_flight_and_unconfirmed(make_issue, readers):
    readers(3)
    issue = make_issue()
    one, two, _three = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=one.pk).update(started_at=Now(), next_at=Now() + timedelta(minutes=15))
    Delivery.objects.filter(pk=two.pk).update(started_at=Now(), next_at=Now())
    found = Delivery.objects.for_issue(issue).figures()
    assert (found["in_flight"], found["unconfirmed"], found["states"]["queued"]) == (1, 1, 3)


@pytest.mark.django_db
def test_demonstration_lets_a_day_of_mornings_pass_in_minutes(make_issue):
    """Every wave keeps its place in the order and its share of the time."""
    for department in (
        DepartmentFactory(),
        post_in("Europe/Paris", "FR"),
        post_in("America/New_York", "US"),
    ):
        UserFactory(department=department)
    issue = make_issue(now=False, compression=360)
    dues = dict(Delivery.objects.for_issue(issue).values_list("zone", "due_at"))
    hours = timedelta(hours=1) / 360
    assert dues["Europe/Paris"] - dues["Asia/Tokyo"] == 8 * hours
    assert dues["America/New_York"] - dues["Asia/Tokyo"] == 14 * hours
    assert dues["Asia/Tokyo"] == issue.approved_at
