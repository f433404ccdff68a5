"""Dates of a Japanese office: fiscal years, quarters, eras, local mornings. Pure functions; the day is passed in.

Rules and their sources: domain.md 3.1. Reading dates typed by people is in reading.py, office days in officedays.py.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language, npgettext, pgettext

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)

# First day, name, letter. Laws: 1868 edict, 1979 Era Name Act and its orders.
ERAS = (
    (date(2019, 5, 1), "令和", "R"),
    (date(1989, 1, 8), "平成", "H"),
    (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"),
    (date(1868, 1, 25), "明治", "M"),
)
WEEKDAYS = "月火水木金土日"
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def today(at: datetime | None = None) -> date:
    """The date in Tokyo at the instant `at` (now when absent)."""
    return (at or timezone.now()).astimezone(TOKYO).date()


# --- fiscal years ---------------------------------------------------------------------------------


def fiscal_year(day: date) -> int:
    """The Western year in which the fiscal year of `day` begins: March 2026 belongs to 2025."""
    return day.year if day.month >= 4 else day.year - 1


def year_start(year: int) -> date:
    """1 April of the fiscal year."""
    return date(year, 4, 1)


def year_end(year: int) -> date:
    """31 March that closes the fiscal year."""
    return date(year + 1, 3, 31)


def quarter(day: date) -> int:
    """1 (April to June) to 4 (January to March)."""
    return (day.month - 4) % 12 // 3 + 1


def quarter_start(year: int, number: int) -> date:
    """First day of quarter `number` of the fiscal year."""
    return date(year + number // 4, (4, 7, 10, 1)[number - 1], 1)


def quarter_end(year: int, number: int) -> date:
    """Last day of quarter `number` of the fiscal year."""
    return month_end(quarter_start(year, number) + 62 * DAY)


def half(day: date) -> int:
    """1 for 上期 (April to September), 2 for 下期."""
    return (quarter(day) + 1) // 2


def half_start(year: int, number: int) -> date:
    """1 April or 1 October of the fiscal year."""
    return quarter_start(year, 2 * number - 1)


def half_end(year: int, number: int) -> date:
    """30 September or 31 March of the fiscal year."""
    return quarter_end(year, 2 * number)


def month_end(day: date) -> date:
    """Last day of the month of `day`."""
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def week_start(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - day.weekday() * DAY


# --- instants -------------------------------------------------------------------------------------


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant when clocks in `zone` show `at` on `day`. A time skipped by summer time moves forward by the gap;
    a time that comes twice is the first one."""
    return datetime.combine(day, at, zone).astimezone(UTC).astimezone(zone)


def local_morning(day: date, zone: ZoneInfo, hour: int = 9) -> datetime:
    """`hour` o'clock (9:00 by default) in `zone` on `day`."""
    return local_instant(day, time(hour), zone)


# --- showing --------------------------------------------------------------------------------------


def era(day: date) -> tuple[str, str, int]:
    """Name, letter and year of the era: ("令和", "R", 7). Days before 明治 raise ValueError."""
    for first, name, letter in ERAS:
        if day >= first:
            return name, letter, day.year - first.year + 1
    raise ValueError(f"no era for {day}")


def era_year(day: date) -> str:
    """令和7年, with 元年 for a first year."""
    name, _letter, number = era(day)
    return f"{name}{'元' if number == 1 else number}年"


def _japanese(day: date, style: str, western: bool) -> str:
    year = f"{day.year}年" if western else era_year(day)
    short = f"{day.year}." if western else f"{era(day)[1]}{era(day)[2]}."
    weekday = WEEKDAYS[day.weekday()]
    return {
        "short": f"{short}{day.month}.{day.day}",
        "long": f"{year}{day.month}月{day.day}日",
        "full": f"{year}{day.month}月{day.day}日({weekday})",
        "day": f"{day.month}月{day.day}日",
        "weekday": f"{day.month}月{day.day}日({weekday})",
        "month": f"{year}{day.month}月",
        "short_month": f"{short}{day.month}",
        "year": year,
    }[style]


def _english(day: date, style: str) -> str:
    month = MONTHS_EN[day.month - 1]
    return {
        "short": f"{day.day} {month[:3]} {day.year}",
        "long": f"{day.day} {month} {day.year}",
        "full": f"{WEEKDAYS_EN[day.weekday()]} {day.day} {month} {day.year}",
        "day": f"{day.day} {month[:3]}",
        "weekday": f"{WEEKDAYS_EN[day.weekday()][:3]} {day.day} {month[:3]}",
        "month": f"{month} {day.year}",
        "short_month": f"{month[:3]} {day.year}",
        "year": f"{day.year}",
    }[style]


def format_day(day: date, style: str = "short", *, western: bool = False, language: str | None = None) -> str:
    """The day in words. style: short R7.11.19, long 令和7年11月19日, full with weekday, day 11月19日,
    weekday 11月19日(水), month 令和7年11月, short_month R7.11, year 令和7年. English is always Western."""
    if (language or get_language() or "ja").startswith("en"):
        return _english(day, style)
    return _japanese(day, style, western)


def _era_of_year(year: int) -> tuple[str, str, int]:
    """The era a fiscal year is called by: the one it ends in, unless that began in its last quarter."""
    name, letter, number = era(year_end(year))
    return (name, letter, number - 1) if number > 1 else era(year_start(year))


def format_fiscal_year(
    year: int, style: str = "long", *, western: bool = False, language: str | None = None
) -> str:
    """令和8年度(2026年度), plain 令和8年度, short R8; English FY2026 in every style. 2019 is 令和元年度."""
    if (language or get_language() or "ja").startswith("en"):
        return f"FY{year}"
    if western:
        return f"{year}年度"
    name, letter, number = _era_of_year(year)
    if style == "short":
        return f"{letter}{number}"
    plain = f"{name}{'元' if number == 1 else number}年度"
    return plain if style == "plain" else f"{plain}({year}年度)"


def format_quarter(year: int, number: int, *, short: bool = False, language: str | None = None) -> str:
    """令和8年度 第2四半期, short R8 Q2; English Q2 FY2026."""
    if (language or get_language() or "ja").startswith("en"):
        return f"Q{number} FY{year}"
    if short:
        return f"{format_fiscal_year(year, 'short', language='ja')} Q{number}"
    return f"{format_fiscal_year(year, 'plain', language='ja')} 第{number}四半期"


def format_days_left(days: int) -> str:
    """あと3日, きょうまで, 2日過ぎ."""
    if days == 0:
        return pgettext("期限", "きょうまで")
    if days > 0:
        return npgettext("期限", "あと%(days)s日", "あと%(days)s日", days) % {"days": days}
    return npgettext("期限", "%(days)s日過ぎ", "%(days)s日過ぎ", -days) % {"days": -days}
