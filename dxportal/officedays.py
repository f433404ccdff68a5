"""Office days: weekends, public holidays and the year-end closing, in Japan and at the posts (domain.md 3.1).

Japan closes on 土日, 国民の祝日 (Act on National Holidays) and 29 December to 3 January (Act on Holidays of
Administrative Organs, article 1). A post keeps the weekend and the public holidays of its country; some rest on
Friday and Saturday. `closed` and `opened` let the caller pass changes that the library does not know yet.
"""

from collections.abc import Collection
from datetime import date, timedelta
from functools import cache

import holidays

DAY = timedelta(days=1)
JAPAN = "JP"


@cache
def _calendar(country: str):
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return holidays.HolidayBase()  # unknown country: Saturday and Sunday only


def is_office_day(
    day: date, country: str = JAPAN, *, closed: Collection[date] = (), opened: Collection[date] = ()
) -> bool:
    """Whether offices in the country (ISO 3166 code) work on `day`."""
    if day in opened:
        return True
    if day in closed or (country == JAPAN and (day.month, day.day) in YEAR_END):
        return False
    return _calendar(country).is_working_day(day)


YEAR_END = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def holiday_name(day: date, country: str = JAPAN) -> str:
    """The public holiday on `day` in the language of the country, "" when it is none."""
    return _calendar(country).get(day, "")


def next_office_day(day: date, country: str = JAPAN, **changes) -> date:
    """`day` itself when offices work, else the first office day after it."""
    while not is_office_day(day, country, **changes):
        day += DAY
    return day


def add_office_days(day: date, number: int, country: str = JAPAN, **changes) -> date:
    """The office day `number` office days after `day` (before it when negative). `day` itself is not counted;
    0 gives next_office_day."""
    if not number:
        return next_office_day(day, country, **changes)
    step = DAY if number > 0 else -DAY
    for _count in range(abs(number)):
        day += step
        while not is_office_day(day, country, **changes):
            day += step
    return day


def office_days_between(start: date, end: date, country: str = JAPAN, **changes) -> int:
    """Office days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -office_days_between(end, start, country, **changes)
    days = (start + DAY * n for n in range(1, (end - start).days + 1))
    return sum(is_office_day(day, country, **changes) for day in days)
