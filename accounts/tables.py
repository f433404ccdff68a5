"""Reading a table somebody sends us: CSV in UTF-8 or Windows Japanese, or the first sheet of a workbook (I3).

Nothing is guessed: a file in another encoding is refused by name, and every bad cell is reported with its line.
"""

import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _
from import_export.formats.base_formats import XLSX

from dxportal.text import narrow

HALF_WIDTH_KANA = range(0xFF61, 0xFFA0)


class Problem(NamedTuple):
    """One cell, or one line, that cannot be taken in."""

    line: int
    column: str
    value: str
    reason: str

    def __str__(self):
        place = _("%(line)s行目") % {"line": self.line}
        cell = f" {self.column}" + (f"「{self.value}」" if self.value else "") if self.column else ""
        return f"{place}{cell}: {self.reason}"


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says what to do."""


class Column(NamedTuple):
    """One column of the file: the field it fills, how its text is read (ValueError says what is wrong)."""

    field: str
    read: Callable = str
    required: bool = True


@dataclass
class Row:
    """One line: its values by field, and its problems."""

    line: int
    key: str
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)


# --- the file ---------------------------------------------------------------------------------------------


def lines_of(data: bytes) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that holds something. Raises Unreadable."""
    return _workbook_lines(data) if data[:4] == b"PK\x03\x04" else _csv_lines(decoded(data))


def decoded(data: bytes) -> str:
    """Text in UTF-8 (with or without mark) or cp932. Raises Unreadable for anything else, never mojibake (IM13)."""
    if b"\0" in data:
        raise Unreadable(_("文字コードが違います(UTF-16など)。UTF-8かShift_JISで保存し直してください。"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        raise Unreadable(_("文字コードを読み取れません。UTF-8かShift_JISで保存し直してください。")) from None
    if any(ord(letter) in HALF_WIDTH_KANA for letter in text) and _is_euc(data):
        raise Unreadable(_("文字コードがEUC-JPのようです。UTF-8かShift_JISで保存し直してください。"))
    return text


def _is_euc(data: bytes) -> bool:
    try:
        data.decode("euc_jp")
    except UnicodeDecodeError:
        return False
    return True


def _csv_lines(text: str) -> list[tuple[int, list[str]]]:
    reader, found, start = csv.reader(io.StringIO(text, newline=""), strict=True), [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        reason = _('%(line)s行目から読めません。引用符(")の閉じ忘れがないか見てください。') % {"line": start}
        raise Unreadable(reason) from error
    return found


def _workbook_lines(data: bytes) -> list[tuple[int, list[str]]]:
    try:
        sheet = XLSX().create_dataset(data)
    except Exception as error:  # openpyxl raises whatever the damaged part raises
        raise Unreadable(_("このブックは開けません。Excelで開き直して保存してください。")) from error
    lines = enumerate([sheet.headers or [], *sheet], start=1)
    return [
        (number, [_cell(c) for c in cells])
        for number, cells in lines
        if any(c not in (None, "") for c in cells)
    ]


def _cell(value) -> str:
    if value is None:
        return ""
    return value.date().isoformat() if hasattr(value, "hour") else str(value)


# --- its rows ---------------------------------------------------------------------------------------------


def read_rows(data: bytes, columns: dict[str, Column], key: str) -> list[Row]:
    """Every line as a Row, read by header name in any order. Raises Unreadable when the headers are not right."""
    lines = lines_of(data)
    if not lines:
        raise Unreadable(_("中身がありません。"))
    headers = [narrow(cell) for cell in lines[0][1]]
    missing = [name for name in columns if name not in headers]
    twice = sorted({name for name in columns if headers.count(name) > 1})
    if missing:
        raise Unreadable(_("見出しがありません: %(names)s") % {"names": ", ".join(missing)})
    if twice:
        raise Unreadable(_("同じ見出しが2つあります: %(names)s") % {"names": ", ".join(twice)})
    rows = [_row(line, cells, headers, columns, key) for line, cells in lines[1:]]
    return _refuse_doubles(rows, key)


def _row(line: int, cells: list[str], headers: list[str], columns: dict[str, Column], key: str) -> Row:
    texts = dict(zip(headers, cells, strict=False))
    row = Row(line, narrow(texts.get(key, "")))
    if len(cells) > len(headers):
        row.problems.append(Problem(line, "", "", _("見出しより列が多い行です。")))
    for name, column in columns.items():
        text = texts.get(name, "").strip()
        try:
            if column.required and not text:
                raise ValueError(_("空にできません。"))
            row.values[column.field] = column.read(text)
        except ValueError as error:
            row.problems.append(Problem(line, name, text, str(error)))
    return row


def _refuse_doubles(rows: list[Row], key: str) -> list[Row]:
    first: dict[str, int] = {}
    for row in rows:
        if row.key in first:
            reason = _("%(line)s行目と同じです。") % {"line": first[row.key]}
            row.problems.append(Problem(row.line, key, row.key, reason))
        elif row.key:
            first[row.key] = row.line
    return rows


# --- its cells --------------------------------------------------------------------------------------------


def words(longest: int) -> Callable:
    """A reader of names: kept as written, without line breaks or control characters, at most `longest` letters."""

    def read(text: str) -> str:
        if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text):
            raise ValueError(_("改行や制御文字があります。"))
        if len(text) > longest:
            raise ValueError(_("%(longest)s文字より長いです。") % {"longest": longest})
        return text

    return read


def code(longest: int) -> Callable:
    """A reader of codes and numbers: full-width letters become half-width."""
    plain = words(longest)
    return lambda text: plain(narrow(text))


def choice(choices, *, blank: bool = False) -> Callable:
    """A reader of one of the values of a TextChoices or a list."""
    allowed = list(getattr(choices, "values", choices))

    def read(text: str) -> str:
        value = narrow(text)
        if value in allowed or (blank and not value):
            return value
        raise ValueError(_("次のどれかにしてください: %(values)s") % {"values": ", ".join(allowed)})

    return read
