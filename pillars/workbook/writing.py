"""Tables written as files: XLSX and CSV row by row, texts that no spreadsheet runs (promises.md EX1, EX4)."""

import csv as csv_format
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from dxportal import dates
from pillars.workbook.formulas import inert

BOM = "\ufeff"


def xlsx(datasets) -> bytes:
    """The datasets as sheets: bold fixed header, date cells as yyyy-mm-dd, texts never formulas."""
    stream = BytesIO()
    write_xlsx(stream, [(dataset.title, dataset.headers, dataset) for dataset in datasets])
    return stream.getvalue()


def write_xlsx(stream, sheets):
    """Write (title, headers, rows) as sheets to a binary stream, row by row: memory does not grow with the rows."""
    book = Workbook(write_only=True)
    for title, headers, rows in sheets:
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        for index, header in enumerate(headers, 1):
            sheet.column_dimensions[get_column_letter(index)].width = max(10, min(40, 2.2 * len(header)))
        sheet.append([_cell(sheet, header) for header in headers])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(stream)


def _cell(sheet, value):
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
        cell.data_type = "s"  # "=1+1" is a text that begins with =, not a formula
        return cell
    if isinstance(value, dates.date):
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return value


def csv(dataset) -> str:
    """UTF-8 with BOM, as Excel on Windows expects; texts that could be read as formulas get an apostrophe."""
    return BOM + "".join(csv_lines(dataset.headers, dataset))


def csv_lines(headers, rows):
    """Lines of a CSV file, header first, every text inert."""
    buffer = StringIO()
    writer = csv_format.writer(buffer)
    for row in after(headers, rows):
        writer.writerow([inert(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def after(headers, rows):
    yield headers
    yield from rows


def letters_beyond(text: str, encoding: str) -> list[str]:
    """Letters of the text the encoding has not, each once, in order: they would turn into something else."""
    return [letter for letter in dict.fromkeys(text) if not _fits(letter, encoding)]


def _fits(letter, encoding) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
