from datetime import date

import pytest

from dxportal import officedays


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 9, 22), False),  # 国民の休日 between 敬老の日 and 秋分の日
        (date(2025, 11, 24), False),  # 振替休日
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 3), False),
        (date(2027, 1, 4), True),
    ],
)
def test_office_days_in_japan(day, open_):
    assert officedays.is_office_day(day) is open_


def test_some_posts_rest_on_friday_and_saturday():
    week = [date(2026, 6, day) for day in (4, 5, 6, 7)]  # Thursday to Sunday
    assert [officedays.is_office_day(day, "EG") for day in week] == [True, False, False, True]
    assert [officedays.is_office_day(day, "FR") for day in week] == [True, True, False, False]


def test_year_end_closing_is_japanese_only():
    assert officedays.is_office_day(date(2026, 12, 30), "FR") is True


def test_unknown_country_keeps_saturday_and_sunday():
    assert [officedays.is_office_day(date(2026, 6, day), "XX") for day in (5, 6, 7, 8)] == [
        True,
        False,
        False,
        True,
    ]


def test_every_country_of_the_departments_has_a_calendar():
    import csv

    from django.conf import settings

    with (settings.BASE_DIR / "dxportal/demo/data/departments.csv").open(encoding="utf-8-sig") as file:
        countries = {row["country_code"] for row in csv.DictReader(file)}
    weeks = {c: sum(officedays.is_office_day(date(2026, 6, d), c) for d in range(8, 15)) for c in countries}
    assert {c: n for c, n in weeks.items() if not 3 <= n <= 6} == {}


def test_issue_due_on_a_holiday_moves_to_the_next_office_day():
    assert officedays.next_office_day(date(2026, 11, 21)) == date(2026, 11, 24)
    assert officedays.next_office_day(date(2026, 11, 24)) == date(2026, 11, 24)


def test_five_office_days_cross_a_long_weekend():
    assert officedays.add_office_days(date(2026, 11, 19), 5) == date(2026, 11, 27)
    assert officedays.add_office_days(date(2026, 11, 27), -5) == date(2026, 11, 19)
    assert officedays.add_office_days(date(2026, 11, 21), 0) == date(2026, 11, 24)


def test_office_days_between_counts_the_last_day_only():
    assert officedays.office_days_between(date(2026, 11, 19), date(2026, 11, 27)) == 5
    assert officedays.office_days_between(date(2026, 11, 27), date(2026, 11, 19)) == -5
    assert officedays.office_days_between(date(2026, 11, 19), date(2026, 11, 19)) == 0


def test_changes_of_the_law_are_passed_in():
    extra = date(2026, 11, 20)
    assert officedays.is_office_day(extra, closed={extra}) is False
    assert officedays.is_office_day(date(2026, 11, 21), opened={date(2026, 11, 21)}) is True


def test_holiday_has_its_name():
    assert officedays.holiday_name(date(2026, 11, 20)) == ""
    assert officedays.holiday_name(date(2026, 11, 23)) != ""
