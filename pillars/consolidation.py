"""取りまとめ: how far the answers to a reporting call have come, for the secretariat."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import tablib
from django.utils.translation import gettext as _

from accounts.models import Department
from dxportal import dates
from dxportal.text import localized
from pillars.models import ProgressReport, ReportingCall, ReportRequest
from pillars.models.calls import reporters_of
from pillars.rounds import MISSING

State = ProgressReport.State
STEPS = (MISSING, *State.values)
WAITING_FOR_REPORTER = (MISSING, State.DRAFT, State.RETURNED)


class Line:
    """One initiative that was asked: its request, its report if begun, and the people who report for it."""

    def __init__(self, request: ReportRequest, report, reporters: list):
        self.request, self.report, self.reporters = request, report, reporters
        self.initiative = request.initiative
        self.state = report.workflow_state if report else MISSING
        if report:
            report.initiative = request.initiative

    @property
    def is_missing(self) -> bool:
        return self.state in WAITING_FOR_REPORTER


@dataclass
class Group:
    """The lines of one pillar or one department."""

    thing: object
    counts: Counter = field(default_factory=Counter)
    reporters: list = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def missing(self) -> int:
        return sum(self.counts[state] for state in WAITING_FOR_REPORTER)

    @property
    def handed_in(self) -> int:
        return self.total - self.missing


SORTS = {
    "name": lambda line: line.initiative.name,
    "department": lambda line: line.initiative.lead_department.path,
    "state": lambda line: STEPS.index(line.state),
    "deadline": lambda line: line.request.deadline,
}


class Consolidation:
    """All lines of a call, counted, grouped, filtered and sorted. Seven queries for any number of initiatives."""

    def __init__(self, call: ReportingCall, today, *, state="", pillar="", department="", sort=""):
        self.call, self.today, self.sort = call, today, sort
        self.wanted = {"state": state, "pillar": pillar, "department": department}

    @cached_property
    def lines(self) -> list[Line]:
        related = ("initiative__plan", "initiative__objective__pillar", "initiative__lead_department")
        requests = list(self.call.requests.current().select_related(*related).order_by("initiative__code"))
        reports = ProgressReport.objects.of_call(self.call).select_related("submitted_by")
        written = {report.initiative_id: report for report in reports}
        places = {r.initiative.lead_department_id: r.initiative.lead_department for r in requests}
        people = reporters_of(places.values(), self.today)
        return [
            Line(r, written.get(r.initiative_id), people[r.initiative.lead_department_id]) for r in requests
        ]

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        found = Counter(line.state for line in self.lines)
        return [(state, found[state]) for state in STEPS]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def answered(self) -> int:
        """Reports that have left the reporter's hands."""
        return sum(not line.is_missing for line in self.lines)

    @property
    def missing_departments(self) -> int:
        return sum(group.missing > 0 for group in self.by_department)

    @cached_property
    def checked(self) -> int:
        return dict(self.counts)[State.CHECKED]

    @cached_property
    def approved(self) -> int:
        return dict(self.counts)[State.APPROVED]

    @cached_property
    def people_to_remind(self) -> int:
        """How many people one press would tell; nobody in a department without a reporter."""
        return len({person.pk for line in self.lines if line.is_missing for person in line.reporters})

    @cached_property
    def by_pillar(self) -> list[Group]:
        groups = self._groups(lambda line: line.initiative.pillar)
        return sorted(groups, key=lambda group: (group.thing.position, group.thing.code))

    @cached_property
    def by_department(self) -> list[Group]:
        """Departments with something missing first, then in the order of the organisation."""
        groups = self._groups(lambda line: line.initiative.lead_department)
        return sorted(groups, key=lambda group: (not group.missing, group.thing.path))

    def _groups(self, of) -> list[Group]:
        found = {}
        for line in self.lines:
            group = found.setdefault(of(line).pk, Group(of(line), reporters=line.reporters))
            group.counts[line.state] += 1
        return list(found.values())

    @property
    def shown(self) -> list[Line]:
        """The lines of the chosen state, pillar and department, in the chosen order."""
        key = SORTS.get(self.sort.removeprefix("-"))
        kept = [line for line in self.lines if self._is_wanted(line)]
        return sorted(kept, key=key, reverse=self.sort.startswith("-")) if key else kept

    def _is_wanted(self, line) -> bool:
        values = {
            "state": line.state,
            "pillar": line.initiative.pillar.code,
            "department": line.initiative.lead_department.code,
        }
        return all(not wanted or values[name] == wanted for name, wanted in self.wanted.items())

    def dataset(self, state_word) -> tablib.Dataset:
        """The shown lines as a table: one datum a cell, instants in Tokyo, codes beside names."""
        headers = (_("施策コード"), _("施策名"), _("柱コード"), _("組織コード"), _("組織名"), _("担当者"))
        headers += (_("報告の状態"), _("締切(日本時間)"), _("提出日"), _("提出した人"))
        return tablib.Dataset(
            *(self._row(line, state_word) for line in self.shown), headers=headers, title=_("報告依頼")
        )

    @staticmethod
    def _row(line, state_word) -> list:
        initiative, report = line.initiative, line.report
        place = initiative.lead_department
        named = [
            initiative.code,
            localized(initiative, "name"),
            initiative.pillar.code,
            place.code,
            localized(place, "name"),
        ]
        people = "、".join(person.display_name for person in line.reporters)
        deadline = line.request.deadline.astimezone(dates.TOKYO).strftime("%Y-%m-%d %H:%M")
        handed_in = (
            [report.reported_on, report.submitted_by.display_name if report.submitted_by else ""]
            if report
            else [None, ""]
        )
        return [*named, people, str(state_word(line.state)), deadline, *handed_in]


def preview(call: ReportingCall, chosen: dict) -> dict:
    """What opening would ask: how many initiatives, of how many departments, and which have nobody to report."""
    asked = list(call.in_scope(**chosen))
    places = defaultdict(list)
    for initiative in asked:
        places[initiative.lead_department_id].append(initiative)
    departments = Department.objects.filter(pk__in=places)
    people = reporters_of(departments, call.opened_on)
    alone = [place for place in departments if not people[place.pk]]
    return {"initiatives": len(asked), "departments": len(places), "without_reporter": alone}
