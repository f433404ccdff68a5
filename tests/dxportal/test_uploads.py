"""What may be uploaded and what becomes of it: hostile files of every kind (promises FI1 to FI4, P26)."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageFile
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from dxportal import uploads
from tests.factories import file_of, png

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF_AND_JS = b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)//"


def pdf(**added) -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    if added.get("script"):
        action = {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if added.get("attachment"):
        writer.add_attachment("inside.exe", b"MZ")
    if added.get("password"):
        writer.encrypt("secret")
    writer.write(stream)
    return stream.getvalue()


def xlsx(**parts) -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["公館", "件数"])
    book.save(stream)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def enormous_png() -> bytes:
    """A picture of 50,000 × 50,000 in a few bytes: only the header is true."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\x00")) + chunk(b"IEND", b"")


def why_refused(name, content) -> str:
    """The code of the refusal, "" when the file is taken."""
    try:
        uploads.accept(file_of(name, content))
    except ValidationError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("画面.png", png()),
        ("report.PDF", pdf()),
        ("件数.xlsx", xlsx()),
        ("件数.csv", "公館,件数\n在仏,3\n".encode()),
        ("件数.csv", "公館,件数\n在仏,3\n".encode("cp932")),
    ],
)
def test_honest_files_are_taken(name, content):
    assert why_refused(name, content) == ""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.svg", SVG, "kind"),
        ("a.png", SVG, "content"),
        ("a.csv", SVG, "content"),
        ("a.png", b"<html><script>alert(1)</script></html>", "content"),
        ("a.png", GIF_AND_JS, "content"),
        ("a.gif", GIF_AND_JS, "kind"),
        ("a.png.exe", png(), "kind"),
        ("a.exe.png", b"MZ\x90\x00", "content"),
        (".htaccess", b"AddType text/html .png", "kind"),
        ("a.png", b"", "empty"),
        ("a.png", enormous_png(), "pixels"),
        ("a.png", png()[:60], "broken"),
        ("a.pdf", b"%PDF-1.7 nothing", "broken"),
        ("a.pdf", pdf(script=True), "active"),
        ("a.pdf", pdf(attachment=True), "active"),
        ("a.pdf", pdf(password=True), "password"),
        ("a.xlsx", xlsx(**{"xl/vbaProject.bin": "macro"}), "active"),
        ("a.xlsx", xlsx(**{"xl/big.xml": b"0" * (61 * 1024 * 1024)}), "bomb"),
        ("a.xlsx", xlsx(**{"xl/e.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "broken"),
        ("a.csv", b"a,b\x00\n1,2\n", "content"),
        ("a.csv", b"one column only\n", "content"),
        ("a.csv", b"\xff\xff\x80,\x81", "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused(name, content, code):
    assert why_refused(name, content) == code


def test_a_cut_off_picture_is_refused_whatever_another_library_allowed(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert why_refused("a.png", png()[:60]) == "broken"


def test_a_file_that_is_too_large_is_refused_with_both_sizes(settings):
    settings.UPLOAD_FILE_MB = 1
    with pytest.raises(ValidationError, match=r"ファイルが大きすぎます\(2MB\)。1MBまでです。"):
        uploads.accept(file_of("a.csv", b"a,b\n" * 400_000))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\共有\\画面.png", "画面.png"),
        ("a\x00b.png", "ab.png"),
        ("請求\u202egnp.exe.png", "請求gnp.exe.png"),
        ("長" * 300 + ".png", "長" * 116 + ".png"),
        (".png", "ファイル.png"),
    ],
)
def test_names_lose_paths_and_hidden_letters(typed, shown):
    assert uploads.shown_name(typed) == shown


def test_nothing_of_the_name_reaches_the_disk():
    name = uploads.accept(file_of("../秘密.htaccess.png", png())).stored_name
    assert len(name) == 36 and name.endswith(".png") and name[:32].isalnum()


def test_pictures_lose_their_exif_and_what_follows_them():
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0112] = "camera", 6  # maker; turned by a quarter
    Image.new("RGB", (40, 30)).save(stream, "JPEG", exif=exif)
    taken = uploads.accept(file_of("a.jpg", stream.getvalue() + b"<script>alert(1)</script>"))
    clean = Image.open(io.BytesIO(taken.content))
    assert (dict(clean.getexif()), clean.size, b"script" in taken.content) == ({}, (30, 40), False)


def test_a_scanner_can_refuse(settings):
    settings.UPLOAD_SCANNER = "tests.dxportal.test_uploads.scanner"
    assert (why_refused("a.png", png()), why_refused("a.csv", b"EICAR,1\n")) == ("", "scanner")


def scanner(content, name):
    return "EICAR" if b"EICAR" in content else ""


def test_room_ends_for_the_person_and_for_the_portal(settings, tmp_path):
    settings.UPLOAD_PERSON_MB = settings.UPLOAD_SITE_MB = 1
    half = uploads.MB // 2
    uploads.check_room(half, used_by_person=half)
    with pytest.raises(ValidationError, match="あなたが置けるファイルの合計"):
        uploads.check_room(half + 1, used_by_person=half)
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "a").write_bytes(b"0" * (half + 1))
    with pytest.raises(ValidationError, match="ポータルの置き場がいっぱいです"):
        uploads.check_room(half, used_by_person=0)


@pytest.mark.parametrize(("kilobytes", "alarm"), [(700, False), (820, True)])
def test_the_alarm_rings_at_eighty_per_cent(settings, monkeypatch, kilobytes, alarm):
    settings.UPLOAD_SITE_MB, settings.UPLOAD_ALARM_PERCENT = 1, 80
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda path: type("U", (), {"used": 1, "total": 100}))
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "a").write_bytes(b"0" * kilobytes * 1024)
    assert uploads.is_alarming() is alarm


def test_files_are_given_out_to_be_saved():
    answer = uploads.to_keep(ContentFile(b"x"), "画面\r\nSet-Cookie: a.png", "image/png")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["Content-Disposition"].endswith("filename*=UTF-8''%E7%94%BB%E9%9D%A2Set-Cookie_%20a.png")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
