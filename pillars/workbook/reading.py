"""From tables to an import plan: every row read, checked and compared with what the portal holds. Writes nothing.

`compare(tables, today=…)` returns an ImportPlan: all problems in one pass (sheet, row, column, value, reason), new and
changed rows cell by cell, unchanged ones, and what the portal has but the file has not.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import Department
from dxportal.text import narrow
from pillars.models import Plan
from pillars.workbook import checks
from pillars.workbook.files import CSV_NAME, Table
from pillars.workbook.sheets import BY_NAME, OPTIONAL_SHEETS, SHEETS, GradeSheet, PlanSheet
from pillars.workbook.words import GRADES, read_vocabulary, status_words

NOTES_SHEET = "はじめに"
EXPORTED_AT = "書出し日時"


@dataclass(frozen=True)
class Problem:
    """Why something cannot be taken, and where it stands in the file."""

    sheet: str
    row: int | None
    column: str
    value: str
    reason: str

    def as_json(self) -> dict:
        return {**self.__dict__}

    def __str__(self):
        place = [_("シート「%(sheet)s」") % {"sheet": self.sheet}] if self.sheet else []
        place += [_("%(row)s行目") % {"row": self.row}] if self.row else []
        place += [_("列「%(column)s」") % {"column": self.column}] if self.column else []
        value = _("値「%(value)s」") % {"value": self.value} if self.value else ""
        return " ".join([*place, value]).strip() + ": " + self.reason


@dataclass
class RowPlan:
    """One row of the file beside the object it belongs to (None when new)."""

    sheet: type
    number: int
    key: tuple
    values: dict  # {Column: value read}
    obj: models.Model | None = None
    changes: dict = field(default_factory=dict)  # {Column: (old, new)}
    conflict: bool = False  # changed in the portal after this file was written

    @property
    def code(self) -> str:
        return " ".join(str(part) for part in self.key)

    def get(self, attribute):
        return next((value for column, value in self.values.items() if column.attribute == attribute), None)

    @property
    def label(self) -> str:
        return self.get("name") or (str(self.obj) if self.obj else self.code)

    def shown_changes(self, vocabulary) -> dict:
        """{heading: [old, new]} in words."""

        def show(column, value):
            own = (
                column.widget.render(value, vocabulary=vocabulary)
                if hasattr(column.widget, "words")
                else None
            )
            return own or column.widget.show(value)

        return {c.column_name: [show(c, old), show(c, new)] for c, (old, new) in self.changes.items()}


@dataclass
class ImportPlan:
    plan: Plan | None = None
    whole: bool = True
    problems: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    missing: list = field(default_factory=list)  # (sheet, object) of the portal that the file does not have
    vocabulary: dict = field(default_factory=dict)
    status_words: dict | None = None  # the plan's own words, None when the file does not say

    @property
    def new(self) -> list:
        return [row for row in self.rows if row.obj is None]

    @property
    def changed(self) -> list:
        return [row for row in self.rows if row.obj is not None and row.changes]

    @property
    def unchanged(self) -> list:
        return [row for row in self.rows if row.obj is not None and not row.changes]

    @property
    def name(self) -> str:
        """The plan's name, also when the file is about to create it."""
        first = next((row.get("name") for row in self.rows if row.sheet is PlanSheet), None)
        return first or (self.plan.name if self.plan else "")


def compare(tables: dict[str, Table], *, today, plan: Plan | None = None, lock=False) -> ImportPlan:
    """Read the tables of one file against the portal. `plan` says which plan a single sheet belongs to (default: the
    running one); `lock` locks the rows that are compared, for the transaction that will write them."""
    return Reader(tables, today=today, plan=plan, lock=lock).read()


