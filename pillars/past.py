"""The plan as it was at the end of a day (P10), with the figures of that day.

The rows are rebuilt from the record (pillars/record.py) as ordinary objects in memory, so that Overview, Line and the
arithmetic run on them unchanged; nothing of them is ever saved.
"""

from datetime import date

from dxportal import dates
from pillars.models import Evaluation, Indicator, Milestone, MilestoneMove, Objective, ProgressReport
from pillars.overview import Line, Overview
from pillars.record import Record
from pillars.states import end_of, on


class PastOverview(Overview):
    """A plan as it was at the end of a day; with `dated` its links lead to the same day."""

    def __init__(self, record: Record, day: date, *, dated=True):
        self.record, self.user, self.today = record, record.user, day
        self._dated = dated
        self.plan = self._place(on(record.plans.get(record.plan.pk, ()), day) or record.plan)
        self.plan.lead_department = record.departments.get(self.plan.lead_department_id)
        pillars = self._parts(record.pillars)
        self._pillars = sorted(pillars.values(), key=lambda pillar: (pillar.position, pillar.code))
        self._objectives = self._place_objectives(pillars)
        there = record.rows(record.initiatives, day)
        seen = {pk: row for pk, row in there.items() if record.is_open(record.initiatives, pk)}
        self.hidden = len(there) - len(seen)
        self.lines = self._place_lines(seen)

    def _place(self, obj):
        if self._dated:
            present = type(obj).get_absolute_url
            obj.get_absolute_url = lambda: f"{present(obj)}?as_of={self.today.isoformat()}"
        return obj

    def _parts(self, trails) -> dict:
        found = self.record.rows(trails, self.today)
        for pk, part in found.items():
            part.plan, part.is_open = self.plan, self.record.is_open(trails, pk)
            self._place(part)
        return found

    def _place_objectives(self, pillars) -> list[Objective]:
        found = [o for o in self._parts(self.record.objectives).values() if o.pillar_id in pillars]
        for objective in found:
            objective.pillar = pillars[objective.pillar_id]
        return sorted(found, key=lambda o: (o.pillar.position, o.position, o.code))

    def _place_lines(self, initiatives: dict) -> list[Line]:
        """Initiatives with plan, objective, milestones and newest report as the present ones have them."""
        objectives = {objective.pk: objective for objective in self._objectives}
        milestones = self._below(self.record.rows(self.record.milestones, self.today), "initiative_id")
        reports = self._below(self.record.rows(self.record.reports, self.today), "initiative_id")
        self.record.expect(initiatives.values(), self.today)
        lines = []
        for initiative in initiatives.values():
            if initiative.objective_id not in objectives:
                continue
            initiative.plan, initiative.objective = self.plan, objectives[initiative.objective_id]
            initiative.lead_department = self.record.departments[initiative.lead_department_id]
            fill(initiative, "milestones", milestones.get(initiative.pk, []))
            initiative.newest_reports = self._newest(reports.get(initiative.pk, []))
            lines.append(Line(self._place(initiative), self.today))
        order = lambda x: (x.pillar.position, x.objective.position, x.position, x.code)  # noqa: E731
        return sorted(lines, key=lambda line: order(line.initiative))

    @staticmethod
    def _below(rows: dict, name: str) -> dict[int, list]:
        found = {}
        for row in rows.values():
            found.setdefault(getattr(row, name), []).append(row)
        return found

    def _newest(self, reports) -> list:
        """The newest report of a quarter that has begun, as `ProgressReportQuerySet.newest_by` finds it."""
        this = dates.fiscal_year(self.today), dates.quarter(self.today)
        begun = [r for r in reports if (r.fiscal_year, r.quarter) <= this]
        return sorted(begun, key=lambda r: (r.fiscal_year, r.quarter))[-1:]

    def indicators(self, keep) -> list[Indicator]:
        """The indicators of the day for which `keep` holds, with their values, oldest first."""
        record, objectives = self.record, {objective.pk: objective for objective in self._objectives}
        values = self._below(record.rows(record.values, self.today), "indicator_id")
        initiatives = {line.initiative.pk: line.initiative for line in self.lines}
        found = [
            row
            for pk, row in record.rows(record.indicators, self.today).items()
            if record.is_open(record.indicators, pk) and row.objective_id in objectives
        ]
        for row in found:
            row.plan, row.objective = self.plan, objectives[row.objective_id]
            row.initiative = initiatives.get(row.initiative_id)
            measured = sorted(values.get(row.pk, []), key=lambda value: value.fiscal_year)
            for value in measured:
                value.indicator = row
            fill(row, "values", measured)
        order = lambda row: (row.objective.pillar.position, row.objective.position, row.position)  # noqa: E731
        return sorted(filter(keep, found), key=order)

    def reports_of(self, initiative) -> list[ProgressReport]:
        """Its reports that were published by the day, newest first."""
        found = list(self.record.rows(self.record.reports, self.today).values())
        found.sort(key=lambda r: (r.fiscal_year, r.quarter), reverse=True)
        for report in found:
            report.initiative = initiative
        return found

    def grades(self, objective) -> list[Evaluation]:
        """The yearly evaluations of an objective that had been given by the day."""
        rows = self.record.rows(self.record.evaluations, self.today).values()
        found = sorted((r for r in rows if r.objective_id == objective.pk), key=lambda r: r.fiscal_year)
        for row in found:
            row.objective = objective
        return found


def fill(obj, relation: str, rows: list) -> None:
    """Make `obj.relation.all()` answer with these rows, as prefetch_related does."""
    kept = getattr(obj, relation).get_queryset()
    kept._result_cache, kept._prefetch_done = rows, True
    obj.__dict__.setdefault("_prefetched_objects_cache", {})[relation] = kept


def with_moves(milestones: list[Milestone], day: date) -> None:
    """Give milestones the moves they had had by the end of the day."""
    moves = MilestoneMove.objects.filter(milestone__in=[m.pk for m in milestones], at__lt=end_of(day))
    of_milestone = {}
    for move in moves:
        of_milestone.setdefault(move.milestone_id, []).append(move)
    for milestone in milestones:
        fill(milestone, "moves", of_milestone.get(milestone.pk, []))
