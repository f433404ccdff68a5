"""The reporting calendar (domain.md 3.3): pure functions of days, instants and places.

A quarter is reported on from the first office day after its end; OFFICE_DAYS later, at CLOSING_TIME in Tokyo, it is
due. A post has the same number of its own office days, until the same time on its own clock, never less than Tokyo.
"""

from datetime import date, datetime, time, timedelta

from dxportal import dates, officedays

DAY = timedelta(days=1)
OFFICE_DAYS = 10
CLOSING_TIME = time(17)
PUBLISHING_TIME = time(9)


def serial(year: int, quarter: int) -> int:
    """Quarters counted through: one more for each, so that they can be compared and stepped over."""
    return year * 4 + quarter - 1


def from_serial(number: int) -> tuple[int, int]:
    return number // 4, number % 4 + 1


def due_quarter(today: date) -> tuple[int, int]:
    """Fiscal year and number of the newest quarter that has ended before `today`: the one to report on."""
    last_day = dates.quarter_start(dates.fiscal_year(today), dates.quarter(today)) - DAY
    return dates.fiscal_year(last_day), dates.quarter(last_day)


def last_quarter_end(today: date) -> date:
    return dates.quarter_end(*due_quarter(today))


def opening_day(year: int, quarter: int) -> date:
    """The first office day in Japan after the quarter."""
    return officedays.next_office_day(dates.quarter_end(year, quarter) + DAY)


def report_deadline(year: int, quarter: int) -> date:
    """The day on which reports are due when nobody sets another."""
    return officedays.add_office_days(opening_day(year, quarter), OFFICE_DAYS)


def expected_quarter(today: date) -> tuple[int, int]:
    """The newest quarter whose usual deadline has passed."""
    year, quarter = due_quarter(today)
    if today > report_deadline(year, quarter):
        return year, quarter
    return from_serial(serial(year, quarter) - 1)


def tokyo_deadline(opened_on: date, office_days: int = OFFICE_DAYS) -> datetime:
    """The usual instant for something opened on a day: so many office days later, at closing time in Tokyo."""
    day = officedays.add_office_days(opened_on, office_days)
    return dates.local_instant(day, CLOSING_TIME, dates.TOKYO)


def local_deadline(opened_on: date, deadline: datetime, department) -> datetime:
    """The deadline for a department: Tokyo's own, or for a post as many of its own office days, by its own clock.

    Never earlier than `deadline`: where that comes first, the next office day of the post counts.
    """
    if not department.is_post:
        return deadline
    tokyo = deadline.astimezone(dates.TOKYO)
    office_days = officedays.office_days_between(opened_on, tokyo.date())
    day = officedays.add_office_days(opened_on, office_days, department.country_code)
    while (local := dates.local_instant(day, tokyo.time(), department.tz)) < deadline:
        day = officedays.add_office_days(day, 1, department.country_code)
    return local
