"""A list of people: rows of cells in, lines with their problems out."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from learning.enrolment.rules import UNENROLLED, EnrolmentStatus
from learning.kit.email_addresses import EmailIssue, email_issue, normal_email
from learning.kit.folding import sort_key
from learning.participants.list_cells import Cells, ListError, ListProblem
from learning.participants.list_columns import (
    Choice,
    Column,
    ColumnProblem,
    Columns,
    columns_of,
    first_row,
)

MAX_NAME_LENGTH, MAX_INSTITUTION_LENGTH = 120, 200
MAX_ROWS = 2000
LANGUAGE_NAMES = {
    "fr": "francais french frances fra fre francophone francofono",
    "en": "anglais english ingles eng ang anglophone anglofono",
    "es": "espagnol spanish espanol spa esp castellano castilian hispanophone hispanohablante",
}
_LANGUAGES = {name: code for code, names in LANGUAGE_NAMES.items() for name in names.split()}
_WORDS = re.compile(r"\w+")
_LOCALE = re.compile(r"[a-z]{2}_[a-z0-9]{2,4}")
_NAMED_ADDRESS = re.compile(r"(?:mailto:)?([^<>]*)|[^<>]*<(?:mailto:)?([^<>]+)>", re.IGNORECASE)
CELL_ERRORS = frozenset({
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    "#NOM?", "#VALEUR!", "#NUL!", "#NOMBRE!", "#ERROR!",
})  # fmt: skip


class RowProblem(StrEnum):
    """Why a line cannot be carried out; an address may have issues of its own."""

    NO_EMAIL = "no-email"
    NO_NAME = "no-name"
    LONG_NAME = "long-name"
    LONG_INSTITUTION = "long-institution"
    BAD_LANGUAGE = "bad-language"
    TWICE = "twice"
    TOO_MANY_CELLS = "too-many-cells"
    CELL_ERROR = "cell-error"


class Outcome(StrEnum):
    """The outcome of a line."""

    NEW_PERSON = "new-person"
    KNOWN_PERSON = "known-person"
    RETURNS = "returns"
    ENROLLED = "enrolled"
    APPLIED = "applied"
    NO_SEAT = "no-seat"
    BAD = "bad"


ENROLS = frozenset({Outcome.NEW_PERSON, Outcome.KNOWN_PERSON, Outcome.RETURNS})
REFUSED = frozenset({Outcome.APPLIED, Outcome.BAD})


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """One line of a list; `number` counts from 1 at the first row, as a spreadsheet does.

    `value` is the cell that is the problem, as it was typed; `other_line` has the same address.
    """

    number: int
    email: str
    name: str
    language: str
    institution: str
    problem: RowProblem | EmailIssue | None
    value: str = ""
    other_line: int = 0


@dataclass(frozen=True, kw_only=True)
class PeopleList:
    """The lines of a list; there are none while its `columns` have a problem.

    `title_rows` are the numbers of the lines above the headings, which are not read. `digest` is
    the same for the same lines.
    """

    columns: Columns
    lines: Sequence[ListRow]
    title_rows: tuple[int, ...]
    has_headings: bool

    @property
    def problem(self) -> ColumnProblem | None:
        return self.columns.problem

    @property
    def digest(self) -> str:
        return sha256(repr([vars(line) for line in self.lines]).encode()).hexdigest()


def read_list(cells: Cells, languages: Collection[str], choice: Choice | None = None) -> PeopleList:
    """Return the lines of a list of people, each with its problem if it has one.

    One of the first rows names the columns, in English, French or Spanish: an address and a name,
    whole or in its parts, are required; language and institution are optional. A `choice` says
    otherwise. Raise ListError for a list without people.
    """
    rows = [(number, row) for number, row in enumerate(cells.rows, 1) if row]
    place, has_headings = first_row([row for _, row in rows])
    headings = rows[place][1] if rows and has_headings else ()
    people = rows[place + has_headings :]
    if not people:
        raise ListError(ListProblem.EMPTY)
    if len(people) > MAX_ROWS:
        raise ListError(ListProblem.TOO_LONG)
    columns = columns_of(headings, [row for _, row in people], choice)
    return PeopleList(
        columns=columns,
        lines=[] if columns.problem else _lines(people, columns, languages),
        title_rows=tuple(number for number, _ in rows[:place]),
        has_headings=has_headings,
    )


def without_lines(cells: Cells, numbers: Collection[int]) -> Cells:
    """Return a list without some lines; the others keep their numbers."""
    rows = [[] if number in numbers else row for number, row in enumerate(cells.rows, 1)]
    return replace(cells, rows=rows)


def _lines(
    rows: Sequence[tuple[int, Sequence[str]]], columns: Columns, languages: Collection[str]
) -> list[ListRow]:
    first_lines: dict[str, int] = {}
    lines = []
    for number, row in rows:
        line = _line(number, _by_column(row, columns), languages)
        first = first_lines.setdefault(line.email, number)
        if first != number and not line.problem:
            line = replace(line, problem=RowProblem.TWICE, value=line.email, other_line=first)
        if extra := [cell for cell in row[len(columns.kinds) :] if cell]:
            line = replace(line, problem=RowProblem.TOO_MANY_CELLS, value=" ".join(extra))
        lines.append(line)
    return lines


def _by_column(row: Sequence[str], columns: Columns) -> dict[Column, str]:
    """Return a row's cells by column; a name in several columns is joined in order."""
    cells: dict[Column, str] = {}
    for column, cell in zip(columns.kinds, row, strict=False):
        if column:
            cells[column] = f"{cells.get(column, '')} {cell}".strip()
    return cells


