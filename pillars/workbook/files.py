"""Uploaded files made into plain tables. Nothing here knows plans; everything here distrusts the file.

`read_tables(content, name)` gives {sheet name: Table} or raises FileRefused with a sentence that says what to do. A
workbook is measured before it is parsed (promises.md IM1, IM3, IM5): declared and real size, DOCTYPE, macros.
"""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time

import openpyxl
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV
from tablib.exceptions import InvalidDimensions

from pillars.workbook.formulas import as_meant

MAX_FILE = 10 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_PARTS = 500
MAX_ROWS, MAX_COLUMNS = 20_000, 100
MAX_CELL = 20_000
CSV_NAME = "CSV"

OLE = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
XML_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY")
LONGEST = max(len(word) for word in DOCTYPES)
BLOCK = 256 * 1024
MAX_TAGS = 3_000_000  # each becomes an object many times its size when the workbook is opened


class FileRefused(ValueError):
    """The file cannot be read at all; str() says why and what to do instead."""


@dataclass
class Table:
    """One sheet: headers as written, rows as (row number in the file, cells)."""

    title: str
    headers: list
    rows: list = field(default_factory=list)


def read_tables(content: bytes, name: str) -> dict[str, Table]:
    """Every sheet of an .xlsx file, or the one table of a CSV file under the name "CSV"."""
    check(content, name)
    return {CSV_NAME: _read_csv(content)} if _is_csv(content, name) else _read_workbook(content)


def check(content: bytes, name: str):
    """Refuse at once, without parsing, what cannot be a table. Raises FileRefused."""
    if not content:
        raise FileRefused(_("ファイルが空です(0バイト)。"))
    if len(content) > MAX_FILE:
        raise FileRefused(_("ファイルが大きすぎます。10MBまでです。"))
    if _is_csv(content, name):
        decode(content)
    else:
        _check_container(content, name.lower())


def _is_csv(content: bytes, name: str) -> bool:
    return name.lower().endswith((".csv", ".txt")) and not content.startswith((b"PK\x03\x04", OLE))


# --- Excel ----------------------------------------------------------------------------------------


def _check_container(content: bytes, name: str):
    """Refuse whatever is not a plain .xlsx, each with its own way out."""
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise FileRefused(
                _("パスワードのかかったExcelファイルです。パスワードを外して保存し直してください。")
            )
        raise FileRefused(
            _("古い形式(.xls)のExcelファイルです。Excelで「.xlsx」として保存し直してください。")
        )
    if name.endswith((".xlsm", ".xltm", ".xlsb")):
        raise FileRefused(
            _("マクロ付きのファイル(.xlsm など)は受け取れません。「.xlsx」として保存し直してください。")
        )
    if content.lstrip()[:1] == b"<":
        raise FileRefused(_("中身がHTMLかXMLです。Excelで開き「.xlsx」として保存し直してください。"))
    if not content.startswith(b"PK"):
        raise FileRefused(
            _("Excelファイル(.xlsx)ではありません。CSVのときはファイル名の終わりを .csv にしてください。")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError):
        raise FileRefused(_("ファイルが途中で切れているか壊れています。もう一度保存してください。")) from None
    except zipfile.zlib.error:
        raise FileRefused(_("ファイルが途中で切れているか壊れています。もう一度保存してください。")) from None


def _check_parts(archive: zipfile.ZipFile):
    parts = archive.infolist()
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_big()
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        if any(name.endswith((".xlsx", ".csv", ".zip")) for name in names):
            raise FileRefused(_("ZIPの中にファイルが入っています。取り出して、1つずつ読み込んでください。"))
        raise FileRefused(_("Excelファイル(.xlsx)ではありません。Excelで「.xlsx」として保存してください。"))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused(_("マクロの入ったファイルは受け取れません。「.xlsx」として保存し直してください。"))
    budget = MAX_UNPACKED
    for part in parts:
        if part.flag_bits & 0x1:
            raise FileRefused(_("パスワードのかかったファイルです。パスワードを外して保存し直してください。"))
        budget -= _check_part(archive, part, budget)


def _too_big():
    return FileRefused(_("展開すると大きくなりすぎるファイルです。シートと行を減らしてください。"))


