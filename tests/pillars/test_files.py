"""Hostile and broken files: each refused in time, with a sentence of its own (promises.md IM1, IM3, IM5, IM13)."""

import io
import time
import tracemalloc
import zipfile

import defusedxml
import openpyxl
import pytest

from pillars.workbook import files


def workbook(**parts) -> bytes:
    """A small real workbook, with parts of the archive added or replaced."""
    book = openpyxl.Workbook()
    book.active.append(["計画コード"])
    stream = io.BytesIO()
    book.save(stream)
    source = zipfile.ZipFile(stream)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            if name not in parts:
                archive.writestr(name, source.read(name))
        for name, data in parts.items():
            archive.writestr(name, data)
    return target.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
REFUSED = [
    (b"", "plan.xlsx", "0バイト"),
    (OLE, "plan.xls", "古い形式"),
    (OLE + "EncryptedPackage".encode("utf-16-le"), "plan.xlsx", "パスワード"),
    (workbook(), "plan.xlsm", "マクロ"),
    (workbook(**{"xl/vbaProject.bin": b"x"}), "plan.xlsx", "マクロ"),
    (b"<html><table></table></html>", "plan.xlsx", "HTML"),
    (b"a,b\n1,2\n", "plan.xlsx", "CSV"),
    (workbook()[:900], "plan.xlsx", "壊れて"),
    (workbook(**{SHEET: ENTITIES}), "plan.xlsx", "DOCTYPE"),
    (workbook(**{SHEET: "<worksheet/>".encode("utf-16")}), "plan.xlsx", "DOCTYPE"),
    (workbook(**{SHEET: b"<worksheet><sheetData><row"}), "plan.xlsx", "読めません"),
    (b"PK\x03\x04" + b"\0" * 200, "plan.xlsx", "壊れて"),
    (b"a,b\n1,\x00\n", "plan.csv", "NUL"),
    (b'a,b\n1,"open\n', "plan.csv", "引用符"),
    (b"a,b\n1," + b"x" * 5_000_000 + b"\n", "plan.csv", "長すぎる"),
    (b"\x81\xff\x8f\xff,\xfe\xa0", "plan.csv", "文字コード"),
    (b"x" * (files.MAX_FILE + 1), "plan.csv", "10MB"),
]


@pytest.mark.parametrize(("content", "name", "word"), REFUSED)
def test_refused_with_a_sentence_that_helps(content, name, word):
    with pytest.raises(files.FileRefused, match=word):
        files.read_tables(content, name)


def test_a_word_processor_file_is_not_a_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(files.FileRefused, match="ではありません"):
        files.read_tables(stream.getvalue(), "plan.xlsx")


def test_a_bomb_is_refused_at_once_and_without_memory():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open(SHEET, "w", force_zip64=True) as sheet:
            for _block in range(1024):
                sheet.write(b" " * 1024 * 1024)
    bomb = stream.getvalue()
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(files.FileRefused, match="大きくなりすぎる"):
        files.read_tables(bomb, "plan.xlsx")
    took, peak = time.perf_counter() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (took < 1, peak < 50_000_000, len(bomb) < 2_000_000) == (True, True, True)


def test_a_bomb_that_lies_about_its_size_is_refused():
    honest = bytearray(workbook(**{SHEET: b" " * 60_000_000}))
    size = (60_000_000).to_bytes(4, "little")
    lie = bytes(honest).replace(size, (1000).to_bytes(4, "little"))
    with pytest.raises(files.FileRefused, match="壊れて|大きくなりすぎる"):
        files.read_tables(lie, "plan.xlsx")


def test_more_rows_or_columns_than_a_plan_has():
    row = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
    far = f"<worksheet {NAMESPACE}><sheetData>{row.format(1)}{row.format(1_048_576)}</sheetData></worksheet>"
    for data in (far, far.replace("A1048576", "XFD2").replace('r="1048576"', 'r="2"')):
        with pytest.raises(files.FileRefused, match="大きすぎます"):
            files.read_tables(workbook(**{SHEET: data.encode()}), "plan.xlsx")


def test_defusedxml_is_installed_and_used_by_the_reader():
    import openpyxl.xml

    assert (openpyxl.xml.DEFUSEDXML, bool(defusedxml.__version__)) == (True, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_csv_text_is_right_in_every_encoding(encoding):
    table = files.read_tables(
        "施策コード,施策名\r\nP1,髙橋さんの施策\r\n".replace("髙", "高").encode(encoding), "a.csv"
    )
    assert table["CSV"].headers == ["施策コード", "施策名"]
    assert table["CSV"].rows == [[2, ["P1", "高橋さんの施策"]]]
