"""What changed in a plan between the ends of two days (P10), as one person may see it.

Two states are compared, not every step between them: what came and went within the span is only counted (`passing`).
A date that was moved three times is one line from the first date to the last, with its three moves and their reasons.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dxportal import dates
from dxportal.templatetags.portal import YES_NO
from dxportal.text import localized
from pillars.figures import amount, year_label
from pillars.models import (
    Evaluation,
    Indicator,
    IndicatorValue,
    Initiative,
    Milestone,
    Objective,
    Pillar,
    Plan,
    ProgressReport,
)
from pillars.past import PastOverview
from pillars.record import Record
from pillars.states import State, end_of, on
from pillars.templatetags.plan import status_in

KINDS = {
    "new": gettext_lazy("新しい"),
    "dropped": gettext_lazy("なくなった"),
    "moved": gettext_lazy("期日が動いた"),
    "done": gettext_lazy("節目を終えた"),
    "status": gettext_lazy("状態が変わった"),
    "value": gettext_lazy("実績値"),
    "target": gettext_lazy("目標値・重み"),
    "grade": gettext_lazy("評価"),
    "text": gettext_lazy("名前・文言"),
}


def _fields(**kinds) -> dict[str, str]:
    return {name: kind for kind, names in kinds.items() for name in names.split()}


NAMES = "name name_en description description_en"
# The fields that are compared, and what kind of change each of them is.
FIELDS = {
    Plan: _fields(
        text="name name_en status decided_on edition note pillar_label objective_label initiative_label",
        target="on_track_points slightly_delayed_points",
    ),
    Pillar: _fields(text=f"{NAMES} is_restricted"),
    Objective: _fields(text=f"{NAMES} pillar"),
    Initiative: _fields(
        moved="starts_on ends_on",
        text="name name_en summary summary_en objective lead_department is_priority",
    ),
    Milestone: _fields(moved="due_on planned_on", done="completed_on", target="weight", text="name name_en"),
    Indicator: _fields(
        target="baseline_value baseline_fiscal_year",
        text="name name_en unit kind direction aggregation note",
    ),
    IndicatorValue: _fields(value="actual_value value_status", target="target_value", text="note"),
    Evaluation: _fields(grade="grade comment"),
    ProgressReport: _fields(
        text="status percent results issues next_steps needs_support support_team support_budget "
        "support_coordination support_note burden effect"
    ),
}


@dataclass
class Change:
    """One line: what was, what is, and the states of the record in which it became so."""

    kind: str
    home: object  # the plan, pillar, objective or initiative it is told with
    subject: object  # the row itself
    label: str  # what of it: the name of the field, or ""
    before: str = ""
    after: str = ""
    note: str = ""
    steps: list[State] = field(default_factory=list)
    told: list = field(default_factory=list)  # pillars.acts.Told, filled for what is shown

    @property
    def at(self) -> datetime | None:
        return self.steps[-1].at if self.steps else None

    @property
    def report(self) -> ProgressReport | None:
        """The report a change of status comes from."""
        row = self.steps[-1].obj if self.kind == "status" and self.steps else None
        return row if isinstance(row, ProgressReport) else None

    @property
    def word(self) -> str:
        """What kind of change it is, in words."""
        return str(KINDS[self.kind])

    @property
    def title(self) -> str:
        """The row's own name, when it is not the thing it is told with; reports by their quarter."""
        if self.subject is self.home or self.subject == self.home:
            return ""
        if isinstance(self.subject, ProgressReport):
            return dates.format_quarter(self.subject.fiscal_year, self.subject.quarter)
        if isinstance(self.subject, IndicatorValue):
            indicator = self.subject.indicator
            return f"{localized(indicator, 'name')} {year_label(indicator, self.subject.fiscal_year)}"
        if isinstance(self.subject, Evaluation):
            return dates.format_fiscal_year(self.subject.fiscal_year, "plain")
        return localized(self.subject, "name")


