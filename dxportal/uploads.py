"""What people upload: which files are taken, how they are made harmless, and how they are given out again.

One set of rules for every app (domain.md 3.10 no. 14, promises.md FI1 to FI4): png, jpeg, pdf, xlsx and csv, known by
their content and opened with a real reader. Pictures are written anew, so nothing hides in them. Nothing is served by
the web server: a view checks who asks and answers with `to_keep`.
"""

import csv
import hashlib
import io
import re
import shutil
import unicodedata
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

MB = 1024 * 1024
LONGEST_NAME = 120
MOST_PIXELS = 25_000_000  # a picture of 25 megapixels takes 100 MB while it is open
MOST_UNPACKED = 60 * MB
MOST_PARTS = 1000
MOST_OBJECTS = 100_000
HIDDEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
UNSAFE = re.compile(r'[<>:"/\\|?*]')
# What a PDF may hold beside pages: these names mean scripts, programs, other files.
ACTIVE = frozenset({"/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/RichMedia", "/XFA"})


@dataclass(frozen=True)
class Kind:
    name: str
    endings: tuple
    media_type: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("PNG", (".png",), "image/png"),
        Kind("JPEG", (".jpg", ".jpeg"), "image/jpeg"),
        Kind("PDF", (".pdf",), "application/pdf"),
        Kind("XLSX", (".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Kind("CSV", (".csv",), "text/csv"),
    )
}
ENDINGS = {ending: kind for kind in KINDS.values() for ending in kind.endings}
ACCEPT = ",".join(ENDINGS)  # for <input type="file">


@dataclass(frozen=True)
class Upload:
    """A file that was accepted: the name to show, the kind, and the bytes to keep."""

    name: str
    kind: Kind
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def stored_name(self) -> str:
        """A name of our own for the disk; nothing the person typed is in it."""
        return f"{uuid.uuid4().hex}{self.kind.endings[0]}"


def refused(why: str, code: str) -> ValidationError:
    return ValidationError(why, code=code)


def accept(file) -> Upload:
    """The harmless form of an uploaded file. Raises ValidationError with what is wrong and what to do."""
    name = shown_name(file.name or "")
    content = read_within_limits(file)
    kind = ENDINGS.get(Path(name).suffix.lower())
    if kind is None:
        raise refused(_("この種類は受け取れません。png、jpeg、pdf、xlsx、csv にしてください。"), "kind")
    if kind != recognised(content, kind):
        raise refused(
            _("中身が %(kind)s ではありません。もとのソフトで保存し直してください。") % {"kind": kind.name},
            "content",
        )
    content = READERS[kind.name](content)
    scan(content, name)
    return Upload(name, kind, content)


