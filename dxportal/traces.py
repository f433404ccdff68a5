"""Taking out of an accepted file what its programs wrote about people: author, company, who commented, home folders.

For uploads whose sender may be unnamed. Pictures lose everything in dxportal.uploads already, a CSV has nothing.
"""

import io
import re
import zipfile
from dataclasses import replace

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from dxportal.uploads import Upload, picture

EMPTY_PARTS = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
    "docProps/custom.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties"/>',
}
# Attributes that hold a person or a folder of his, in the parts of a workbook.
PERSONAL = re.compile(
    rb'(\b(?:refreshedBy|userName|displayName|userId|lastModifiedBy)=)(?:"[^"]*"|\'[^\']*\')'
)
FOLDER = re.compile(rb'(absPath\b[^>]*?\burl=)(?:"[^"]*"|\'[^\']*\')')
AUTHOR = re.compile(rb"(<(?:\w+:)?author>)([^<]*)(</)")
IMAGES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
TOLD_IN_PDF = ("/Metadata", "/PieceInfo", "/LastModified")
SAME_DAY = (1980, 1, 1, 0, 0, 0)


def without(upload: Upload) -> Upload:
    """The same file without traces of who made it."""
    clean = {"PDF": pdf, "XLSX": workbook}.get(upload.kind.name)
    return replace(upload, content=clean(upload.content)) if clean else upload


def pdf(content: bytes) -> bytes:
    """Written anew: no properties, no XMP, no names beside annotations, no earlier revisions."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content), strict=False))
    writer.metadata = None
    for held in writer._objects:
        if not isinstance(held, DictionaryObject):
            continue
        for key in TOLD_IN_PDF:
            held.pop(NameObject(key), None)
        if "/Subtype" in held and "/Rect" in held and held["/Subtype"] != "/Widget":
            held.pop(NameObject("/T"), None)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def workbook(content: bytes) -> bytes:
    """Every part copied, those about people emptied, pictures written anew."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.infolist():
            info = zipfile.ZipInfo(part.filename, SAME_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, _part(part.filename, old.read(part)))
    return stream.getvalue()


def _part(name: str, data: bytes) -> bytes:
    if name in EMPTY_PARTS:
        return EMPTY_PARTS[name]
    ending = name[name.rfind(".") :].lower()
    if ending in IMAGES:
        return picture(data, IMAGES[ending])
    if ending != ".xml":
        return data
    for _open, author, _close in AUTHOR.findall(data):
        # Excel begins the text of a comment with the name of who wrote it.
        data = re.sub(rb"(<(?:\w+:)?t(?:\s[^>]*)?>)" + re.escape(author) + rb":?", rb"\1", data)
    data = AUTHOR.sub(rb"\1\3", data)
    return FOLDER.sub(rb'\1""', PERSONAL.sub(rb'\1""', data))
