"""What a document consists of: blocks of text and tables, as plain values. Lengths are points."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


class TextStyle(Enum):
    """Size, space between lines, weight and grey of a text."""

    TITLE = (16, 20, True, 0.0)
    HEADING = (11, 15, True, 0.0)
    BODY = (9.5, 13.5, False, 0.0)
    STRONG = (9.5, 13.5, True, 0.0)
    SMALL = (8, 11.5, False, 0.35)

    @property
    def size(self) -> float:
        return float(self.value[0])

    @property
    def leading(self) -> float:
        return float(self.value[1])

    @property
    def is_bold(self) -> bool:
        return bool(self.value[2])

    @property
    def grey(self) -> float:
        """0 is black, 1 is white."""
        return float(self.value[3])


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A text; a line feed begins a new line. Spaces are kept as they are typed."""

    text: str
    style: TextStyle = TextStyle.BODY
    right: bool = False


@dataclass(frozen=True, kw_only=True)
class Space:
    """An empty space of some height."""

    height: float = 12


@dataclass(frozen=True, kw_only=True)
class Symbol:
    """A two-dimensional code: rows of modules, True is dark; drawn as a square of some width."""

    modules: Sequence[Sequence[bool]]
    width: float = 90


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Pairs of a label and a value, one to a line."""

    rows: Sequence[tuple[str, str]]
    label_width: float = 90


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row of a table: what it is about, small print below that, an amount at the right."""

    title: str
    amount: str
    detail: str = ""
    is_total: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of things and amounts; its head is repeated on each page that it goes on to."""

    head: tuple[str, str]
    rows: Sequence[TableRow]
    amount_width: float = 90


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Two stacks of blocks beside each other; the right one has a width of its own."""

    left: "Sequence[Block]"
    right: "Sequence[Block]"
    right_width: float = 170


Block = Paragraph | Space | Symbol | Facts | Table | Columns


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document: its title and language are in the properties of the file, too.

    `footer` is at the foot of each page, beside `page_label`, which has {page} and {pages}.
    """

    title: str
    author: str
    language: str
    blocks: Sequence[Block]
    footer: str
    page_label: str
