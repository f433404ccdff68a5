"""How a plan stood at the end of a day, for the page that sets this quarter beside the last one.

Rebuilt from what carries its own date: milestones and their moves, reports and their publication, calls and their
deadlines, measurements; for states and values without one from the record of every row (pghistory). What was there
before the portal kept a record of it is None, never a guess. One Record reads everything once, for any number of days.
"""

import copy
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q

from dxportal import dates
from pillars import calendar, progress
from pillars.models import (
    IndicatorValue,
    Initiative,
    Milestone,
    ProgressReport,
    ProgressStatus,
    ReportRequest,
)
from pillars.overview import STATUS_ORDER, Line

DAY = timedelta(days=1)
SOON = 90 * DAY
HANDED_DOWN = (ProgressStatus.NOT_STARTED, ProgressStatus.COMPLETED, ProgressStatus.CANCELLED)


def end_of(day: date) -> datetime:
    """The instant at which the day is over in Tokyo."""
    return dates.local_instant(day + DAY, time(0), dates.TOKYO)


def events_of(model, field):
    """Every value the record knows of a field of a row, oldest first, as part of another query."""
    found = model.pgh_event_model.objects.filter(pgh_obj_id=OuterRef("pk")).order_by("pgh_id")
    return ArraySubquery(found.values(field))


class Record:
    """All of a plan that one person may read, in six queries for any number of rows."""

    def __init__(self, plan, user):
        self.plan = plan
        self.pillars = list(plan.pillars.marked_for(user).order_by("position", "code"))
        self.initiatives = list(self._initiatives(user))
        self.requests = list(
            ReportRequest.objects.filter(call__plan=plan, initiative__in=self.initiatives).select_related(
                "call"
            )
        )
        self.values = self._values(user)

    def _initiatives(self, user):
        moves = {
            "gone": ArrayAgg("moves__at", order_by="moves__at", default=[], filter=Q(moves__isnull=False))
        }
        moves["from_days"] = ArrayAgg(
            "moves__moved_from", order_by="moves__at", default=[], filter=Q(moves__isnull=False)
        )
        names = ("fiscal_year", "quarter", "status", "suggested_status", "percent", "needs_support")
        reports = ProgressReport.objects.only(
            "initiative_id", *names, "workflow_state", "reported_on", "published_at"
        )
        return (
            self.plan.initiatives.readable_by(user)
            .select_related("objective", "lead_department")
            .annotate(state_at=events_of(Initiative, "pgh_created_at"), states=events_of(Initiative, "state"))
            .prefetch_related(
                Prefetch("milestones", Milestone.objects.annotate(**moves)),
                Prefetch("reports", reports.order_by("fiscal_year", "quarter"), to_attr="every_report"),
            )
        )

    def _values(self, user) -> list[IndicatorValue]:
        """Of all KPIs, by KPI and year, each with what was recorded of it."""
        readable = self.plan.indicators.visible_to(user)
        kept = {name: events_of(IndicatorValue, name) for name in ("actual_value", "measured_on")}
        found = IndicatorValue.objects.filter(indicator__in=readable).select_related("indicator__objective")
        return list(
            found.annotate(
                value_at=events_of(IndicatorValue, "pgh_created_at"),
                actuals=kept["actual_value"],
                measured=kept["measured_on"],
            ).order_by("indicator", "fiscal_year")
        )

    @property
    def hidden(self) -> bool:
        """Whether a pillar is kept from this person, or parts of one may be."""
        return any(not pillar.is_open or pillar.is_restricted for pillar in self.pillars)

    def on(self, day: date) -> "Standing":
        return Standing(self, day)


