"""What programs write into files about people is gone after dxportal.traces."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.comments import Comment
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from dxportal import traces, uploads

NAME = "Anna NYMOUS"


def cleaned(name, content):
    return traces.without(uploads.accept(SimpleUploadedFile(name, content))).content


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = book.properties.lastModifiedBy = NAME
    book.active["A1"] = "金額"
    book.active["A1"].comment = Comment(f"{NAME}:\n要確認", NAME)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    note = FreeText(text="要確認", rect=(10, 10, 90, 90), title_bar=NAME)
    writer.add_annotation(0, note)
    writer.add_metadata({"/Author": NAME, "/Creator": "Word"})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_workbook_keeps_its_cells_and_comments_without_their_author():
    content = cleaned("表.xlsx", workbook())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [name for name in archive.namelist() if NAME.encode() in archive.read(name)] == []
    cell = openpyxl.load_workbook(io.BytesIO(content)).active["A1"]
    assert (cell.value, cell.comment.text.strip()) == ("金額", "要確認")


@pytest.mark.parametrize(
    "told",
    [
        b'<workbook><fileSharing userName="Anna NYMOUS"/></workbook>',
        b'<persons><person displayName="Anna NYMOUS" userId="S::Anna NYMOUS"/></persons>',
        b'<pivotCacheDefinition refreshedBy="Anna NYMOUS"/>',
        b'<x15ac:absPath url="C:\\Users\\Anna NYMOUS\\"/>',
    ],
)
def test_attributes_that_name_people_are_emptied(told):
    assert NAME.encode() not in traces._part("xl/workbook.xml", told)


def test_pdf_has_no_properties_and_no_names_beside_its_notes():
    content = cleaned("案.pdf", pdf())
    read = PdfReader(io.BytesIO(content))
    notes = [note.get_object() for note in read.pages[0]["/Annots"]]
    assert (read.metadata or {}).get("/Author") is None
    assert [(note.get("/T"), note["/Contents"]) for note in notes] == [(None, "要確認")]


def test_picture_in_a_workbook_is_written_anew():
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = NAME
    Image.new("RGB", (4, 4)).save(stream, "JPEG", exif=exif)
    assert NAME.encode() in stream.getvalue()
    assert NAME.encode() not in traces._part("xl/media/image1.jpeg", stream.getvalue())


def test_table_stays_as_it_is():
    assert cleaned("表.csv", b"a,b\n1,2\n") == b"a,b\n1,2\n"
