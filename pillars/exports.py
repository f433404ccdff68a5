"""Everything of the plan out again (P12): the whole workbook, and lists as XLSX or CSV in the format of the import.

Tables follow the 15 items of domain.md 3.11: one datum a cell, numbers as numbers, no merged cells, no decoration.
Formulas are neutralised: a text stays a text cell in XLSX, and gets an apostrophe before = + - @ in CSV (EX1).

A list page with columns of its own answers `?export=xlsx` or `?export=csv` ({% export_links %}) with

    table_response(request, [("コード", "code"), ("柱", lambda row: row.pillar.code)], rows, name="policies")

and a list of the plan in the format of the import with `list_response`.
"""

import re
from operator import attrgetter
from tempfile import TemporaryFile
from urllib.parse import quote

import tablib
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from dxportal import dates
from pillars.models import Indicator
from pillars.workbook.reading import EXPORTED_AT, NOTES_SHEET
from pillars.workbook.sheets import (
    SHEETS,
    EvaluationSheet,
    GradeSheet,
    IndicatorSheet,
    IndicatorValueSheet,
    InitiativeSheet,
    MilestoneSheet,
    ObjectiveSheet,
    PillarSheet,
    ProgressReportSheet,
)
from pillars.workbook.words import code_table, vocabulary_of
from pillars.workbook.writing import BOM, after, csv, csv_lines, letters_beyond, write_xlsx, xlsx

__all__ = ["csv", "xlsx"]  # written in workbook/writing.py, asked for here by every app

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
GETA = "〓"  # what Japanese printers set where a letter is missing
# What ?export= may say. csv is UTF-8 with a mark, as Excel on Windows wants it; cp932 is for older software.
KINDS = ("xlsx", "csv", "cp932")
LISTS = {
    "pillars": PillarSheet,
    "objectives": ObjectiveSheet,
    "initiatives": InitiativeSheet,
    "milestones": MilestoneSheet,
    "indicators": IndicatorSheet,
    "values": IndicatorValueSheet,
    "reports": ProgressReportSheet,
    "evaluations": EvaluationSheet,
}


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
    return visible_rows(sheet, user).values("pk")


def visible_rows(sheet, user):
    """Rows of the sheet's model the person may read."""
    model = sheet._meta.model
    if sheet is IndicatorValueSheet:
        return model.objects.filter(indicator__in=Indicator.objects.visible_to(user))
    return model.objects.visible_to(user)


def list_dataset(name: str, queryset, *, plan, today):
    """One list (a name of LISTS) of the given rows as the sheet of the workbook."""
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


# --- as an answer ----------------------------------------------------------------------------------


def download(content, content_type: str, name: str) -> HttpResponse:
    """A file to keep: never shown by the browser, name in RFC 5987 form without control characters (EX3)."""
    return _to_keep(HttpResponse(content, content_type=content_type), name)


def _to_keep(response, name: str):
    name = re.sub(r'[\x00-\x1f\x7f"\\/\u200e\u200f\u202a-\u202e\u2066-\u2069]', "_", name)
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def table_response(request, columns, rows, *, name: str, kind: str = "", title: str = ""):
    """A list page's table as a file, in the format the address asks for (?export=xlsx, csv or cp932) or `kind` names.

    `columns` are (heading, attribute path or function of the row); `rows` any iterable, a QuerySet best with
    `.iterator()`: files are written row by row. `name` is the file's name without its ending. Cells should be
    numbers, dates, texts or None (domain.md 3.11); formulas are made inert here.
    """
    headers = [str(heading) for heading, _value in columns]
    getters = [value if callable(value) else attrgetter(value) for _heading, value in columns]
    cells = ([getter(row) for getter in getters] for row in rows)
    return file_response(request, title or name, headers, cells, name=name, kind=kind)


def list_response(request, name: str, queryset, *, plan, today, kind: str = "", beside=None):
    """A list of the plan (a name of LISTS), in the format the import reads.

    `beside` adds what only the list page computes, {heading: {code of the row: cell}}, after those columns.
    """
    dataset = list_dataset(name, queryset, plan=plan, today=today)
    codes = dataset.get_col(0)
    for heading, cells in (beside or {}).items():
        dataset.append_col([cells[code] for code in codes], header=heading)
    return file_response(
        request, dataset.title, dataset.headers, dataset, name=f"{plan.code}-{name}", kind=kind
    )


def file_response(request, title, headers, rows, *, name, kind=""):
    """Headers and rows as the kind of file that is asked for; letters cp932 has not are told before one is lost."""
    kind = kind or request.GET.get("export", "xlsx")
    if kind == "xlsx":
        stream = TemporaryFile()  # noqa: SIM115 - FileResponse closes it after the last byte
        write_xlsx(stream, [(title, headers, rows)])
        stream.seek(0)
        return _to_keep(FileResponse(stream, content_type=XLSX), f"{name}.xlsx")
    if kind == "cp932":
        return _cp932_response(request, "".join(csv_lines(headers, rows)), name)
    lines = (line.encode() for line in after(BOM, csv_lines(headers, rows)))
    return _to_keep(StreamingHttpResponse(lines, content_type=CSV), f"{name}.csv")


def _cp932_response(request, text, name):
    """CSV for old software. Letters that do not fit are shown first; with ?replace=1 each becomes 〓."""
    beyond = letters_beyond(text, "cp932")
    if beyond and not request.GET.get("replace"):
        context = {"letters": beyond, "name": name, "utf8": _query(request, export="csv")}
        context["replaced"] = _query(request, replace="1")
        return render(request, "pillars/export_letters.html", context, status=409)
    for letter in beyond:
        text = text.replace(letter, GETA)
    return download(text.encode("cp932"), "text/csv; charset=shift_jis", f"{name}.csv")


def _query(request, **changes) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return query.urlencode()
