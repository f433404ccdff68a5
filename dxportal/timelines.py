"""Geometry of the charts along time: roadmap rows, moved milestones, the adoption tree, waves of delivery.

Like charts.py: numbers and dates in, percentages out.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dxportal.charts import Axis, Box, clipped, rounded

ROW = 28  # pixels between two lines of the tree
HOUR = timedelta(hours=1)


class Span(NamedTuple):
    """An initiative on the roadmap. `due` is its next milestone, `moved_to` the day that is expected instead."""

    start: date
    end: date
    original_end: date
    plan: float
    actual: float
    done: bool = False
    due: date | None = None
    moved_to: date | None = None


def gantt(span: Span, *, axis: Axis) -> dict:
    """Outline = the span, fill = the actual share of it, hatch up to the plan, dashes = the original end; the thin
    line under the bar is the original plan."""
    start, end, original = axis.at(span.start), axis.at(span.end), axis.at(span.original_end)
    width = end - start
    plan, actual = clipped(span.plan) / 100, clipped(span.actual) / 100
    gap = Box(x=start + width * actual, width=width * (plan - actual))
    return {
        "span": Box(x=start, width=width),
        "done": Box(x=start, width=width * actual) if actual else None,
        "gap": gap if plan > actual and not span.done else None,
        "plan": Box(x1=start, x2=original),
        "original": rounded(original) if original < end - 0.1 else None,
        "due": rounded(axis.at(span.due)) if span.due else None,
        "moved": rounded(axis.at(span.moved_to)) if span.due and span.moved_to else None,
    }


def gantt_head(*, axis: Axis, today: date) -> dict:
    """The years: the scale above the rows, and the lines behind them."""
    return {"ticks": axis.ticks(), "today": rounded(axis.at(today)) if axis.holds(today) else None}


def slip(planned: date, current: date, *, done: bool, axis: Axis, today: date) -> dict:
    """A milestone's way from the day first planned to the day done or expected; moves within a week are not drawn."""
    days = (current - planned).days
    a, b = rounded(axis.at(planned)), rounded(axis.at(current))
    return {
        "today": rounded(axis.at(today)) if axis.holds(today) else None,
        "line": Box(x1=a, x2=b) if abs(days) > 7 else None,
        "planned": a if abs(days) > 7 else None,
        "current": b,
        "kind": "done" if done else "slip" if days > 7 else "",
    }


# --- who learnt from whom -------------------------------------------------------------------------


class Adopter(NamedTuple):
    """A department that uses the thing, since when, and from whom it learnt (None for the first).

    `mark` tells what its dot shows: new, group (several as one), plan (not yet) or stop (no longer)."""

    key: int | str
    label: str
    since: date
    teacher: int | str | None = None
    mark: str = ""


def tree(adopters: Sequence[Adopter]) -> dict:
    """One row per department in tree order, x = the month it started, an elbow from its teacher."""
    rows = _in_tree_order(adopters)
    first = min(a.since for a in rows)
    months = max(max(_months(first, a.since) for a in rows), 1)
    places: dict = {}
    edges, dots = [], []
    for k, adopter in enumerate(rows):
        x, y = _months(first, adopter.since) / months * 100, ROW // 2 + k * ROW
        if teacher := places.get(adopter.teacher):
            if x <= teacher[0]:  # in the same month: a little to the right, so that the elbow shows
                x = clipped(teacher[0] + 3.2)
            edges += _elbow(teacher, (x, y))
        places[adopter.key] = (x, y)
        dots.append(
            {
                "x": rounded(x),
                "y": y,
                "label": adopter.label,
                "kind": _kind(adopter, teacher),
            }
        )
    height = len(rows) * ROW
    return {
        "height": height + 42,
        "bottom": height,
        "months": _month_ticks(first, months),
        "edges": edges,
        "dots": dots,
    }


def _kind(adopter: Adopter, teacher) -> str:
    if not teacher:
        return "org"
    return adopter.mark or "dot"


def _elbow(teacher: tuple, pupil: tuple) -> list[dict]:
    (x1, y1), (x2, y2) = teacher, pupil
    return [
        {"x1": rounded(x1), "y1": y1, "x2": rounded(x1), "y2": y2},
        {"x1": rounded(x1), "y1": y2, "x2": rounded(x2), "y2": y2},
    ]


def _in_tree_order(adopters: Sequence[Adopter]) -> list[Adopter]:
    """Teachers before pupils, pupils by month below them; someone whose teacher is unknown begins a tree."""
    known = {a.key for a in adopters}
    pupils: dict = {}
    for adopter in sorted(adopters, key=lambda a: a.since):
        pupils.setdefault(adopter.teacher if adopter.teacher in known else None, []).append(adopter)
    rows: list[Adopter] = []
    waiting = list(reversed(pupils.get(None, [])))
    while waiting:
        adopter = waiting.pop()
        rows.append(adopter)
        waiting += reversed(pupils.get(adopter.key, []))
    return rows


def _months(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def _month_ticks(first: date, months: int) -> list[dict]:
    """At most a dozen months along the top, the first with its year."""
    every = -(-(months + 1) // 12)
    ticks = []
    for k in range(0, months + 1, every):
        year, month = divmod(first.month - 1 + k, 12)
        ticks.append(
            {"x": rounded(k / months * 100), "month": date(first.year + year, month + 1, 1), "first": not k}
        )
    return ticks


# --- waves of delivery ----------------------------------------------------------------------------


ONE_DAY = 27  # hours of an axis whose waves follow one morning around the world
TICKS = ((ONE_DAY, 3), (96, 12))  # (hours of the axis at most, hours between two ticks: room for "11月19日")


def wave_axis(first: datetime, last: datetime) -> Axis:
    """From the hour before the first wave to the hour after the last, times as they are in Tokyo."""
    start = first.replace(minute=0, second=0, microsecond=0) - HOUR
    end = last.replace(minute=0, second=0, microsecond=0) + 2 * HOUR
    return Axis(start, end)


def wave_ticks(axis: Axis) -> list[dict]:
    """Every third full hour, further apart on an axis of several days, whose midnights carry the `day`; `next_day`
    after midnight of the first day."""
    hours = (axis.end - axis.start) / HOUR
    every = next((step for most, step in TICKS if hours <= most), 24)
    at = axis.start + HOUR * (-axis.start.hour % every)
    ticks = []
    while at < axis.end:
        later = at.date() > axis.start.date()
        day = at.date() if later and hours > ONE_DAY and not at.hour else None
        ticks.append(
            {"x": rounded(axis.at(at)), "hour": at.hour, "day": day, "next_day": later and hours <= ONE_DAY}
        )
        at += HOUR * every
    return ticks


def wave(start: datetime, end: datetime, share, *, axis: Axis, now: datetime) -> dict:
    """One time zone's bar: its length, how much of it is sent (share 0 to 100), and now."""
    x, x2 = axis.at(start), axis.at(end)
    return {
        "ticks": wave_ticks(axis),
        "x": rounded(x),
        "width": rounded(x2 - x),
        "done": rounded((x2 - x) * clipped(share) / 100),
        "now": rounded(axis.at(now)) if axis.holds(now) else None,
    }