class Reader:
    """Keeps what the rows of earlier sheets have made known, while the sheets are read in order."""

    def __init__(self, tables, *, today, plan, lock):
        self.today, self.lock = today, lock
        self.result = ImportPlan(plan=plan)
        self.faulty: set = set()  # (sheet, key) of rows that are in the file but cannot be read
        self.exported_at = _exported_at(tables)
        self.tables = self._known_sheets(tables)
        self.known = {sheet.kind: {} for sheet in SHEETS}
        self.known["department"] = {d.code: d for d in Department.objects.all()}

    def read(self) -> ImportPlan:
        result = self.result
        if not result.problems:
            self._read_vocabulary()
            self._find_plan()
        if not self.tables or result.problems:
            return result
        for sheet in SHEETS:
            self._read_sheet(sheet)
        result.problems += checks.across(result.rows)
        self._mark_conflicts()
        return result

    def problem(self, sheet, row, column, value, reason):
        self.result.problems.append(
            Problem(sheet, row, column, "" if value is None else str(value), str(reason))
        )

    # --- which sheets ------------------------------------------------------------------------------

    def _known_sheets(self, tables) -> dict[str, Table]:
        """The tables that belong to a plan, by their proper names; problems for missing sheets and headings."""
        if set(tables) == {CSV_NAME}:
            found = self._by_headings(tables[CSV_NAME])
        else:
            names = {narrow(name): table for name, table in tables.items()}
            found = {name: names[narrow(name)] for name in BY_NAME if narrow(name) in names}
        self.result.whole = len(found) > 1
        if not found:
            sheets = "・".join(sheet for sheet in BY_NAME if sheet not in OPTIONAL_SHEETS)
            self.problem(
                "",
                None,
                "",
                None,
                _("計画の表が見つかりません。シート名は %(names)s です。") % {"names": sheets},
            )
        for name in BY_NAME:
            if self.result.whole and name not in found and name not in OPTIONAL_SHEETS:
                self.problem(name, None, "", None, _("シートがありません。"))
        for name, table in found.items():
            self._check_headings(name, table)
        return found

    @staticmethod
    def _by_headings(table) -> dict[str, Table]:
        """A CSV file has no sheet name: its headings tell which sheet it is."""
        there = {narrow(str(header)) for header in table.headers}
        fitting = {
            name: len(needed)
            for name, sheet in BY_NAME.items()
            if name not in OPTIONAL_SHEETS
            and (needed := {narrow(c.column_name) for c in _required(sheet)}) <= there
        }
        return {max(fitting, key=fitting.get): table} if fitting else {}

    def _check_headings(self, name, table):
        headings = [narrow(str(header)) for header in table.headers]
        for column in BY_NAME[name].columns:
            count = headings.count(narrow(column.column_name))
            if count > 1:
                self.problem(name, 1, column.column_name, None, _("同じ見出しの列が2つあります。"))
            if count == 0 and column in _required(BY_NAME[name]):
                self.problem(name, 1, column.column_name, None, _("見出しがありません。"))

    def _rows(self, name):
        """(row number, {heading: cell}) of one sheet, by narrow headings."""
        table = self.tables[name]
        headings = [narrow(str(header)) for header in table.headers]
        for number, cells in table.rows:
            yield number, dict(zip(headings, cells, strict=False))

    # --- which plan --------------------------------------------------------------------------------

    def _read_vocabulary(self):
        if GradeSheet.sheet not in self.tables:
            return
        self.result.vocabulary, wrong = read_vocabulary(self._rows(GradeSheet.sheet))
        self.result.status_words = status_words(self.result.vocabulary)
        for number, value, reason in wrong:
            self.problem(GradeSheet.sheet, number, "識別子", value, reason)

    def _find_plan(self):
        if PlanSheet.sheet not in self.tables:
            self.result.plan = self.result.plan or Plan.objects.running().first()
            if self.result.plan is None:
                self.problem("", None, "", None, _("どの計画の表か分かりません。計画を選んでください。"))
            return
        rows = list(self._rows(PlanSheet.sheet))
        if len(rows) != 1:
            self.problem(PlanSheet.sheet, None, "", len(rows), _("計画は1つのファイルに1行です。"))
            return
        code = narrow(str(rows[0][1].get("計画コード") or ""))
        self.result.plan = Plan.objects.filter(code=code).first()

    # --- rows --------------------------------------------------------------------------------------

    def _existing(self, sheet) -> dict:
        if self.result.plan is None:
            return {}
        rows = sheet.of_plan(self.result.plan)
        if self.lock:
            rows = rows.select_for_update(of=("self",))
        keys = [
            column for attribute in sheet.key for column in sheet.columns if column.attribute == attribute
        ]
        return {tuple(column.current(obj) for column in keys): obj for obj in rows}

    def _read_sheet(self, sheet):
        existing = self._existing(sheet)
        self.known[sheet.kind].update({key[0]: obj for key, obj in existing.items() if len(key) == 1})
        if sheet.sheet not in self.tables:
            return
        seen: dict = {}
        for number, cells in self._rows(sheet.sheet):
            if sheet is GradeSheet and narrow(str(cells.get("区分") or "")) != GRADES:
                continue
            row = self._read_row(sheet, number, cells)
            if row is None:
                continue
            if row.key in seen:
                reason = _("%(row)s行目と同じコードです。") % {"row": seen[row.key]}
                self.problem(sheet.sheet, number, sheet.columns[0].column_name, row.code, reason)
                continue
            seen[row.key] = number
            self._compare(row, existing.get(row.key))
            self.known[sheet.kind].setdefault(row.key[0], row.obj)
        if self.result.whole:
            there = {*seen, *(key for other, key in self.faulty if other is sheet)}
            self.result.missing += [(sheet, obj) for key, obj in existing.items() if key not in there]

    def _read_row(self, sheet, number, cells) -> RowPlan | None:
        """The row with its values, or None after noting every problem in it."""
        values, good = {}, True
        for column in sheet.columns:
            heading = narrow(column.column_name)
            if column.readonly or heading not in cells:
                continue
            try:
                value = column.widget.clean(
                    cells[heading], known=self.known, vocabulary=self.result.vocabulary
                )
                if column.needed and value in (None, ""):
                    raise ValueError(_("空にできません。"))
                values[column] = value
            except ValueError as error:
                self.problem(sheet.sheet, number, column.column_name, cells[heading], error)
                good = False
        key = tuple(value for a in sheet.key for column, value in values.items() if column.attribute == a)
        if not good:
            self._make_known(sheet, cells)
            self.faulty.add((sheet, key))
            return None
        row = RowPlan(sheet, number, key, values)
        for column, value, reason in checks.within(row, cells):
            self.problem(sheet.sheet, number, column, value, reason)
        return row

    def _make_known(self, sheet, cells):
        """A faulty row still exists for the rows that refer to it: one mistake is told once."""
        code = narrow(str(cells.get(narrow(sheet.columns[0].column_name)) or ""))
        self.known[sheet.kind].setdefault(code, None)

    def _compare(self, row, obj):
        row.obj = obj
        self.result.rows.append(row)
        for column, value in row.values.items():
            old = column.current(obj) if obj else None
            if obj is not None and old != value:
                row.changes[column] = (old, value)
        reason = checks.against(row) if obj is not None else None
        if reason:
            self.problem(row.sheet.sheet, row.number, *reason)

    # --- changes made in the portal meanwhile --------------------------------------------------------

    def _mark_conflicts(self):
        """Rows that were changed in the portal after the file was exported (the file says when)."""
        if self.exported_at is None:
            return
        for sheet in SHEETS:
            rows = {row.obj.pk: row for row in self.result.changed if row.sheet is sheet}
            events = sheet._meta.model._meta.get_field("events").related_model.objects
            later = events.filter(pgh_obj_id__in=rows, pgh_created_at__gt=self.exported_at)
            for pk in later.values_list("pgh_obj_id", flat=True):
                rows[pk].conflict = True


def _required(sheet) -> list:
    """Headings that must be there: all that are neither optional nor only for people."""
    return [column for column in sheet.columns if not column.optional and not column.readonly]


def _exported_at(tables) -> datetime | None:
    """When the portal wrote this workbook, from its first sheet; None for workbooks made elsewhere."""
    table = tables.get(NOTES_SHEET)
    for _number, cells in table.rows if table else ():
        if str(cells[0]) == EXPORTED_AT and len(cells) > 1:
            try:
                moment = parse_datetime(str(cells[1]))
            except ValueError:
                return None
            return moment if moment is None or timezone.is_aware(moment) else timezone.make_aware(moment)
    return None