def _check_part(archive, part, budget: int) -> int:
    """Unpack one part in blocks, keeping none: its real size. Raises FileRefused for too much of anything."""
    is_xml = part.filename.lower().endswith((".xml", ".rels"))
    size, tags, tail = 0, 0, b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > budget:
                raise _too_big()
            if is_xml:
                tags += block.count(b"<")
                _check_xml(tail + block, is_start=size == len(block))
                tail = block[-LONGEST:]
            if tags > MAX_TAGS:
                raise _too_big()
    return size


def _check_xml(data: bytes, *, is_start: bool):
    if (is_start and data.startswith(XML_BOMS)) or any(word in data for word in DOCTYPES):
        raise FileRefused(_("Excelが作らない宣言(DOCTYPE)を含むファイルです。Excelで保存し直してください。"))


def _read_workbook(content: bytes) -> dict[str, Table]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return {sheet.title: _read_sheet(sheet) for sheet in book.worksheets}
    except FileRefused:
        raise
    except (
        Exception
    ) as error:  # whatever a broken workbook makes the library raise is one and the same to people
        raise FileRefused(_("Excelファイルとして読めません。Excelで開いて保存し直してください。")) from error


def _read_sheet(sheet) -> Table:
    sheet.reset_dimensions()  # the declared size is a claim of the file
    table = Table(sheet.title, [])
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
            raise FileRefused(
                _("シート「%(sheet)s」が大きすぎます。%(rows)s行・%(columns)s列までです。")
                % {"sheet": sheet.title, "rows": MAX_ROWS, "columns": MAX_COLUMNS}
            )
        _add(table, number, [plain(cell) for cell in cells])
    return table


def _add(table: Table, number: int, cells: list):
    """The first row is the header; rows without any value are left out."""
    if number == 1:
        table.headers = [str(cell or "").strip() for cell in cells]
    elif any(cell not in (None, "") for cell in cells):
        width = len(table.headers)
        table.rows.append([number, [*cells, *[None] * (width - len(cells))]])


def plain(cell):
    """The cell as JSON can keep it: dates as ISO text, numbers and truth as they are, the rest as text."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if cell is None or isinstance(cell, bool | int | float):
        return cell
    return str(cell)[: MAX_CELL + 1]


# --- CSV ------------------------------------------------------------------------------------------

ENCODINGS = ("utf-8", "cp932", "euc_jp")


def decode(content: bytes) -> str:
    """Text of a CSV file: UTF-16 and UTF-8 by their marks, else UTF-8, cp932 or EUC-JP, whichever reads as Japanese.

    Raises FileRefused rather than giving mojibake: a wrong guess shows as half-width katakana or control characters.
    """
    if content.startswith(XML_BOMS[:2]):
        return _try(content, "utf-16") or _refuse_encoding()
    if b"\x00" in content:
        raise FileRefused(_("CSVに使えない文字(NUL)が入っています。"))
    if content.startswith(b"\xef\xbb\xbf"):
        return _try(content, "utf-8-sig") or _refuse_encoding()
    for encoding in ENCODINGS:
        text = _try(content, encoding)
        if text is not None and not _looks_broken(text):
            return text
    return _refuse_encoding()


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _refuse_encoding():
    raise FileRefused(_("文字コードが分かりません。Excelで「CSV UTF-8」として保存し直してください。"))


def _looks_broken(text: str) -> bool:
    """EUC-JP read as cp932 turns into runs of half-width katakana; headers never consist of them."""
    head = text.partition("\n")[0]
    half_width = sum("｡" <= letter <= "ﾟ" for letter in head)
    control = any(letter < " " and letter not in "\t\r\n" for letter in text)
    return control or half_width * 4 > max(len(head), 1)


def _read_csv(content: bytes) -> Table:
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    limit = csv.field_size_limit(MAX_CELL)
    try:
        dataset = CSV().create_dataset(text, headers=False, strict=True)
    except (csv.Error, InvalidDimensions):
        message = _("CSVとして読めません。引用符の閉じ忘れ、列の数が違う行、長すぎる値を確かめてください。")
        raise FileRefused(message) from None
    finally:
        csv.field_size_limit(limit)
    if len(dataset) > MAX_ROWS:
        raise FileRefused(_("行が多すぎます。%(rows)s行までです。") % {"rows": MAX_ROWS})
    table = Table(CSV_NAME, [])
    for number, cells in enumerate(dataset, 1):
        _add(table, number, [as_meant(cell) if cell != "" else None for cell in cells])
    return table
