"""The result file: the rows of the uploaded workbook, each with what became of it and why."""

import re
from datetime import date

import tablib

from dxportal import dates
from pillars.imports.choice import Fate
from pillars.workbook.files import CSV_NAME
from pillars.workbook.reading import NOTES_SHEET
from pillars.workbook.sheets import BY_NAME

FATE, REASON = "取込の結果", "わけ"
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")


def fates_of(found, decisions) -> dict:
    """{sheet: {row number: [fate, reason]}} of everything in the file; kept with the import."""
    fates: dict = {}
    for problem in found.problems:
        row = fates.setdefault(problem.sheet, {}).setdefault(str(problem.row), [str(Fate.ERROR), ""])
        row[1] = "; ".join(filter(None, [row[1], f"{problem.column}: {problem.reason}"]))
    for row in found.sound:
        decision = decisions.get((row.sheet.sheet, row.code))
        fate = [str(decision.fate), decision.reason] if decision else [str(Fate.SAME), ""]
        fates.setdefault(row.sheet.sheet, {})[str(row.number)] = fate
    return fates


def result_datasets(plan_import) -> list:
    """One tablib Dataset a sheet, the columns of the file followed by fate and reason; first what was done and when."""
    order = {name: place for place, name in enumerate((NOTES_SHEET, *BY_NAME))}  # jsonb keeps no order
    tables = sorted(plan_import.content.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
    return [_notes(plan_import)] + [_sheet(plan_import, *table) for table in tables]


def _notes(plan_import):
    result, at = plan_import.result, plan_import.applied_at.astimezone(dates.TOKYO)
    by = plan_import.applied_by.name if plan_import.applied_by else ""
    rows = [
        ("ファイル", plan_import.file_name),
        ("取込番号", plan_import.pk),
        ("取込日時", at.isoformat(timespec="seconds")),
        ("取り込んだ人", by),
        ("新規の行", result["created"]),
        ("変更の行", result["changed"]),
        ("変更なしの行", result["unchanged"]),
        ("見送り・保留の行", result["kept"]),
        ("エラーの行", result.get("errors", 0)),
    ]
    return tablib.Dataset(*rows, headers=["項目", "内容"], title="取込の結果")


def _sheet(plan_import, title, table):
    fates = plan_import.fates.get(title, {})
    if title == CSV_NAME:  # a CSV file has one table, whose sheet was found by its headings
        fates = next(iter(plan_import.fates.values()), {})
    width = len(table["headers"])
    unknown = [str(Fate.OUTSIDE), ""]  # notes, and words of the コード表 other than grades
    dataset = tablib.Dataset(headers=[*table["headers"], FATE, REASON], title=title[:31])
    for number, cells in table["rows"]:
        cells = [_cell(cell) for cell in [*cells, *[None] * width][:width]]
        dataset.append([*cells, *fates.get(str(number), unknown)])
    return dataset


def _cell(value):
    """Dates are kept as ISO texts and leave as date cells again."""
    if isinstance(value, str) and ISO_DAY.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
