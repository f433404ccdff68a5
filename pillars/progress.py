"""The arithmetic of progress (product.md P3), written once. Pure: it reads objects in memory and asks no database.
KPIs and yearly grades (P4) are computed in pillars/kpis.py and can be had from here as well.

Percentages are Decimals from 0 to 100, unrounded; round them for display with `whole`. What cannot be computed is
None with a reason in words (算定不可), never a wrong number. `today` is the Tokyo date and is always passed in.

The page 進みの計算方法 is drawn from the tables here (`SHARES`, `STATUS_RULES`, `QUARTER_OF_ALL`, `RATIOS`), which the
functions themselves compute with: rule and explanation cannot drift apart.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext_lazy as _

from dxportal import dates
from pillars.kpis import (  # noqa: F401, one name for all the arithmetic
    ACHIEVED,
    FROM_BASELINE,
    HUNDRED,
    NEGATIVE,
    NO_ACTUAL,
    NO_BASELINE,
    NO_TARGET,
    RATIOS,
    STILL_RUNNING,
    TARGET_IS_BASELINE,
    ZERO_ACTUAL,
    ZERO_TARGET,
    Rate,
    achievement_rate,
    count_met,
    difference_unit,
    gap_to_target,
    is_growing,
    is_met,
    is_partial,
    progress_from_baseline,
    suggest_grade,
    year_on_year,
)
from pillars.models.initiatives import Initiative
from pillars.models.plan import Plan, ProgressStatus

DAY = timedelta(days=1)
STALE = "stale"  # shown instead of an old green: 「報告が古い」
SHOWN_STATUSES = (*ProgressStatus.values, STALE)


def whole(value: Decimal | None, decimals: int = 0) -> Decimal | None:
    """Rounded for display, halves away from zero as people expect: 66.5 is 67, −4.5 is −5, and −0.4 is 0, not −0."""
    return None if value is None else value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) + 0


# --- milestones -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """A share of the milestones' weight: its name, the weight it takes in words, and whether one milestone counts on
    `day` when asked on `today`."""

    name: str
    counted: str
    counts: Callable

    def of(self, milestones: Iterable, day: date, today: date) -> Decimal | None:
        """In percent of the weight of all that were not cancelled; None without a weighted milestone."""
        kept = [m for m in milestones if not m.is_cancelled]
        total = sum((m.weight for m in kept), Decimal(0))
        if not total:
            return None
        found = sum((m.weight for m in kept if self.counts(m, day, today)), Decimal(0))
        return found * HUNDRED / total


WHOLE = _("中止でない節目の重みの合計")  # what every share is divided by
ACTUAL = Share(
    _("実績"),
    _("終えた節目の重みの合計"),
    lambda m, day, today: m.completed_on is not None and m.completed_on <= day,
)
PLANNED = Share(
    _("きょうの計画"),
    _("当初の期日がきょうより前の節目の重みの合計。期日を動かしても変わらない"),
    lambda m, day, today: m.planned_on < day,  # a milestone due today is not late yet
)
FORECAST = Share(
    _("見込み"),
    _("終えた節目と、今の期日がその日までの節目の重みの合計。期日を過ぎた節目はきょう終えるとみなす"),
    lambda m, day, today: (m.completed_on or max(m.due_on, today)) <= day,
)
SHARES = (ACTUAL, PLANNED, FORECAST)


def actual(milestones: Iterable, day: date) -> Decimal | None:
    """Weight share of milestones completed on or before `day`; None without a weighted milestone."""
    return ACTUAL.of(milestones, day, day)


def planned(milestones: Iterable, day: date) -> Decimal | None:
    """Weight share of milestones whose original date lies before `day`; moving a milestone does not change it."""
    return PLANNED.of(milestones, day, day)


def forecast(milestones: Iterable, day: date, today: date) -> Decimal | None:
    """Weight share expected to be complete at the end of `day` (≥ today) when the current dates hold."""
    return FORECAST.of(milestones, day, today)


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


@dataclass(frozen=True)
class Case:
    """What a rule for the status looks at."""

    initiative: object
    actual: Decimal | None
    planned: Decimal | None
    today: date

    @property
    def gap(self) -> Decimal | None:
        """Actual minus planned, in points."""
        return None if self.actual is None or self.planned is None else self.actual - self.planned

    @property
    def is_over(self) -> bool:
        return self.initiative.ends_on is not None and self.initiative.ends_on < self.today

    @property
    def is_ahead(self) -> bool:
        """Its first day is still to come."""
        return self.initiative.starts_on is not None and self.initiative.starts_on > self.today

    @property
    def is_idle(self) -> bool:
        return self.initiative.state == Initiative.State.NOT_STARTED and not self.planned

    def reaches(self, points: Decimal) -> bool:
        return self.gap is not None and self.gap >= points


@dataclass(frozen=True)
class StatusRule:
    """The status it gives, when in words (with the plan's two thresholds), and as a condition on a Case."""

    status: str
    words: str
    holds: Callable

    def said(self, plan) -> str:
        """The words for one plan."""
        points = {"on_track": plan.on_track_points, "slightly": plan.slightly_delayed_points}
        return self.words % {
            name: f"{value.normalize():f}".replace("-", "−") for name, value in points.items()
        }


# The first that holds counts (P3). All milestones done before the end is 順調: there may be work left.
STATUS_RULES = (
    StatusRule(
        ProgressStatus.CANCELLED,
        _("中止と決めた"),
        lambda case: case.initiative.state == Initiative.State.CANCELLED,
    ),
    StatusRule(
        ProgressStatus.COMPLETED,
        _("完了と決めた。または全ての節目を終え、期間も過ぎた"),
        lambda case: (
            case.initiative.state == Initiative.State.COMPLETED or (case.actual == HUNDRED and case.is_over)
        ),
    ),
    StatusRule(
        ProgressStatus.NOT_STARTED,
        _("終えた節目がなく、始まりの日が来ていない。または未着手のままで、期日の来た節目もない"),
        lambda case: not case.actual and (case.is_ahead or case.is_idle),
    ),
    StatusRule(
        ProgressStatus.ON_TRACK,
        _("差が%(on_track)sポイント以上"),
        lambda case: case.reaches(case.initiative.plan.on_track_points),
    ),
    StatusRule(
        ProgressStatus.SLIGHTLY_DELAYED,
        _("差が%(slightly)sポイント以上、%(on_track)sポイント未満"),
        lambda case: case.reaches(case.initiative.plan.slightly_delayed_points),
    ),
    StatusRule(ProgressStatus.DELAYED, _("差が%(slightly)sポイント未満"), lambda case: case.gap is not None),
)


def suggest_status(initiative, actual: Decimal | None, planned: Decimal | None, today: date) -> str | None:
    """The status the numbers suggest by STATUS_RULES, or None when they say nothing."""
    case = Case(initiative, actual, planned, today)
    return next((rule.status for rule in STATUS_RULES if rule.holds(case)), None)


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


QUARTER_OF_ALL = 4  # one word for many: a quarter or more behind is enough


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
        if late * QUARTER_OF_ALL >= known:
            return ProgressStatus.DELAYED
        if (late + slow) * QUARTER_OF_ALL >= known:
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
