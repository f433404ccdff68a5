"""Yearly evaluation of objectives (P8): what the plan's own scale suggests, and what people decided.

The suggestion is computed from the KPIs of the objective and kept apart from the grade, which two people give
(permissions.md: "grade, yearly evaluation" 2p). No scale is known here: steps, shares and words are the plan's data.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Activity
from dxportal import dates
from pillars import progress
from pillars.models import Evaluation, Grade, Indicator, IndicatorValue, Objective, Proposal

GRADE = "grade"


@dataclass(frozen=True)
class Cell:
    """One objective in one fiscal year."""

    objective: Objective
    year: int
    evaluation: Evaluation | None
    suggested: Grade | None
    met: int
    measured: int
    proposal: Proposal | None
    today: date

    @property
    def is_running(self) -> bool:
        """The year is not over: the suggestion may still change (途中)."""
        return dates.year_start(self.year) <= self.today <= dates.year_end(self.year)

    @property
    def is_open(self) -> bool:
        """The year is over and nobody has graded it."""
        return self.evaluation is None and self.today > dates.year_end(self.year)

    @property
    def is_gradable(self) -> bool:
        return self.today > dates.year_end(self.year)

    @property
    def differs(self) -> bool:
        """People judged otherwise than today's figures suggest."""
        return bool(self.evaluation and self.suggested) and self.evaluation.grade_id != self.suggested.pk


def grades_of(plan) -> list[Grade]:
    """The steps of the plan's scale in their order; none without a scale."""
    return list(plan.grade_scale.grades.all()) if plan.grade_scale_id else []


def cell(objective, year, today, user=None) -> Cell:
    """One objective in one year, for its form."""
    return Board(objective.plan, [objective], today, user).line(objective).cells[year]


@dataclass
class Line:
    """One objective with a cell for every fiscal year of the plan."""

    objective: Objective
    number: str
    cells: dict[int, Cell]

    @property
    def years(self) -> list[Cell]:
        return list(self.cells.values())


class Board:
    """Objectives × fiscal years as one person may see them. Five queries at most for any number of objectives;
    `indicators` may be given with their values when the page has them already."""

    def __init__(self, plan, objectives, today: date, user=None, *, numbers=None, indicators=None):
        self.plan, self.today = plan, today
        self.objectives = list(objectives)
        self.numbers = numbers or {}
        given = Evaluation.objects.filter(objective__in=self.objectives).select_related("grade")
        self._given = {(e.objective_id, e.fiscal_year): e for e in given}
        waiting = Proposal.objects.visible_to(user).waiting() if user else Proposal.objects.none()
        waiting = waiting.filter(kind=GRADE, target_type="objective", plan=plan)
        self._waiting = {(p.target_id, p.part): p for p in waiting}
        if indicators is None:
            indicators = Indicator.objects.filter(objective__in=self.objectives).prefetch_related("values")
        self._indicators = defaultdict(list)
        for indicator in indicators:
            self._indicators[indicator.objective_id].append(indicator)

    @cached_property
    def grades(self) -> list[Grade]:
        return grades_of(self.plan)

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(objective) for objective in self.objectives]

    def line(self, objective) -> Line:
        return next(line for line in self.lines if line.objective == objective)

    def _line(self, objective) -> Line:
        cells = {year: self._cell(objective, year) for year in self.plan.fiscal_years}
        return Line(objective, self.numbers.get(objective.pk, ""), cells)

    def _cell(self, objective, year) -> Cell:
        pairs = pairs_of(self._indicators[objective.pk], year)
        results = [progress.is_met(*pair, self.today) for pair in pairs]
        met, measured = results.count(True), len(results) - results.count(None)
        begun = dates.year_start(year) <= self.today
        suggested = progress.suggest_grade(self.grades, met, measured) if begun else None
        waiting = self._waiting.get((str(objective.pk), str(year)))
        given = self._given.get((objective.pk, year))
        return Cell(objective, year, given, suggested, met, measured, waiting, self.today)

    def of_year(self, year: int) -> list[Cell]:
        """One cell for each objective."""
        return [line.cells[year] for line in self.lines]

    def counts(self, year: int) -> list[tuple[Grade, int]]:
        """How many objectives got each grade in a year, in the order of the scale."""
        given = [cell.evaluation.grade_id for cell in self.of_year(year) if cell.evaluation]
        return [(grade, given.count(grade.pk)) for grade in self.grades]

    def opens(self, year: int) -> int:
        return sum(cell.is_open for cell in self.of_year(year))

    @property
    def newest_ended(self) -> int:
        """The last fiscal year of the plan that is over, else its first."""
        ended = [year for year in self.plan.fiscal_years if dates.year_end(year) < self.today]
        return ended[-1] if ended else self.plan.first_fiscal_year


