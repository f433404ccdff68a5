"""The arithmetic of progress (product.md P3, P4), written once. Pure: it reads objects in memory and asks no database.

Percentages are Decimals from 0 to 100, unrounded; round them for display with `whole`. What cannot be computed is
None with a reason in words (算定不可), never a wrong number. `today` is the Tokyo date and is always passed in.

    actual(day)    weight of milestones completed by `day` ÷ weight of all milestones that were not cancelled
    planned(day)   the same with original dates that had passed before `day` (a milestone due today is not late yet)
    forecast(day)  completed, or expected by `day` at the current dates; an overdue one counts from today on
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from dxportal import dates
from pillars.models.indicators import Indicator
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan, ProgressStatus

HUNDRED = Decimal(100)
DAY = timedelta(days=1)
STALE = "stale"  # shown instead of an old green: 「報告が古い」
SHOWN_STATUSES = (*ProgressStatus.values, STALE)


def whole(value: Decimal | None, decimals: int = 0) -> Decimal | None:
    """Rounded for display, halves away from zero as people expect: 66.5 is 67, −4.5 is −5."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


# --- milestones -----------------------------------------------------------------------------------


def _share(milestones: Iterable, counts) -> Decimal | None:
    """Weight of the milestones for which `counts` holds, in percent of all that were not cancelled."""
    kept = [m for m in milestones if not m.is_cancelled]
    total = sum((m.weight for m in kept), Decimal(0))
    if not total:
        return None
    return sum((m.weight for m in kept if counts(m)), Decimal(0)) * HUNDRED / total


def actual(milestones: Iterable, day: date) -> Decimal | None:
    """Weight share of milestones completed on or before `day`; None without a weighted milestone."""
    return _share(milestones, lambda m: m.completed_on is not None and m.completed_on <= day)


def planned(milestones: Iterable, day: date) -> Decimal | None:
    """Weight share of milestones whose original date lies before `day`; moving a milestone does not change it."""
    return _share(milestones, lambda m: m.planned_on < day)


def forecast(milestones: Iterable, day: date, today: date) -> Decimal | None:
    """Weight share expected to be complete at the end of `day` (≥ today) when the current dates hold."""
    return _share(milestones, lambda m: (m.completed_on or max(m.due_on, today)) <= day)


@dataclass(frozen=True)
class Point:
    """One day of the curve; `actual` holds the forecast when `is_forecast`."""

    day: date
    planned: Decimal
    actual: Decimal
    is_forecast: bool


def curve(milestones: Iterable, days: Iterable[date], today: date) -> list[Point]:
    """Planned and actual on each day, forecast after today. Empty when nothing can be computed.

    At the end of a day its own milestones count as planned, so that year-ends read as people expect.
    """
    milestones = list(milestones)
    if actual(milestones, today) is None:
        return []
    points = []
    for day in sorted({*days, today}):
        ahead = day > today
        value = forecast(milestones, day, today) if ahead else actual(milestones, day)
        points.append(Point(day, planned(milestones, day if day == today else day + DAY), value, ahead))
    return points


# --- old reports ----------------------------------------------------------------------------------


def is_stale(initiative, today: date) -> bool:
    """「報告が古い」: live, in a running plan, and the newest published report is older than the one to be expected.

    Expected is what the newest call whose time is over asked of it; see `Initiative.expected_report`.
    """
    if not initiative.is_live or initiative.plan.status != Plan.Status.ACTIVE:
        return False
    expected = initiative.expected_report(today)
    report = initiative.newest_report
    return expected is not None and (report is None or (report.fiscal_year, report.quarter) < expected)


# --- one initiative -------------------------------------------------------------------------------