class Comparison:
    """The plan on two days. `first` and `last` are days; their ends in Tokyo are compared."""

    def __init__(self, plan: Plan, user, first: date, last: date):
        self.record = Record(plan, user, first, last)
        self.first, self.last = first, last
        # The earlier one first: both may hold the same row, whose place in the plan the later one settles.
        self.then = PastOverview(self.record, first, dated=False)
        self.now = PastOverview(self.record, last, dated=False)
        self.plan = self.now.plan
        self.passing = 0

    # --- the parts of the plan a line may belong to --------------------------------------------------

    @cached_property
    def homes(self) -> dict[tuple, object]:
        """Every part of the plan the person may read on one of the two days, the later state preferred."""
        found = {}
        for seen in (self.then, self.now):
            parts = [seen.plan, *(p for p in seen._pillars if p.is_open)]
            parts += [o for o in seen._objectives if o.is_open]
            found |= {part.history_key: part for part in parts}
            found |= {line.initiative.history_key: line.initiative for line in seen.lines}
        return found

    def home_of(self, row) -> object | None:
        """The part a row is told with; None when the person may not read it."""
        if isinstance(row, IndicatorValue):
            states = self.record.indicators.get(row.indicator_id)
            if not states or not self.record.is_open(self.record.indicators, row.indicator_id):
                return None
            row.indicator = states[-1].obj
            return self.home_of(row.indicator)
        own = {Milestone: "initiative", ProgressReport: "initiative", Evaluation: "objective"}
        if type(row) in own:
            name = own[type(row)]
            return self.homes.get((name, str(getattr(row, f"{name}_id"))))
        if isinstance(row, Indicator) and not self.record.is_open(self.record.indicators, row.pk):
            return None
        return self.homes.get(row.history_key)

    # --- all changes ---------------------------------------------------------------------------------

    @cached_property
    def changes(self) -> list[Change]:
        """All lines, in the order of the plan and, within a part, of KINDS."""
        record = self.record
        trails = (record.plans, record.pillars, record.objectives, record.initiatives, record.milestones)
        trails += (record.indicators, record.values, record.evaluations, record.reports)
        found = [change for trail in trails for change in self._of_trail(trail)]
        found += self._statuses()
        order, kinds = self._order(), list(KINDS)
        key = lambda c: (order[c.home.history_key], kinds.index(c.kind), c.title, c.label)  # noqa: E731
        return sorted(found, key=key)

    def _order(self) -> dict[tuple, int]:
        """The place of each part: the plan, then each pillar with its objectives and their initiatives."""
        above = {"plan": 0, "pillar": 1, "objective": 2, "initiative": 3}

        def key(part):
            initiative = part if isinstance(part, Initiative) else None
            objective = initiative.objective if initiative else part if isinstance(part, Objective) else None
            pillar = objective.pillar if objective else part if isinstance(part, Pillar) else None
            chain = [(p.position, p.code) if p else (-1, "") for p in (pillar, objective, initiative)]
            return (*chain, above[part.history_key[0]])

        return {part.history_key: n for n, part in enumerate(sorted(self.homes.values(), key=key))}

    def _of_trail(self, trail: dict[int, list[State]]) -> Iterator[Change]:
        for states in trail.values():
            was, now = on(states, self.first), on(states, self.last)
            row = now or was
            if row is None:
                self.passing += isinstance(states[-1].obj, Initiative | Milestone)
                continue
            home = self.home_of(row)
            if home is None or (was is now):
                continue
            for state in filter(None, (was, now)):  # what a row belongs to is known: nobody asks for it again
                if isinstance(row, IndicatorValue):
                    state.indicator = row.indicator
                elif isinstance(row, Evaluation):
                    state.objective = home
            yield from self._of_row(home, was, now, states)

    def _of_row(self, home, was, now, states) -> Iterator[Change]:
        steps = states[1:] if was else states
        if was is None or now is None:
            yield from self._came_or_went(home, was, now, steps)
        elif is_given_up(was) != is_given_up(now):
            back = _("再開した") if is_given_up(was) else _("中止した")
            yield Change("new" if is_given_up(was) else "dropped", home, now, "", note=back, steps=steps)
        if now is not None and (was is not None or isinstance(now, IndicatorValue | Evaluation)):
            yield from self._fields(home, was, now, states)

    def _came_or_went(self, home, was, now, steps) -> Iterator[Change]:
        """New and removed rows; what belongs to a new part is not told again, values and grades are told by field."""
        row = now or was
        if isinstance(row, ProgressReport):  # a published report shows in the status
            return
        told_with_parent = now is not None and row is not home and not self._was_there(home)
        if told_with_parent or (now is not None and isinstance(row, IndicatorValue | Evaluation)):
            return
        if now is None:
            yield Change("dropped", home, row, "", note=_("計画から外した"), steps=steps[-1:])
        else:
            yield Change("new", home, row, "", steps=steps[:1])

    def _was_there(self, home) -> bool:
        kinds = {"plan": "plans", "pillar": "pillars", "objective": "objectives", "initiative": "initiatives"}
        name, pk = home.history_key
        return on(getattr(self.record, kinds[name])[int(pk)], self.first) is not None

    def _fields(self, home, was, now, states) -> Iterator[Change]:
        if was is None and isinstance(now, IndicatorValue | Evaluation) and not self._was_there(home):
            return
        for name, kind in FIELDS[type(now)].items():
            before, after = getattr_or_none(was, name), getattr_or_none(now, name)
            if before == after or (name == "value_status" and was and was.actual_value != now.actual_value):
                continue
            if name == "value_status" and (was is None or now.actual_value is None):
                continue
            steps = list(changing(states, name, since=was))
            meta = now._meta.get_field(name)
            words = [self._words(row, name) if row is not None else "" for row in (was, now)]
            note = _note(kind, was, now, name, len(steps))
            yield Change(kind, home, now, str(meta.verbose_name), *words, note, steps)

    def _statuses(self) -> Iterator[Change]:
        """Initiatives whose shown status differs; the reports published in between stand behind it."""
        then = {line.initiative.pk: line for line in self.then.lines}
        published = self._published()
        for line in self.now.lines:
            was = then.get(line.initiative.pk)
            if was is None or was.status == line.status:
                continue
            steps = published.get(line.initiative.pk, [])
            words = [self.word(x.status) for x in (was, line)]
            note = "" if steps else _("期日と実績から計算")
            yield Change("status", line.initiative, line.initiative, _("状態"), *words, note, steps)

    def _published(self) -> dict[int, list[State]]:
        """For each initiative the states in which a report appeared or was corrected after the first day."""
        found = {}
        for states in self.record.reports.values():
            before = [None, *states]
            for was, now in zip(before, states, strict=False):
                same = was and all(
                    getattr_or_none(was.obj, name) == getattr_or_none(now.obj, name)
                    for name in FIELDS[ProgressReport]
                )
                if now.at >= end_of(self.first) and not same:
                    found.setdefault(now.obj.initiative_id, []).append(now)
        return {pk: sorted(steps, key=lambda step: step.at) for pk, steps in found.items()}

    def word(self, status) -> str:
        return status_in(status, self.plan)

    # --- words ---------------------------------------------------------------------------------------

    def _words(self, row, name) -> str:
        """A value as people read it: dates and amounts in the viewer's language, names of choices and parts."""
        value = getattr_or_none(row, name)
        if value is None or value == "":
            return ""
        if name in ("actual_value", "target_value", "value_status"):
            return self._value(row, name)
        if name == "baseline_value":
            return amount(value, row)
        if name == "grade":
            return str(row.grade)
        if name == "lead_department":
            return localized(self.record.departments[value], "name")
        if name in ("objective", "pillar"):
            part = self.homes.get((name, str(value)))
            return localized(part, "name") if part else "—"
        return plain(row, name, value, self.word)

    def _value(self, row, name) -> str:
        if name == "value_status":
            return str(row.get_value_status_display())
        shown = amount(getattr(row, name), row.indicator)
        firm = row.value_status if name == "actual_value" else ""
        return f"{shown} ({row.get_value_status_display()})" if firm else shown


