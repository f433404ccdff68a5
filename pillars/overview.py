"""What the pages of a plan show: its initiatives as of a day, grouped by pillar and objective and counted by status.

One Overview costs the same number of queries for any number of rows. Numbers of pillars and objectives are their place
in the whole plan, so that they stay the same for readers who may not see all of it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from pillars import progress as arithmetic
from pillars.lines import BEHIND, Line, gap_first
from pillars.models import Objective, Pillar, ProgressStatus

RARE = (ProgressStatus.CANCELLED, arithmetic.STALE)
STATUS_ORDER = (
    ProgressStatus.ON_TRACK,
    ProgressStatus.SLIGHTLY_DELAYED,
    ProgressStatus.DELAYED,
    arithmetic.STALE,
    ProgressStatus.COMPLETED,
    ProgressStatus.NOT_STARTED,
    ProgressStatus.CANCELLED,
)


@dataclass
class Group:
    """An objective with the lines shown under it; 2-1 is the first objective of the second pillar."""

    objective: Objective
    number: str
    lines: list[Line] = field(default_factory=list)

    @cached_property
    def progress(self):
        return arithmetic.roll_up([line.progress for line in self.lines])


@dataclass
class Column:
    """A pillar with its objectives. `lines` holds all its visible initiatives, `groups` only those the filter left."""

    pillar: Pillar
    number: int
    groups: list[Group] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @cached_property
    def progress(self):
        """The roll-up of its initiatives: a pillars.progress.RollUp."""
        return arithmetic.roll_up([line.progress for line in self.lines])

    @property
    def difference(self):
        """Mean actual minus mean planned, in points."""
        known = self.progress.actual is not None and self.progress.planned is not None
        return self.progress.actual - self.progress.planned if known else None

    @property
    def behind(self) -> list[Line]:
        """Its lines below the plan by more than 順調 allows, the worst first."""
        return sorted((x for x in self.lines if x.is_behind), key=gap_first)

    @property
    def late(self) -> int:
        """How many of its initiatives are delayed or slightly delayed."""
        return sum(1 for line in self.lines if line.status in BEHIND)

    def expected_at(self, last_day: date):
        """Mean share of milestones to be complete on the last day of the plan when today's dates hold, or None."""
        kept = [x for x in self.lines if x.progress.status != ProgressStatus.CANCELLED]
        shares = [arithmetic.forecast(x.counted, max(last_day, x.today), x.today) for x in kept]
        known = [share for share in shares if share is not None]
        return sum(known) / len(known) if known else None

    @property
    def shown(self) -> int:
        return sum(len(group.lines) for group in self.groups)