def suggest_status(initiative, actual: Decimal | None, planned: Decimal | None, today: date) -> str | None:
    """The status the numbers suggest, or None when they say nothing.

    中止 and 完了 follow the state of the initiative; 完了 also when its time is over and every milestone is done (all
    milestones done before the end is 順調: there may be work left). 未着手 before it begins, or while it is marked so
    and nothing was due. Else actual − planned in points against the plan's two thresholds (P3).
    """
    if initiative.state == Initiative.State.CANCELLED:
        return ProgressStatus.CANCELLED
    is_over = initiative.ends_on is not None and initiative.ends_on < today
    if initiative.state == Initiative.State.COMPLETED or (actual == HUNDRED and is_over):
        return ProgressStatus.COMPLETED
    not_begun = initiative.starts_on is not None and initiative.starts_on > today
    if not actual and (not_begun or (initiative.state == Initiative.State.NOT_STARTED and not planned)):
        return ProgressStatus.NOT_STARTED
    if actual is None or planned is None:
        return None
    if actual - planned >= initiative.plan.on_track_points:
        return ProgressStatus.ON_TRACK
    if actual - planned >= initiative.plan.slightly_delayed_points:
        return ProgressStatus.SLIGHTLY_DELAYED
    return ProgressStatus.DELAYED


@dataclass(frozen=True)
class Progress:
    """How one initiative stands on one day."""

    actual: Decimal | None
    planned: Decimal | None
    forecast: Decimal | None  # at the end of the running fiscal year
    suggestion: str | None  # what the numbers say
    status: str | None  # what people reported, else the suggestion
    is_reported: bool
    is_stale: bool
    reported_percent: int | None  # self-assessed, kept apart from `actual`
    report: object | None  # the newest published report
    finish_on: date | None  # last milestone at current dates
    planned_finish_on: date | None  # last milestone at original dates

    @property
    def difference(self) -> Decimal | None:
        """Actual minus planned today, in points; below zero is behind."""
        return None if self.actual is None or self.planned is None else self.actual - self.planned

    @property
    def slip_days(self) -> int | None:
        """Days by which the expected finish lies after the original one."""
        return None if self.finish_on is None else (self.finish_on - self.planned_finish_on).days

    @property
    def is_overridden(self) -> bool:
        return self.report is not None and self.report.is_overridden

    @property
    def shown(self) -> str | None:
        """The status for lists and colours: an old red or amber stays, anything better that is old shows as STALE."""
        alarming = (ProgressStatus.SLIGHTLY_DELAYED, ProgressStatus.DELAYED)
        return STALE if self.is_stale and self.status not in alarming else self.status


def progress_of(initiative, today: date) -> Progress:
    """The figures of one initiative. Fast for many after `Initiative.objects.with_progress(today)`."""
    milestones = list(initiative.milestones.all())
    kept = [m for m in milestones if not m.is_cancelled]
    done, due = actual(milestones, today), planned(milestones, today)
    suggestion = suggest_status(initiative, done, due, today)
    report = initiative.newest_report
    return Progress(
        actual=done,
        planned=due,
        forecast=forecast(milestones, dates.year_end(dates.fiscal_year(today)), today),
        suggestion=suggestion,
        status=(report.status if report else None) or suggestion,
        is_reported=bool(report and report.status),
        is_stale=is_stale(initiative, today),
        reported_percent=report.percent if report and report.percent is not None else initiative.percent,
        report=report,
        finish_on=max((m.ends_on for m in kept), default=None),
        planned_finish_on=max((m.planned_on for m in kept), default=None),
    )


# --- many initiatives -----------------------------------------------------------------------------


@dataclass(frozen=True)
class RollUp:
    """Many initiatives: always the split by status; the means are beside it, never alone."""

    total: int
    by_status: dict  # every one of SHOWN_STATUSES that occurs, with its count
    unknown: int  # no report and nothing to compute from
    actual: Decimal | None  # mean over the initiatives that can be computed, each counting the same
    planned: Decimal | None
    counted: int  # how many these are

    @property
    def gap(self) -> Decimal | None:
        """Actual minus planned in whole points, as shown: the difference of the two rounded figures."""
        return None if self.actual is None else whole(self.actual) - whole(self.planned)

    @property
    def shortfall(self) -> Decimal | None:
        """How many whole points the actual lies below the plan."""
        return None if self.gap is None else -self.gap

    @property
    def worst(self) -> str | None:
        """One word for the whole: delayed when a quarter or more is, slightly delayed when a quarter or more is
        delayed or slightly delayed, else on track; completed or cancelled when all are; None when nothing is known."""
        known = self.total - self.unknown
        if not known:
            return None
        late = self.by_status.get(ProgressStatus.DELAYED, 0)
        slow = self.by_status.get(ProgressStatus.SLIGHTLY_DELAYED, 0)
        if late * 4 >= known:
            return ProgressStatus.DELAYED
        if (late + slow) * 4 >= known:
            return ProgressStatus.SLIGHTLY_DELAYED
        only = set(self.by_status)
        return only.pop() if len(only) == 1 else ProgressStatus.ON_TRACK


