"""An indicator as pages show it: the columns of its years, the table behind them, and one sentence for both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from dxportal import dates
from dxportal.charts import Year
from dxportal.templatetags.portal import number
from dxportal.text import english, localized
from pillars import progress
from pillars.models import Indicator, IndicatorValue, Plan

NOT_FINAL = (IndicatorValue.Status.PRELIMINARY, IndicatorValue.Status.ESTIMATE)


def amount(value, indicator: Indicator) -> str:
    """A value with its places and unit: 46.0%, 1,204公館; None is —."""
    return "—" if value is None else f"{number(value, indicator.decimals)}{unit_of(indicator)}"


def unit_of(indicator: Indicator) -> str:
    """The unit as it follows a number; words are set apart."""
    return spaced(localized(indicator, "unit"))


def spaced(unit: str) -> str:
    """A unit to put behind a number: " points", "ポイント", "%"."""
    return f" {unit}" if unit.isascii() and unit.isalpha() else unit


def year_label(indicator: Indicator, year: int) -> str:
    """R8, FY2026, or the plain year of an indicator that counts by calendar year."""
    if indicator.by_calendar_year:
        return str(year) if english() else f"{year}年"
    return dates.format_fiscal_year(year, "short")


@dataclass(frozen=True)
class Row:
    """One year of the table."""

    value: IndicatorValue
    note: str  # how firm the figure is
    missing: str  # what stands for a figure that is not there
    gap: str  # actual minus target
    change: str  # against the year before
    rate: progress.Rate  # 達成率
    from_baseline: progress.Rate  # 進捗度
    plan: Plan | None = None  # the plan whose years begin here, when the series runs over two


class Figure:
    """An indicator over the years of its plan. `earlier` is the indicator whose series it carries on, or None: its
    values stand before its own, with a border between the plans (P16)."""

    def __init__(
        self, indicator: Indicator, years: Iterable[int], today: date, earlier: Indicator | None = None
    ):
        self.indicator, self.today, self.earlier = indicator, today, earlier
        known = {value.fiscal_year: value for value in indicator.values.all()}
        years = sorted({*years, *known})
        self.values = [known.get(y) or IndicatorValue(indicator=indicator, fiscal_year=y) for y in years]
        before = earlier.values.all() if earlier else ()
        first = self.values[0].fiscal_year if self.values else 0
        self.series = [v for v in before if v.fiscal_year < first] + self.values

    @property
    def smaller_is_better(self) -> bool:
        return self.indicator.direction == Indicator.Direction.DECREASE

    @property
    def chart_unit(self) -> str:
        """Only % fits above a column; every other unit stands in the caption."""
        return "%" if self.indicator.is_percentage else ""

    @property
    def caption(self) -> str:
        """What is counted, how, and which way is better."""
        words = [localized(self.indicator, "unit"), self.indicator.get_aggregation_display()]
        if self.smaller_is_better:
            words.append(_("小さいほどよい"))
        elif self.indicator.direction == Indicator.Direction.MAINTAIN:
            words.append(_("目標以上を保つ"))
        return " / ".join(str(word) for word in words if word)

    @property
    def years(self) -> list[Year]:
        places = self.indicator.decimals
        return [
            Year(
                v.fiscal_year,
                progress.whole(v.target_value, places),
                progress.whole(v.actual_value, places),
                self._is_open(v),
                year_label(self.indicator, v.fiscal_year) if self.indicator.by_calendar_year else "",
                border=self.is_continued and v is self.values[0],
            )
            for v in self.series
        ]

    @property
    def is_continued(self) -> bool:
        """The series runs over two plans."""
        return len(self.series) > len(self.values)

    def _is_open(self, value) -> bool:
        """Not the last word on its year: still running, or not final."""
        return value.value_status in NOT_FINAL or progress.is_partial(self.indicator, value, self.today)

    @cached_property
    def latest(self) -> IndicatorValue | None:
        """The newest year that has an actual value."""
        return next((v for v in reversed(self.values) if v.actual_value is not None), None)

    @property
    def latest_year(self) -> str:
        return year_label(self.indicator, self.latest.fiscal_year) if self.latest else ""

    @cached_property
    def settled(self) -> IndicatorValue | None:
        """The newest year that can be held against its target: a count of the running year still grows."""
        ended = [v for v in self.values if not progress.is_growing(self.indicator, v, self.today)]
        return next((v for v in reversed(ended) if v.actual_value is not None), self.latest)

    @property
    def settled_year(self) -> str:
        return year_label(self.indicator, self.settled.fiscal_year) if self.settled else ""

    @property
    def settled_note(self) -> str:
        """How firm the figure is: 確定, 速報, 年度の途中."""
        return self._note(self.settled) if self.settled else ""

    @property
    def rate(self) -> progress.Rate:
        """The achievement rate of the newest year that has one, or why there is none."""
        if self.settled is None:
            return progress.Rate(None, progress.NO_ACTUAL)
        return progress.achievement_rate(self.indicator, self.settled, self.today)

    @property
    def from_baseline(self) -> progress.Rate:
        """How far the newest settled year has come from the baseline to its target."""
        if self.settled is None:
            return progress.Rate(None, progress.NO_ACTUAL)
        return progress.progress_from_baseline(self.indicator, self.settled, self.today)

    @property
    def rated(self) -> list[Row]:
        """The years to be told in the table of rates: the newest one, and the settled one before it."""
        told = [v for v in (self.settled, self.latest) if v is not None]
        return [row for row in self.rows if row.value in told]

    @property
    def is_met(self) -> bool | None:
        """Whether the newest settled value reaches its target; None when one of them is missing."""
        return progress.is_met(self.indicator, self.settled) if self.settled else None

    @property
    def standing(self) -> str:
        return {True: "met", False: "missed", None: "unknown"}[self.is_met]  # as `with_standing` says it

    @property
    def sentence(self) -> str:
        """What the chart says, for people who cannot see it."""
        parts = [
            f"{year_label(self.indicator, v.fiscal_year)} {amount(v.actual_value, self.indicator)}"
            for v in self.series
        ]
        words = {
            "name": localized(self.indicator, "name"),
            "values": "、".join(parts) if not english() else ", ".join(parts),
        }
        if self.values and self.values[-1].target_value is not None:
            words["target"] = amount(self.values[-1].target_value, self.indicator)
            return _("%(name)s。実績 %(values)s。最後の年度の目標 %(target)s") % words
        return _("%(name)s。実績 %(values)s") % words

    @property
    def rows(self) -> list[Row]:
        return [self._row(v, before) for before, v in zip([None, *self.series], self.series, strict=False)]

    def _row(self, value, before) -> Row:
        begins = value is self.series[0] or value is self.values[0]
        before_ours = self.is_continued and value.fiscal_year < self.values[0].fiscal_year
        indicator = self.earlier if before_ours else self.indicator  # targets belong to its own baseline
        return Row(
            value,
            note=self._note(value),
            missing=self._missing(value),
            gap=self._difference(progress.gap_to_target(self.indicator, value)),
            change=self._difference(self._change(value, before)),
            rate=progress.achievement_rate(indicator, value, self.today),
            from_baseline=progress.progress_from_baseline(indicator, value, self.today),
            plan=indicator.plan if self.is_continued and begins else None,
        )

    def _change(self, value, before):
        """Against the year before; a count still growing is not compared with a whole year."""
        growing = progress.is_growing(self.indicator, value, self.today)
        return None if growing else progress.year_on_year(self.indicator, value, before)

    def _note(self, value) -> str:
        words = []
        if value.actual_value is not None:
            words.append(str(value.get_value_status_display()))
        if progress.is_partial(self.indicator, value, self.today):
            words.append(_("年度の途中"))
        return " / ".join(words)

    def _missing(self, value) -> str:
        return _("未集計") if value.fiscal_year < dates.fiscal_year(self.today) else "—"

    def _difference(self, amount) -> str:
        """With its sign and unit: percentages differ by ポイント."""
        if amount is None:
            return "—"
        sign = "+" if amount > 0 else ""
        unit = spaced(_("ポイント")) if self.indicator.is_percentage else unit_of(self.indicator)
        return f"{sign}{number(amount, self.indicator.decimals)}{unit}"


class Together:
    """Many figures as one table: a row each, a column for every year that one of them has."""

    def __init__(self, figures: list[Figure]):
        self.years = sorted({value.fiscal_year for figure in figures for value in figure.series})
        own = {value.fiscal_year for figure in figures for value in figure.values}
        self.earlier = [year for year in self.years if year not in own]  # of the plan before
        self.rows = [(figure, self._cells(figure)) for figure in figures]

    def _cells(self, figure) -> list[tuple[str, str]]:
        """(actual, target) of every year in words."""
        known = {value.fiscal_year: value for value in figure.series}
        cells = []
        for year in self.years:
            value = known.get(year)
            actual, target = (value.actual_value, value.target_value) if value else (None, None)
            cells.append((amount(actual, figure.indicator), amount(target, figure.indicator)))
        return cells


def figures(plan, indicators, today: date, reader=None) -> list[Figure]:
    """A figure over all years of the plan for each indicator; before them the years of the plan before, as far as
    `reader` may see that one."""
    indicators = list(indicators)
    earlier = Indicator.objects.visible_to(reader).carried_on_by(indicators) if reader else {}
    for indicator in indicators:
        indicator.plan = plan
    return [Figure(i, plan.fiscal_years, today, earlier.get(i.continues_id)) for i in indicators]
