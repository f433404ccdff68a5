"""Reading dates and numbers as people type them in Japan. What can mean two things is asked, never guessed.

Rules: domain.md 3.1. Every text is read as a span of days (a day, a month, a quarter, a fiscal year); `edge` says
which end of it is meant: a start without a day is the 1st, an end without a day the last.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.utils.translation import gettext as _

from dxportal import dates, text

ERA_FIRST_DAYS = {key: first for first, name, letter in dates.ERAS for key in (name, letter.lower())}
MONTHS = {name[:3].lower(): n for n, name in enumerate(dates.MONTHS_EN, 1)}
SAME_AS_ABOVE = {"〃", "同上", "ditto"}
NOTHING = {"", "-", "—", "―", "−", "－", "ー", "n/a"}


class DateError(ValueError):
    """The text is not a date. str() is a sentence for the reader."""


class AmbiguousDate(DateError):
    """The text can mean several days, given in `candidates` (empty when only the year is missing)."""

    def __init__(self, message: str, candidates: tuple[date, ...] = ()):
        super().__init__(message)
        self.candidates = candidates


class Span(NamedTuple):
    """A day or a longer time, first and last day included."""

    first: date
    last: date


def parse_date(value: str | date, *, edge: str | None = None, fiscal_year: int | None = None) -> date:
    """The day meant by `value`: 令和8年3月31日, R8.3.31, R8.3末, 令和7年度上期, 2026/3/31, 31 Mar 2026, H31.4.

    edge "start" or "end" chooses the end of a month, quarter or year; `fiscal_year` gives the year to texts that
    have none (31 Mar). Raises AmbiguousDate when more than one day is possible, DateError when none is.
    """
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    compact = _compact(value)
    spans = [
        span for pattern, read in READINGS if (match := pattern.fullmatch(compact)) for span in read(match)
    ]
    if not spans and (month_day := _without_year(compact)):
        if fiscal_year is None:
            raise AmbiguousDate(_("「%(text)s」は年が分かりません") % {"text": value})
        spans = [month_day(fiscal_year)]
    if not spans:
        raise DateError(_("「%(text)s」は日付として読めません。例 R8.3.31、2026-03-31") % {"text": value})
    return _one(value, spans, edge)


def _one(value: str, spans: list[Span], edge: str | None) -> date:
    """The only day the spans allow."""
    if edge is None:
        found = {day for span in spans for day in span}
    else:
        found = {span.first if edge == "start" else span.last for span in spans}
    if len(found) == 1:
        return found.pop()
    candidates = tuple(sorted(found, reverse=True))
    shown = "、".join(day.isoformat() for day in candidates)
    raise AmbiguousDate(
        _("「%(text)s」はどの日か決められません(%(days)s)") % {"text": value, "days": shown}, candidates
    )


def _compact(value: str) -> str:
    """Half-width, lower case, without spaces and a weekday in brackets."""
    narrow = re.sub(r"\s+", "", text.narrow(value).casefold()).replace("。", "").replace(",", "")
    return re.sub(r"\([月火水木金土日](曜日?)?\)$", "", narrow)


# --- years ----------------------------------------------------------------------------------------


def _year(match: re.Match) -> int:
    """The Western year: written so, or by era and number."""
    found = match.groupdict()
    if found["western"]:
        return int(found["western"])
    return ERA_FIRST_DAYS[found["era"]].year - 1 + (1 if found["number"] == "元" else int(found["number"]))


def _era_began(match: re.Match, span: Span) -> list[Span]:
    """The span without the days before its era began; nothing when all of it is earlier (令和元年4月)."""
    first_day = ERA_FIRST_DAYS.get(match["era"], date.min)
    return [Span(max(span.first, first_day), span.last)] if span.last >= first_day else []


def _calendar_year(match: re.Match) -> list[Span]:
    year = _year(match)
    return _era_began(match, Span(date(year, 1, 1), date(year, 12, 31)))


def _end_of_year(match: re.Match) -> list[Span]:
    """令和7年末 is 31 December; R7末 may also be the end of the fiscal year."""
    year = _year(match)
    ends = [date(year, 12, 31)] if match["calendar"] else [date(year, 12, 31), dates.year_end(year)]
    return [Span(day, day) for day in ends]


def _fiscal_year(match: re.Match) -> list[Span]:
    return [_part_of_year(_year(match), match["part"] or "")]


def _part_of_year(year: int, part: str) -> Span:
    """上期, 下期, 第3四半期, q3, a month, or the whole fiscal year; 末 keeps only the last day."""
    ends, part = part.endswith("末"), part.removesuffix("末")
    if part.startswith(("上", "前")):
        span = Span(dates.half_start(year, 1), dates.half_end(year, 1))
    elif part.startswith(("下", "後")):
        span = Span(dates.half_start(year, 2), dates.half_end(year, 2))
    elif part.endswith("月"):
        month = int(part[:-1])
        span = _month(year + (month < 4), month)
    elif number := re.search(r"\d", part):
        span = Span(dates.quarter_start(year, int(number[0])), dates.quarter_end(year, int(number[0])))
    else:
        span = Span(dates.year_start(year), dates.year_end(year))
    return Span(span.last, span.last) if ends else span


# --- months and days ------------------------------------------------------------------------------


def _month(year: int, month: int, part: str = "") -> Span:
    first = date(year, month, 1)
    last = dates.month_end(first)
    return {
        "末": Span(last, last),
        "初": Span(first, first),
        "頭": Span(first, first),
        "上旬": Span(first, first.replace(day=10)),
        "中旬": Span(first.replace(day=11), first.replace(day=20)),
        "下旬": Span(first.replace(day=21), last),
    }.get(part or "", Span(first, last))


def _span(year: int, month: int, day: int | None, part: str = "") -> list[Span]:
    """A month or a day; nothing when the calendar has no such day."""
    try:
        if day is None:
            return [_month(year, month, part)]
        return [Span(date(year, month, day), date(year, month, day))]
    except ValueError:
        return []


def _year_month_day(match: re.Match) -> list[Span]:
    day = int(match["day"]) if match["day"] else None
    return [
        kept
        for span in _span(_year(match), int(match["month"]), day, match["part"] or "")
        for kept in _era_began(match, span)
    ]


def _bare_numbers(match: re.Match) -> list[Span]:
    """8.3.31 or 8.3末 without an era: 令和, 平成 and the 2000s are all possible."""
    number, month = int(match["a"]), int(match["b"])
    day = int(match["c"]) if match["c"] else None
    years = (2018 + number, 1988 + number, 2000 + number)
    return [span for year in years for span in _span(year, month, day, match["part"] or "")]


def _english(match: re.Match) -> list[Span]:
    month = MONTHS[match["month"][:3]]
    day = int(match["day"] or match["day2"] or 0) or None
    return _span(int(match["year"]), month, day, "末" if match["end"] else "")


def _eight_digits(match: re.Match) -> list[Span]:
    return _span(int(match[1]), int(match[2]), int(match[3]))


# --- without a year -------------------------------------------------------------------------------

MONTH_DAY = re.compile(
    r"(?P<month>\d{1,2})(?:月(?:(?P<day>\d{1,2})日?|(?P<part>末|初|頭|上旬|中旬|下旬))?|/(?P<day2>\d{1,2}))"
)
ENGLISH_DAY = re.compile(r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?)?(?P<month>[a-z]{3,9})\.?(?P<day2>\d{1,2})?")
HALF_OR_QUARTER = re.compile(r"(?:上期|上半期|下期|下半期|第?[1-4]四半期|q[1-4])末?")


def _without_year(compact: str) -> Callable[[int], Span] | None:
    """How to read the text once the fiscal year is known, or None when it is no date."""
    if HALF_OR_QUARTER.fullmatch(compact):
        return lambda year: _part_of_year(year, compact)
    if match := MONTH_DAY.fullmatch(compact):
        month, day, part = int(match["month"]), match["day"] or match["day2"], match["part"] or ""
    elif (match := ENGLISH_DAY.fullmatch(compact)) and match["month"][:3] in MONTHS:
        month, day, part = MONTHS[match["month"][:3]], match["day"] or match["day2"], ""
    else:
        return None
    day = int(day) if day else None
    if not _span(2000, month, day, part):  # 2000 has 29 February
        return None
    return lambda year: _in_fiscal_year(year, month, day, part)


def _in_fiscal_year(year: int, month: int, day: int | None, part: str) -> Span:
    found = _span(year + (month < 4), month, day, part)
    if not found:
        raise DateError(_("%(year)s年に2月29日はありません") % {"year": year + 1})
    return found[0]


# --- patterns -------------------------------------------------------------------------------------

ERA = r"(?P<era>令和|平成|昭和|大正|明治|[rhstm])\.?(?P<number>元|\d{1,2})"
YEAR = rf"(?:{ERA}|(?P<western>\d{{4}}))"
HALF_OR_QUARTER_PART = r"(?P<part>(?:[上下]期|[上下]半期|[前後]期|第?[1-4]四半期|q[1-4])末?)"
YEAR_PART = r"(?P<part>末|(?:[上下]期|[上下]半期|[前後]期|第?[1-4]四半期|q[1-4]|\d{1,2}月)末?)?"
MONTH_PART = r"(?P<part>末|初|頭|上旬|中旬|下旬)?"
MONTH_NAMES = "|".join(rf"{name[:3]}(?:{name[3:]})?".lower() for name in dates.MONTHS_EN)
DAY_OF_MONTH = r"(?P<month>\d{1,2})(?:(?:月|[./-])(?P<day>\d{1,2})日?|月?" + MONTH_PART + ")"
ENGLISH = rf"(?P<end>endof|end)?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?)?(?P<month>{MONTH_NAMES})\.?"
READINGS: list[tuple[re.Pattern, Callable[[re.Match], list[Span]]]] = [
    (re.compile(rf"{YEAR}(?:年|[./-]){DAY_OF_MONTH}"), _year_month_day),
    (re.compile(rf"{YEAR}年?"), _calendar_year),
    (re.compile(rf"{YEAR}(?P<calendar>年)?末"), _end_of_year),
    (re.compile(rf"{YEAR}年?度{YEAR_PART}"), _fiscal_year),
    (re.compile(rf"{YEAR}[年.]?{HALF_OR_QUARTER_PART}"), _fiscal_year),
    (re.compile(r"fy(?P<western>\d{4})(?P<part>q[1-4])?"), _fiscal_year),
    (re.compile(r"(?P<part>q[1-4])fy(?P<western>\d{4})"), _fiscal_year),
    (re.compile(r"(\d{4})(\d{2})(\d{2})"), _eight_digits),
    (re.compile(r"(?P<a>\d{1,2})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,2})(?P<part>)"), _bare_numbers),
    (re.compile(rf"(?P<a>\d{{1,2}})\.(?P<b>\d{{1,2}})(?P<c>)??{MONTH_PART}"), _bare_numbers),
    (re.compile(rf"{ENGLISH}(?P<day2>\d{{1,2}}(?=\d{{4}}))?(?P<year>\d{{4}})"), _english),
]


# --- numbers --------------------------------------------------------------------------------------


def is_same_as_above(value: str) -> bool:
    """〃 and 同上."""
    return text.narrow(value) in SAME_AS_ABOVE


def parse_number(value: str | int | float | Decimal | None) -> Decimal | None:
    """１，２３４ 12.5% ▲3 △3 −3 as Decimal; an empty cell or a dash as None. Raises ValueError for the rest."""
    if value is None or isinstance(value, int | Decimal):
        return None if value is None else Decimal(value)
    written = text.narrow(str(value)).replace(",", "").removesuffix("%").strip()
    if written in NOTHING:
        return None
    sign = -1 if written[0] in "▲△−-" else 1
    try:
        return sign * Decimal(written.lstrip("▲△−-").strip())
    except InvalidOperation:
        raise ValueError(_("「%(text)s」は数として読めません") % {"text": value}) from None
