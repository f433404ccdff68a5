"""Nine o'clock local everywhere (P7, F24): clock changes in both directions, weekends, holidays, year's end."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dxportal import officedays
from newsletter import schedule
from tests.newsletter.test_sending import places

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
YEARS = range(2026, 2029)


def due(day, zone, country):
    """When an issue of `day` is due there, as the clocks there show it."""
    return schedule.due_at(day, zone, country, not_before=LONG_AGO).astimezone(ZoneInfo(zone))


def clock_changes(zone, year):
    """(day, hours the clocks go forward) of every change in the year."""
    noons = [datetime(year, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=n) for n in range(366)]
    for before, after in zip(noons, noons[1:], strict=False):
        if before.utcoffset() != after.utcoffset():
            yield after.date(), (after.utcoffset() - before.utcoffset()) / timedelta(hours=1)


@pytest.mark.parametrize("year", YEARS)
def test_both_days_around_every_clock_change_of_every_post(year):
    seen = set()
    for zone, country in places():
        for day, step in clock_changes(zone, year):
            seen.add(step)
            for issue_day in (day - timedelta(days=1), day, day + timedelta(days=1)):
                local = due(issue_day, zone, country)
                assert local.time() == time(9), (zone, issue_day)
                assert officedays.is_office_day(local.date(), country), (zone, issue_day)
    assert {1.0, -1.0} <= seen


@pytest.mark.parametrize(
    ("zone", "country", "day", "before", "after"),
    [  # UTC hour of nine o'clock on the office day before the change and on the one after
        ("Europe/Berlin", "DE", date(2027, 3, 28), 8, 7),  # north, spring
        ("Europe/Berlin", "DE", date(2027, 10, 31), 7, 8),  # north, autumn
        ("Australia/Sydney", "AU", date(2027, 4, 4), 22, 23),  # south, autumn
        ("Australia/Sydney", "AU", date(2027, 10, 3), 23, 22),  # south, spring
        ("Asia/Jerusalem", "IL", date(2027, 3, 26), 7, 6),  # on a Friday, which is a weekend there
    ],
)
def test_nine_stays_nine_over_the_change(zone, country, day, before, after):
    last, first = (due(day + timedelta(days=n), zone, country) for n in (-4, 5))
    assert (last.time(), first.time()) == (time(9), time(9))
    assert (last.astimezone(UTC).hour, first.astimezone(UTC).hour) == (before, after)


@pytest.mark.parametrize(
    ("zone", "country", "day", "arrives"),
    [
        ("Africa/Cairo", "EG", date(2026, 11, 20), date(2026, 11, 22)),  # Friday → Sunday
        ("Asia/Kuwait", "KW", date(2026, 11, 21), date(2026, 11, 22)),  # Saturday → Sunday
        ("Asia/Dubai", "AE", date(2026, 11, 20), date(2026, 11, 20)),  # Saturday and Sunday since 2022
        ("Europe/Paris", "FR", date(2026, 7, 14), date(2026, 7, 15)),
        ("America/New_York", "US", date(2026, 11, 26), date(2026, 11, 27)),
        ("Asia/Tokyo", "JP", date(2026, 4, 29), date(2026, 4, 30)),
        ("Asia/Tokyo", "JP", date(2026, 5, 3), date(2026, 5, 7)),  # 3 to 6 May, one of them a substitute
        ("Europe/London", "GB", date(2026, 5, 4), date(2026, 5, 5)),
        ("Asia/Tokyo", "JP", date(2026, 12, 29), date(2027, 1, 4)),
        ("Asia/Tokyo", "JP", date(2027, 12, 29), date(2028, 1, 4)),
        ("America/Los_Angeles", "US", date(2026, 12, 31), date(2026, 12, 31)),
        ("America/Los_Angeles", "US", date(2027, 1, 1), date(2027, 1, 4)),
        ("Europe/Berlin", "DE", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_the_next_office_day_of_the_place(zone, country, day, arrives):
    assert due(day, zone, country).date() == arrives


@pytest.mark.parametrize(("first", "last"), [((4, 28), (5, 6)), ((12, 28), (1, 4))])
def test_golden_week_and_year_end_at_every_post(first, last):
    """Never on a closed day, never before the issue's day, never twice the same wait for an earlier issue."""
    for year in YEARS:
        begin = date(year, *first)
        days = (date(year + (last < first), *last) - begin).days + 1
        for zone, country in places():
            found = [due(begin + timedelta(days=n), zone, country) for n in range(days)]
            assert all(officedays.is_office_day(at.date(), country) for at in found)
            assert found == sorted(found)
            assert all(at.date() >= begin + timedelta(days=n) for n, at in enumerate(found))


@pytest.mark.parametrize(
    ("hour", "arrives"),
    [(6, (25, 9)), (9, (25, 9)), (12, (25, 12)), (17, (25, 17)), (18, (26, 9)), (23, (26, 9))],
)
def test_approved_on_the_day_itself(hour, arrives):
    at = datetime(2026, 11, 25, hour, tzinfo=ZoneInfo("Asia/Tokyo"))
    local = schedule.due_at(date(2026, 11, 25), "Asia/Tokyo", "JP", not_before=at).astimezone(at.tzinfo)
    assert (local.day, local.hour) == arrives
