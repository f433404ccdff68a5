"""総括: what a plan reached over all its years, as far as the person may read it (P16, domain.md 3.4)."""

from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cached_property
from types import SimpleNamespace

import tablib
from django.utils.translation import gettext as _now

from pillars import progress
from pillars.lastyear import DECIDED, LastYear
from pillars.models import (
    CarryOver,
    Evaluation,
    Indicator,
    IndicatorValue,
    InitiativeReview,
    MilestoneMove,
)
from pillars.models.carry_over import may_prepare
from pillars.overview import Overview


class FinalFigure:
    """An indicator at the end: baseline, target and last value, and whether the target was met."""

    def __init__(self, indicator: Indicator, year: int):
        self.indicator = indicator
        known = {value.fiscal_year: value for value in indicator.values.all()}
        self.final = known.get(year)
        measured = [v for v in indicator.values.all() if v.actual_value is not None]
        self.latest = max(measured, key=lambda v: v.fiscal_year, default=None)
        self.target = self.final.target_value if self.final else None

    @property
    def is_final(self) -> bool:
        """The last year's own value, and no longer an estimate."""
        return bool(self.final and self.final.value_status == "final")

    @property
    def value(self):
        """The end of the last year, final or foreseen; without either the newest value there is."""
        ended = self.final.outcome_value if self.final else None
        return ended if ended is not None else self.latest.actual_value if self.latest else None

    @property
    def firmness(self) -> str:
        """確定, 速報 or 見込, or "" when the value is of an earlier year."""
        if self.final is None or self.final.outcome_value is None:
            return ""
        foreseen = not self.is_final and self.final.forecast_value is not None
        status = IndicatorValue.Status.ESTIMATE if foreseen else self.final.value_status
        return str(IndicatorValue.Status(status).label)

    @property
    def met(self) -> bool | None:
        """Whether the last year reaches its target, as far as its end is known; None when either is missing."""
        if self.final is None:
            return None
        end = SimpleNamespace(actual_value=self.final.outcome_value, target_value=self.target)
        return progress.is_met(self.indicator, end)


def not_final(plan, user) -> int:
    """How many indicators have no final value of the plan's last year yet."""
    final = IndicatorValue.objects.filter(
        fiscal_year=plan.last_fiscal_year, value_status=IndicatorValue.Status.FINAL
    )
    seen = Indicator.objects.visible_to(user).filter(plan=plan)
    return seen.exclude(pk__in=final.values("indicator")).count()


