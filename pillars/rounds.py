"""The reporting of one quarter as a person sees it: what is due, where each report stands, whose turn it is."""

import re
from collections import Counter
from datetime import date
from functools import cached_property

from django.db.models import Q

from accounts.models import Role
from dxportal import dates
from pillars.models import Initiative, Plan, ProgressReport
from pillars.models.access import led_by
from pillars.progress import due_quarter, report_deadline

MISSING = "missing"
ROLES = (Role.PROGRESS_REPORTER, Role.PROGRESS_APPROVER, Role.SECRETARIAT)


class Entry:
    """One initiative and its report of the quarter, if it has been begun."""

    def __init__(self, initiative, report, user):
        self.initiative, self.report = initiative, report
        self.state = report.workflow_state if report else MISSING
        if report:
            report.initiative = initiative
        self.can_begin = report is None and initiative.can_report(user)
        self.can_write = report is not None and report.can_edit(user)


SORTS = {
    "name": lambda entry: entry.initiative.name,
    "department": lambda entry: entry.initiative.lead_department.path,
    "state": lambda entry: [MISSING, *ProgressReport.State.values].index(entry.state),
    "date": lambda entry: (entry.report and entry.report.reported_on) or date.min,
}


class Round:
    """One quarter in all running plans. `chosen` is an address part such as 2026Q2, the quarter due when empty."""

    def __init__(self, user, today: date, *, chosen="", state="", sort=""):
        self.user, self.today, self.state, self.sort = user, today, state, sort
        match = re.fullmatch(r"(20\d\d)Q([1-4])", chosen)
        self.year, self.quarter = (int(match[1]), int(match[2])) if match else due_quarter(today)

    @staticmethod
    def can_read(user) -> bool:
        return user.has_role(*ROLES)

    @property
    def deadline(self) -> date:
        return report_deadline(self.year, self.quarter)

    @cached_property
    def everything(self) -> list[Entry]:
        mine = Q() if self.user.is_secretariat else led_by(self.user)
        initiatives = Initiative.objects.visible_to(self.user).filter(mine, plan__status=Plan.Status.ACTIVE)
        reports = ProgressReport.objects.visible_to(self.user).filter(
            fiscal_year=self.year, quarter=self.quarter
        )
        written = {r.initiative_id: r for r in reports.select_related("submitted_by", "approved_by")}
        related = initiatives.select_related("plan", "objective__pillar", "lead_department")
        return [Entry(i, written.get(i.pk), self.user) for i in related if i.pk in written or self.expects(i)]

    def expects(self, initiative) -> bool:
        """A live initiative that had begun by the end of the quarter has to be reported on."""
        begun = initiative.starts_on is None or initiative.starts_on <= dates.quarter_end(
            self.year, self.quarter
        )
        return initiative.is_live and begun

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
        waiting = (MISSING, ProgressReport.State.DRAFT, ProgressReport.State.RETURNED)
        return sum(1 for entry in self.everything if entry.state not in waiting)

    @cached_property
    def waiting(self) -> list[ProgressReport]:
        """Reports of any quarter that wait for this person."""
        return list(
            ProgressReport.objects.needing(self.user, self.today).order_by("fiscal_year", "quarter", "code")
        )

    @cached_property
    def to_begin(self) -> list[Initiative]:
        """Initiatives whose report for the quarter due this person has not begun."""
        return list(
            Initiative.objects.needing(self.user, self.today).select_related("plan", "lead_department")
        )

    @property
    def turns(self) -> int:
        """How many things wait for this person."""
        return len(self.waiting) + len(self.to_begin)

    @cached_property
    def to_publish(self) -> int:
        if not self.user.is_secretariat:
            return 0
        return sum(1 for entry in self.everything if entry.state == ProgressReport.State.APPROVED)

    @property
    def quarters(self) -> list[tuple[int, int]]:
        """The quarter due and the three before it."""
        year, quarter = due_quarter(self.today)
        serial = year * 4 + quarter - 1
        return [((serial - back) // 4, (serial - back) % 4 + 1) for back in range(4)]

    def publish(self, *, by) -> int:
        """Publish what was approved for the quarter; returns how many."""
        reports = ProgressReport.objects.visible_to(by).filter(fiscal_year=self.year, quarter=self.quarter)
        return reports.publish_all(by=by)
