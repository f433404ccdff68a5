"""The line of time of all groups: a row a group, a bar a theme, from the first day of the first to the last review."""

from dataclasses import dataclass, field
from datetime import date

from dxportal import dates


@dataclass(frozen=True)
class Bar:
    """A theme on the line: where it begins and how long it is, in percent of the whole line."""

    theme: object
    x: float
    width: float


@dataclass
class Row:
    group: object
    bars: list[Bar] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """`ticks` are the first days of fiscal years with their place; `now` is today's."""

    rows: list[Row]
    ticks: list[tuple]
    now: float


def line_of(groups, themes, today: date) -> Line | None:
    """The drawing of the themes, None without any. Each theme knows its `group_id`, `starts_on` and `last_day`."""
    if not themes:
        return None
    first = dates.month_end(min(theme.starts_on for theme in themes)).replace(day=1)
    last = max([today, *(theme.last_day for theme in themes)])
    days = max((last - first).days, 1)
    place = lambda day: round((day - first).days / days * 100, 2)  # noqa: E731
    rows = {group.pk: Row(group) for group in groups}
    for theme in sorted(themes, key=lambda theme: theme.starts_on):
        x = place(theme.starts_on)
        rows[theme.group_id].bars.append(Bar(theme, x, max(round(place(theme.last_day) - x, 2), 0.4)))
    years = range(dates.fiscal_year(first) + 1, dates.fiscal_year(last) + 1)
    ticks = [(year, place(dates.year_start(year))) for year in years]
    return Line([row for row in rows.values() if row.bars], ticks, place(today))
