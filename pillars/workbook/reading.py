"""From tables to an import plan: every row read, checked and compared with what the portal holds. Writes nothing.

`compare(tables, today=…)` returns an ImportPlan: all problems in one pass (sheet, row, column, value, reason), new and
changed rows cell by cell, unchanged ones, and what the portal has but the file has not.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from accounts.models import Department
from dxportal.text import narrow
from pillars.models import Plan
from pillars.workbook import checks
from pillars.workbook.cells import Reference, References
from pillars.workbook.files import CSV_NAME, Table
from pillars.workbook.sheets import BY_NAME, OPTIONAL_SHEETS, SHEETS, ApprovalColumn, GradeSheet, PlanSheet
from pillars.workbook.words import GRADES, read_vocabulary, status_words

NOTES_SHEET = "はじめに"
EXPORTED_AT = "書出し日時"
HEADER = 1  # the row of the headings
STEP = 250  # rows between two words of progress


@dataclass(frozen=True)
class Problem:
    """Why something cannot be taken, and where it stands in the file."""

    sheet: str
    row: int | None
    column: str
    value: str
    reason: str
    cell: str = ""  # the cell's address in the sheet, such as G18

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
    # Columns whose value in the portal changed after this file was written: {Column: whether the file changed it too}
    conflicts: dict = field(default_factory=dict)
    needs: list = field(default_factory=list)  # (sheet, code) of rows that have to arrive with this one
    many: dict = field(
        default_factory=dict
    )  # {m2m field: [ids before, ids after]}, filled in when it is written
    changed_at: datetime | None = (
        None  # last change in the portal, where the file does not say when it was written
    )

    @property
    def conflict(self) -> bool:
        return bool(self.conflicts)

    @property
    def place(self) -> tuple:
        return self.sheet.sheet, self.number

    @property
    def code(self) -> str:
        return " ".join(str(part) for part in self.key)

    def get(self, attribute):
        for column, value in self.values.items():
            if column.attribute == attribute:
                return value
        return None

    @property
    def label(self) -> str:
        return self.get("name") or (str(self.obj) if self.obj else self.code)

    def shown_changes(self, vocabulary) -> dict:
        """{heading: [old, new]} in words; of a new row everything that is filled in."""
        if self.obj is None:
            values = {c.column_name: shown(c, value, vocabulary) for c, value in self.values.items()}
            return {heading: ["", value] for heading, value in values.items() if value}
        return {
            c.column_name: [shown(c, old, vocabulary), shown(c, new, vocabulary)]
            for c, (old, new) in self.changes.items()
        }


def shown(column, value, vocabulary) -> str:
    """A value of the column in the words of the plan."""
    own = column.widget.render(value, vocabulary=vocabulary) if hasattr(column.widget, "words") else None
    return own or column.widget.show(value)


@dataclass
class ImportPlan:
    plan: Plan | None = None
    whole: bool = True
    problems: list = field(default_factory=list)
    rows: list = field(default_factory=list)  # every row that could be read, also those with problems
    faulty: dict = field(
        default_factory=dict
    )  # {(sheet, row number): (code, name, whether the portal has it)}
    exported_at: datetime | None = None
    stored: int = 0  # rows of the plan in the portal
    known: dict = field(default_factory=dict)  # {kind: {code: object, None when it is new}}
    missing: list = field(default_factory=list)  # (sheet, object) of the portal that the file does not have
    vocabulary: dict = field(default_factory=dict)
    status_words: dict | None = None  # the plan's own words, None when the file does not say

    @cached_property
    def error_places(self) -> set:
        """(sheet, row number) of every row that has a problem; such a row is never taken."""
        return {(problem.sheet, problem.row) for problem in self.problems}

    @cached_property
    def is_unreadable(self) -> bool:
        """A sheet or a heading is missing: there are no rows to choose from."""
        return any(problem.row in (None, HEADER) for problem in self.problems)

    @cached_property
    def sound(self) -> list:
        return [row for row in self.rows if row.place not in self.error_places]

    @property
    def new(self) -> list:
        return [row for row in self.sound if row.obj is None]

    @property
    def changed(self) -> list:
        return [row for row in self.sound if row.obj is not None and row.changes]

    @property
    def unchanged(self) -> list:
        return [row for row in self.sound if row.obj is not None and not row.changes]

    @property
    def name(self) -> str:
        """The plan's name, also when the file is about to create it."""
        first = next((row.get("name") for row in self.rows if row.sheet is PlanSheet), None)
        return first or (self.plan.name if self.plan else "")


def compare(
    tables: dict[str, Table], *, today, plan: Plan | None = None, lock=False, scope=None, tell=None
) -> ImportPlan:
    """Read the tables of one file against the portal. `plan` says which plan a single sheet belongs to (default: the
    running one); `lock` locks the rows that are compared, for the transaction that will write them; `scope` (see
    scope.py) says what the person may import; `tell(rows read)` hears now and then how far it has come."""
    return Reader(tables, today=today, plan=plan, lock=lock, scope=scope, tell=tell).read()


