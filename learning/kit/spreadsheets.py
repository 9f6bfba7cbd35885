"""Tables that people download: as XLSX, or as CSV for whatever else reads it.

No cell is ever carried out as a formula, also in a program that expects another separator.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.i18n import I18n

BOM = "\ufeff"  # so that spreadsheets read the file as UTF-8
SEPARATORS = {"en": ","}
BLANKS = ("\t", "\r", "\n")  # characters that spreadsheets skip at the start of a cell
# How cells begin that spreadsheets carry out (OWASP), full-width signs too. A spreadsheet that
# expects another separator, or minds no quotation marks, begins cells in the midst of ours.
FORMULA = re.compile(r"""((?:^|[;,|\t\r\n"])\s*)(?=[=+@\-\uff1d\uff0b\uff0d\uff20])""")
MAX_SHEET_NAME = 31  # characters; also none of []:*?/\
NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
MAX_WIDTH = 48  # of a column, in characters
Cell = str | int | float


class SheetFormat(StrEnum):
    """The format of a download; its value is the ending of the file."""

    XLSX = "xlsx"
    CSV = "csv"


CONTENT_TYPES = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table with a title; its headings are in the language of the reader. Numbers are numbers.

    Its rows are read once, when the file is made.
    """

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def sheet_bytes(sheet: Sheet, kind: SheetFormat, i18n: I18n) -> bytes:
    """Return a table as a file; CSV has the separator and the numbers of the reader's language."""
    return _xlsx(sheet) if kind is SheetFormat.XLSX else _csv(sheet, i18n).encode()


def _csv(sheet: Sheet, i18n: I18n) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS.get(i18n.language, ";"))
    writer.writerow(sheet.headings)
    writer.writerows(
        [_harmless(cell) if isinstance(cell, str) else i18n.number(cell) for cell in row]
        for row in sheet.rows
    )
    return BOM + out.getvalue()


def _harmless(cell: str) -> str:
    """Escape a cell that a spreadsheet would read as a formula."""
    plain = FORMULA.sub(r"\1'", cell)
    return f"'{plain}" if plain.startswith(BLANKS) else plain


def column_letters(position: int) -> str:
    """Return what spreadsheets call the column at a position from 0: A, B, …, Z, AA."""
    from xlsxwriter.utility import xl_col_to_name  # noqa: PLC0415 see _xlsx

    return str(xl_col_to_name(position))


def _xlsx(sheet: Sheet) -> bytes:
    import xlsxwriter  # noqa: PLC0415 2 MB that few processes need, and those rarely

    out = io.BytesIO()
    widths = [len(heading) for heading in sheet.headings]
    line = 0
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(NOT_IN_SHEET_NAME.sub(" ", sheet.title)[:MAX_SHEET_NAME])
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(sheet.headings):
            page.write_string(0, column, heading, bold)
        for line, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                widths[column] = max(widths[column], len(str(cell)))
                if isinstance(cell, str):
                    page.write_string(line, column, cell)  # never a formula, never a link
                else:
                    page.write_number(line, column, cell)
        for column, width in enumerate(widths):
            page.set_column(column, column, min(width + 2, MAX_WIDTH))
        page.freeze_panes(1, 0)
        if line:
            page.autofilter(0, 0, line, len(sheet.headings) - 1)
    return out.getvalue()