class Closing:
    """`successor` is the next plan as the person sees it, or None."""

    def __init__(self, plan, user, today: date, successor=None):
        self.plan, self.user, self.today, self.successor = plan, user, today, successor
        self.seen = LastYear(plan, user)
        self.overview = Overview(plan, user, today)
        indicators = Indicator.objects.visible_to(user).filter(plan=plan).with_values()
        indicators = indicators.select_related("initiative", "objective__pillar", "lead_department")
        self.figures = [FinalFigure(indicator, plan.last_fiscal_year) for indicator in indicators]
        for figure in self.figures:
            owner = figure.indicator.initiative or figure.indicator.objective
            owner.plan = figure.indicator.plan = plan

    @cached_property
    def reviews(self) -> list:
        """Rows whose review is confirmed: what is not confirmed is nobody's statement yet."""
        return [row for row in self.seen.rows if row.review and row.review.is_confirmed]

    @cached_property
    def outcomes(self) -> list[tuple[str, str, int]]:
        """(value, word, number) for reached, partly and not, of confirmed reviews."""
        found = Counter(row.outcome for row in self.reviews)
        return [(value, str(label), found[value]) for value, label in InitiativeReview.Outcome.choices]

    @property
    def not_reviewed(self) -> int:
        return len(self.seen.rows) - len(self.reviews)

    @cached_property
    def met(self) -> int:
        return sum(1 for figure in self.figures if figure.met)

    @cached_property
    def measured(self) -> int:
        return sum(1 for figure in self.figures if figure.met is not None)

    @property
    def estimated(self) -> int:
        """Figures without a final value of the last year yet."""
        return sum(1 for figure in self.figures if not figure.is_final)

    @cached_property
    def pillars(self) -> list[dict]:
        """Per pillar: its column, its outcomes, its figures, its milestones."""
        lines = []
        for column in self.overview.rolled_up():
            reviews = [row for row in self.reviews if row.number == column.number]
            found = Counter(row.outcome for row in reviews)
            figures = [f for f in self.figures if f.indicator.objective.pillar_id == column.pillar.pk]
            lines.append(
                {
                    "column": column,
                    "outcomes": [(label, found[value]) for value, label in InitiativeReview.Outcome.choices],
                    "figures": figures,
                    "met": sum(1 for figure in figures if figure.met),
                    "measured": sum(1 for figure in figures if figure.met is not None),
                    "reviews": reviews,
                }
            )
        return lines

    @cached_property
    def milestones(self) -> dict[str, int]:
        """How many milestones the plan had, how many were done, and done by their original date."""
        every = [m for line in self.overview.lines for m in line.counted]
        done = [m for m in every if m.completed_on]
        return {
            "all": len(every),
            "done": len(done),
            "in_time": sum(1 for m in done if m.completed_on <= m.planned_on),
            "moves": MilestoneMove.objects.filter(milestone__in=[m.pk for m in every]).count(),
        }

    @cached_property
    def grades(self) -> list[dict]:
        """Objectives with their grade of each year of the plan (None where there is none)."""
        rows = Evaluation.objects.visible_to(self.user).filter(objective__plan=self.plan)
        lines = {}
        for evaluation in rows.select_related("objective__pillar", "grade"):
            line = lines.setdefault(evaluation.objective_id, {"objective": evaluation.objective, "years": {}})
            line["years"][evaluation.fiscal_year] = evaluation.grade.code
        ordered = sorted(
            lines.values(), key=lambda x: (x["objective"].pillar.position, x["objective"].position)
        )
        return [
            {**line, "by_year": [(year, line["years"].get(year)) for year in self.plan.fiscal_years]}
            for line in ordered
        ]

    @cached_property
    def shows_decisions(self) -> bool:
        """Decisions prepare the next plan: everybody reads them once that plan is decided."""
        published = self.successor is not None and not self.successor.is_draft
        return may_prepare(self.user) or published

    @cached_property
    def decisions(self) -> list:
        return (
            [row for row in self.seen.rows if row.decision_state == DECIDED] if self.shows_decisions else []
        )

    @property
    def decision_counts(self) -> list[tuple[str, int]]:
        found = Counter(row.decision for row in self.decisions)
        return [(str(label), found[value]) for value, label in CarryOver.Decision.choices]

    # --- the snapshot for the records (domain.md 3.7) --------------------------------------------------

    def dataset(self) -> tablib.Dataset:
        """One line for each initiative and each indicator: the end of the plan as it stands."""
        headers = [
            "種類", "コード", "名前", "柱コード", "主管課", "結果", "実績または最後の値", "目標", "引き継ぎ", "わけ",
            "学んだこと",
        ]  # fmt: skip
        table = tablib.Dataset(headers=headers, title=_now("総括"))
        shown = {row.initiative.pk for row in self.decisions}
        for row in self.seen.rows:
            table.append(self._initiative_cells(row, decided=row.initiative.pk in shown))
        for figure in self.figures:
            table.append(self._figure_cells(figure))
        return table

    def _initiative_cells(self, row, *, decided) -> list:
        review = row.review if row.review and row.review.is_confirmed else None
        start = ["施策", row.initiative.code, row.initiative.name, row.initiative.pillar.code]
        start.append(row.initiative.lead_department.name)
        result = str(review.get_outcome_display()) if review else ""
        going = str(row.carry_over.get_decision_display()) if decided else ""
        return [*start, result, "", "", going, review.why if review else "", review.lessons if review else ""]

    def _figure_cells(self, figure) -> list:
        indicator = figure.indicator
        start = ["指標", indicator.code, indicator.name, indicator.objective.pillar.code]
        start.append(indicator.lead_department.name if indicator.lead_department else "")
        said = {True: "達成", False: "未達成", None: "算定不可"}[figure.met]
        return [*start, said, plain(figure.value), plain(figure.target), "", figure.firmness, ""]


def plain(value: Decimal | None):
    return "" if value is None else value.normalize()
