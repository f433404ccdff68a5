"""Geometry of the charts of design.md section 7: numbers in, positions out. The SVG is in templates/components/charts/.

Positions are percentages of the drawing and text keeps its size in pixels, so that one SVG serves every width.
Nothing here knows how many pillars or years a plan has.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.safestring import mark_safe

from dxportal import dates


def rounded(x) -> int | float:
    """Two decimals, and no decimals at all for whole numbers: what an attribute needs."""
    value = round(float(x), 2)
    return int(value) if value == int(value) else value


def clipped(percent) -> float:
    """A percentage kept within the drawing."""
    return min(max(float(percent), 0.0), 100.0)


class Box(dict):
    """A place in a drawing, in percent: Box(x=3, width=14). Printed it is its attributes, x="3%" width="14%"."""

    def __init__(self, **places):
        super().__init__({name: rounded(value) for name, value in places.items()})

    def __str__(self):
        return mark_safe(" ".join([f'{name}="{value}%"' for name, value in self.items()]))  # noqa: S308, numbers


class Axis(NamedTuple):
    """A stretch of time, laid out from 0 to 100. Dates, or aware datetimes; never both."""

    start: date | datetime
    end: date | datetime

    @classmethod
    def years(cls, first: int, last: int) -> "Axis":
        """From the first to the last fiscal year, both whole."""
        return cls(dates.year_start(first), dates.year_start(last + 1))

    def at(self, moment) -> float:
        """Where the moment lies, in percent, kept within the axis."""
        return clipped((moment - self.start) / (self.end - self.start) * 100)

    def holds(self, moment) -> bool:
        return self.start <= moment <= self.end

    def ticks(self) -> list[dict]:
        """One entry per fiscal year: its number, where it begins and where its middle is."""
        first, last = dates.fiscal_year(self.start), dates.fiscal_year(self.end - timedelta(days=1))
        starts = {year: self.at(dates.year_start(year)) for year in range(first, last + 2)}
        return [
            {"year": year, "x": rounded(starts[year]), "mid": rounded((starts[year] + starts[year + 1]) / 2)}
            for year in range(first, last + 1)
        ]


# --- columns --------------------------------------------------------------------------------------


def pillar(plan, actual, *, hero: bool = False) -> dict:
    """柱: fill = actual, line = plan, hatch = the gap. A hero has figures and room for them at the right."""
    plan, actual = clipped(plan), clipped(actual)
    x, width, cap = (4, 50, 58) if hero else (14, 72, 100)
    flutes = [rounded(x + width * k / 4) for k in (1, 2, 3)] if hero and actual > 30 else []
    return {
        "x": x,
        "width": width,
        "right": x + width,
        "text": x + 4,
        "cap": cap,
        "fill": {"y": rounded(100 - actual), "height": rounded(actual)},
        "gap": {"y": rounded(100 - plan), "height": rounded(plan - actual)} if plan > actual else None,
        "plan": rounded(100 - plan),
        "flutes": flutes,
        "flute_top": rounded(100 - actual + 22),
        "inside": actual >= 20,
        "figure": rounded(100 - (min(actual, plan) if actual >= 20 else actual)),
    }


def mini(pairs: Sequence[tuple]) -> list[dict]:
    """Small columns side by side, for (plan, actual) of any number of pillars; beam and base take 9% each."""
    number, top, height = len(pairs), 13, 74
    gap = 24 / max(number, 1)
    width = (90 - gap * (number - 1)) / max(number, 1)
    columns = []
    for k, (plan, actual) in enumerate(pairs):
        plan, actual, x = clipped(plan), clipped(actual), 5 + k * (width + gap)
        level = {
            name: top + height * (100 - value) / 100 for name, value in (("plan", plan), ("actual", actual))
        }
        hatch = {"y": rounded(level["plan"]), "height": rounded(level["actual"] - level["plan"])}
        columns.append(
            {
                "x": rounded(x),
                "width": rounded(width),
                "line": {"x1": rounded(x - 2), "x2": rounded(x + width + 2), "y": rounded(level["plan"])},
                "fill": {"y": rounded(level["actual"]), "height": rounded(height * actual / 100)},
                "gap": hatch if plan > actual else None,
            }
        )
    return columns


def bar(plan, actual) -> dict:
    """横の柱: like a pillar lying down; the tick is the plan."""
    plan, actual = clipped(plan), clipped(actual)
    return {
        "fill": rounded(actual),
        "gap": Box(x=actual, width=plan - actual) if plan > actual else None,
        "tick": rounded(plan) if 0 < plan < 100 or (plan == 100 and actual < 100) else None,
    }


# --- the curve of milestones ----------------------------------------------------------------------


class Step(NamedTuple):
    """A milestone of the curve: its weight, the day first planned, the day done or expected now, whether done."""

    weight: float
    planned: date
    current: date
    done: bool


def curve(steps: Iterable[Step], *, axis: Axis, today: date) -> dict:
    """Plan and actual as stairs of milestone weights (percent of all weights), the gap between, and the forecast."""
    steps = list(steps)
    whole = float(sum(step.weight for step in steps)) or 1.0
    now = axis.at(today)
    planned = _stairs((axis.at(s.planned), s.weight / whole) for s in steps)
    actual = _stairs((min(axis.at(s.current), now), s.weight / whole) for s in steps if s.done)
    level, target = _level(actual, now), _level(planned, now)
    ahead = [(max(axis.at(s.current), now), s.weight / whole) for s in steps if not s.done]
    forecast = _stairs(ahead, start=(now, level))
    return {
        "ticks": axis.ticks(),
        "levels": [{"y": 100 - y, "label": y} for y in (100, 75, 50, 25, 0)],
        "plan": _lines(planned, 100.0),
        "actual": _lines(actual, now),
        "forecast": _lines(forecast, forecast[-1][0]),
        "areas": _between(actual, None, now),
        "gaps": _between(planned, actual, now),
        "today": rounded(now) if axis.holds(today) else None,
        "target": {
            "value": rounded(target),
            "y": rounded(100 - target),
            "low": target > 93,
            "right": now < 14,
        },
        "level": {"value": rounded(level), "y": rounded(100 - level), "high": level < 9, "left": now > 86},
    }


def _stairs(events: Iterable[tuple], start: tuple = (0.0, 0.0)) -> list[tuple[float, float]]:
    """(x, level from there on), beginning at `start`; shares become percent."""
    stairs = [start]
    for x, share in sorted((x, float(share)) for x, share in events):
        stairs.append((x, stairs[-1][1] + share * 100))
    return stairs


def _level(stairs: Sequence[tuple], x: float) -> float:
    return max((level for at, level in stairs if at <= x + 1e-9), default=0.0)


def _lines(stairs: Sequence[tuple], until: float) -> list[dict]:
    """The stairs as horizontal and vertical lines, drawn up to `until`."""
    lines = []
    for (x, level), (x2, level2) in zip(stairs, [*stairs[1:], (until, stairs[-1][1])], strict=True):
        if x2 > x:
            lines.append((x, level, x2, level))
        if level2 != level:
            lines.append((x2, level, x2, level2))
    return [Box(x1=x1, y1=100 - y1, x2=x2, y2=100 - y2) for x1, y1, x2, y2 in lines]


def _between(upper: Sequence[tuple], lower: Sequence[tuple] | None, until: float) -> list[dict]:
    """Rectangles between two stairs (or a stair and the ground) wherever the upper one is higher."""
    xs = sorted({x for x, _level_ in [*upper, *(lower or ())] if x < until} | {0.0, until})
    found = []
    for x1, x2 in zip(xs, xs[1:], strict=False):
        high = _level(upper, (x1 + x2) / 2)
        low = _level(lower, (x1 + x2) / 2) if lower else 0.0
        if high > low + 1e-9:
            found.append(Box(x=x1, width=x2 - x1, y=100 - high, height=high - low))
    return found


# --- one column per fiscal year -------------------------------------------------------------------


MANY_YEARS = 6


class Year(NamedTuple):
    """A year of an indicator: plan and actual may be missing; `open` while the year still runs.
    `label` names a year that is no fiscal year; `border` marks the first year of the plan that carries on."""

    year: int
    plan: float | None
    actual: float | None
    open: bool = False
    label: str = ""
    border: bool = False  # another plan begins


def by_year(years: Sequence[Year], *, smaller_is_better: bool = False, top: float | None = None) -> dict:
    """Columns from zero: fill = actual, line = plan, pale = the running year, dashed = not yet. Negative values
    are drawn as zero (the table has them)."""
    values = [float(value) for y in years for value in (y.plan, y.actual) if value is not None]
    top = float(top or max([*values, 0.0]) / 0.9 or 1.0)
    step = 100 / max(len(years), 1)
    columns = [_year(y, k * step, step, top, smaller_is_better) for k, y in enumerate(years)]
    for column in columns[-2::-2] if len(columns) > MANY_YEARS else ():
        column["thin"] = True  # its words give way on a phone
    return {"columns": columns}


def _year(y: Year, left: float, step: float, top: float, smaller_is_better: bool) -> dict:
    plan = None if y.plan is None else clipped(float(y.plan) / top * 100)
    actual = None if y.actual is None else clipped(float(y.actual) / top * 100)
    x, width = left + step * 0.15, step * 0.7
    missed = (
        plan is not None and actual is not None and (actual > plan if smaller_is_better else plan > actual)
    )
    high = max(plan or 0.0, actual or 0.0)

    def column(top, height):
        return Box(x=x, y=100 - top, width=width, height=height)

    return {
        "year": y.year,
        "label": y.label,
        "border": rounded(left) if y.border else None,
        "mid": rounded(left + step / 2),
        "line": None
        if plan is None
        else Box(x1=x - step / 10, x2=x + width + step / 10, y1=100 - plan, y2=100 - plan),
        "open": column(plan, plan) if actual is None and plan is not None else None,
        "fill": None if actual is None else column(actual, actual),
        "part": y.open,
        "gap": column(high, abs(plan - actual)) if missed else None,
        "top": rounded(100 - high),
        "value": y.actual if y.actual is not None else y.plan,
        "known": y.actual is not None,
    }


def _box(height: float) -> dict:
    return {"y": rounded(100 - height), "height": rounded(height)}


# --- burden and effect ----------------------------------------------------------------------------


class Voice(NamedTuple):
    """Medians from 1 to 5 and the label of the dot: a number, or a quarter on a path."""

    burden: float
    effect: float
    label: str


# The room a label of a path takes on the narrowest drawing (a phone: 316 × 274 pixels), in percent of it.
LABEL_STARTS, LABEL_ENDS, LABEL_LINE = 4, 25, 7


def quadrants(voices: Sequence[Voice], *, path: bool = False) -> dict:
    """負担と効果: burden to the right, effect upwards. A path joins one initiative's quarters in order; where its
    labels would cover each other the newest keeps its own (the table has them all)."""
    dots = [
        {
            "x": rounded(clipped((float(v.burden) - 1) / 4 * 100)),
            "y": rounded(100 - clipped((float(v.effect) - 1) / 4 * 100)),
            "label": v.label,
            "last": k == len(voices) - 1,
            "left": (float(v.burden) - 1) / 4 > 0.8,
        }
        for k, v in enumerate(voices)
    ]
    pairs = zip(dots, dots[1:], strict=False) if path else ()
    lines = [Box(x1=a["x"], y1=a["y"], x2=b["x"], y2=b["y"]) for a, b in pairs]
    if path:
        _thin_out(dots)
    return {"dots": dots, "lines": lines, "path": path}


def _thin_out(dots: Sequence[dict]) -> None:
    """Take away the labels that would lie on one of a later dot."""
    kept = []
    for dot in reversed(dots):
        if any(_overlap(dot, other) for other in kept):
            dot["label"] = ""
        else:
            kept.append(dot)


def _overlap(one: dict, other: dict) -> bool:
    """Whether the labels of two dots share any room: both stand on the level of their dot, beside it."""
    if abs(one["y"] - other["y"]) >= LABEL_LINE:
        return False
    (start, end), (start2, end2) = _label_room(one), _label_room(other)
    return start < end2 and start2 < end


def _label_room(dot: dict) -> tuple[float, float]:
    """From where to where the label of a dot reaches, in percent."""
    x = dot["x"]
    return (x - LABEL_ENDS, x - LABEL_STARTS) if dot["left"] else (x + LABEL_STARTS, x + LABEL_ENDS)


def gate(levels: Sequence[int], plan: int) -> dict:
    """Columns at fixed levels across the whole width, each with a cap and a foot wider than itself."""
    step = 100.8 / len(levels)
    width = step / 1.4
    columns = []
    for k, level in enumerate(levels):
        x = 3 + k * step
        columns.append(
            {
                "x": rounded(x),
                "width": rounded(width),
                "right": rounded(x + width),
                "cap": {"x": rounded(x - 1.5), "width": rounded(width + 3)},
                "fill": _box(level),
                "gap": {"y": 100 - plan, "height": plan - level} if plan > level else None,
                "flutes": [rounded(x + width * n / 4) for n in (1, 2, 3)],
                "flute_top": max(100 - level, 100 - plan) + 7,
            }
        )
    return {"columns": columns, "plan": 100 - plan}
