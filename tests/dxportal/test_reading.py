from datetime import date, datetime
from decimal import Decimal

import pytest

from dxportal import dates
from dxportal.reading import AmbiguousDate, DateError, is_same_as_above, parse_date, parse_number

LAST_OF_MARCH = date(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "令和8年3月31日",
        "令和８年３月３１日",
        "令和8年3月31日(火)",
        "R8.3.31",
        "r8/3/31",
        "R8.3末",
        "令和8年3月末",
        "令和7年度末",
        "令和7年度下期末",
        "R7年度第4四半期末",
        "2026/3/31",
        "2026-03-31",
        "2026年3月31日",
        "20260331",
        "31 Mar 2026",
        "March 31, 2026",
        "end of March 2026",
    ],
)
def test_one_day_is_written_in_many_ways(text):
    assert parse_date(text) == LAST_OF_MARCH


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("R8.3", date(2026, 3, 1), LAST_OF_MARCH),
        ("H31.4", date(2019, 4, 1), date(2019, 4, 30)),
        ("令和6年2月", date(2024, 2, 1), date(2024, 2, 29)),
        ("令和元年", date(2019, 5, 1), date(2019, 12, 31)),
        ("令和元年度", date(2019, 4, 1), date(2020, 3, 31)),
        ("令和7年度", date(2025, 4, 1), LAST_OF_MARCH),
        ("令和7年度3月", date(2026, 3, 1), LAST_OF_MARCH),
        ("令和7年度上期", date(2025, 4, 1), date(2025, 9, 30)),
        ("R7 Q3", date(2025, 10, 1), date(2025, 12, 31)),
        ("Q4 FY2025", date(2026, 1, 1), LAST_OF_MARCH),
        ("令和7年12月上旬", date(2025, 12, 1), date(2025, 12, 10)),
        ("令和8年2月下旬", date(2026, 2, 21), date(2026, 2, 28)),
    ],
)
def test_longer_times_have_two_ends(text, start, end):
    assert (parse_date(text, edge="start"), parse_date(text, edge="end")) == (start, end)


def test_month_without_a_wanted_end_is_asked():
    with pytest.raises(AmbiguousDate) as caught:
        parse_date("R8.3")
    assert caught.value.candidates == (LAST_OF_MARCH, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("8.3末", (LAST_OF_MARCH, date(2008, 3, 31), date(1996, 3, 31))),
        ("8.3.31", (LAST_OF_MARCH, date(2008, 3, 31), date(1996, 3, 31))),
        ("R7末", (LAST_OF_MARCH, date(2025, 12, 31))),
        ("31 Mar", ()),
        ("上期", ()),
    ],
)
def test_text_with_several_meanings_is_never_guessed(text, candidates):
    with pytest.raises(AmbiguousDate) as caught:
        parse_date(text, edge="end")
    assert caught.value.candidates == candidates


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31 Mar", LAST_OF_MARCH),
        ("3/31", LAST_OF_MARCH),
        ("4月1日", date(2025, 4, 1)),
        ("上期", date(2025, 9, 30)),
        ("12月末", date(2025, 12, 31)),
    ],
)
def test_fiscal_year_completes_a_day_without_one(text, day):
    assert parse_date(text, edge="end", fiscal_year=2025) == day


def test_leap_day_exists_in_leap_years_only():
    assert parse_date("2月29日", fiscal_year=2023) == date(2024, 2, 29)
    with pytest.raises(DateError):
        parse_date("2月29日", fiscal_year=2024)


@pytest.mark.parametrize(
    "text", ["", "未定", "R8.13.1", "2026-02-29", "令和元年4月30日", "平成元年1月7日", "3月頃"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(DateError):
        parse_date(text)


def test_cells_that_hold_a_day_are_taken_as_it():
    assert parse_date(datetime(2026, 3, 31, 12, 0)) == LAST_OF_MARCH  # noqa: DTZ001
    assert parse_date(LAST_OF_MARCH) == LAST_OF_MARCH


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("style", ["short", "long"])
def test_what_the_portal_writes_it_reads(language, style):
    for day in (date(2019, 4, 30), date(2019, 5, 1), date(2024, 2, 29), LAST_OF_MARCH):
        assert parse_date(dates.format_day(day, style, language=language)) == day


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("１，２３４", Decimal(1234)),
        ("12.5％", Decimal("12.5")),
        ("▲3", Decimal(-3)),
        ("△ 0.5", Decimal("-0.5")),
        ("−3", Decimal(-3)),
        (7, Decimal(7)),
        (0.1, Decimal("0.1")),
        ("", None),
        ("—", None),
        (None, None),
    ],
)
def test_numbers_are_read_as_written_in_tables(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize("text", ["〃", "約3", "△", "1 2 3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="数として"):
        parse_number(text)


def test_same_as_above_is_recognised():
    assert [is_same_as_above(text) for text in ("〃", "同上", "3")] == [True, True, False]
