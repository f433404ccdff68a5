"""The arithmetic of KPIs and yearly grades (product.md P4, P8). Pure: no database, Decimals, unrounded.

What cannot be computed is None with its reason in words (算定不可), never a wrong number. The three rates are
entries of one table, `RATIOS`: the functions compute from it and the page 進みの計算方法 reads its words from it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from dxportal import dates
from pillars.models.indicators import Indicator

HUNDRED = Decimal(100)

NO_TARGET = _("目標値がない")
NO_ACTUAL = _("実績値がない")
NO_BASELINE = _("基準値がない")
ZERO_TARGET = _("目標が0")
ZERO_ACTUAL = _("実績が0")
NEGATIVE = _("負の値をふくむ")
TARGET_IS_BASELINE = _("目標が基準値と同じ")
STILL_RUNNING = _("その年の途中で、まだ増える")


@dataclass(frozen=True)
class Rate:
    """A percentage, or None with the reason why it cannot be computed; `formula` says how it was."""

    value: Decimal | None
    reason: str = ""
    formula: str = ""

    def __bool__(self):
        return self.value is not None


@dataclass(frozen=True)
class Ratio:
    """A rate of a KPI: its name, for which KPIs, the formula in words and as a function, and when it is refused.

    The functions take (baseline, target, actual); `refusals` are (reason, condition), the first that holds counts.
    """

    name: str
    concerns: str
    formula: str
    compute: Callable
    refusals: tuple

    def of(self, indicator, value) -> Rate:
        """The rate in percent, not capped at 0 or 100."""
        numbers = (indicator.baseline_value, value.target_value, value.actual_value)
        for reason, holds in self.refusals:
            if holds(*numbers):
                return Rate(None, reason)
        return Rate(self.compute(*numbers), formula=self.formula)


def _negative(base, target, done) -> bool:
    return target < 0 or done < 0


MISSING = (
    (NO_TARGET, lambda base, target, done: target is None),
    (NO_ACTUAL, lambda base, target, done: done is None),
)
# A quotient of negative numbers misleads, and one by zero is no number of percent.
QUOTIENT = (*MISSING, (ZERO_TARGET, lambda base, target, done: target == 0), (NEGATIVE, _negative))
ACHIEVED = Ratio(
    name=_("達成率"),
    concerns=_("増やす指標、保つ指標"),
    formula=_("実績値 ÷ 目標値"),
    compute=lambda base, target, done: done * HUNDRED / target,
    refusals=QUOTIENT,
)
ACHIEVED_DOWN = Ratio(
    name=_("達成率"),
    concerns=_("減らす指標"),
    formula=_("目標値 ÷ 実績値"),
    compute=lambda base, target, done: target * HUNDRED / done,
    refusals=(*QUOTIENT, (ZERO_ACTUAL, lambda base, target, done: done == 0)),
)
FROM_BASELINE = Ratio(
    name=_("進捗度(基準値比)"),
    concerns=_("すべての指標"),
    formula=_("(実績値 − 基準値) ÷ (目標値 − 基準値)"),
    compute=lambda base, target, done: (done - base) * HUNDRED / (target - base),
    refusals=(
        (NO_BASELINE, lambda base, target, done: base is None),
        *MISSING,
        (TARGET_IS_BASELINE, lambda base, target, done: target == base),
    ),
)
RATIOS = (ACHIEVED, ACHIEVED_DOWN, FROM_BASELINE)


def ratios_of(indicator) -> tuple[Ratio, Ratio]:
    """The two rates of a KPI: how much of the target is reached, and how far it has come from the baseline."""
    return (ACHIEVED_DOWN if _decreases(indicator) else ACHIEVED, FROM_BASELINE)


def achievement_rate(indicator, value, today: date | None = None) -> Rate:
    """達成率: actual ÷ target; for a decreasing indicator target ÷ actual. Not capped at 100.

    With `today` the count of a year that is still running is refused: it grows until the year is over.
    """
    if today is not None and is_growing(indicator, value, today):
        return Rate(None, STILL_RUNNING)
    return ratios_of(indicator)[0].of(indicator, value)


def progress_from_baseline(indicator, value, today: date | None = None) -> Rate:
    """進捗度(基準値比). Right for decreasing and negative numbers as well; below 0 is worse than the baseline."""
    if today is not None and is_growing(indicator, value, today):
        return Rate(None, STILL_RUNNING)
    return FROM_BASELINE.of(indicator, value)


def _decreases(indicator) -> bool:
    return indicator.direction == Indicator.Direction.DECREASE


def is_met(indicator, value, today: date | None = None) -> bool | None:
    """Target reached: actual ≥ target (増加, 維持) or actual ≤ target (減少); None when either is missing, and with
    `today` for the count of a year still running unless growing has already carried it over the target."""
    if value.target_value is None or value.actual_value is None:
        return None
    met = value.actual_value >= value.target_value
    if _decreases(indicator):
        met = value.actual_value <= value.target_value
    decided = met is not _decreases(
        indicator
    )  # more can only help an increasing count and harm a decreasing one
    return None if today is not None and is_growing(indicator, value, today) and not decided else met


def difference_unit(indicator) -> str:
    """The unit of a difference: percentages differ by ポイント, never by %."""
    return str(_("ポイント")) if indicator.is_percentage else indicator.unit


def gap_to_target(indicator, value) -> Decimal | None:
    """Actual minus target in `difference_unit`; None when either is missing."""
    if value.target_value is None or value.actual_value is None:
        return None
    return value.actual_value - value.target_value


def year_on_year(indicator, value, before) -> Decimal | None:
    """Change of the actual against the year before in `difference_unit`; None when either is missing."""
    if before is None or before.actual_value is None or value.actual_value is None:
        return None
    return value.actual_value - before.actual_value


def is_partial(indicator, value, today: date) -> bool:
    """The actual covers only a part of its year so far: yearly sums, averages and calendar years still running."""
    running = (Indicator.Aggregation.FISCAL_YEAR_SUM, Indicator.Aggregation.FISCAL_YEAR_AVERAGE)
    if value.actual_value is None:
        return False
    if indicator.by_calendar_year:
        return today <= date(value.fiscal_year, 12, 31)
    return indicator.aggregation in running and today <= dates.year_end(value.fiscal_year)


def is_growing(indicator, value, today: date) -> bool:
    """A count of the running year: half a year's cases cannot be held against a whole year's target."""
    counts = (Indicator.Aggregation.FISCAL_YEAR_SUM, Indicator.Aggregation.CALENDAR_YEAR)
    is_count = indicator.aggregation in counts and not indicator.is_percentage
    return is_count and is_partial(indicator, value, today)


# --- yearly grades --------------------------------------------------------------------------------


def count_met(pairs: Iterable) -> tuple[int, int]:
    """(met, measured) of (indicator, value) pairs of one year; without target or actual it is not measured."""
    results = [is_met(indicator, value) for indicator, value in pairs]
    return results.count(True), len(results) - results.count(None)


def suggest_grade(grades: Iterable, met: int, measured: int):
    """The grade the plan's own scale suggests: the step for "nothing measured", else the highest `minimum_share`
    that met ÷ measured reaches. None when the scale has no such step: then only people grade."""
    grades = list(grades)
    if not measured:
        return next((g for g in grades if g.not_measured), None)
    reached = [
        g for g in grades if g.minimum_share is not None and Decimal(met) / measured >= g.minimum_share
    ]
    return max(reached, key=lambda g: g.minimum_share, default=None)
