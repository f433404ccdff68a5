from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dxportal import dates


@pytest.mark.parametrize(
    ("day", "year", "quarter", "half"),
    [
        (date(2026, 3, 31), 2025, 4, 2),
        (date(2026, 4, 1), 2026, 1, 1),
        (date(2026, 6, 30), 2026, 1, 1),
        (date(2026, 7, 1), 2026, 2, 1),
        (date(2026, 9, 30), 2026, 2, 1),
        (date(2026, 10, 1), 2026, 3, 2),
        (date(2024, 2, 29), 2023, 4, 2),
    ],
)
def test_fiscal_year_turns_on_the_first_of_april(day, year, quarter, half):
    assert (dates.fiscal_year(day), dates.quarter(day), dates.half(day)) == (year, quarter, half)


def test_quarters_of_a_year_follow_each_other_without_a_gap():
    edges = [(dates.quarter_start(2023, n), dates.quarter_end(2023, n)) for n in (1, 2, 3, 4)]
    assert edges == [
        (date(2023, 4, 1), date(2023, 6, 30)),
        (date(2023, 7, 1), date(2023, 9, 30)),
        (date(2023, 10, 1), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 3, 31)),
    ]


def test_halves_and_year_share_their_ends():
    assert (dates.half_start(2026, 1), dates.half_end(2026, 2)) == (
        dates.year_start(2026),
        dates.year_end(2026),
    )
    assert (dates.half_end(2026, 1), dates.half_start(2026, 2)) == (date(2026, 9, 30), date(2026, 10, 1))


def test_february_of_a_leap_year_ends_on_the_29th():
    assert [dates.month_end(date(year, 2, 1)).day for year in (2023, 2024, 2100)] == [28, 29, 28]


def test_week_starts_on_monday():
    assert [dates.week_start(date(2025, 11, day)) for day in (17, 19, 23)] == [date(2025, 11, 17)] * 3


def test_today_is_the_date_in_tokyo():
    assert dates.today(datetime(2026, 3, 31, 14, 59, tzinfo=UTC)) == date(2026, 3, 31)
    assert dates.today(datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) == date(2026, 4, 1)


# --- eras -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "short", "long"),
    [
        (date(2019, 4, 30), "H31.4.30", "平成31年4月30日"),
        (date(2019, 5, 1), "R1.5.1", "令和元年5月1日"),
        (date(1989, 1, 7), "S64.1.7", "昭和64年1月7日"),
        (date(1989, 1, 8), "H1.1.8", "平成元年1月8日"),
        (date(2025, 11, 19), "R7.11.19", "令和7年11月19日"),
    ],
)
def test_era_changes_on_its_day(day, short, long):
    assert (dates.format_day(day, language="ja"), dates.format_day(day, "long", language="ja")) == (
        short,
        long,
    )


@pytest.mark.parametrize(
    ("style", "japanese", "western", "english"),
    [
        ("short", "R7.11.19", "2025.11.19", "19 Nov 2025"),
        ("full", "令和7年11月19日(水)", "2025年11月19日(水)", "Wednesday 19 November 2025"),
        ("day", "11月19日", "11月19日", "19 Nov"),
        ("weekday", "11月19日(水)", "11月19日(水)", "Wed 19 Nov"),
        ("short_month", "R7.11", "2025.11", "Nov 2025"),
        ("year", "令和7年", "2025年", "2025"),
    ],
)
def test_day_is_written_in_three_ways(style, japanese, western, english):
    day = date(2025, 11, 19)
    assert dates.format_day(day, style, language="ja") == japanese
    assert dates.format_day(day, style, language="ja", western=True) == western
    assert dates.format_day(day, style, language="en") == english


def test_day_before_the_eras_has_no_era():
    with pytest.raises(ValueError, match="no era"):
        dates.era(date(1868, 1, 24))


@pytest.mark.parametrize(
    ("year", "long", "short"),
    [
        (1988, "昭和63年度(1988年度)", "S63"),
        (1989, "平成元年度(1989年度)", "H1"),
        (2018, "平成30年度(2018年度)", "H30"),
        (2019, "令和元年度(2019年度)", "R1"),
        (2026, "令和8年度(2026年度)", "R8"),
    ],
)
def test_fiscal_year_is_named_by_its_era(year, long, short):
    assert dates.format_fiscal_year(year, language="ja") == long
    assert dates.format_fiscal_year(year, "short", language="ja") == short
    assert dates.format_fiscal_year(year, language="en") == f"FY{year}"


def test_quarter_has_a_long_and_a_short_name():
    assert dates.format_quarter(2026, 2, language="ja") == "令和8年度 第2四半期"
    assert dates.format_quarter(2026, 2, short=True, language="ja") == "R8 Q2"
    assert dates.format_quarter(2026, 2, language="en") == "Q2 FY2026"


# --- instants -------------------------------------------------------------------------------------


def every_zone():
    import csv

    from django.conf import settings

    with (settings.BASE_DIR / "dxportal/demo/data/departments.csv").open(encoding="utf-8-sig") as file:
        return sorted({row["timezone"] for row in csv.DictReader(file)})


def test_every_post_has_nine_in_the_morning_on_every_day_of_two_years():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(730)]
    for zone in map(ZoneInfo, every_zone()):
        mornings = [dates.local_morning(day, zone) for day in days]
        assert {(m.hour, m.minute) for m in mornings} == {(9, 0)}, zone
        assert [m.date() for m in mornings] == days


def test_time_skipped_by_summer_time_moves_forward():
    paris = ZoneInfo("Europe/Paris")
    skipped = dates.local_instant(date(2026, 3, 29), time(2, 30), paris)
    assert skipped.astimezone(UTC) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert (skipped.hour, skipped.minute) == (3, 30)


def test_time_that_comes_twice_is_the_first():
    paris = ZoneInfo("Europe/Paris")
    twice = dates.local_instant(date(2026, 10, 25), time(2, 30), paris)
    assert twice.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_morning_shifts_by_an_hour_in_universal_time_with_summer_time():
    london = ZoneInfo("Europe/London")
    hours = [dates.local_morning(date(2026, month, 1), london).astimezone(UTC).hour for month in (1, 7)]
    assert hours == [9, 8]
