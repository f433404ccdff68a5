"""Everything of the plan out again (P12): the whole workbook, and lists as XLSX or CSV in the format of the import.

Tables follow the 15 items of domain.md 3.11: one datum a cell, numbers as numbers, no merged cells, no decoration.
Formulas are neutralised: a text stays a text cell in XLSX, and gets an apostrophe before = + - @ in CSV (EX1).
"""

import re
import unicodedata
from io import BytesIO
from urllib.parse import quote

import tablib
from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from dxportal import dates
from pillars.workbook.reading import EXPORTED_AT, NOTES_SHEET
from pillars.workbook.sheets import SHEETS, GradeSheet, IndicatorSheet, InitiativeSheet, ProgressReportSheet
from pillars.workbook.words import code_table, vocabulary_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BOM = "\ufeff"
FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@|\t\r\n]")
LISTS = {"initiatives": InitiativeSheet, "indicators": IndicatorSheet, "reports": ProgressReportSheet}


# --- what is written -------------------------------------------------------------------------------


def plan_datasets(plan, *, today, at=None, user=None) -> list:
    """One tablib Dataset per sheet of the workbook. With `user`, only what this person may read."""
    vocabulary = vocabulary_of(plan)
    sheets = [_notes(plan, at or timezone.now())]
    for sheet in SHEETS:
        if sheet is GradeSheet:
            continue
        rows = sheet.of_plan(plan)
        rows = rows if user is None else rows.filter(pk__in=_visible(sheet, user))
        sheets.append(sheet(today, vocabulary).export(rows))
    headers, *rows = code_table(plan)
    return [*sheets, tablib.Dataset(*rows, headers=headers, title=GradeSheet.sheet)]


def _visible(sheet, user):
    model = sheet._meta.model
    if model.__name__ == "IndicatorValue":
        from pillars.models import Indicator

        return model.objects.filter(indicator__in=Indicator.objects.visible_to(user)).values("pk")
    return model.objects.visible_to(user).values("pk")


def list_dataset(name: str, queryset, *, plan, today):
    """One list ("initiatives", "indicators", "reports") of the given rows as the sheet of the workbook."""
    sheet = LISTS[name]
    rows = sheet.of_plan(plan).filter(pk__in=queryset.values("pk"))
    return sheet(today, vocabulary_of(plan)).export(rows)


def _notes(plan, at):
    rows = (
        ("計画", plan.name),
        ("計画期間", f"{plan.starts_on.isoformat()} / {plan.ends_on.isoformat()}"),
        (EXPORTED_AT, at.astimezone(dates.TOKYO).isoformat(timespec="microseconds")),
        ("空欄", "分からない、測っていない、当てはまらない。0ではない。"),
    )
    return tablib.Dataset(*rows, headers=["項目", "内容"], title=NOTES_SHEET)


# --- how it is written -----------------------------------------------------------------------------


def xlsx(datasets) -> bytes:
    """The datasets as sheets: bold fixed header, date cells as yyyy-mm-dd, texts never formulas."""
    book = Workbook(write_only=True)
    for dataset in datasets:
        sheet = book.create_sheet(dataset.title[:31])
        sheet.freeze_panes = "A2"
        for index, header in enumerate(dataset.headers, 1):
            sheet.column_dimensions[get_column_letter(index)].width = max(10, min(40, 2.2 * len(header)))
        sheet.append(dataset.headers)
        for row in dataset:
            sheet.append([_cell(sheet, value) for value in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet, value):
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        cell.data_type = "s"  # "=1+1" is a text that begins with =, not a formula
        return cell
    if isinstance(value, dates.date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


def csv(dataset) -> str:
    """UTF-8 with BOM, as Excel on Windows expects; texts that could be read as formulas get an apostrophe."""
    safe = tablib.Dataset(headers=dataset.headers, title=dataset.title)
    for row in dataset:
        safe.append([inert(value) for value in row])
    return BOM + safe.export("csv")


def inert(value):
    """A text no spreadsheet will run; numbers, dates and other texts unchanged. Full-width forms count as well."""
    if isinstance(value, str) and FORMULA.match(unicodedata.normalize("NFKC", value[:20])):
        return "'" + value
    return "" if value is None else value


# --- as an answer ----------------------------------------------------------------------------------


def download(content, content_type: str, name: str) -> HttpResponse:
    """A file to keep: never shown by the browser, name in RFC 5987 form without control characters (EX3)."""
    name = re.sub(r'[\x00-\x1f\x7f"\\/\u200e\u200f\u202a-\u202e\u2066-\u2069]', "_", name)
    response = HttpResponse(content, content_type=content_type)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def list_response(name: str, queryset, *, plan, today, kind: str) -> HttpResponse:
    """A list as a file: kind "xlsx" or "csv"."""
    dataset = list_dataset(name, queryset, plan=plan, today=today)
    if kind == "csv":
        return download(csv(dataset), CSV, f"{plan.code}-{name}.csv")
    return download(xlsx([dataset]), XLSX, f"{plan.code}-{name}.xlsx")