class Standing:
    """What the record says about the end of one day."""

    def __init__(self, record: Record, day: date):
        self.record, self.day, self.until = record, day, end_of(day)
        self.lines = [self._line(initiative) for initiative in record.initiatives]

    # --- going back ---------------------------------------------------------------------------------

    def _line(self, now: Initiative) -> Line:
        """The initiative as it was: a copy, so that several days can be told from one record."""
        then = copy.copy(now)
        then.plan = self.record.plan
        then._prefetched_objects_cache = {"milestones": [self._milestone(m) for m in now.milestones.all()]}
        then.newest_reports = self._published(now)[-1:]
        then.state = self._state(now, then)
        then.plan_asks = bool(self.record.requests)
        then.asked_serial = self._asked.get(now.pk)
        return Line(then, self.day)

    def _milestone(self, now: Milestone) -> Milestone:
        then = copy.copy(now)
        if now.completed_on and now.completed_on > self.day:
            then.completed_on = None
        later = [before for at, before in zip(now.gone, now.from_days, strict=True) if at >= self.until]
        then.due_on = later[0] if later else now.due_on
        return then

    def _published(self, initiative) -> list[ProgressReport]:
        """Reports that could be read on the day, on quarters that had begun."""
        this = dates.fiscal_year(self.day), dates.quarter(self.day)
        return [
            report
            for report in initiative.every_report
            if report.is_published
            and report.published_at < self.until
            and (report.fiscal_year, report.quarter) <= this
        ]

    def _state(self, now, then) -> str:
        """What the record of the row says; for days before it the newest report of that time, or the milestones."""
        if known := [s for at, s in zip(now.state_at, now.states, strict=True) if at < self.until]:
            return known[-1]
        report = then.newest_report
        if report and report.status in HANDED_DOWN:
            return report.status
        ended = (Initiative.State.COMPLETED, Initiative.State.CANCELLED)
        return Initiative.State.IN_PROGRESS if now.state in ended and report else now.state

    # --- reports ------------------------------------------------------------------------------------

    @cached_property
    def _asked(self) -> dict[int, int]:
        """{initiative id: newest quarter, counted through, whose report should have been out before the day}."""
        morning, found = self.until - DAY, {}
        for request in self.record.requests:
            out = request.call.publish_on is None or request.call.publish_on < self.day
            if out and request.deadline < morning:
                number = calendar.serial(request.fiscal_year, request.quarter)
                found[request.initiative_id] = max(number, found.get(request.initiative_id, 0))
        return found

    @cached_property
    def silence(self) -> tuple[int, int] | None:
        """(departments without a report, departments asked) for the newest quarter asked by the day; None when no call
        is on record."""
        asked = [r for r in self.record.requests if r.call.opened_at < self.until]
        if not asked:
            return None
        quarter = max((r.fiscal_year, r.quarter) for r in asked)
        mine = {r.initiative_id for r in asked if (r.fiscal_year, r.quarter) == quarter}
        lines = [line.initiative for line in self.lines if line.initiative.pk in mine]
        silent = {i.lead_department_id for i in lines if not self._handed_in(i, quarter)}
        return len(silent), len({i.lead_department_id for i in lines})

    def _handed_in(self, initiative, quarter) -> bool:
        return any(
            (report.fiscal_year, report.quarter) == quarter
            and report.workflow_state not in ProgressReport.IN_HAND
            and report.reported_on is not None
            and report.reported_on <= self.day
            for report in initiative.every_report
        )

    @property
    def help_asked(self) -> int:
        """Live initiatives whose newest report asks for help."""
        return sum(1 for x in self.lines if x.initiative.is_live and x.report and x.report.needs_support)

    # --- counts -------------------------------------------------------------------------------------

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many initiatives show each status, all of STATUS_ORDER."""
        found = Counter(line.status for line in self.lines)
        return {status: found[status] for status in STATUS_ORDER}

    def _due(self, first: date, last: date) -> int:
        live = (line for line in self.lines if line.initiative.is_live)
        return sum(
            1 for line in live for m in line.counted if not m.completed_on and first <= m.due_on <= last
        )

    @property
    def overdue(self) -> int:
        """Milestones past their date in initiatives that are not over."""
        return self._due(date.min, self.day - DAY)

    @property
    def due_soon(self) -> int:
        """Milestones due within 90 days."""
        return self._due(self.day, self.day + SOON)

    # --- pillars ------------------------------------------------------------------------------------

    @cached_property
    def pillars(self) -> list["PillarStanding"]:
        """The pillars the person may see, numbered as in the whole plan."""
        return [
            PillarStanding(pillar, number, self._lines_of(pillar))
            for number, pillar in enumerate(self.record.pillars, 1)
            if pillar.is_open
        ]

    def _lines_of(self, pillar) -> list[Line]:
        return [line for line in self.lines if line.initiative.objective.pillar_id == pillar.pk]

    # --- KPIs ---------------------------------------------------------------------------------------

    @cached_property
    def measured(self) -> dict[int, IndicatorValue]:
        """{KPI id: its newest value that had been measured by the day}."""
        found = {}
        for value in self.record.values:
            then = self._value(value)
            if then.fiscal_year <= dates.fiscal_year(self.day) and then.actual_value is not None:
                found[value.indicator_id] = then
        return found

    def _value(self, now: IndicatorValue) -> IndicatorValue:
        """As recorded by the day, else as it came into the portal; blank when it was measured later."""
        then = copy.copy(now)
        known = [place for place, at in enumerate(now.value_at) if at < self.until]
        if now.value_at and len(known) < len(now.value_at):
            place = known[-1] if known else 0
            then.actual_value, then.measured_on = now.actuals[place], now.measured[place]
        told = bool(known) or not now.value_at
        if (then.measured_on or (self.day if told else dates.year_end(then.fiscal_year))) > self.day:
            then.actual_value = None
        return then

    @cached_property
    def kpis(self) -> dict[str, int]:
        """How many KPIs are on target, below it, and cannot be held against one."""
        words = {True: "met", False: "missed", None: "unmeasured"}
        found = Counter(
            words[progress.is_met(value.indicator, value, self.day)] for value in self.measured.values()
        )
        found["unmeasured"] += len({v.indicator_id for v in self.record.values} - set(self.measured))
        return {name: found[name] for name in words.values()}


@dataclass
class PillarStanding:
    """One pillar on the day."""

    pillar: object
    number: int
    lines: list

    @cached_property
    def progress(self) -> progress.RollUp:
        return progress.roll_up([line.progress for line in self.lines])

    def expected_at(self, last_day: date):
        """Mean share of milestones expected to be complete on the last day of the plan, at today's dates."""
        kept = [x for x in self.lines if x.progress.status != ProgressStatus.CANCELLED]
        shares = [progress.forecast(x.counted, max(last_day, x.today), x.today) for x in kept]
        known = [share for share in shares if share is not None]
        return sum(known) / len(known) if known else None
