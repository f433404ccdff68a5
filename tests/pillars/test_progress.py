"""The arithmetic of progress, by tables: what each rule gives, and what it refuses to compute."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace as Thing

import pytest

from pillars import calendar, progress
from pillars.models import Indicator, IndicatorValue, Initiative, Milestone, Plan, ProgressReport

TODAY = date(2026, 11, 23)


def milestone(planned, completed=None, due=None, weight=1, cancelled=False):
    day = lambda text: date.fromisoformat(text) if text else None  # noqa: E731
    return Milestone(
        planned_on=day(planned),
        due_on=day(due or planned),
        completed_on=day(completed),
        weight=Decimal(weight),
        is_cancelled=cancelled,
    )


@pytest.mark.parametrize(
    ("milestones", "actual", "planned"),
    [
        ([], None, None),
        ([milestone("2026-01-01", cancelled=True)], None, None),
        ([milestone("2026-01-01", weight=0)], None, None),
        ([milestone("2026-01-01")], 0, 100),
        ([milestone("2026-11-23")], 0, 0),
        ([milestone("2026-11-22")], 0, 100),
        ([milestone("2026-12-31", completed="2026-11-23")], 100, 0),
        ([milestone("2026-01-01", completed="2026-11-24")], 0, 100),
        ([milestone("2026-01-01", due="2027-01-01")], 0, 100),
        ([milestone("2026-01-01", "2026-01-01"), milestone("2027-01-01")], 50, 50),
        ([milestone("2026-01-01", "2026-01-01", weight=3), milestone("2026-02-01")], 75, 100),
        ([milestone("2026-01-01", "2026-01-01"), milestone("2026-01-01", cancelled=True)], 100, 100),
    ],
)
def test_actual_and_planned_are_weight_shares(milestones, actual, planned):
    assert (progress.actual(milestones, TODAY), progress.planned(milestones, TODAY)) == (actual, planned)


@pytest.mark.parametrize(
    ("one", "day", "expected"),
    [
        (milestone("2026-06-30", completed="2026-07-10"), date(2026, 11, 30), 100),
        (milestone("2026-06-30", due="2027-01-31"), date(2026, 12, 31), 0),
        (milestone("2026-06-30", due="2027-01-31"), date(2027, 1, 31), 100),
        (milestone("2026-06-30"), TODAY, 100),  # overdue: it cannot come before today
        (milestone("2026-06-30"), date(2026, 11, 22), 0),
    ],
)
def test_forecast_follows_current_dates(one, day, expected):
    assert progress.forecast([one], day, TODAY) == expected


def test_curve_shows_year_ends_today_and_forecast():
    steps = [milestone("2026-03-31", completed="2026-03-31"), milestone("2026-10-31", due="2027-01-31")]
    points = progress.curve(steps, [date(2026, 3, 31), date(2027, 3, 31)], TODAY)
    assert [(p.day.isoformat(), p.planned, p.actual, p.is_forecast) for p in points] == [
        ("2026-03-31", 50, 50, False),
        ("2026-11-23", 100, 50, False),
        ("2027-03-31", 100, 100, True),
    ]


@pytest.mark.parametrize(
    ("actual", "planned", "expected"),
    [
        (60, 60, "on_track"),
        (80, 60, "on_track"),
        (55, 60, "on_track"),
        ("54.9", 60, "slightly_delayed"),
        (45, 60, "slightly_delayed"),
        ("44.9", 60, "delayed"),
        (0, 0, "on_track"),
        (None, None, None),
        (100, 100, "on_track"),
    ],
)
def test_status_follows_the_thresholds(actual, planned, expected):
    plan = Plan(on_track_points=Decimal(-5), slightly_delayed_points=Decimal(-15))
    initiative = Initiative(plan=plan, state="in_progress", ends_on=date(2027, 3, 31))
    numbers = [None if value is None else Decimal(value) for value in (actual, planned)]
    assert progress.suggest_status(initiative, *numbers, TODAY) == expected


def test_thresholds_are_data_of_the_plan():
    plan = Plan(on_track_points=Decimal(0), slightly_delayed_points=Decimal(-40))
    initiative = Initiative(plan=plan, state="in_progress")
    assert progress.suggest_status(initiative, Decimal(30), Decimal(60), TODAY) == "slightly_delayed"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"state": "cancelled"}, "cancelled"),
        ({"state": "completed"}, "completed"),
        ({"state": "not_started"}, "not_started"),
        ({"state": "in_progress", "starts_on": date(2026, 12, 1)}, "not_started"),
        ({"state": "in_progress", "starts_on": date(2026, 4, 1)}, "on_track"),
    ],
)
def test_status_without_a_due_milestone(fields, expected):
    initiative = Initiative(plan=Plan(), **fields)
    assert progress.suggest_status(initiative, Decimal(0), Decimal(0), TODAY) == expected


def test_everything_done_after_the_end_is_completed():
    initiative = Initiative(plan=Plan(), state="in_progress", ends_on=date(2026, 3, 31))
    assert progress.suggest_status(initiative, Decimal(100), Decimal(100), TODAY) == "completed"


@pytest.mark.parametrize(
    ("day", "due", "expected"),
    [
        (date(2026, 11, 23), (2026, 2), (2026, 2)),
        (date(2026, 10, 1), (2026, 2), (2026, 1)),
        (date(2026, 10, 16), (2026, 2), (2026, 1)),
        (date(2026, 10, 17), (2026, 2), (2026, 2)),
        (date(2026, 4, 1), (2025, 4), (2025, 3)),
        (date(2026, 3, 31), (2025, 3), (2025, 3)),
        (date(2026, 7, 1), (2026, 1), (2025, 4)),
    ],
)
def test_quarter_to_report_and_quarter_expected(day, due, expected):
    assert (calendar.due_quarter(day), calendar.expected_quarter(day)) == (due, expected)


def test_deadline_counts_office_days_without_the_sports_day():
    assert calendar.report_deadline(2026, 2) == date(2026, 10, 16)


def reported(status, year, quarter, state="in_progress"):
    initiative = Initiative(pk=1, plan=Plan(status="active", first_fiscal_year=2022), state=state)
    initiative.newest_reports = (
        [ProgressReport(fiscal_year=year, quarter=quarter, status=status)] if status else []
    )
    initiative._prefetched_objects_cache = {"milestones": []}
    initiative.asked_serial, initiative.plan_asks = None, False
    return initiative.progress(TODAY)


@pytest.mark.parametrize(
    ("args", "stale", "shown"),
    [
        (("on_track", 2026, 2), False, "on_track"),
        (("on_track", 2026, 1), True, "stale"),
        (("on_track", 2025, 4), True, "stale"),
        (("delayed", 2025, 4), True, "delayed"),
        (("slightly_delayed", 2025, 4), True, "slightly_delayed"),
        (("completed", 2023, 4, "completed"), False, "completed"),
        ((None, None, None), True, "stale"),
    ],
)
def test_an_old_green_is_shown_as_old(args, stale, shown):
    seen = reported(*args)
    assert (seen.is_stale, seen.shown) == (stale, shown)


def test_roll_up_gives_the_split_and_means():
    one = reported("on_track", 2026, 2)
    pieces = [
        one,
        reported("delayed", 2026, 2),
        reported("on_track", 2025, 4),
        reported("cancelled", 2026, 2, "cancelled"),
    ]
    seen = progress.roll_up(pieces)
    assert seen.by_status == {"on_track": 1, "delayed": 1, "cancelled": 1, "stale": 1}
    assert (seen.total, seen.counted, seen.actual, seen.worst) == (4, 0, None, "delayed")


@pytest.mark.parametrize(("value", "expected"), [("66.5", 67), ("-4.5", -5), ("0.49", 0), (None, None)])
def test_rounding_for_display(value, expected):
    assert progress.whole(None if value is None else Decimal(value)) == expected


# --- KPIs: the cases kept on purpose in the demonstration data ---------------------------------------


def figure(target, actual, direction="increase", base=None, unit="件"):
    decimal = lambda value: None if value is None else Decimal(str(value))  # noqa: E731
    indicator = Indicator(direction=direction, baseline_value=decimal(base), unit=unit)
    return indicator, IndicatorValue(
        target_value=decimal(target), actual_value=decimal(actual), fiscal_year=2025
    )


@pytest.mark.parametrize(
    ("case", "rate", "reason"),
    [
        (figure(50, 40), 80, ""),
        (figure(50, 60), 120, ""),
        (figure(20, 25, "decrease"), 80, ""),
        (figure(20, 10, "decrease"), 200, ""),
        (figure(90, 90, "maintain"), 100, ""),
        (figure(0, 0, "decrease"), None, progress.ZERO_TARGET),
        (figure(None, 30), None, progress.NO_TARGET),
        (figure(30, None), None, progress.NO_ACTUAL),
        (figure(-12, -8, "decrease"), None, progress.NEGATIVE),
        (figure(10, -1), None, progress.NEGATIVE),
        (figure(5, 0, "decrease"), None, progress.ZERO_ACTUAL),
    ],
)
def test_achievement_rate(case, rate, reason):
    found = progress.achievement_rate(*case)
    assert (found.value, found.reason, bool(found.formula)) == (rate, reason, rate is not None)


@pytest.mark.parametrize(
    ("case", "rate", "reason"),
    [
        (figure(60, 50, base=40), 50, ""),
        (figure(60, 30, base=40), -50, ""),
        (figure(-12, -6, "decrease", base=0), 50, ""),
        (figure(20, 30, "decrease", base=40), 50, ""),
        (figure(0, 1, "decrease", base=4), 75, ""),
        (figure(60, 50), None, progress.NO_BASELINE),
        (figure(40, 50, base=40), None, progress.TARGET_IS_BASELINE),
        (figure(None, 50, base=40), None, progress.NO_TARGET),
        (figure(60, None, base=40), None, progress.NO_ACTUAL),
    ],
)
def test_progress_from_baseline(case, rate, reason):
    found = progress.progress_from_baseline(*case)
    assert (found.value, found.reason) == (rate, reason)


@pytest.mark.parametrize(
    ("case", "met"),
    [
        (figure(50, 50), True),
        (figure(50, 49), False),
        (figure(0, 0, "decrease"), True),
        (figure(0, 1, "decrease"), False),
        (figure(-12, -13, "decrease"), True),
        (figure(98, 97, "maintain"), False),
        (figure(None, 1), None),
        (figure(1, None), None),
    ],
)
def test_target_met(case, met):
    assert progress.is_met(*case) is met


def test_differences_of_percentages_are_points():
    indicator, value = figure(50, "38.2", unit="%")
    assert (progress.gap_to_target(indicator, value), progress.difference_unit(indicator)) == (
        Decimal("-11.8"),
        "ポイント",
    )
    assert progress.year_on_year(indicator, value, Thing(actual_value=Decimal(30))) == Decimal("8.2")
    assert progress.year_on_year(indicator, value, None) is None


@pytest.mark.parametrize(
    ("aggregation", "year", "partial"),
    [
        ("fiscal_year_sum", 2026, True),
        ("fiscal_year_sum", 2025, False),
        ("point_in_time", 2026, False),
        ("calendar_year", 2026, True),
        ("calendar_year", 2025, False),
    ],
)
def test_values_of_a_running_year_are_partial(aggregation, year, partial):
    value = IndicatorValue(fiscal_year=year, actual_value=Decimal(1))
    assert progress.is_partial(Indicator(aggregation=aggregation), value, TODAY) is partial


def grade(code, share=None, not_measured=False):
    return Thing(
        code=code, minimum_share=None if share is None else Decimal(share), not_measured=not_measured
    )


@pytest.mark.parametrize(
    ("met", "measured", "code"),
    [(3, 3, "A"), (2, 3, "B"), (1, 2, "B"), (1, 3, "C"), (0, 3, "C"), (0, 0, "D")],
)
def test_suggested_grade_on_the_demonstration_scale(met, measured, code):
    scale = [grade("A", 1), grade("B", "0.5"), grade("C", 0), grade("D", not_measured=True)]
    assert progress.suggest_grade(scale, met, measured).code == code


def test_a_scale_without_rule_is_left_to_people():
    assert progress.suggest_grade([grade("◎"), grade("×")], 3, 3) is None