def pairs_of(indicators, year) -> list:
    """(indicator, value) of every KPI that has a line for the year."""
    return [
        (indicator, value)
        for indicator in indicators
        for value in indicator.values.all()
        if value.fiscal_year == year
    ]


# --- proposing and confirming a grade -----------------------------------------------------------------


LABELS = {"grade": "評価", "override_reason": "数字と違う評価にするわけ", "comment": "講評"}


def said(grade) -> str | None:
    """A grade in the words of the history: its code, and its own words."""
    if grade is None:
        return None
    with override("ja"):
        return f"{grade.code} {grade.label}".strip()


def standing(objective, year: int) -> dict:
    """{label: value} of the evaluation as it stands now."""
    found = objective.evaluations.select_related("grade").filter(fiscal_year=year).first()
    return {
        LABELS["grade"]: said(found.grade) if found else None,
        LABELS["override_reason"]: (found.override_reason or None) if found else None,
        LABELS["comment"]: (found.comment or None) if found else None,
    }


def changes_of(objective, year: int, *, grade, override_reason: str, comment: str) -> dict:
    after = {"grade": said(grade), "override_reason": override_reason or None, "comment": comment or None}
    before = standing(objective, year)
    pairs = {LABELS[name]: [before[LABELS[name]], value] for name, value in after.items()}
    return {label: pair for label, pair in pairs.items() if pair[0] != pair[1]}


def grade_now(proposal) -> dict:
    return standing(proposal.target, int(proposal.part))


def apply_grade(proposal, by) -> None:
    """Give the grade, with the counts of the day it is confirmed."""
    objective = proposal.locked_target()
    year, values = int(proposal.part), proposal.values
    today = dates.today()
    grade = Grade.objects.filter(pk=values["grade"], scale__plans=objective.plan).first()
    if grade is None:
        raise ValidationError(_("この評価は、いまの評価尺度にありません。"), code="grade")
    seen = cell(objective, year, today)
    evaluation = objective.evaluations.filter(fiscal_year=year).first()
    evaluation = evaluation or Evaluation(objective=objective, fiscal_year=year, version=0)
    given = {
        "grade": grade,
        "comment": values["comment"],
        "override_reason": values["override_reason"],
        "suggested_code": seen.suggested.code if seen.suggested else "",
        "met_count": seen.met,
        "measured_count": seen.measured,
        "evaluated_on": today,
    }
    for name, value in given.items():
        setattr(evaluation, name, value)
    evaluation.version += 1
    evaluation.save()
    Activity.record(
        "evaluation.graded",
        objective,
        by=by,
        label=f"{objective} {dates.format_fiscal_year(year, 'plain', language='ja')}"[:300],
        changes=proposal.changes,
        reason=proposal.told(by),
        source=proposal.source,
    )


def indicator_values(objective, year) -> list[tuple]:
    """(indicator, value or an empty one, met or None) of every KPI of the objective in a year, for the form."""
    indicators = list(objective.indicators.select_related("plan").prefetch_related("values"))
    known = {indicator.pk: value for indicator, value in pairs_of(indicators, year)}
    rows = []
    for indicator in indicators:
        value = known.get(indicator.pk) or IndicatorValue(indicator=indicator, fiscal_year=year)
        rows.append((indicator, value, progress.is_met(indicator, value)))
    return rows
