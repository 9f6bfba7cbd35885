"""The cells of a list of people, whatever file they come from, and why there may be none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.text import clean_line

MAX_BYTES = 5_000_000
MAX_ROWS, MAX_CELLS, MAX_CELL_LENGTH = 10_000, 100, 5_000
FOR_TEXT = ";"


class ListProblem(StrEnum):
    """Why a list cannot be read."""

    NOT_TEXT = "not-text"
    OLD_EXCEL = "old-excel"
    LOCKED = "locked"
    MACROS = "macros"
    OPEN_DOCUMENT = "open-document"
    WEB_PAGE = "web-page"
    NOT_SPREADSHEET = "not-spreadsheet"
    TOO_LARGE = "too-large"
    FORMULA = "formula"
    OPEN_QUOTE = "open-quote"
    STRAY_QUOTE = "stray-quote"
    LONG_CELL = "long-cell"
    TOO_WIDE = "too-wide"
    TOO_LONG = "too-long"
    EMPTY = "empty"


class ListError(Exception):
    """An unreadable list; `line` is the line, `text` what was read so far, if known."""

    def __init__(self, problem: ListProblem, *, line: int = 0, text: str = "") -> None:
        super().__init__(problem)
        self.problem, self.line, self.text = problem, line, text


@dataclass(frozen=True, kw_only=True)
class Cells:
    """A list's rows, blank ones too: a row's number is that of the spreadsheet.

    `encoding` is named if it was guessed, `sheet` if others have content; `hidden` is how many
    rows the spreadsheet does not show.
    """

    rows: Sequence[Sequence[str]]
    separator: str = FOR_TEXT
    encoding: str = ""
    sheet: str = ""
    hidden: int = 0


def clean_row(row: Iterable[str], line: int, text: str = "") -> list[str]:
    """Return the cells of a row, cleaned, [] for a blank one; raise ListError for a large one."""
    cells = [clean_line(cell) for cell in row]
    if any(len(cell) > MAX_CELL_LENGTH for cell in cells):
        raise ListError(ListProblem.LONG_CELL, line=line, text=text)
    if any(cells[MAX_CELLS:]):
        raise ListError(ListProblem.TOO_WIDE, line=line, text=text)
    return cells[:MAX_CELLS] if any(cells) else []


def trimmed(rows: Sequence[list[str]]) -> list[list[str]]:
    """Return rows without blank ones at the end, and trailing columns that are empty on all."""
    width = max((_width(row) for row in rows), default=0)
    cut = [row[:width] for row in rows]
    last = max((number for number, row in enumerate(cut) if row), default=-1)
    return cut[: last + 1]


def _width(row: Sequence[str]) -> int:
    return max((position + 1 for position, cell in enumerate(row) if cell), default=0)
