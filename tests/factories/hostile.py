"""Files nobody should be able to harm the portal with, made when asked for (promises.md IM1, IM3, IM5)."""

import io
import zipfile

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
)
MEGABYTE = 1024 * 1024


def workbook(**parts) -> bytes:
    """A small real workbook, with parts of the archive added or replaced."""
    book = openpyxl.Workbook()
    book.active.append(["計画コード"])
    stream = io.BytesIO()
    book.save(stream)
    source = zipfile.ZipFile(stream)
    kept = {name: source.read(name) for name in source.namelist() if name not in parts}
    return packed({**kept, **parts})


def packed(parts) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


def bomb(megabytes=1024) -> bytes:
    """So many megabytes of blanks in one sheet, about a thousandth of it packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as sheet:
            for _block in range(megabytes):
                sheet.write(b" " * MEGABYTE)
    return stream.getvalue()


def lying_bomb() -> bytes:
    """60 MB that say in both directories they are 1,000 bytes."""
    honest = workbook(**{SHEET: b" " * 60_000_000})
    return honest.replace((60_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


def many_strings() -> bytes:
    """Nine million shared texts in 38 MB: each would become an object."""
    return workbook(**{STRINGS: f"<sst {NAMESPACE}>".encode() + b"<si/>" * 7_500_000 + b"</sst>"})


def far_cell(address="XFD1048576") -> bytes:
    """One cell in the last column and row, which says nothing about those before it."""
    row = "".join(letter for letter in address if letter.isdigit())
    cell = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{address}"><v>1</v></c></row>'
    return workbook(**{SHEET: f"<worksheet {NAMESPACE}><sheetData>{cell}</sheetData></worksheet>".encode()})


def wide_dimension() -> bytes:
    """A sheet with one cell that claims to have 16,384 columns and a million rows."""
    claim = '<dimension ref="A1:XFD1048576"/>'
    rows = '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>計画コード</t></is></c></row></sheetData>'
    return workbook(**{SHEET: f"<worksheet {NAMESPACE}>{claim}{rows}</worksheet>".encode()})


# What it is, the file, its name, a word of the sentence people get.
HOSTILE = [
    ("1 GB in 1 MB", bomb, "plan.xlsx", "大きくなりすぎる"),
    ("lying directory", lying_bomb, "plan.xlsx", "壊れて|大きくなりすぎる"),
    ("7.5 million shared texts", many_strings, "plan.xlsx", "大きくなりすぎる"),
    ("workbook in a ZIP", lambda: packed({"plan.xlsx": workbook()}), "plan.xlsx", "ZIPの中"),
    ("DOCTYPE", lambda: workbook(**{SHEET: ENTITIES}), "plan.xlsx", "DOCTYPE"),
    ("DOCTYPE far inside", lambda: workbook(**{SHEET: b" " * 262_140 + ENTITIES}), "plan.xlsx", "DOCTYPE"),
    ("UTF-16 sheet", lambda: workbook(**{SHEET: "<x/>".encode("utf-16")}), "plan.xlsx", "DOCTYPE"),
    (
        "encrypted",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le"),
        "plan.xlsx",
        "パスワード",
    ),
    (".xls", lambda: OLE, "plan.xls", "古い形式"),
    (".xlsm", workbook, "plan.xlsm", "マクロ"),
    ("macros in .xlsx", lambda: workbook(**{"xl/vbaProject.bin": b"x"}), "plan.xlsx", "マクロ"),
    ("HTML", lambda: b"<html><table></table></html>", "plan.xlsx", "HTML"),
    ("CSV renamed", lambda: b"a,b\n1,2\n", "plan.xlsx", "CSV"),
    ("cut off", lambda: workbook()[:900], "plan.xlsx", "壊れて"),
    ("0 bytes", lambda: b"", "plan.xlsx", "0バイト"),
    ("NUL in CSV", lambda: b"a,b\n1,\x00\n", "plan.csv", "NUL"),
    ("over 10 MB", lambda: b"x" * (10 * MEGABYTE + 1), "plan.csv", "10MB"),
    ("no encoding", lambda: b"\x81\xff\x8f\xff,\xfe\xa0", "plan.csv", "文字コード"),
]
