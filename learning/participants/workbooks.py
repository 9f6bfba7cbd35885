"""Reads the people in an .xlsx workbook. Run as `python -m learning.participants.workbooks`.

`list_files` runs it, in a process whose memory and time are limited; no other module imports it, so
web processes do not load openpyxl. No formula is evaluated: the value that the spreadsheet program
stored is read.
"""

import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from learning.files import sandbox
from learning.files.containers import Budget, Container, Rejected
from learning.files.odf import MIMETYPE
from learning.files.ooxml import CONTENT_TYPES
from learning.files.rules import FileRejection
from learning.files.xml_reader import Attributes, XmlReader, as_dict
from learning.participants.list_cells import (
    MAX_CELLS,
    MAX_ROWS,
    Cells,
    ListError,
    ListProblem,
    clean_row,
    trimmed,
)
from learning.participants.list_columns import MAX_TITLE_ROWS, column_of

MAX_CPU_SECONDS = 10  # of processor time: 10,000 rows of ten cells take two
WORKBOOK = "xl/workbook.xml"
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
MACROS = re.compile(rb"macroenabled|vbaproject", re.IGNORECASE)
MAX_CONTENT_TYPES_BYTES = 1_000_000
XML_ENDINGS = (".xml", ".rels")
PROBLEMS = {
    FileRejection.ZIP_BOMB: ListProblem.TOO_LARGE,
    FileRejection.LOCKED: ListProblem.LOCKED,
}
Row = tuple[object, ...]


def inspect_workbook(content: bytes) -> bytes:
    """Return the cells of a workbook as JSON, or why there are none."""
    try:
        read: dict[str, object] = vars(parse_workbook(content))
    except ListError as error:
        read = {"problem": error.problem, "line": error.line}
    return json.dumps(read).encode()


def parse_workbook(content: bytes) -> Cells:
    """Return the cells of the first visible sheet with headings of people, in this very process.

    Without one it is the first that has content. Raise ListError for what is no workbook.
    """
    try:
        shapes = _checked(content)
        return _read(content, shapes)
    except ListError:
        raise
    except Rejected as violation:
        problem = PROBLEMS.get(violation.reason, ListProblem.NOT_SPREADSHEET)
        raise ListError(problem) from violation
    except MemoryError as trouble:
        raise ListError(ListProblem.TOO_LARGE) from trouble
    except Exception as trouble:
        raise ListError(ListProblem.NOT_SPREADSHEET) from trouble


@dataclass(kw_only=True)
class _Shape:
    """What openpyxl does not read of a sheet: its merged ranges, and how many rows are hidden."""

    merged: list[str] = field(default_factory=list[str])
    hidden: int = 0

    def see(self, element: str, attributes: Attributes) -> None:
        if element == "mergeCell":
            self.merged.append(as_dict(attributes).get("ref", ""))
        elif element == "row" and as_dict(attributes).get("hidden") in {"1", "true"}:
            self.hidden += 1


def _checked(content: bytes) -> dict[str, _Shape]:
    """Return the shape of each part of XML; raise for what is not opened any further.

    That is what unpacks to far too much, has a document type (and so entities) or macros.
    """
    container = Container(content, Budget())
    if MIMETYPE in container and container.head(MIMETYPE).startswith(OPEN_DOCUMENT):
        raise ListError(ListProblem.OPEN_DOCUMENT)
    if CONTENT_TYPES not in container:
        raise ListError(ListProblem.NOT_SPREADSHEET)
    types = container.whole(CONTENT_TYPES, maximum=MAX_CONTENT_TYPES_BYTES)
    if MACROS.search(types) or any(MACROS.search(name.encode()) for name in container.names):
        raise ListError(ListProblem.MACROS)
    if WORKBOOK not in container:
        raise ListError(ListProblem.NOT_SPREADSHEET)
    shapes = {}
    for name in container.names:
        if name.casefold().endswith(XML_ENDINGS):
            shapes[name] = _Shape()
            XmlReader(shapes[name].see).read(container.chunks(name))
    return shapes


def _read(content: bytes, shapes: dict[str, _Shape]) -> Cells:
    values = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    formulas = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    visible = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    heads = {sheet.title: _first_rows(sheet) for sheet in visible}
    filled = [sheet for sheet in visible if any(map(any, heads[sheet.title]))]
    if not filled:
        raise ListError(ListProblem.EMPTY)
    chosen = next((each for each in filled if _has_headings(heads[each.title])), filled[0])
    shape = shapes.get(str(getattr(chosen, "_worksheet_path", "")).lstrip("/"), _Shape())
    rows = _cells(chosen, formulas[chosen.title])
    _fill_merged(rows, shape.merged)
    sheet = chosen.title if len(filled) > 1 else ""
    return Cells(rows=_even(trimmed(rows)), sheet=sheet, hidden=shape.hidden)


def _raw(sheet: Worksheet) -> Iterator[Row]:
    if isinstance(sheet, ReadOnlyWorksheet):  # the stated size may be wrong
        sheet.reset_dimensions()
    return iter(sheet.iter_rows(values_only=True))


def _first_rows(sheet: Worksheet) -> list[list[str]]:
    """Return the first cells of the first rows, to find the headings."""
    rows = islice(_raw(sheet), 2 * MAX_TITLE_ROWS)
    return [[_as_text(value).strip() for value in row[:MAX_CELLS]] for row in rows]


def _has_headings(rows: Sequence[Sequence[str]]) -> bool:
    return any(column_of(cell) is not None for row in rows for cell in row)


def _cells(values: Worksheet, formulas: Worksheet) -> list[list[str]]:
    rows = list[list[str]]()
    for number, (row, written) in enumerate(zip(_raw(values), _raw(formulas), strict=True), 1):
        if any(map(_is_unread, row, written)):
            raise ListError(ListProblem.FORMULA, line=number)
        cells = clean_row(map(_as_text, row), number)
        if number > MAX_ROWS and cells:
            raise ListError(ListProblem.TOO_LONG)
        if number <= MAX_ROWS:
            rows.append(cells)
    return rows


def _is_unread(value: object, formula: object) -> bool:
    """Whether a cell has a formula without a stored value."""
    return value is None and isinstance(formula, str) and formula.startswith("=")


def _fill_merged(rows: list[list[str]], merged: Sequence[str]) -> None:
    """Write what a cell over several rows says into each of them that has a person."""
    for reference in merged:
        left, top, _, bottom = range_boundaries(reference)
        if left is None or top is None or bottom is None or top > len(rows):
            continue
        text = _cell(rows[top - 1], left)
        for row in rows[top : min(bottom, len(rows))] if text else ():
            if row and not _cell(row, left):
                row.extend([""] * (left - len(row)))
                row[left - 1] = text


def _even(rows: list[list[str]]) -> list[list[str]]:
    """Return rows of one length, blank ones aside: in a sheet no cell is one too many."""
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] if row else [] for row in rows]


def _cell(row: Sequence[str], column: int) -> str:
    return row[column - 1] if column <= len(row) else ""


def _as_text(value: object) -> str:
    """Return the displayed text of a cell, approximately, without its format."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time.min else value)
    return str(value)


if __name__ == "__main__":
    sandbox.serve_sandbox(inspect_workbook, cpu_seconds=MAX_CPU_SECONDS)