def _mean(values: list) -> Decimal | None:
    return sum(values, Decimal(0)) / len(values) if values else None


def roll_up(progresses: Iterable[Progress]) -> RollUp:
    """The split by shown status and the means; cancelled initiatives are counted but do not enter the means."""
    progresses = list(progresses)
    counts = Counter(p.shown for p in progresses if p.shown)
    measured = [p for p in progresses if p.actual is not None and p.status != ProgressStatus.CANCELLED]
    return RollUp(
        total=len(progresses),
        by_status={status: counts[status] for status in SHOWN_STATUSES if counts[status]},
        unknown=sum(1 for p in progresses if p.shown is None),
        actual=_mean([p.actual for p in measured]),
        planned=_mean([p.planned for p in measured]),
        counted=len(measured),
    )


# --- KPIs -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """A percentage, or None with the reason why it cannot be computed; `formula` says how it was."""

    value: Decimal | None
    reason: str = ""
    formula: str = ""

    def __bool__(self):
        return self.value is not None


NO_TARGET = _("目標値がない")
NO_ACTUAL = _("実績値がない")
NO_BASELINE = _("基準値がない")
ZERO_TARGET = _("目標が0")
ZERO_ACTUAL = _("実績が0")
NEGATIVE = _("負の値をふくむ")
TARGET_IS_BASELINE = _("目標が基準値と同じ")


def is_met(indicator, value) -> bool | None:
    """Target reached: actual ≥ target (増加, 維持) or actual ≤ target (減少); None when either is missing."""
    if value.target_value is None or value.actual_value is None:
        return None
    if indicator.direction == Indicator.Direction.DECREASE:
        return value.actual_value <= value.target_value
    return value.actual_value >= value.target_value


def achievement_rate(indicator, value) -> Rate:
    """達成率: actual ÷ target; for a decreasing indicator target ÷ actual. Not capped at 100.

    算定不可: missing target or actual, target 0, negative numbers (a quotient of them misleads), and a decreasing
    indicator whose actual is 0 (the best there is, but not a number of percent).
    """
    target, done = value.target_value, value.actual_value
    decreasing = indicator.direction == Indicator.Direction.DECREASE
    reasons = (
        (target is None, NO_TARGET),
        (done is None, NO_ACTUAL),
        (target == 0, ZERO_TARGET),
        ((target or 0) < 0 or (done or 0) < 0, NEGATIVE),
        (decreasing and done == 0, ZERO_ACTUAL),
    )
    for holds, reason in reasons:
        if holds:
            return Rate(None, reason)
    if decreasing:
        return Rate(target * HUNDRED / done, formula=_("目標値 ÷ 実績値"))
    return Rate(done * HUNDRED / target, formula=_("実績値 ÷ 目標値"))


def progress_from_baseline(indicator, value) -> Rate:
    """進捗度(基準値比): (actual − baseline) ÷ (target − baseline). Right for decreasing and negative numbers as well;
    below 0 means worse than the baseline."""
    base, target, done = indicator.baseline_value, value.target_value, value.actual_value
    reasons = (
        (base is None, NO_BASELINE),
        (target is None, NO_TARGET),
        (done is None, NO_ACTUAL),
        (target == base, TARGET_IS_BASELINE),
    )
    for holds, reason in reasons:
        if holds:
            return Rate(None, reason)
    formula = _("(実績値 − 基準値) ÷ (目標値 − 基準値)")
    return Rate((done - base) * HUNDRED / (target - base), formula=formula)


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
