"""The reporting of one quarter as a person sees it: what is due, where each report stands, whose turn it is."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q

from accounts.models import Role
from dxportal import dates
from pillars import calendar
from pillars.models import Initiative, Plan, ProgressReport, ReportingCall, ReportRequest
from pillars.models.access import led_by

MISSING = "missing"
ROLES = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER, Role.SECRETARIAT)


def requests_to_begin(user, today: date) -> list[ReportRequest]:
    """What the person is asked to report on and has not begun, of each initiative the oldest: by calls, and by the
    calendar where no call ever was. One query."""
    found = Initiative.objects.to_begin(user, today).select_related("plan", "lead_department")
    return [request_of(initiative, today) for initiative in found]


def request_of(initiative, today: date) -> ReportRequest:
    """The request that `Initiative.objects.to_begin` found."""
    asked = initiative.asked
    if asked is None:
        return ReportRequest.usual(initiative, today)
    values = {**asked, "deadline": datetime.fromisoformat(asked["deadline"])}
    return ReportRequest(initiative=initiative, **values)


def request_to_write(initiative, today: date, period="") -> ReportRequest | None:
    """The request a new report of the initiative answers: of the `period` (2026Q3), else the oldest without a report.

    None when nothing is asked: then there is nothing to write.
    """
    asked = list(initiative.report_requests.open().select_related("initiative__plan"))
    written = set(initiative.reports.values_list("fiscal_year", "quarter"))
    asked.sort(key=lambda request: (request.fiscal_year, request.quarter))
    found = [r for r in asked if r.period == period] or [
        r for r in asked if (r.fiscal_year, r.quarter) not in written
    ]
    if found or not initiative.is_live or initiative.plan.calls.exists():
        return found[0] if found else None
    return ReportRequest.usual(initiative, today)


class Entry:
    """One initiative, its report of the quarter if it has been begun, and what was asked of it."""

    def __init__(self, initiative, report, request, user):
        self.initiative, self.report, self.request = initiative, report, request
        self.state = report.workflow_state if report else MISSING
        if report:
            report.initiative = initiative
        if request:
            request.initiative = initiative
        asked = request is not None and (request.pk is None or request.call.is_open)
        self.can_begin = report is None and asked and initiative.can_report(user)
        self.can_write = report is not None and report.can_edit(user)


@dataclass(frozen=True)
class Turn:
    """One report that waits for the person: where it is written or decided, until when, and how things stood last."""

    initiative: Initiative
    fiscal_year: int
    quarter: int
    state: str
    url: str
    deadline: datetime | None
    before: str | None  # status of the newest published report


SORTS = {
    "name": lambda entry: entry.initiative.name,
    "department": lambda entry: entry.initiative.lead_department.path,
    "state": lambda entry: [MISSING, *ProgressReport.State.values].index(entry.state),
    "date": lambda entry: (entry.report and entry.report.reported_on) or date.min,
}


class Round:
    """One quarter in all running plans. `chosen` is an address part such as 2026Q2; when empty the newest quarter with
    an open call, without one the quarter the calendar says is due."""

    def __init__(self, user, today: date, *, chosen="", state="", sort=""):
        self.user, self.today, self.state, self.sort = user, today, state, sort
        match = re.fullmatch(r"(20\d\d)Q([1-4])", chosen)
        self.year, self.quarter = (int(match[1]), int(match[2])) if match else self.newest

    @staticmethod
    def can_read(user) -> bool:
        return user.has_role(*ROLES)

    @cached_property
    def open_calls(self) -> list[ReportingCall]:
        return list(
            ReportingCall.objects.open().filter(plan__status=Plan.Status.ACTIVE).select_related("plan")
        )

    @cached_property
    def newest(self) -> tuple[int, int]:
        asked = [(call.fiscal_year, call.quarter) for call in self.open_calls]
        return max(asked, default=calendar.due_quarter(self.today))

    @cached_property
    def requests(self) -> dict[int, ReportRequest]:
        """{initiative id: what was asked of it} for the quarter."""
        found = ReportRequest.objects.filter(fiscal_year=self.year, quarter=self.quarter).current()
        return {request.initiative_id: request for request in found.select_related("call")}

    @cached_property
    def asking_plans(self) -> set[int]:
        """Plans in which a call was opened at some time: there the calendar alone asks nothing."""
        return set(ReportingCall.objects.values_list("plan", flat=True).distinct().order_by())

    @property
    def deadline(self) -> datetime:
        """The first deadline of the quarter among what this person sees."""
        asked = [entry.request.deadline for entry in self.everything if entry.request]
        usual = calendar.tokyo_deadline(calendar.opening_day(self.year, self.quarter))
        return min(asked, default=usual)

    @property
    def deadline_on(self) -> date:
        return dates.today(self.deadline)

    @cached_property
    def everything(self) -> list[Entry]:
        mine = Q() if self.user.is_secretariat else led_by(self.user)
        initiatives = Initiative.objects.visible_to(self.user).filter(mine, plan__status=Plan.Status.ACTIVE)
        reports = ProgressReport.objects.visible_to(self.user).filter(
            fiscal_year=self.year, quarter=self.quarter
        )
        written = {r.initiative_id: r for r in reports.select_related("submitted_by", "approved_by")}
        related = initiatives.select_related("plan", "objective__pillar", "lead_department")
        entries = [Entry(i, written.get(i.pk), self.request_of(i), self.user) for i in related]
        return [entry for entry in entries if entry.report or entry.request]

    def request_of(self, initiative) -> ReportRequest | None:
        """What was asked; by the calendar a live initiative that had begun by the end of the quarter is."""
        if initiative.plan_id in self.asking_plans:
            return self.requests.get(initiative.pk)
        end = dates.quarter_end(self.year, self.quarter)
        begun = initiative.starts_on is None or initiative.starts_on <= end
        return ReportRequest.usual(initiative, self.today) if initiative.is_live and begun else None

    @property
    def entries(self) -> list[Entry]:
        kept = [entry for entry in self.everything if self.state in ("", entry.state)]
        key = SORTS.get(self.sort.removeprefix("-"))
        return sorted(kept, key=key, reverse=self.sort.startswith("-")) if key else kept

    @property
    def plans(self) -> list[Plan]:
        """The plans its initiatives belong to."""
        return list({entry.initiative.plan_id: entry.initiative.plan for entry in self.everything}.values())

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        """(state, number) for each step, the missing ones first."""
        found = Counter(entry.state for entry in self.everything)
        return [(MISSING, found[MISSING])] + [(state, found[state]) for state in ProgressReport.State.values]

    @property
    def handed_in(self) -> int:
        """Reports that have left the reporter's hands."""
        waiting = (MISSING, *ProgressReport.IN_HAND)
        return sum(1 for entry in self.everything if entry.state not in waiting)

    # --- whose turn it is ---------------------------------------------------------------------------

    @cached_property
    def turns(self) -> list[Turn]:
        """Everything of any quarter that waits for this person, the earliest deadline first."""
        reports = list(ProgressReport.objects.needing(self.user, self.today))
        begin = requests_to_begin(self.user, self.today)
        last = self._last_status({thing.initiative_id for thing in (*reports, *begin)})
        found = [self._turn(r, r.workflow_state, r.get_edit_url(), r.asked_deadline, last) for r in reports]
        found += [self._turn(r, MISSING, r.get_absolute_url(), r.deadline, last) for r in begin]
        far = max((turn.deadline for turn in found if turn.deadline), default=None)
        return sorted(
            found, key=lambda turn: (turn.deadline is None, turn.deadline or far, turn.initiative.code)
        )

    @staticmethod
    def _turn(thing, state, url, deadline, last) -> Turn:
        before = last.get(thing.initiative_id)
        return Turn(thing.initiative, thing.fiscal_year, thing.quarter, state, url, deadline, before)

    def _last_status(self, initiatives) -> dict[int, str]:
        reports = ProgressReport.objects.published().filter(initiative__in=initiatives).newest_by(self.today)
        return dict(reports.values_list("initiative", "status"))

    @property
    def to_approve(self) -> int:
        """How many reports this person may approve."""
        if not self.user.has_role(Role.PROGRESS_APPROVER):
            return 0
        return sum(turn.state == ProgressReport.State.SUBMITTED for turn in self.turns)

    @property
    def to_check(self) -> int:
        """How many approved reports wait for the secretariat."""
        return sum(turn.state == ProgressReport.State.APPROVED for turn in self.turns)

    @cached_property
    def to_publish(self) -> int:
        if not self.user.is_secretariat:
            return 0
        return sum(1 for entry in self.everything if entry.state == ProgressReport.State.CHECKED)

    @property
    def quarters(self) -> list[tuple[int, int]]:
        """The newest quarter asked for and the three before it."""
        newest = calendar.serial(*max(self.newest, calendar.due_quarter(self.today)))
        return [calendar.from_serial(newest - back) for back in range(4)]

    def publish(self, *, by) -> int:
        """Publish what was checked for the quarter; returns how many."""
        reports = ProgressReport.objects.visible_to(by).filter(fiscal_year=self.year, quarter=self.quarter)
        return reports.publish_all(by=by)
