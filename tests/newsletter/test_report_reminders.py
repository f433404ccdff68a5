"""Mails about reports: after the calendar of the call, once a day, never after it is done."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Role
from dxportal import dates
from newsletter import drain, notices, reminders
from newsletter.models import Delivery
from pillars.models import ProgressReport
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    ProgressReportFactory,
    ReportingCallFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
MORNING = datetime(2026, 10, 14, 1, tzinfo=UTC)  # ten o'clock in Tokyo on a Wednesday


@pytest.fixture
def initiative():
    return InitiativeFactory(name="電子決裁の展開")


def officer(initiative, role=Role.PROGRESS_REPORTER):
    person = UserFactory(department=initiative.lead_department)
    return DutyFactory(user=person, role=role, department=initiative.lead_department).user


def days_told(person, of="report"):
    """The days of October 2026 on which the reminder mentions the person's report."""
    days = (date(2026, 10, day) for day in range(1, 32))
    return [day.day for day in days if of in {item.kind for item in reminders.due_items(person, day)}]


def test_reminders_follow_the_deadline_of_the_call_in_office_days(initiative):
    ReportingCallFactory(plan=initiative.plan)  # due on Friday the 16th; Monday the 12th is a holiday
    reporter = officer(initiative)
    assert days_told(reporter) == [8, 15, 19, 21]
    ProgressReportFactory(initiative=initiative, workflow_state="submitted", submitted_by=reporter)
    assert days_told(reporter) == []


def test_the_approver_gets_the_list_when_reminding_did_not_help(initiative):
    ReportingCallFactory(plan=initiative.plan)
    approver = officer(initiative, Role.PROGRESS_APPROVER)
    assert (days_told(approver), days_told(approver, "silent_report")) == ([], [22])


def test_a_press_tells_each_of_the_missing_once(initiative, relay, due_now):
    reporter, chief = officer(initiative), UserFactory(roles=[Role.SECRETARIAT])
    officer(InitiativeFactory())
    call = ReportingCallFactory(plan=initiative.plan)
    notices.create()  # the first look tells nothing of the past
    call.remind(by=chief)
    assert [notices.create() for _n in range(3)] == [1, 0, 0]
    due_now(Delivery.objects.filter(kind=Delivery.Kind.REMINDER))
    drain.drain(seconds=10)
    (mail,) = relay.kept
    assert (mail.recipients, "電子決裁の展開" in mail.part("plain")) == ([reporter.email], True)


def test_a_press_adds_no_second_mail_to_the_reminder_of_the_day(initiative):
    officer(initiative)
    call = ReportingCallFactory(plan=initiative.plan)
    reminders.create(MORNING)
    assert reminders.tell_missing(call.pk, MORNING) == 0
    assert Delivery.objects.filter(kind=Delivery.Kind.REMINDER).count() == 1


def test_what_was_handed_in_meanwhile_is_not_mailed(initiative, relay, due_now):
    reporter = officer(initiative)
    call = ReportingCallFactory(plan=initiative.plan)
    reminders.tell_missing(call.pk, MORNING)
    ProgressReportFactory(
        initiative=initiative, workflow_state=ProgressReport.State.SUBMITTED, submitted_by=reporter
    )
    due_now(Delivery.objects.filter(kind=Delivery.Kind.REMINDER))
    drain.drain(seconds=10)
    assert (relay.kept, Delivery.objects.get().code) == ([], "nothing")


def test_a_call_opened_at_night_is_told_in_the_morning(initiative):
    officer(initiative)
    call = ReportingCallFactory(plan=initiative.plan)
    reminders.tell_missing(call.pk, datetime(2026, 10, 1, 0, 5, tzinfo=dates.TOKYO))
    assert Delivery.objects.get().due_at == datetime(2026, 10, 1, 9, tzinfo=dates.TOKYO)
