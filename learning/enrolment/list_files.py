"""Reading a list as it is given, a spreadsheet's file or pasted text, into rows of clean cells.

Nothing of a file is carried out: of a formula, the value that the spreadsheet program kept is read.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from learning.enrolment.list_columns import column_of
from learning.kit.text import clean_line

MOST_BYTES = 5_000_000
MOST_UNPACKED, MOST_PARTS = 40_000_000, 1_000  # of the archive that an .xlsx file is
MOST_ROWS, MOST_CELLS, LONGEST_CELL = 10_000, 100, 5_000
SEPARATORS = (";", "\t", ",", "|")
FOR_TEXT = ";"
OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and .xlsx behind a password
ARCHIVE = b"PK\x03\x04"
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GUESSED = "windows-1252"
NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\x80-\x84\x86-\x9f]")
SEPARATOR_LINE = re.compile(
    r'\A\ufeff?"?sep=(?P<sign>[^"\r\n])"?[ \t;,]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE
)


class ListFault(StrEnum):
    """Why a list cannot be read at all."""

    NOT_TEXT = "not-text"
    OLD_EXCEL = "old-excel"
    NOT_SPREADSHEET = "not-spreadsheet"
    TOO_LARGE = "too-large"
    FORMULA = "formula"
    OPEN_QUOTE = "open-quote"
    STRAY_QUOTE = "stray-quote"
    LONG_CELL = "long-cell"
    TOO_WIDE = "too-wide"
    TOO_LONG = "too-long"
    EMPTY = "empty"
    NO_COLUMNS = "no-columns"
    HALF_NAME = "half-name"


class ListError(Exception):
    """A list that cannot be read; `line` is where, `text` what was read of it, if known."""

    def __init__(self, fault: ListFault, *, line: int = 0, text: str = "") -> None:
        super().__init__(fault)
        self.fault, self.line, self.text = fault, line, text


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A list's rows, blank ones too: a row's number is that of the spreadsheet.

    `encoding` is named where it was guessed, `sheet` where there were others beside it.
    """

    rows: Sequence[Sequence[str]]
    separator: str = FOR_TEXT
    encoding: str = ""
    sheet: str = ""

    @property
    def text(self) -> str:
        """Return these cells as text that is read as these cells again."""
        written = io.StringIO()
        csv.writer(written, delimiter=self.separator, lineterminator="\n").writerows(self.rows)
        return written.getvalue()


def read_file(content: bytes) -> Cells:
    """Return the cells of a file: text in any encoding that spreadsheets write, or .xlsx."""
    if len(content) > MOST_BYTES:
        raise ListError(ListFault.TOO_LARGE)
    if content.startswith(OLD_EXCEL):
        raise ListError(ListFault.OLD_EXCEL)
    if content.startswith(ARCHIVE):
        return _read_workbook(content)
    text, encoding = decode(content)
    return read_text(text, encoding=encoding)


def decode(content: bytes) -> tuple[str, str]:
    """Return a file's text, and the name of its encoding if that had to be guessed."""
    encoding, guessed = MARKS.get(content[:2], "utf-8-sig"), ""
    if encoding == "utf-8-sig" and content[1:400:2].count(0) > len(content[:400]) // 4:
        encoding = "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        guessed, text = GUESSED, content.decode(GUESSED, errors="replace")
    if NOT_IN_TEXT.search(text) or (guessed and "\ufffd" in text):
        raise ListError(ListFault.NOT_TEXT)
    return text, guessed


def read_text(text: str, *, encoding: str = "") -> Cells:
    """Return the cells of text whose separator its first line names, or shows."""
    said = SEPARATOR_LINE.match(text)
    separator = said["sign"] if said else _separator(text)
    whole = text[said.end() :] if said else text
    skipped = 1 if said else 0
    rows: list[list[str]] = []
    for row in _parsed(whole, separator, text, skipped):
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise ListError(ListFault.TOO_LONG, text=text)
    return Cells(rows=_trimmed(rows), separator=separator, encoding=encoding)


