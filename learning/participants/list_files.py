"""Reads a list, from a file or pasted text, into rows of clean cells."""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from learning.files import sandbox
from learning.files.rules import FileRejection, is_locked_document
from learning.kit.text import clean_line
from learning.kit.text_files import NotTextError, decode_text
from learning.participants.list_cells import (
    MAX_BYTES,
    MAX_ROWS,
    Cells,
    ListError,
    ListProblem,
    clean_row,
    trimmed,
)
from learning.participants.list_columns import MAX_TITLE_ROWS, column_of

WORKBOOK_READER = "learning.participants.workbooks"
SEPARATORS = (";", "\t", ",", "|")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and .xlsx behind a password
ARCHIVE = b"PK\x03\x04"
WEB_PAGE = re.compile(  # what many programs call .xls
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|\?xml|\?mso)", re.IGNORECASE
)
SEPARATOR_LINE = re.compile(
    r'\A\ufeff?"?sep=(?P<sign>[^"\r\n])"?[ \t;,]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE
)


def read_file(content: bytes) -> Cells:
    """Return the cells of a file: text in any encoding that spreadsheets write, or .xlsx.

    Raise ListError, which says why, for any other.
    """
    if len(content) > MAX_BYTES:
        raise ListError(ListProblem.TOO_LARGE)
    if content.startswith(OLE):
        locked = is_locked_document(content)
        raise ListError(ListProblem.LOCKED if locked else ListProblem.OLD_EXCEL)
    if content.startswith(ARCHIVE):
        return read_workbook(content)
    if WEB_PAGE.match(content):
        raise ListError(ListProblem.WEB_PAGE)
    try:
        text, encoding = decode_text(content)
    except NotTextError:
        raise ListError(ListProblem.NOT_TEXT) from None
    return read_text(text, encoding=encoding)


def read_workbook(content: bytes) -> Cells:
    """Return the cells of a workbook, read in a process of its own; raise ListError."""
    made = sandbox.run_in_sandbox(WORKBOOK_READER, content)
    if isinstance(made, FileRejection):  # the process ended early: it took too much time or memory
        raise ListError(ListProblem.TOO_LARGE)
    read: dict[str, Any] = json.loads(made)
    if problem := read.get("problem"):
        raise ListError(ListProblem(problem), line=read["line"])
    return Cells(**read)


def read_text(text: str, *, encoding: str = "") -> Cells:
    """Return the cells of text whose separator its first lines name or imply."""
    match = SEPARATOR_LINE.match(text)
    separator = match["sign"] if match else _separator(text)
    whole = text[match.end() :] if match else text
    skipped = 1 if match else 0
    rows: list[list[str]] = []
    for row in _parsed(whole, separator, text, skipped):
        rows.append(row)
        if len(rows) > MAX_ROWS:
            raise ListError(ListProblem.TOO_LONG, text=text)
    return Cells(rows=trimmed(rows), separator=separator, encoding=encoding)


def text_of(cells: Cells) -> str:
    """Return cells as text that `read_text` reads back as the same cells."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=cells.separator, lineterminator="\n").writerows(cells.rows)
    text = buffer.getvalue()
    return text if _separator(text) == cells.separator else f"sep={cells.separator}\n{text}"


def _separator(text: str) -> str:
    """Return the separator that makes most known headings of a line, or else most cells."""
    lines = [line for line in text.splitlines() if line.strip()][:MAX_TITLE_ROWS]

    def fit(separator: str) -> tuple[int, int, int]:
        rows = [_cells(line, separator) for line in lines] or [[]]
        known = (sum(column_of(clean_line(cell)) is not None for cell in row) for row in rows)
        return max(known), len(rows[0]), max(map(len, rows))

    return max(SEPARATORS, key=fit)


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return [""] * line.count(separator)


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
            problem = ListProblem.STRAY_QUOTE if stray else ListProblem.OPEN_QUOTE
            raise ListError(problem, line=begun, text=text) from None
        yield clean_row(row, begun, text)
