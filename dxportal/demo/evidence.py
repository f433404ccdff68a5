"""Small real files such as reporters attach: a picture, a list, a page and a table."""

import io
from datetime import timedelta

import openpyxl
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from accounts.models import Department


def picture(report) -> bytes:
    """Columns of a small chart."""
    image, stream = Image.new("RGB", (480, 300), "white"), io.BytesIO()
    draw = ImageDraw.Draw(image)
    for column, height in enumerate((40, 85, 120, 170, 210)):
        draw.rectangle((50 + column * 80, 260 - height, 100 + column * 80, 260), fill="#0b3a75")
    draw.line((30, 260, 450, 260), fill="black", width=2)
    image.save(stream, "PNG")
    return stream.getvalue()


def workbook(report) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["公館", "開始日"])
    posts = Department.objects.posts().active().order_by("path").values_list("name", flat=True)
    for number, post in enumerate(posts[:20]):
        book.active.append([post, report.period_end - timedelta(days=7 * number)])
    book.save(stream)
    return stream.getvalue()


def named(**entries) -> DictionaryObject:
    """A dictionary of a PDF; plain words are names in it."""
    words = {key: NameObject(f"/{word}") if isinstance(word, str) else word for key, word in entries.items()}
    return DictionaryObject({NameObject(f"/{key}"): word for key, word in words.items()})


# A font every reader of Japanese PDF files has or replaces; nothing is embedded.
JAPANESE = named(
    Type="Font",
    Subtype="Type0",
    BaseFont="HeiseiKakuGo-W5-UniJIS-UCS2-H",
    Encoding="UniJIS-UCS2-H",
    DescendantFonts=ArrayObject(
        [
            named(
                Type="Font",
                Subtype="CIDFontType0",
                BaseFont="HeiseiKakuGo-W5",
                CIDSystemInfo=DictionaryObject(
                    {
                        NameObject("/Registry"): TextStringObject("Adobe"),
                        NameObject("/Ordering"): TextStringObject("Japan1"),
                        NameObject("/Supplement"): NumberObject(2),
                    }
                ),
                FontDescriptor=DictionaryObject(
                    {
                        NameObject("/Type"): NameObject("/FontDescriptor"),
                        NameObject("/FontName"): NameObject("/HeiseiKakuGo-W5"),
                        NameObject("/Flags"): NumberObject(4),
                        NameObject("/FontBBox"): ArrayObject(NumberObject(n) for n in (-92, -250, 1010, 922)),
                        NameObject("/ItalicAngle"): NumberObject(0),
                        NameObject("/Ascent"): NumberObject(752),
                        NameObject("/Descent"): NumberObject(-221),
                        NameObject("/CapHeight"): NumberObject(737),
                        NameObject("/StemV"): NumberObject(114),
                    }
                ),
            )
        ]
    ),
)


def folded(text, width=38) -> list[str]:
    """The text in lines that fit on the page."""
    return [text[at : at + width] for at in range(0, len(text), width)]


def document(report) -> bytes:
    """One page that says what the report says."""
    page, writer, stream = StreamObject(), PdfWriter(), io.BytesIO()
    lines = [
        str(report.initiative.name),
        f"{report.fiscal_year}年度 第{report.quarter}四半期  {report.initiative.lead_department.name}",
        "",
        *folded(f"進んだこと: {report.results}"),
        *folded(f"次にやること: {report.next_steps}"),
    ]
    shown = " T* ".join(f"<{line.encode('utf-16-be').hex()}> Tj" for line in lines)
    page.set_data(f"BT /F1 12 Tf 22 TL 56 770 Td {shown} ET".encode())
    sheet = writer.add_blank_page(595, 842)
    sheet[NameObject("/Contents")] = writer._add_object(page)  # a stream must stand on its own
    sheet[NameObject("/Resources")] = named(Font=named(F1=JAPANESE))
    writer.add_metadata({"/Title": report.initiative.name})
    writer.write(stream)
    return stream.getvalue()


def table(report) -> bytes:
    rows = [f"{month}月,{180 + 37 * month}" for month in range(4, 10)]
    return ("\ufeff月,件数\r\n" + "\r\n".join(rows) + "\r\n").encode()


MAKERS = {"PNG": picture, "XLSX": workbook, "PDF": document, "CSV": table}