def read_within_limits(file) -> bytes:
    """What is in the file. Raises ValidationError for none, and for more than UPLOAD_FILE_MB without reading it."""
    if not file.size:
        raise refused(_("ファイルが空です(0バイト)。中身のあるファイルを選んでください。"), "empty")
    if file.size > settings.UPLOAD_FILE_MB * MB:
        values = {"size": -(-file.size // MB), "limit": settings.UPLOAD_FILE_MB}
        raise refused(_("ファイルが大きすぎます(%(size)sMB)。%(limit)sMBまでです。") % values, "size")
    file.seek(0)
    return file.read()


def shown_name(name: str) -> str:
    """The name as people see it: no path, no hidden or turning letters, not longer than 120, the ending kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = UNSAFE.sub("_", HIDDEN.sub("", name)).strip()
    stem, dot, ending = name.rpartition(".")
    if not dot:
        return name[:LONGEST_NAME]
    stem = stem.strip(". ") or _("ファイル")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"


def recognised(content: bytes, wanted: Kind) -> Kind | None:
    """The kind the first bytes tell of; a CSV has no mark, so it is believed when nothing speaks against it."""
    marks = {"PNG": b"\x89PNG\r\n\x1a\n", "JPEG": b"\xff\xd8\xff", "PDF": b"%PDF-", "XLSX": b"PK\x03\x04"}
    for name, mark in marks.items():
        if content.startswith(mark):
            return KINDS[name]
    return wanted if wanted.name == "CSV" else None


def scan(content: bytes, name: str) -> None:
    """Ask the installation's scanner, when it has one (UPLOAD_SCANNER)."""
    if settings.UPLOAD_SCANNER and (reason := import_string(settings.UPLOAD_SCANNER)(content, name)):
        raise refused(_("ウイルス検査で止まりました: %(reason)s") % {"reason": reason}, "scanner")


# --- one reader for each kind ----------------------------------------------------------------------


def picture(content: bytes, form: str) -> bytes:
    """The picture written anew in its own form, turned as the camera held it, without EXIF or anything behind it."""
    return written(opened_picture(content, form), form, **({"quality": 90} if form == "JPEG" else {}))


def opened_picture(content: bytes, form: str):
    """The picture of the form, wholly read, turned as the camera held it. Raises ValidationError for what is broken or
    larger than MOST_PIXELS, the latter from the header alone."""
    too_large = refused(_("画像が大きすぎます。2,500万画素までに縮めてください。"), "pixels")
    ImageFile.LOAD_TRUNCATED_IMAGES = (
        False  # WeasyPrint, once imported, allows cut-off pictures to the whole process
    )
    try:
        with Image.open(io.BytesIO(content), formats=[form]) as opened:  # reads the header only
            if opened.width * opened.height > MOST_PIXELS:
                raise too_large
            opened.load()
            return ImageOps.exif_transpose(opened)
    except Image.DecompressionBombError as error:
        raise too_large from error
    except (OSError, SyntaxError, ValueError) as error:
        raise refused(_("画像を読めません。もとのソフトで保存し直してください。"), "broken") from error


def written(image, form: str, **how) -> bytes:
    image.info = {}
    stream = io.BytesIO()
    image.save(stream, form, **how)
    return stream.getvalue()


def pdf(content: bytes) -> bytes:
    """The file as it is, once it was read through: pages, no password, nothing that runs or carries other files."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise refused(_("パスワードのかかったPDFです。外して保存し直してください。"), "password")
        objects = sum(len(found) for found in reader.xref.values()) + len(reader.xref_objStm)
        if not len(reader.pages) or objects > MOST_OBJECTS:
            raise ValueError("pages")
        active = ACTIVE & names_in(reader.trailer)
    except ValidationError:
        raise
    except (
        Exception
    ) as error:  # a reader of hostile files may fail in any way; every one of them is a refusal
        raise refused(_("PDFを読めません。もとのソフトで保存し直してください。"), "broken") from error
    if active:
        raise refused(
            _("スクリプトや添付の入ったPDFは受け取れません。印刷から「PDFに保存」してください。"), "active"
        )
    return content


def names_in(root) -> set[str]:
    """Every key of every dictionary that can be reached, and the kinds of actions. Raises ValueError beyond a limit."""
    found, seen, waiting = set(), set(), [root]
    while waiting:
        node = waiting.pop()
        mark = (node.idnum, node.generation) if hasattr(node, "idnum") else None
        if mark in seen and mark is not None:
            continue
        seen.add(mark)
        if len(seen) > MOST_OBJECTS or len(waiting) > MOST_OBJECTS:
            raise ValueError("too many objects")
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, DictionaryObject):
            found.update(node.keys())
            found.add(str(dict.get(node, "/S")))
            waiting.extend(dict.values(node))
        elif isinstance(node, list):
            waiting.extend(list.__iter__(node))
    return found


def workbook(content: bytes) -> bytes:
    """The file as it is, once it was measured and its parts were read: no bomb, no macro, no entity."""
    too_big = refused(_("展開すると大きくなりすぎるファイルです。シートと行を減らしてください。"), "bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise too_big
            names = {part.filename.lower() for part in parts}
            if not {"[content_types].xml", "xl/workbook.xml"} <= names:
                raise ValueError("no workbook")
            if any(name.endswith((".bin", ".exe", ".js", ".vbs")) and "vba" in name for name in names):
                raise refused(
                    _("マクロの入ったファイルは受け取れません。.xlsx で保存し直してください。"), "active"
                )
            for part in parts:
                data = archive.read(part)  # no more than the size it declares
                if part.filename.endswith((".xml", ".rels")):
                    ElementTree.fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, zipfile.BadZipFile, zipfile.zlib.error) as error:
        raise broken_workbook() from error
    except (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError) as error:
        raise broken_workbook() from error
    return content


def broken_workbook():
    return refused(_("Excelファイルを読めません。.xlsx で保存し直してください。"), "broken")


def table(content: bytes) -> bytes:
    """The file as it is, once it was read as a table in UTF-8, UTF-16 or cp932."""
    for encoding in (
        "utf-8-sig",
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8",
        "cp932",
    ):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise refused(_("文字コードが読めません。UTF-8 のCSVで保存し直してください。"), "broken")
    try:
        wide = "\x00" not in text and any(len(row) > 1 for row in csv.reader(io.StringIO(text)))
    except csv.Error:
        wide = False
    if not wide or text.lstrip()[:1] == "<":
        raise refused(_("CSVの表ではありません。カンマで区切った表を選んでください。"), "content")
    return content


READERS = {
    "PNG": lambda content: picture(content, "PNG"),
    "JPEG": lambda content: picture(content, "JPEG"),
    "PDF": pdf,
    "XLSX": workbook,
    "CSV": table,
}


# --- room on the disk ------------------------------------------------------------------------------


def check_room(size: int, *, used_by_person: int) -> None:
    """Raise ValidationError when the person or the portal has no room left for `size` bytes (FI4)."""
    if used_by_person + size > settings.UPLOAD_PERSON_MB * MB:
        raise refused(
            _("あなたが置けるファイルの合計(%(limit)sMB)を超えます。事務局に相談してください。")
            % {"limit": settings.UPLOAD_PERSON_MB},
            "person",
        )
    if used() + size > settings.UPLOAD_SITE_MB * MB:
        raise refused(_("ポータルの置き場がいっぱいです。事務局に知らせてください。"), "site")


def used() -> int:
    """Bytes of all uploaded files."""
    root = Path(settings.MEDIA_ROOT)
    return sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) if root.exists() else 0


def fullest() -> int:
    """How full the place is in percent: of the portal's own limit, or of the disk, whichever is worse."""
    root = Path(settings.MEDIA_ROOT)
    disk = shutil.disk_usage(root if root.exists() else root.parent if root.parent.exists() else "/")
    return max(round(used() / (settings.UPLOAD_SITE_MB * MB) * 100), round(disk.used / disk.total * 100))


def is_alarming() -> bool:
    return fullest() >= settings.UPLOAD_ALARM_PERCENT


# --- giving out ------------------------------------------------------------------------------------


def to_keep(file, name: str, media_type: str) -> FileResponse:
    """A stored file to save, never to be shown by the browser, kept in no cache (FI1, AZ14, AZ15). Raises Http404
    where the row is there and the file is not."""
    response = _given_out(file, media_type)
    plain = shown_name(name).encode("ascii", "replace").decode().replace("?", "_")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown_name(name))}"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def to_show(file, media_type: str) -> FileResponse:
    """A picture of our own making inside a page. A browser may keep it but asks each time whether it may still be
    shown, so that a picture taken out is gone at once (AZ15). Raises Http404 where the file is not there."""
    response = _given_out(file, media_type)
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-cache"
    return response


def _given_out(file, media_type: str) -> FileResponse:
    try:
        response = FileResponse(file.open("rb"), content_type=media_type)
    except FileNotFoundError:
        raise Http404 from None
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
