"""Reading a list of people: text in, lines with their faults out."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.email_addresses import is_email

LONGEST_NAME = 120
MOST_LINES = 2000
SEPARATORS = (";", "\t", ",")
COLUMNS = {
    "email": "email", "e-mail": "email", "courriel": "email", "correo": "email",
    "name": "name", "nom": "name", "nombre": "name",
    "language": "language", "langue": "language", "idioma": "language",
    "institution": "institution", "institución": "institution",
}  # fmt: skip


class ListFault(StrEnum):
    """Why a list cannot be read at all."""

    NOT_TEXT = "not-text"
    EMPTY = "empty"
    NO_COLUMNS = "no-columns"
    TOO_LONG = "too-long"


class LineFault(StrEnum):
    """Why a line cannot be carried out."""

    NO_EMAIL = "no-email"
    BAD_EMAIL = "bad-email"
    NO_NAME = "no-name"
    LONG_NAME = "long-name"
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
    BAD = "bad"


ENROLS = frozenset({Outcome.NEW_PERSON, Outcome.KNOWN_PERSON, Outcome.COMES_BACK})
REFUSED = frozenset({Outcome.APPLIED, Outcome.BAD})


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a list; `number` counts from 1 at the heading, as a spreadsheet does."""

    number: int
    email: str
    name: str
    language: str
    institution: str
    fault: LineFault | None


def decode(content: bytes) -> str | None:
    """Return a file's text, whether saved as UTF-8 or as Excel's “Unicode text”; else None."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def read_list(text: str, languages: Iterable[str]) -> list[Line] | ListFault:
    """Return the lines of a list of people, each with its fault if it has one.

    The first line names the columns, in English, French or Spanish: e-mail and name are needed,
    language and institution may be there. Cells are separated by commas, semicolons or tabs.
    """
    rows = _rows(text)
    if rows is None:
        return ListFault.NOT_TEXT
    if not rows:
        return ListFault.EMPTY
    columns = [COLUMNS.get(cell.strip().casefold(), "") for cell in rows[0]]
    if not {"email", "name"} <= set(columns):
        return ListFault.NO_COLUMNS
    if len(rows) > MOST_LINES + 1:
        return ListFault.TOO_LONG
    cells = [(number, row) for number, row in enumerate(rows[1:], 2) if any(c.strip() for c in row)]
    return _lines(cells, columns, frozenset(languages)) if cells else ListFault.EMPTY


def _rows(text: str) -> list[list[str]] | None:
    """Return the cells of each line, None where quotation marks do not pair up."""
    whole = "\n".join(text.strip().splitlines())
    separator = max(SEPARATORS, key=whole.split("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(whole), delimiter=separator, strict=True))
    except csv.Error:
        return None


def _lines(
    rows: list[tuple[int, list[str]]], columns: list[str], languages: frozenset[str]
) -> list[Line]:
    seen: Counter[str] = Counter()
    lines = []
    for number, row in rows:
        cells = {c: " ".join(v.split()) for c, v in zip(columns, row, strict=False) if c}
        email = cells.get("email", "").lower()
        fault = _fault(cells, email, languages) or (LineFault.TWICE if seen[email] else None)
        if len(row) > len(columns):
            fault = LineFault.TOO_MANY_CELLS
        seen[email] += 1
        lines.append(_line(number, email, cells, fault))
    return lines


def _line(number: int, email: str, cells: Mapping[str, str], fault: LineFault | None) -> Line:
    return Line(
        number=number,
        email=email,
        name=cells.get("name", ""),
        language=cells.get("language", "").lower(),
        institution=cells.get("institution", ""),
        fault=fault,
    )


def _fault(cells: Mapping[str, str], email: str, languages: frozenset[str]) -> LineFault | None:
    name, language = cells.get("name", ""), cells.get("language", "").lower()
    checks = (
        (not email, LineFault.NO_EMAIL),
        (not is_email(email), LineFault.BAD_EMAIL),
        (not name, LineFault.NO_NAME),
        (len(name) > LONGEST_NAME, LineFault.LONG_NAME),
        (bool(language) and language not in languages, LineFault.BAD_LANGUAGE),
    )
    return next((fault for wrong, fault in checks if wrong), None)


def outcome(line: Line, *, known: bool, place: str | None) -> Outcome:
    """Return what a line will do. `place` is the status of the person's place here, if any."""
    if line.fault:
        return Outcome.BAD
    if place == "withdrawn":
        return Outcome.COMES_BACK
    if place:
        return Outcome.ALREADY_HERE
    return Outcome.KNOWN_PERSON if known else Outcome.NEW_PERSON
