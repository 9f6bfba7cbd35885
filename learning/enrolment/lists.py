"""A list of people: rows of cells in, lines with their faults out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from learning.enrolment.list_columns import Column, Columns, columns_of
from learning.enrolment.list_files import Cells, ListError, ListFault
from learning.kit.email_addresses import EmailFault, email_fault, normal_email
from learning.kit.folding import sort_key

LONGEST_NAME, LONGEST_INSTITUTION = 120, 200
MOST_LINES = 2000
LANGUAGE_NAMES = {
    "fr": "francais french frances",
    "en": "anglais english ingles",
    "es": "espagnol spanish espanol castellano",
}
_LANGUAGES = {name: code for code, names in LANGUAGE_NAMES.items() for name in names.split()}


class LineFault(StrEnum):
    """Why a line cannot be carried out; an address may have faults of its own."""

    NO_EMAIL = "no-email"
    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    LONG_INSTITUTION = "long-institution"
    BAD_LANGUAGE = "bad-language"
    TWICE = "twice"
    TOO_MANY_CELLS = "too-many-cells"


class Outcome(StrEnum):
    """What a line will do."""

    NEW_PERSON = "new-person"
    KNOWN_PERSON = "known-person"
    COMES_BACK = "comes-back"
    ALREADY_HERE = "already-here"
    APPLIED = "applied"
    NO_PLACE = "no-place"
    BAD = "bad"


ENROLS = frozenset({Outcome.NEW_PERSON, Outcome.KNOWN_PERSON, Outcome.COMES_BACK})
REFUSED = frozenset({Outcome.APPLIED, Outcome.BAD})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a list; `number` counts from 1 at the first row, as a spreadsheet does."""

    number: int
    email: str
    name: str
    language: str
    institution: str
    fault: LineFault | EmailFault | None


@dataclass(frozen=True, kw_only=True)
class PeopleList:
    """What was read of a list, and the headings of the columns that are not used."""

    lines: Sequence[Line]
    unused: tuple[str, ...]


def read_list(cells: Cells, languages: Collection[str]) -> PeopleList:
    """Return the lines of a list of people, each with its fault if it has one.

    The first row names the columns, in English, French or Spanish: an address and a name, whole or
    in its parts, are needed; language and institution may be there. Raise ListError without them.
    """
    rows = [(number, row) for number, row in enumerate(cells.rows, 1) if row]
    if not rows:
        raise ListError(ListFault.EMPTY)
    (_, headings), *people = rows
    columns = columns_of(headings, [row for _, row in people])
    fault = _fault_of(columns, people)
    if fault:
        raise ListError(fault, text=cells.text)
    return PeopleList(lines=_lines(people, columns, languages), unused=columns.unused)


def _fault_of(columns: Columns, people: Sequence[object]) -> ListFault | None:
    checks = (
        (Column.EMAIL not in columns.kinds or not columns.have_name, ListFault.NO_COLUMNS),
        (columns.name_is_half, ListFault.HALF_NAME),
        (not people, ListFault.EMPTY),
        (len(people) > MOST_LINES, ListFault.TOO_LONG),
    )
    return next((fault for wrong, fault in checks if wrong), None)


def _lines(
    rows: Sequence[tuple[int, Sequence[str]]], columns: Columns, languages: Collection[str]
) -> list[Line]:
    seen: Counter[str] = Counter()
    lines = []
    for number, row in rows:
        cells = _by_column(row, columns)
        line = _line(number, cells, languages)
        fault = line.fault or (LineFault.TWICE if seen[line.email] else None)
        if any(row[len(columns.kinds) :]):
            fault = LineFault.TOO_MANY_CELLS
        seen[line.email] += 1
        lines.append(replace(line, fault=fault))
    return lines


def _by_column(row: Sequence[str], columns: Columns) -> dict[Column, str]:
    """Return a row's cells by what they are; of a name that stands in several, all in order."""
    cells: dict[Column, str] = {}
    for column, cell in zip(columns.kinds, row, strict=False):
        if column:
            cells[column] = f"{cells.get(column, '')} {cell}".strip()
    return cells


def _line(number: int, cells: Mapping[Column, str], languages: Collection[str]) -> Line:
    parts = f"{cells.get(Column.GIVEN, '')} {cells.get(Column.FAMILY, '')}".strip()
    line = Line(
        number=number,
        email=normal_email(cells.get(Column.EMAIL, "")),
        name=cells.get(Column.WHOLE_NAME, "") or parts,
        language=_language(cells.get(Column.LANGUAGE, "")),
        institution=cells.get(Column.INSTITUTION, ""),
        fault=None,
    )
    return replace(line, fault=_fault(line, languages))


def _language(cell: str) -> str:
    """Return the code of a language that is given by code or name: “fr-FR”, “Français”."""
    first = (sort_key(cell).split() or [""])[0]
    return _LANGUAGES.get(first, first)


def _fault(line: Line, languages: Collection[str]) -> LineFault | EmailFault | None:
    checks = (
        (not line.email, LineFault.NO_EMAIL),
        (not line.name, LineFault.NO_NAME),
        (len(line.name) > LONGEST_NAME, LineFault.LONG_NAME),
        (len(line.institution) > LONGEST_INSTITUTION, LineFault.LONG_INSTITUTION),
        (line.language not in {"", *languages}, LineFault.BAD_LANGUAGE),
    )
    ours = next((fault for wrong, fault in checks if wrong), None)
    return email_fault(line.email) if ours is None else ours


def outcome(line: Line, *, known: bool, place: str | None) -> Outcome:
    """Return what a line will do. `place` is the status of the person's place here, if any."""
    if line.fault:
        return Outcome.BAD
    if place == "withdrawn":
        return Outcome.COMES_BACK
    if place:
        return Outcome.ALREADY_HERE
    return Outcome.KNOWN_PERSON if known else Outcome.NEW_PERSON


def is_same_name(first: str, second: str) -> bool:
    """Whether two spellings are of one name: “KONE Awa” and “Awa Koné”."""
    return sorted(sort_key(first).split()) == sorted(sort_key(second).split())
