"""What the page 進みの計算方法 shows: the rules of pillars/progress.py with worked examples they compute themselves.

No database: the examples are objects in memory, so the page can be read before signing in.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from dxportal import dates
from pillars import calendar, progress
from pillars.models import Indicator, IndicatorValue, Initiative, Milestone, Plan

ROUNDED = (Decimal("66.5"), Decimal("66.4"), Decimal("-4.5"))


@dataclass(frozen=True)
class InitiativeExample:
    """One initiative on the last day of December: its milestones and what the functions make of them."""

    day: date
    milestones: list
    actual: Decimal
    planned: Decimal
    forecast: Decimal
    status: str

    @property
    def difference(self) -> Decimal:
        return self.actual - self.planned


def initiative_example(plan: Plan, year: int) -> InitiativeExample:
    """Four milestones of the fiscal year: in time, late, put off, still to come; the third weighs double."""
    initiative = Initiative(
        plan=plan,
        state=Initiative.State.IN_PROGRESS,
        starts_on=dates.year_start(year),
        ends_on=dates.year_end(year),
    )
    ends = [dates.quarter_end(year, quarter) for quarter in (1, 2, 3, 4)]
    month = timedelta(days=31)
    steps = (
        (_("設計"), ends[0], ends[0], ends[0] - timedelta(days=5), 1),
        (_("一部で試す"), ends[1], ends[1], ends[1] + timedelta(days=20), 1),
        (_("全体で開始"), ends[2] - month, ends[2] + month, None, 2),
        (_("効果の測定"), ends[3], ends[3], None, 1),
    )
    milestones = [
        Milestone(name=name, planned_on=planned, due_on=due, completed_on=done, weight=Decimal(weight))
        for name, planned, due, done, weight in steps
    ]
    day = ends[2]
    done, due = progress.actual(milestones, day), progress.planned(milestones, day)
    expected = progress.forecast(milestones, ends[3], day)
    return InitiativeExample(
        day, milestones, done, due, expected, progress.suggest_status(initiative, done, due, day)
    )


@dataclass(frozen=True)
class IndicatorExample:
    """One KPI of a year that is over, and its two rates."""

    name: str
    indicator: Indicator
    value: IndicatorValue
    rate: progress.Rate
    from_baseline: progress.Rate


def indicator_examples(year: int) -> list[IndicatorExample]:
    """Ordinary KPIs beside those for which a quotient would mislead."""
    increase, decrease = Indicator.Direction.INCREASE, Indicator.Direction.DECREASE
    cases = (
        (_("使う公館を増やす"), increase, 40, 60, 50),
        (_("待つ時間を減らす"), decrease, 40, 20, 25),
        (_("事故を0にする"), decrease, 4, 0, 1),
        (_("残業を減らす(増減率)"), decrease, 0, -12, -6),
        (_("はじめて測る"), increase, None, 30, 33),
        (_("今の水準が目標"), increase, 100, 100, 98),
    )
    return [_example(*case, year) for case in cases]


def _example(name, direction, base, target, actual, year) -> IndicatorExample:
    decimal = lambda number: None if number is None else Decimal(number)  # noqa: E731
    indicator = Indicator(direction=direction, baseline_value=decimal(base))
    value = IndicatorValue(
        fiscal_year=year, target_value=decimal(target), actual_value=decimal(actual), value_status="final"
    )
    rates = (
        progress.achievement_rate(indicator, value),
        progress.progress_from_baseline(indicator, value),
    )
    return IndicatorExample(name, indicator, value, *rates)


def explanation(plan: Plan, today: date) -> dict:
    """Everything the page needs, in the words and with the thresholds and grades of `plan` (which may be unsaved)."""
    year = dates.fiscal_year(today)
    quarter = calendar.due_quarter(today)
    return {
        "plan": plan,
        "shares": progress.SHARES,
        "whole_weight": progress.WHOLE,
        "rules": [(rule.status, rule.said(plan)) for rule in progress.STATUS_RULES],
        "example": initiative_example(plan, year),
        "deadline": {
            "year": quarter[0],
            "quarter": quarter[1],
            "on": calendar.report_deadline(*quarter),
        },
        "share_of_all": Decimal(100) / progress.QUARTER_OF_ALL,
        "ratios": [(ratio, [reason for reason, _holds in ratio.refusals]) for ratio in progress.RATIOS],
        "still_running": progress.STILL_RUNNING,
        "indicator_examples": indicator_examples(year - 1),
        "grades": list(plan.grade_scale.grades.all()) if plan.grade_scale_id else [],
        "rounded": [(value, progress.whole(value)) for value in ROUNDED],
    }
