from datetime import date
from decimal import Decimal

import pytest

from dxportal import charts
from dxportal.charts import Axis, Step, Voice, Year

PLAN = Axis.years(2022, 2026)
TODAY = date(2025, 11, 19)


# --- the axis -------------------------------------------------------------------------------------


def test_axis_puts_today_where_the_mock_does():
    assert charts.rounded(PLAN.at(TODAY)) == 72.73


def test_axis_keeps_what_lies_outside_at_its_ends():
    assert (PLAN.at(date(2020, 1, 1)), PLAN.at(date(2030, 1, 1))) == (0, 100)
    assert (PLAN.holds(date(2020, 1, 1)), PLAN.holds(TODAY)) == (False, True)


@pytest.mark.parametrize(("first", "last"), [(2022, 2026), (2027, 2029), (2027, 2036)])
def test_axis_has_a_tick_for_every_year_of_any_plan(first, last):
    ticks = Axis.years(first, last).ticks()
    assert [tick["year"] for tick in ticks] == list(range(first, last + 1))
    assert ticks[0]["x"] == 0
    assert all(tick["x"] < tick["mid"] for tick in ticks)


# --- columns --------------------------------------------------------------------------------------


def test_pillar_behind_its_plan_has_a_gap():
    drawn = charts.pillar(76, 71, hero=True)
    assert drawn["fill"] == {"y": 29, "height": 71}
    assert drawn["gap"] == {"y": 24, "height": 5}
    assert (drawn["plan"], drawn["inside"], drawn["figure"]) == (24, True, 29)
    assert drawn["flutes"] == [16.5, 29, 41.5]


def test_pillar_ahead_of_its_plan_has_none():
    drawn = charts.pillar(77, 79, hero=True)
    assert (drawn["gap"], drawn["figure"]) == (None, 23)


def test_low_pillar_has_its_figure_above_and_no_flutes():
    drawn = charts.pillar(30, 8, hero=True)
    assert (drawn["inside"], drawn["figure"], drawn["flutes"]) == (False, 92, [])


def test_pillar_stays_within_its_drawing():
    assert charts.pillar(Decimal(120), Decimal(-5))["fill"] == {"y": 100, "height": 0}


def test_four_small_columns_lie_as_in_the_mock():
    columns = charts.mini([(76, 71), (77, 79), (75, 68), (62, 56)])
    assert [(c["x"], c["width"]) for c in columns] == [(5, 18), (29, 18), (53, 18), (77, 18)]
    assert columns[0]["fill"] == {"y": 34.46, "height": 52.54}
    assert columns[0]["gap"] == {"y": 30.76, "height": 3.7}
    assert columns[1]["gap"] is None


@pytest.mark.parametrize("number", [1, 3, 6, 9])
def test_any_number_of_columns_fills_the_same_width(number):
    columns = charts.mini([(50, 40)] * number)
    assert columns[0]["x"] == 5
    assert columns[-1]["x"] + columns[-1]["width"] == pytest.approx(95, abs=0.02)


@pytest.mark.parametrize(
    ("plan", "actual", "gap", "tick"),
    [
        (72, 58, {"x": 58, "width": 14}, 72),
        (77, 79, None, 77),
        (100, 100, None, None),
        (0, 0, None, None),
        (100, 90, {"x": 90, "width": 10}, 100),
    ],
)
def test_bar(plan, actual, gap, tick):
    drawn = charts.bar(plan, actual)
    assert (drawn["fill"], drawn["gap"], drawn["tick"]) == (actual, gap, tick)


# --- the curve ------------------------------------------------------------------------------------

MILESTONES = [
    Step(10, date(2023, 3, 31), date(2023, 3, 24), True),
    Step(10, date(2023, 9, 29), date(2023, 10, 13), True),
    Step(38, date(2024, 9, 30), date(2025, 6, 20), True),
    Step(42, date(2025, 9, 30), date(2026, 1, 30), False),
]


def test_curve_reads_plan_and_actual_of_today():
    drawn = charts.curve(MILESTONES, axis=PLAN, today=TODAY)
    assert (drawn["target"]["value"], drawn["level"]["value"], drawn["today"]) == (100, 20 + 38, 72.73)


def test_curve_hatches_only_while_the_plan_is_higher():
    drawn = charts.curve(MILESTONES, axis=PLAN, today=TODAY)
    found = [(gap["x"], gap["height"]) for gap in drawn["gaps"]]
    assert found == [(29.9, 10), (50, 38), (69.99, 42)]


def test_forecast_begins_today_at_the_actual_level():
    lines = charts.curve(MILESTONES, axis=PLAN, today=TODAY)["forecast"]
    assert (lines[0]["x1"], lines[0]["y1"]) == (72.73, 42)
    assert (lines[-1]["x2"], lines[-1]["y2"]) == (76.67, 0)


def test_overdue_milestone_is_expected_no_earlier_than_today():
    steps = [Step(1, date(2024, 1, 1), date(2024, 1, 1), False)]
    assert charts.curve(steps, axis=PLAN, today=TODAY)["forecast"] == [
        {"x1": 72.73, "y1": 100, "x2": 72.73, "y2": 0}
    ]