def _separator(text: str) -> str:
    """Return which sign parts the headings: the one that shows most of those we know."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def fits(separator: str) -> tuple[int, int]:
        try:
            row = next(csv.reader([first], delimiter=separator, strict=True), [])
        except csv.Error:
            return 0, first.count(separator)
        return sum(column_of(clean_line(cell)) is not None for cell in row), len(row)

    return max(SEPARATORS, key=fits)


def _parsed(whole: str, separator: str, text: str, skipped: int) -> Iterator[list[str]]:
    lines = io.StringIO(whole.lstrip("\ufeff").replace("\0", ""), newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        begun = reader.line_num + 1 + skipped
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            stray = "expected after" in str(error)
            fault = ListFault.STRAY_QUOTE if stray else ListFault.OPEN_QUOTE
            raise ListError(fault, line=begun, text=text) from None
        yield _clean(row, begun, text)


def _clean(row: Iterable[str], line: int, text: str = "") -> list[str]:
    cells = [clean_line(cell) for cell in row]
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise ListError(ListFault.LONG_CELL, line=line, text=text)
    if any(cells[MOST_CELLS:]):
        raise ListError(ListFault.TOO_WIDE, line=line, text=text)
    return cells[:MOST_CELLS] if any(cells) else []


def _trimmed(rows: Sequence[list[str]]) -> list[list[str]]:
    """Return rows without the columns at their end that are empty on every row."""
    width = max((_width(row) for row in rows), default=0)
    cut = [row[:width] for row in rows]
    last = max((number for number, row in enumerate(cut) if row), default=-1)
    return cut[: last + 1]


def _width(row: Sequence[str]) -> int:
    return max((position + 1 for position, cell in enumerate(row) if cell), default=0)


def _read_workbook(content: bytes) -> Cells:
    """Return the cells of the first sheet that is shown."""
    _check_archive(content)
    try:
        rows, sheet, others = _first_sheet(content)
    except ListError:
        raise
    except Exception as trouble:
        raise ListError(ListFault.NOT_SPREADSHEET) from trouble
    return Cells(rows=_trimmed(rows), sheet=sheet if others else "")


def _check_archive(content: bytes) -> None:
    """Refuse what would fill the memory once it is unpacked, or holds no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as broken:
        raise ListError(ListFault.NOT_SPREADSHEET) from broken
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise ListError(ListFault.TOO_LARGE)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise ListError(ListFault.NOT_SPREADSHEET)


def _first_sheet(content: bytes) -> tuple[list[list[str]], str, int]:
    """Return the rows and the name of the first sheet, and how many others hold something."""
    values = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    written = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    shown = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    first, rows = shown[0], list[list[str]]()
    both = zip(_raw(first), _raw(written[first.title]), strict=True)
    for number, (row, formulas) in enumerate(both, 1):
        if any(map(_is_unread, row, formulas)):
            raise ListError(ListFault.FORMULA, line=number)
        cells = _clean(map(_as_text, row), number)
        if number > MOST_ROWS and cells:
            raise ListError(ListFault.TOO_LONG)
        if number <= MOST_ROWS:
            rows.append(cells)
    return rows, first.title, len(shown) - 1


def _raw(sheet: Worksheet) -> Iterator[tuple[object, ...]]:
    if isinstance(sheet, ReadOnlyWorksheet):  # what a file says of its size is not always so
        sheet.reset_dimensions()
    return iter(sheet.iter_rows(values_only=True))


def _is_unread(value: object, formula: object) -> bool:
    """Whether a cell holds a formula, and the file does not say what comes of it."""
    return value is None and isinstance(formula, str) and formula.startswith("=")


def _as_text(value: object) -> str:
    """Return what a cell shows, as near as can be without its format."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time.min else value)
    return str(value)
