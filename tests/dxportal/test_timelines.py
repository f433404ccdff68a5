from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dxportal import timelines
from dxportal.charts import Axis
from dxportal.timelines import Adopter, Span

PLAN = Axis.years(2022, 2026)
TODAY = date(2025, 11, 19)
TOKYO = ZoneInfo("Asia/Tokyo")


def span(**changes):
    dates = {"start": date(2023, 4, 1), "end": date(2027, 1, 1), "original_end": date(2026, 10, 1)}
    return Span(**{**dates, "plan": 62, "actual": 49, **changes})


def test_gantt_row_lies_as_in_the_mock():
    drawn = timelines.gantt(span(), axis=PLAN)
    assert drawn["span"] == {"x": 19.99, "width": 75.08}
    assert drawn["done"] == {"x": 19.99, "width": 36.79}
    assert drawn["plan"] == {"x1": 19.99, "x2": 90.03}
    assert drawn["gap"] == {"x": 56.78, "width": 9.76}
    assert drawn["original"] == 90.03


def test_finished_row_has_no_gap_and_an_unmoved_one_no_dashes():
    drawn = timelines.gantt(span(done=True, original_end=date(2027, 1, 1)), axis=PLAN)
    assert (drawn["gap"], drawn["original"]) == (None, None)


def test_moved_milestone_shows_both_days():
    moved = span(due=date(2025, 9, 30), moved_to=date(2026, 2, 27))
    drawn = timelines.gantt(moved, axis=PLAN)
    assert (drawn["due"], drawn["moved"]) == (69.99, 78.2)


def test_scale_of_another_plan_has_its_years_and_no_today():
    drawn = timelines.gantt_head(axis=Axis.years(2027, 2029), today=TODAY)
    assert ([t["year"] for t in drawn["ticks"]], drawn["today"]) == ([2027, 2028, 2029], None)


@pytest.mark.parametrize(
    ("current", "done", "kind", "line"),
    [
        (date(2025, 10, 7), True, "done", False),
        (date(2025, 10, 8), False, "slip", True),
        (date(2025, 10, 8), True, "done", True),
        (date(2025, 9, 30), False, "", False),
        (date(2025, 9, 1), False, "", True),
    ],
)
def test_slip_is_drawn_from_eight_days(current, done, kind, line):
    drawn = timelines.slip(date(2025, 9, 30), current, done=done, axis=PLAN, today=TODAY)
    assert (drawn["kind"], drawn["line"] is not None) == (kind, line)


# --- the adoption tree ----------------------------------------------------------------------------

ADOPTERS = [
    Adopter("vn", "在ベトナム大使館", date(2025, 11, 3), "th", mark="new"),
    Adopter("th", "在タイ大使館", date(2025, 4, 10), "id"),
    Adopter("id", "在インドネシア大使館", date(2025, 2, 20), "sea1"),
    Adopter("sea1", "南東アジア第一課", date(2025, 2, 3)),
    Adopter("sea2", "南東アジア第二課", date(2025, 3, 3), "sea1"),
]


def test_tree_lists_pupils_below_their_teacher():
    dots = timelines.tree(ADOPTERS)["dots"]
    assert [(d["label"], d["kind"]) for d in dots] == [
        ("南東アジア第一課", "org"),
        ("在インドネシア大使館", "dot"),
        ("在タイ大使館", "dot"),
        ("在ベトナム大使館", "new"),
        ("南東アジア第二課", "dot"),
    ]
    assert [(d["x"], d["y"]) for d in dots] == [(0, 14), (3.2, 42), (22.22, 70), (100, 98), (11.11, 126)]


def test_elbow_goes_down_from_the_teacher_then_across():
    first, second = timelines.tree(ADOPTERS)["edges"][2:4]
    assert first == {"x1": 3.2, "y1": 42, "x2": 3.2, "y2": 70}
    assert second == {"x1": 3.2, "y1": 70, "x2": 22.22, "y2": 70}


def test_one_adopter_alone_is_a_tree():
    drawn = timelines.tree(ADOPTERS[3:4])
    assert (len(drawn["dots"]), drawn["edges"], drawn["height"]) == (1, [], 70)


def test_adopter_whose_teacher_is_gone_begins_a_tree():
    drawn = timelines.tree([Adopter("a", "A", date(2025, 2, 1), "gone")])
    assert drawn["dots"][0]["kind"] == "org"


def test_months_of_a_long_spread_are_thinned_out():
    adopters = [Adopter("a", "A", date(2023, 1, 1)), Adopter("b", "B", date(2025, 12, 1), "a")]
    months = timelines.tree(adopters)["months"]
    assert [m["month"] for m in months] == [date(2023 + n // 4, 1 + n % 4 * 3, 1) for n in range(12)]
    assert [m["first"] for m in months] == [True] + [False] * 11


# --- waves ----------------------------------------------------------------------------------------


def test_waves_begin_an_hour_before_the_first_and_tick_every_third_hour():
    first = datetime(2025, 11, 19, 6, 0, tzinfo=TOKYO)
    axis = timelines.wave_axis(first, first + timedelta(hours=20))
    ticks = timelines.wave_ticks(axis)
    assert (axis.start.hour, axis.end) == (5, datetime(2025, 11, 20, 4, 0, tzinfo=TOKYO))
    assert [(t["hour"], t["next_day"]) for t in ticks] == [
        *((h, False) for h in (6, 9, 12, 15, 18, 21)),
        (0, True),
        (3, True),
    ]
    assert [t["x"] for t in ticks[:3]] == [4.35, 17.39, 30.43]


def test_waves_over_several_days_tick_at_midnight():
    first = datetime(2026, 12, 2, 5, 0, tzinfo=TOKYO)
    ticks = timelines.wave_ticks(timelines.wave_axis(first, first + timedelta(hours=57)))
    assert [(t["day"], t["hour"]) for t in ticks] == [(date(2026, 12, 3), 0), (date(2026, 12, 4), 0)]


def test_wave_fills_with_what_was_sent():
    start = datetime(2025, 11, 19, 6, 0, tzinfo=TOKYO)
    axis = timelines.wave_axis(start, start + timedelta(hours=20))
    drawn = timelines.wave(
        start, start + timedelta(hours=2), 50, axis=axis, now=start + timedelta(minutes=500)
    )
    assert (drawn["x"], drawn["width"], drawn["done"], drawn["now"]) == (4.35, 8.7, 4.35, 40.58)
    assert timelines.wave(start, start, 0, axis=axis, now=axis.end + timedelta(hours=1))["now"] is None