def plain(row, name, value, word) -> str:
    """A value that needs nothing but itself."""
    if isinstance(value, bool):
        return str(YES_NO[value])
    if isinstance(value, date):
        return dates.format_day(value)
    if name == "status" and isinstance(row, ProgressReport):
        return word(value)
    if row._meta.get_field(name).choices:
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace("-", "−")
    return str(value)


def getattr_or_none(row, name):
    """The stored value of a field: the key of a related row, not the row."""
    return None if row is None else getattr(row, row._meta.get_field(name).attname)


def is_given_up(row) -> bool:
    if isinstance(row, Initiative):
        return row.state == Initiative.State.CANCELLED
    return isinstance(row, Milestone) and row.is_cancelled


def changing(states: Iterable[State], name: str, since) -> Iterator[State]:
    """The states in which a field took another value."""
    value, begun = getattr_or_none(since, name), since is None
    for state in states:
        if not begun:
            begun = state.obj is since
            continue
        if getattr_or_none(state.obj, name) != value:
            value = getattr_or_none(state.obj, name)
            yield state


def _note(kind, was, now, name, times) -> str:
    """Days moved and how often; whether a figure was entered or corrected."""
    if kind == "moved" and was is not None and getattr(was, name) and getattr(now, name):
        days = (getattr(now, name) - getattr(was, name)).days
        moved = (_("%(days)s日あとへ") if days > 0 else _("%(days)s日前へ")) % {"days": abs(days)}
        often = _("この間に%(times)s回") % {"times": times}
        return f"{moved} / {often}" if times > 1 else moved
    if kind == "value" and name == "actual_value":
        return _("入れた") if was is None or was.actual_value is None else _("直した")
    if isinstance(now, ProgressReport):
        return _("公開後の訂正")
    return ""
