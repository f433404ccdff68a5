"""Hostile and broken files: each refused in time, with a sentence of its own (promises.md IM1, IM3, IM5, IM13)."""

import io
import tracemalloc
import zipfile

import defusedxml
import pytest

from pillars.workbook import files
from tests.factories.hostile import HOSTILE, SHEET, bomb, far_cell, packed, wide_dimension, workbook

# More than `check` finds before anything is parsed: the reader refuses these.
UNREADABLE = [
    (workbook(**{SHEET: b"<worksheet><sheetData><row"}), "plan.xlsx", "読めません"),
    (b"PK\x03\x04" + b"\0" * 200, "plan.xlsx", "壊れて"),
    (b'a,b\n1,"open\n', "plan.csv", "引用符"),
    (b"a,b\n1," + b"x" * 5_000_000 + b"\n", "plan.csv", "長すぎる"),
]


@pytest.mark.parametrize(
    ("make", "name", "word"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_hostile_file_is_refused_before_it_is_parsed(make, name, word, monkeypatch):
    monkeypatch.setattr(files.openpyxl, "load_workbook", None)
    with pytest.raises(files.FileRefused, match=word):
        files.check(make(), name)


def test_every_kind_has_a_sentence_of_its_own():
    sentences = {}
    for what, make, name, _word in HOSTILE:
        with pytest.raises(files.FileRefused) as refused:
            files.check(make(), name)
        sentences.setdefault(str(refused.value), []).append(what)
    shared = [kinds for kinds in sentences.values() if len(kinds) > 1]
    assert shared == [
        ["1 GB in 1 MB", "7.5 million shared texts"],
        ["lying directory", "cut off"],
        ["DOCTYPE", "DOCTYPE far inside", "UTF-16 sheet"],
    ]


def test_a_claimed_size_is_not_believed():
    assert files.read_tables(wide_dimension(), "plan.xlsx")["Sheet"].headers == ["計画コード"]


@pytest.mark.parametrize(("content", "name", "word"), UNREADABLE)
def test_refused_with_a_sentence_that_helps(content, name, word):
    with pytest.raises(files.FileRefused, match=word):
        files.read_tables(content, name)


def test_a_word_processor_file_is_not_a_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(files.FileRefused, match="ではありません"):
        files.read_tables(stream.getvalue(), "plan.xlsx")


def test_a_bomb_takes_no_memory():
    content = bomb()
    tracemalloc.start()
    with pytest.raises(files.FileRefused, match="大きくなりすぎる"):
        files.check(content, "plan.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (peak < 50_000_000, len(content) < 2_000_000) == (True, True)


def test_no_more_is_unpacked_than_allowed(monkeypatch):
    """A bomb that is honest about nothing: what is really read stops at the limit."""
    read, whole = [], zipfile.ZipExtFile.read
    monkeypatch.setattr(
        zipfile.ZipExtFile, "read", lambda self, n=-1: read.append(len(data := whole(self, n))) or data
    )
    monkeypatch.setattr(files, "MAX_UNPACKED", 1_000_000)
    archive = zipfile.ZipFile(io.BytesIO(packed({"xl/workbook.xml": b" " * 5_000_000})))
    part = archive.infolist()[0]
    with pytest.raises(files.FileRefused, match="大きくなりすぎる"):
        files._check_part(archive, part, files.MAX_UNPACKED)
    assert sum(read) <= files.MAX_UNPACKED + files.BLOCK


@pytest.mark.parametrize("address", ["A1048576", "XFD2"])
def test_more_rows_or_columns_than_a_plan_has(address):
    with pytest.raises(files.FileRefused, match="大きすぎます"):
        files.read_tables(far_cell(address), "plan.xlsx")


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