class Reader:
    """Keeps what the rows of earlier sheets have made known, while the sheets are read in order."""

    def __init__(self, tables, *, today, plan, lock, scope, tell):
        self.today, self.lock, self.scope = today, lock, scope
        self.tell, self.rows_read = tell or (lambda rows: None), 0
        self.result = ImportPlan(plan=plan, exported_at=_exported_at(tables))
        self.faulty: set = set()  # (sheet, key) of rows that are in the file but cannot be read
        self.headers: dict = {}  # {sheet: headings as written}
        self.tables = self._known_sheets(tables)
        self.known = {sheet.kind: {} for sheet in SHEETS}
        self.known["department"] = {d.code: d for d in Department.objects.all()}
        self.result.known = self.known

    def read(self) -> ImportPlan:
        result = self.result
        if not result.problems:
            self._read_vocabulary()
            self._find_plan()
        if not self.tables or result.problems:
            return result
        for sheet in SHEETS:
            self._read_sheet(sheet)
        refused = {(p.sheet, p.row) for p in result.problems} if self.scope else ()
        # Of rows a department may not bring in, nothing more is told: not even that the portal has the like.
        result.problems += checks.across([row for row in result.rows if row.place not in refused])
        result.problems += checks.after_the_end(result.plan, result.rows, self.today)
        for sheet in SHEETS:
            changed = {row.obj.pk: row for row in result.changed if row.sheet is sheet}
            if changed:
                self._compare_times(sheet, changed)
        return result

    def problem(self, sheet, row, column, value, reason):
        cell = self._address(sheet, row, column)
        self.result.problems.append(
            Problem(sheet, row, column, "" if value is None else str(value), str(reason), cell)
        )

    def _address(self, sheet, row, column) -> str:
        """G18 for a heading's column and a row; "" when there is no such cell."""
        headings = [narrow(str(heading)) for heading in self.headers.get(sheet, ())]
        if not row or narrow(column) not in headings:
            return ""
        return f"{get_column_letter(headings.index(narrow(column)) + 1)}{row}"

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
            if self.result.whole and not self.scope and name not in found and name not in OPTIONAL_SHEETS:
                self.problem(name, None, "", None, _("シートがありません。"))
        self.headers = {name: table.headers for name, table in found.items()}
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
        if self.scope:
            rows = self.scope.readable(sheet, rows)
        if self.lock:
            rows = rows.select_for_update(of=("self",))
        keys = [
            column for attribute in sheet.key for column in sheet.columns if column.attribute == attribute
        ]
        return {tuple(column.current(obj) for column in keys): obj for obj in rows}

    def _read_sheet(self, sheet):
        existing = self._existing(sheet)
        self.result.stored += len(existing)
        self.known[sheet.kind].update({key[0]: obj for key, obj in existing.items() if len(key) == 1})
        if sheet.sheet not in self.tables:
            return
        seen: dict = {}
        for number, cells in self._rows(sheet.sheet):
            if sheet is GradeSheet and narrow(str(cells.get("区分") or "")) != GRADES:
                continue
            self.rows_read += 1
            if self.rows_read % STEP == 0:
                self.tell(self.rows_read)
            row = self._read_row(sheet, number, cells, existing)
            if row is None:
                continue
            if row.key in seen:
                reason = _("%(row)s行目と同じコードです。") % {"row": seen[row.key]}
                self.problem(sheet.sheet, number, sheet.columns[0].column_name, row.code, reason)
                continue
            seen[row.key] = number
            self._compare(row, existing.get(row.key))
            self.known[sheet.kind].setdefault(row.key[0], row.obj)
        if self.result.whole and not self.scope:
            there = {*seen, *(key for other, key in self.faulty if other is sheet)}
            self.result.missing += [(sheet, obj) for key, obj in existing.items() if key not in there]

    def _read_row(self, sheet, number, cells, existing) -> RowPlan | None:
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
            code, name = (
                " ".join(str(part) for part in key),
                str(cells.get(narrow(sheet.heading_of_name())) or ""),
            )
            self.result.faulty[sheet.sheet, number] = (code, name, key in existing)
            return None
        row = RowPlan(sheet, number, key, values)
        row.needs = [
            (BY_KIND[column.widget.kind].sheet, value)
            for column, value in values.items()
            if type(column.widget) is Reference and value and self._is_coming(column.widget.kind, value)
        ]
        for column, value, reason in checks.within(row, cells):
            self.problem(sheet.sheet, number, column, value, reason)
        return row

    def _is_coming(self, kind, code) -> bool:
        """The row refers to one that is not in the portal yet."""
        return kind != "department" and self.known[kind].get(code) is None

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
        if self.scope and (obj is None or row.changes):
            for place in self.scope.refusals(row, self.known):
                self.problem(row.sheet.sheet, row.number, *place)

    # --- changes made in the portal meanwhile --------------------------------------------------------

    def _compare_times(self, sheet, rows):
        """Which cells changed in the portal after the file was written; without a time, when each row last changed."""
        events = sheet._meta.model._meta.get_field("events").related_model.objects
        events = events.filter(pgh_obj_id__in=rows)
        if self.result.exported_at is None:
            last = events.values_list("pgh_obj_id").annotate(Max("pgh_created_at"))
            for pk, changed_at in last:
                rows[pk].changed_at = changed_at
            return
        later = set(
            events.filter(pgh_created_at__gt=self.result.exported_at).values_list("pgh_obj_id", flat=True)
        )
        then = events.filter(pgh_obj_id__in=later, pgh_created_at__lte=self.result.exported_at)
        order = ("pgh_obj_id", "-pgh_created_at", "-pgh_id")
        known = {event.pgh_obj_id: event for event in then.order_by(*order).distinct("pgh_obj_id")}
        for pk in later:
            _mark_conflicts(rows[pk], known.get(pk))


def _mark_conflicts(row, then):
    """`then` is the row as it was when the file was written, None when it was not there."""
    for column, (_old, new) in row.changes.items():
        if then is None or isinstance(column.widget, References):
            row.conflicts[column] = True  # what it was is not known, so people decide
            continue
        attname = row.obj._meta.get_field(column.root).attname
        if getattr(then, attname) != getattr(row.obj, attname):
            own = "__" not in column.attribute and not isinstance(column, ApprovalColumn)
            row.conflicts[column] = not own or getattr(then, attname) != new


BY_KIND = {sheet.kind: sheet for sheet in SHEETS}


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