def _line(number: int, cells: Mapping[Column, str], languages: Collection[str]) -> ListRow:
    parts = f"{cells.get(Column.GIVEN, '')} {cells.get(Column.FAMILY, '')}".strip()
    line = ListRow(
        number=number,
        email=_address(cells.get(Column.EMAIL, "")),
        name=cells.get(Column.WHOLE_NAME, "") or parts,
        language=_language(cells.get(Column.LANGUAGE, "")),
        institution=cells.get(Column.INSTITUTION, ""),
        problem=None,
    )
    problem, value = _row_problem(line, cells, languages)
    return replace(line, problem=problem, value=value)


def _address(cell: str) -> str:
    """Return the address of a cell, also of “Awa Koné <awa@example.org>”, in its normal form."""
    match = _NAMED_ADDRESS.fullmatch(cell.strip())
    return normal_email((match[1] or match[2] or "") if match else cell)


def _language(cell: str) -> str:
    """Return the code of a language from its code or name: “fr-FR”, “en_GB”, “Français”."""
    word = _WORDS.search(sort_key(cell))
    first = word[0] if word else ""
    code = first[:2] if _LOCALE.fullmatch(first) else first
    return _LANGUAGES.get(code, code)


def _row_problem(
    line: ListRow, cells: Mapping[Column, str], languages: Collection[str]
) -> tuple[RowProblem | EmailIssue | None, str]:
    """Return what is wrong with a line, and the cell that it is about."""
    error = next((cell for cell in cells.values() if cell.upper() in CELL_ERRORS), "")
    language = cells.get(Column.LANGUAGE, "")
    checks = (
        (bool(error), RowProblem.CELL_ERROR, error),
        (not line.email, RowProblem.NO_EMAIL, ""),
        (not line.name, RowProblem.NO_NAME, ""),
        (len(line.name) > MAX_NAME_LENGTH, RowProblem.LONG_NAME, line.name),
        (len(line.institution) > MAX_INSTITUTION_LENGTH, RowProblem.LONG_INSTITUTION,
         line.institution),
        (line.language not in {"", *languages}, RowProblem.BAD_LANGUAGE, language),
    )  # fmt: skip
    for wrong, problem, value in checks:
        if wrong:
            return problem, value
    issue = email_issue(line.email)
    return issue, cells[Column.EMAIL] if issue else ""


def outcome(line: ListRow, *, has_account: bool, status: EnrolmentStatus | None) -> Outcome:
    """Return the outcome of a line. `status` is that of their enrolment here, if any."""
    if line.problem:
        return Outcome.BAD
    if status in UNENROLLED:
        return Outcome.RETURNS
    if status:
        return Outcome.ENROLLED
    return Outcome.KNOWN_PERSON if has_account else Outcome.NEW_PERSON


def is_same_name(first: str, second: str) -> bool:
    """Whether two texts are spellings of one name: “KONE Awa” and “Awa Koné”."""
    return sorted(sort_key(first).split()) == sorted(sort_key(second).split())
