"""What the timetable does with reporting calls: open those of a quarter that has ended, publish on the day set."""

from datetime import datetime

import structlog

from dxportal import dates
from pillars import calendar
from pillars.models import Plan, ReportingCall

logger = structlog.get_logger(__name__)


def open_due(at: datetime) -> list[ReportingCall]:
    """From the first office day after a quarter until the usual deadline: ask everybody who was not asked by hand.

    Once for a plan and quarter: a call for the whole plan, open or closed, says that it was done.
    """
    today = dates.today(at)
    year, quarter = calendar.due_quarter(today)
    first = calendar.opening_day(year, quarter)
    if not first <= today <= calendar.report_deadline(year, quarter):
        return []
    done = ReportingCall.objects.filter(
        fiscal_year=year, quarter=quarter, scope=ReportingCall.Scope.PLAN
    ).values("plan")
    plans = Plan.objects.filter(status=Plan.Status.ACTIVE).exclude(pk__in=done)
    calls = [(plan, usual_call(plan, year, quarter, at)) for plan in plans if year in plan.fiscal_years]
    opened = []
    for plan, call in calls:
        if call.in_scope().exists():
            call.open(by=None, source="timetable")
            logger.info("call_opened", plan=plan.code, year=year, quarter=quarter)
            opened.append(call)
    return opened


def usual_call(plan, year, quarter, at) -> ReportingCall:
    """The whole plan, with the usual number of office days from the day `at`."""
    deadline = calendar.tokyo_deadline(dates.today(at))
    return ReportingCall(plan=plan, fiscal_year=year, quarter=quarter, opened_at=at, deadline=deadline)


def publish_due(at: datetime) -> int:
    """Publish checked reports of every call whose day has come; returns how many."""
    return sum(call.publish(by=None, at=at) for call in ReportingCall.objects.to_publish(at))