def test_weights_count_in_shares_of_all_weights():
    steps = [Step(w, date(2023, 4, 1), date(2023, 4, 1), done) for w, done in ((1, True), (3, False))]
    assert charts.curve(steps, axis=PLAN, today=TODAY)["level"]["value"] == 25


def test_curve_without_milestones_is_flat():
    drawn = charts.curve([], axis=PLAN, today=TODAY)
    assert (drawn["target"]["value"], drawn["gaps"], drawn["areas"]) == (0, [], [])


def test_today_outside_the_plan_is_not_drawn():
    assert charts.curve(MILESTONES, axis=PLAN, today=date(2028, 1, 1))["today"] is None


# --- years ----------------------------------------------------------------------------------------


def test_year_columns_lie_as_in_the_mock():
    years = [
        Year(2022, 50, 52),
        Year(2023, 60, 61),
        Year(2024, 70, 70),
        Year(2025, 80, 78, True),
        Year(2026, 90, None),
    ]
    columns = charts.by_year(years, top=100)["columns"]
    assert [c["fill"]["x"] for c in columns[:4]] == [3, 23, 43, 63]
    assert columns[3]["fill"] == {"x": 63, "width": 14, "y": 22, "height": 78}
    assert columns[3]["gap"] == {"x": 63, "width": 14, "y": 20, "height": 2}
    assert columns[4]["open"] == {"x": 83, "width": 14, "y": 10, "height": 90}
    assert [c["part"] for c in columns] == [False, False, False, True, False]


def test_smaller_is_better_turns_the_gap_round():
    columns = charts.by_year(
        [Year(2022, 11, Decimal("11.2")), Year(2023, 9, 8)], smaller_is_better=True, top=13
    )["columns"]
    assert (columns[0]["gap"]["y"], columns[0]["gap"]["height"], columns[1]["gap"]) == (13.85, 1.54, None)


def test_year_without_a_target_is_drawn_without_a_line():
    [column] = charts.by_year([Year(2022, None, 5)])["columns"]
    assert (column["line"], column["gap"], column["open"]) == (None, None, None)


def test_year_with_nothing_shows_its_name_only():
    [column] = charts.by_year([Year(2022, None, None)])["columns"]
    assert (column["fill"], column["open"], column["value"]) == (None, None, None)


def test_zeros_and_negative_values_do_not_break_the_scale():
    columns = charts.by_year([Year(2022, 0, 0), Year(2023, -12, -5)])["columns"]
    assert [(c["fill"]["y"], c["fill"]["height"]) for c in columns] == [(100, 0)] * 2


def test_columns_of_other_numbers_of_years_share_the_width():
    columns = charts.by_year([Year(2027 + n, 10, None) for n in range(3)])["columns"]
    assert [(c["open"]["x"], c["open"]["width"], c["mid"]) for c in columns] == [
        (5, 23.33, 16.67),
        (38.33, 23.33, 50),
        (71.67, 23.33, 83.33),
    ]


# --- burden and effect ----------------------------------------------------------------------------


def test_dots_lie_between_one_and_five():
    dots = charts.quadrants([Voice(1, 5, "a"), Voice(5, 1, "b"), Voice(3, 3, "c")])["dots"]
    assert [(d["x"], d["y"]) for d in dots] == [(0, 0), (100, 100), (50, 50)]


def test_path_joins_the_quarters_in_order():
    drawn = charts.quadrants([Voice(4.3, 1.6, "R5 Q3"), Voice(2.9, 3.5, "R7 Q2")], path=True)
    assert drawn["lines"] == [{"x1": 82.5, "y1": 85, "x2": 47.5, "y2": 37.5}]
    assert [d["last"] for d in drawn["dots"]] == [False, True]


@pytest.mark.parametrize(
    ("voices", "labels"),
    [
        ([Voice(3, 3, "Q1"), Voice(3, 3, "Q2"), Voice(3, 3.1, "Q3")], ["", "", "Q3"]),  # a dot on a dot
        ([Voice(3, 3, "Q1"), Voice(3.5, 3, "Q2")], ["", "Q2"]),  # a label over the next dot's
        ([Voice(3, 3, "Q1"), Voice(3, 3.5, "Q2")], ["Q1", "Q2"]),  # one above the other
        ([Voice(2, 3, "Q1"), Voice(3.5, 3, "Q2")], ["Q1", "Q2"]),  # side by side
        ([Voice(3.8, 3, "Q1"), Voice(4.9, 3, "Q2")], ["", "Q2"]),  # the last one is written towards the left
    ],
)
def test_labels_of_a_path_do_not_cover_each_other(voices, labels):
    assert [d["label"] for d in charts.quadrants(voices, path=True)["dots"]] == labels


def test_numbers_in_dots_all_stay():
    dots = charts.quadrants([Voice(3, 3, "1"), Voice(3, 3, "2")])["dots"]
    assert [d["label"] for d in dots] == ["1", "2"]


def test_gate_draws_fixed_levels_over_the_whole_width():
    columns = charts.gate((64, 84, 56, 74), 73)["columns"]
    assert [(c["x"], c["width"]) for c in columns] == [(3, 18), (28.2, 18), (53.4, 18), (78.6, 18)]
    assert [c["gap"] for c in columns] == [{"y": 27, "height": 9}, None, {"y": 27, "height": 17}, None]
    assert [c["flute_top"] for c in columns] == [43, 34, 51, 34]