class Overview:
    """A plan as one person may see it on a day. `pillar` or `objective` are codes: only what is below them is loaded.

    Five queries for any number of rows: pillars, objectives, initiatives, their milestones and newest reports; with
    `figures_only` the last three are one, and milestones have no names.
    """

    def __init__(self, plan, user, today: date, *, pillar="", objective="", figures_only=False):
        self.plan, self.user, self.today, self._figures_only = plan, user, today, figures_only
        self._pillars = self._marked(plan.pillars, "position", "code")
        below = {"objective__pillar__code": pillar, "objective__code": objective}
        self._below = {lookup: code for lookup, code in below.items() if code}
        self.lines = self._lines()

    def _marked(self, parts, *order) -> list:
        """Pillars or objectives of the whole plan, each with is_open and the plan itself."""
        found = list(parts.marked_for(self.user).order_by(*order))
        for part in found:
            part.plan = self.plan
        return found

    def _lines(self) -> list[Line]:
        """Its initiatives know plan and pillar from here: they are neither asked for nor built for each of them."""
        readable = self.plan.initiatives.filter(**self._below).readable_by(self.user)
        related = readable.select_related("objective", "lead_department")
        find = related.with_figures if self._figures_only else related.with_steps
        initiatives = list(find(self.today))
        pillars = {pillar.pk: pillar for pillar in self._pillars}
        for initiative in initiatives:
            objective, initiative.plan = initiative.objective, self.plan
            objective.plan, objective.pillar = self.plan, pillars[objective.pillar_id]
        return [Line(initiative, self.today) for initiative in initiatives]

    @cached_property
    def _objectives(self) -> list[Objective]:
        pillars = {pillar.pk: pillar for pillar in self._pillars}
        found = self._marked(self.plan.objectives, "pillar__position", "position", "code")
        for objective in found:
            objective.pillar = pillars[objective.pillar_id]
        return found

    @cached_property
    def hidden(self) -> int:
        """How many of the initiatives asked for the person may not see (P14); asks only where some may be hidden."""
        if all(pillar.is_open and not pillar.is_restricted for pillar in self._pillars):
            return 0
        return self.plan.initiatives.filter(**self._below).count() - len(self.lines)

    @cached_property
    def progress(self):
        return arithmetic.roll_up([line.progress for line in self.lines])

    @property
    def is_out_of_date(self) -> bool:
        """So many expected reports are missing that the statuses tell of another time: a quarter or more of them."""
        return self.counts.get(arithmetic.STALE, 0) * arithmetic.QUARTER_OF_ALL >= max(len(self.lines), 1)

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many visible initiatives show each status; the rare ones only when there are any."""
        found = Counter(line.status for line in self.lines)
        return {status: found[status] for status in STATUS_ORDER if found[status] or status not in RARE}

    def columns(self, keep=lambda line: True) -> list[Column]:
        """The pillars the person may see, each with the objectives and lines that `keep` lets through."""
        of_objective = {}
        for line in self.lines:
            of_objective.setdefault(line.initiative.objective_id, []).append(line)
        columns = []
        for number, pillar in enumerate(self._pillars, 1):
            if pillar.is_open:
                columns.append(self._column(pillar, number, of_objective, keep))
        return columns

    def rolled_up(self) -> list[Column]:
        """The pillars the person may see with their lines, but not sorted into objectives: enough for their figures."""
        columns = [Column(pillar, number) for number, pillar in enumerate(self._pillars, 1) if pillar.is_open]
        for column in columns:
            column.lines = [x for x in self.lines if x.initiative.objective.pillar_id == column.pillar.pk]
        return columns

    def _column(self, pillar, number, of_objective, keep) -> Column:
        column = Column(pillar, number)
        objectives = [o for o in self._objectives if o.pillar_id == pillar.pk]
        for place, objective in enumerate(objectives, 1):
            lines = of_objective.get(objective.pk, [])
            column.lines.extend(lines)
            kept = [line for line in lines if keep(line)]
            if kept:
                column.groups.append(Group(objective, f"{number}-{place}", kept))
        return column

    def objective(self, code) -> Objective | None:
        """The objective of that code when the person may see it."""
        return next((found for found in self._objectives if found.code == code and found.is_open), None)

    def number_of(self, objective) -> str:
        """2-1 for the first objective of the second pillar, counted in the whole plan."""
        pillar = [p.pk for p in self._pillars].index(objective.pillar_id) + 1
        among = [o.pk for o in self._objectives if o.pillar_id == objective.pillar_id]
        return f"{pillar}-{among.index(objective.pk) + 1}"

    def among(self, keys) -> list:
        """The initiatives with these keys that the person may see, in the order of the plan."""
        return [line.initiative for line in self.lines if line.initiative.pk in keys]

    @property
    def pillar_count(self) -> int:
        return len(self._pillars)

    def coming_milestones(self, limit: int) -> list:
        """Open milestones from today on, the nearest first, as (milestone, initiative)."""
        return self.milestones_between(self.today, date.max)[:limit]

    def milestones_between(self, first: date, last: date) -> list:
        """Open milestones whose current date lies between two days, both included, as (milestone, initiative)."""
        found = [
            (milestone, line.initiative)
            for line in self.lines
            for milestone in line.counted
            if not milestone.completed_on and first <= milestone.due_on <= last
        ]
        return sorted(found, key=lambda pair: (pair[0].due_on, pair[0].code))

    @property
    def overdue(self) -> int:
        return len(self.milestones_between(date.min, self.today - timedelta(days=1)))

    @property
    def due_soon(self) -> int:
        return len(self.milestones_between(self.today, self.today + timedelta(days=30)))
