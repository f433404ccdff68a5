"""The reporting call: whom it asks, until when, who is missing, and what the timetable does."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from accounts.models import Activity, Role
from dxportal import dates
from dxportal.forms import StaleVersion
from pillars import timetable
from pillars.models import ProgressReport, ReportingCall, ReportRequest
from pillars.rounds import request_to_write, requests_to_begin
from tests.factories import (
    DepartmentFactory,
    DutyFactory,
    InitiativeFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
State = ProgressReport.State


def tokyo(*when) -> datetime:
    return datetime(*when, tzinfo=dates.TOKYO)


@pytest.fixture
def initiative():
    return InitiativeFactory()


@pytest.fixture
def plan(initiative):
    return initiative.plan


@pytest.fixture
def secretariat():
    return UserFactory(roles=[Role.SECRETARIAT])


def officer(initiative, role=Role.PROGRESS_REPORTER):
    return DutyFactory(role=role, department=initiative.lead_department).user


def beside(initiative, **fields):
    """Another initiative of the same objective."""
    return InitiativeFactory(objective=initiative.objective, **fields)


# --- opening ------------------------------------------------------------------------------------------


def test_a_call_asks_what_is_live_and_had_begun(initiative, plan, secretariat):
    for fields in ({"state": "completed"}, {"starts_on": date(2026, 10, 1)}, {"state": "suspended"}):
        beside(initiative, **fields)
    call = ReportingCallFactory(plan=plan, by=secretariat)
    assert [request.initiative for request in call.requests.all()] == [initiative]
    act = Activity.objects.of(call).get()
    assert (act.verb, act.changes) == (
        "call.opened",
        {"施策": [None, 1], "締切": [None, "2026-10-16 17:00"]},
    )


@pytest.mark.parametrize("scope", ["pillars", "departments", "initiatives"])
def test_a_call_may_ask_a_part(initiative, plan, scope):
    other = InitiativeFactory(objective__pillar__plan=plan)
    part = {
        "pillars": [initiative.pillar],
        "departments": [initiative.lead_department],
        "initiatives": [initiative],
    }
    call = ReportingCallFactory(plan=plan, scope=scope, chosen={scope: part[scope]})
    rest = ReportingCallFactory(plan=plan)
    assert [list(c.requests.values_list("initiative", flat=True)) for c in (call, rest)] == [
        [initiative.pk],
        [other.pk],
    ]


def test_a_department_stands_for_everything_below_it(plan):
    bureau = DepartmentFactory()
    below = InitiativeFactory(objective__pillar__plan=plan, lead_department=DepartmentFactory(parent=bureau))
    call = ReportingCallFactory(plan=plan, scope="departments", chosen={"departments": [bureau]})
    assert call.requests.get().initiative == below


def test_nobody_is_asked_twice_for_a_quarter(plan):
    ReportingCallFactory(plan=plan)
    with pytest.raises(ValidationError, match="依頼する施策が残っていません"):
        ReportingCallFactory(plan=plan)


def test_the_database_refuses_a_second_request(plan, initiative):
    call = ReportingCallFactory(plan=plan)
    with pytest.raises(IntegrityError):
        ReportRequest.of(call, initiative).save()


def test_the_same_form_opens_one_call(plan):
    first = ReportingCallFactory(plan=plan)
    again = ReportingCallFactory(plan=plan, key=first.key)
    assert (again.pk, ReportingCall.objects.count()) == (first.pk, 1)


@pytest.mark.parametrize("role", [Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER, Role.EDITOR, Role.ADMIN])
def test_only_the_secretariat_opens(plan, role):
    with pytest.raises(PermissionDenied):
        ReportingCallFactory(plan=plan, by=UserFactory(roles=[role]))


# --- deadlines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "zone", "country", "expected"),
    [
        ("division", "Asia/Tokyo", "JP", "2026-10-16 17:00+09:00"),
        (
            "embassy",
            "Europe/Paris",
            "FR",
            "2026-10-16 17:00+02:00",
        ),  # Tokyo rests on the 12th, Paris does not
        (
            "embassy",
            "Africa/Cairo",
            "EG",
            "2026-10-18 17:00+03:00",
        ),  # rests on Friday and Saturday and on the 6th
    ],
)
def test_a_post_has_its_own_days_and_its_own_clock(plan, kind, zone, country, expected):
    place = DepartmentFactory(kind=kind, timezone=zone, country_code=country)
    InitiativeFactory(objective__pillar__plan=plan, lead_department=place)
    call = ReportingCallFactory(plan=plan, scope="departments", chosen={"departments": [place]})
    deadline = call.requests.get().deadline
    assert deadline >= call.deadline
    assert deadline.astimezone(place.tz).isoformat(" ", "minutes") == expected


def test_a_new_deadline_moves_every_request_and_needs_a_reason(plan, secretariat):
    call = ReportingCallFactory(plan=plan)
    later = tokyo(2026, 10, 23, 17)
    with pytest.raises(ValidationError, match="わけ"):
        call.move_deadline(later, reason=" ", by=secretariat, version=1)
    call.move_deadline(later, reason="災害対応のため", by=secretariat, version=1)
    assert (call.requests.get().deadline, Activity.objects.of(call).first().reason) == (
        later,
        "災害対応のため",
    )
    with pytest.raises(StaleVersion):
        call.move_deadline(later, reason="もう一度", by=secretariat, version=1)


# --- who owes what ------------------------------------------------------------------------------------


def test_reporters_are_asked_by_calls_once_there_was_one(initiative, plan):
    reporter = officer(initiative)
    assert [(r.period, r.pk) for r in requests_to_begin(reporter, TODAY)] == [("2026Q2", None)]
    call = ReportingCallFactory(plan=plan, quarter=3, fiscal_year=2025)
    assert [(r.period, r.call) for r in requests_to_begin(reporter, TODAY)] == [("2025Q3", call)]
    call.close(by=None)
    assert requests_to_begin(reporter, TODAY) == []


def test_what_is_written_is_the_oldest_without_a_report(initiative, plan):
    for quarter in (1, 2):
        ReportingCallFactory(plan=plan, quarter=quarter)
    periods = []
    for quarter in (1, 2):
        periods.append(request_to_write(initiative, TODAY).period)
        ProgressReportFactory(initiative=initiative, quarter=quarter)
    assert (periods, request_to_write(initiative, TODAY)) == (["2026Q1", "2026Q2"], None)


def test_missing_are_those_whose_report_is_still_in_hand(initiative, plan):
    others = [beside(initiative) for _n in range(3)]
    call = ReportingCallFactory(plan=plan)
    for one, state in zip(others, (State.DRAFT, State.RETURNED, State.SUBMITTED), strict=True):
        ProgressReportFactory(initiative=one, workflow_state=state)
    missing = set(call.requests.unanswered().values_list("initiative", flat=True))
    assert missing == {initiative.pk, others[0].pk, others[1].pk}


def test_what_was_given_up_meanwhile_is_not_missing(initiative, plan):
    call = ReportingCallFactory(plan=plan)
    type(initiative).objects.update(state="cancelled")
    assert (call.requests.current().count(), call.requests.unanswered().count()) == (0, 0)


@pytest.mark.parametrize(
    ("today", "found"), [(date(2026, 10, 21), 0), (date(2026, 10, 22), 1), (date(2026, 12, 1), 1)]
)
def test_the_approver_hears_of_silence_after_three_office_days(initiative, plan, today, found):
    ReportingCallFactory(plan=plan)
    approver = officer(initiative, Role.PROGRESS_APPROVER)
    assert len(ReportRequest.objects.silent(approver, today)) == found
    assert len(ReportRequest.objects.silent(officer(InitiativeFactory(), Role.PROGRESS_APPROVER), today)) == 0


# --- old reports --------------------------------------------------------------------------------------


def stale(initiative, today=TODAY):
    return type(initiative).objects.with_progress(today).get(pk=initiative.pk).progress(today).is_stale


@pytest.mark.parametrize(
    ("today", "expected"), [(date(2026, 10, 16), False), (date(2026, 10, 17), True), (TODAY, True)]
)
def test_a_report_is_old_from_the_day_after_the_deadline(initiative, plan, today, expected):
    ReportingCallFactory(plan=plan)
    ProgressReportFactory(initiative=initiative, quarter=1)
    assert stale(initiative, today) is expected


def test_a_report_is_not_old_before_the_day_of_publication(initiative, plan):
    ReportingCallFactory(plan=plan, publish_on=TODAY)
    ProgressReportFactory(initiative=initiative, quarter=1)
    assert [stale(initiative, TODAY + n * dates.DAY) for n in (0, 1)] == [False, True]


def test_what_nobody_asked_for_is_not_old(initiative, plan):
    ReportingCallFactory(plan=plan, scope="initiatives", chosen={"initiatives": [beside(initiative)]})
    assert stale(initiative) is False


# --- reminding, closing -------------------------------------------------------------------------------


def test_reminding_tells_the_reporters_of_what_is_missing_once_a_day(initiative, plan, secretariat):
    missing, done = officer(initiative), beside(initiative)
    officer(done)
    call = ReportingCallFactory(plan=plan)
    ProgressReportFactory(initiative=done, workflow_state=State.SUBMITTED)
    noon = tokyo(2026, 10, 14, 12)
    assert call.remind(by=secretariat, at=noon) == 1
    assert list(call.people_missing(noon.date())) == [missing.pk]
    assert Activity.objects.of(call).first().changes == {"知らせた人": [None, 1]}
    with pytest.raises(ValidationError, match="きょうはもう知らせました"):
        call.remind(by=secretariat, at=noon)
    assert call.remind(by=secretariat, at=tokyo(2026, 10, 15, 0, 5)) == 1


def test_a_closed_call_reminds_nobody_until_it_is_reopened(initiative, plan, secretariat):
    officer(initiative)
    call = ReportingCallFactory(plan=plan)
    call.close(by=secretariat)
    call.close(by=secretariat)
    with pytest.raises(ValidationError, match="締め切った依頼"):
        call.remind(by=secretariat)
    call.reopen(by=secretariat)
    assert call.remind(by=secretariat) == 1
    verbs = [act.verb for act in Activity.objects.of(call)]
    assert verbs == ["call.reminded", "call.reopened", "call.closed", "call.opened"]


# --- the timetable ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        (tokyo(2026, 9, 30, 23, 59), []),
        (tokyo(2026, 10, 1, 0, 5), [(2026, 2, "2026-10-16 17:00")]),
        (tokyo(2026, 10, 17, 9), []),  # too late to be the usual call
        (tokyo(2027, 1, 3, 12), []),  # the offices are closed
        (tokyo(2027, 1, 4, 1), [(2026, 3, "2027-01-19 17:00")]),
    ],
)
def test_the_timetable_opens_on_the_first_office_day(initiative, at, opened):
    timetable.open_due(at)
    timetable.open_due(at)
    calls = ReportingCall.objects.all()
    deadline = lambda call: call.deadline.astimezone(dates.TOKYO).strftime("%Y-%m-%d %H:%M")  # noqa: E731
    assert [(call.fiscal_year, call.quarter, deadline(call)) for call in calls] == opened


def test_the_timetable_asks_those_not_asked_by_hand(initiative, plan):
    early = beside(initiative)
    ReportingCallFactory(plan=plan, scope="initiatives", chosen={"initiatives": [early]})
    (call,) = timetable.open_due(tokyo(2026, 10, 1, 9))
    assert (call.requests.get().initiative, call.opened_by) == (initiative, None)


@pytest.mark.parametrize(("hour", "state"), [(8, State.CHECKED), (9, State.PUBLISHED)])
def test_checked_reports_are_published_together_on_the_day(initiative, plan, secretariat, hour, state):
    ReportingCallFactory(plan=plan, publish_on=date(2026, 10, 30))
    waiting = beside(initiative)
    checked = ProgressReportFactory(initiative=initiative, workflow_state=State.CHECKED)
    ProgressReportFactory(initiative=waiting, workflow_state=State.APPROVED)
    timetable.publish_due(tokyo(2026, 10, 30, hour, 10))
    checked.refresh_from_db()
    assert (checked.workflow_state, waiting.reports.get().workflow_state) == (state, State.APPROVED)
