"""When mail is due: nine o'clock in the reader's own zone, on a day when the reader's office works (N6, P7).

Worked out once per place (zone and country, about 180 for 251 posts), never per person.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection

from dxportal import dates, officedays

MORNING, EVENING = 9, 18  # local office hours in which a late mail may still arrive
TOKYO_OFFICE = ("Asia/Tokyo", officedays.JAPAN)


def database_now() -> datetime:
    """The only clock that decides what is due (I11)."""
    with connection.cursor() as cursor:
        cursor.execute("select statement_timestamp()")
        return cursor.fetchone()[0]


def places() -> list[tuple[str, str]]:
    """Every (zone, country) where an active person works."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        return cursor.fetchall()


# The same two expressions stand in newsletter/sending.py; `place_of` says them in Python.
PLACES = """
select distinct coalesce(nullif(u.timezone, ''), d.timezone, 'Asia/Tokyo'), coalesce(nullif(d.country_code, ''), 'JP')
from accounts_user u
left join accounts_department d on d.id = u.department_id where u.is_active
"""


def place_of(person) -> tuple[str, str]:
    """(zone, country) of one person, as the query of `places` sees it. Needs `department` loaded."""
    department = person.department
    if department is None:
        return person.timezone or TOKYO_OFFICE[0], TOKYO_OFFICE[1]
    return person.timezone or department.timezone, department.country_code or officedays.JAPAN


@lru_cache(maxsize=4096)
def local_morning(day: date, zone: str, country: str) -> datetime:
    """Nine o'clock in `zone` on `day`, or on the next office day of `country` when `day` is none there."""
    return dates.local_morning(officedays.next_office_day(day, country), ZoneInfo(zone), MORNING)


def local_date(at: datetime, zone: str) -> date:
    """The date that calendars in `zone` show at the instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def is_office_time(at: datetime, zone: str, country: str) -> bool:
    """Whether an office at this place is working at the instant."""
    local = at.astimezone(ZoneInfo(zone))
    return MORNING <= local.hour < EVENING and officedays.is_office_day(local.date(), country)


def due_at(day: date, zone: str, country: str, *, not_before: datetime) -> datetime:
    """The local morning of `day`; when that is before `not_before`, the first office time after it."""
    morning = local_morning(day, zone, country)
    if morning >= not_before:
        return morning
    if is_office_time(not_before, zone, country):
        return not_before
    local = not_before.astimezone(ZoneInfo(zone))
    next_day = local.date() if local.hour < MORNING else local.date() + timedelta(days=1)
    return local_morning(next_day, zone, country)
