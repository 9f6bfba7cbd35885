"""The columns of a list of people, by their headings in English, French and Spanish.

A column of addresses is known by its cells, too. Staff can change what a column is used as.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from learning.kit.email_addresses import is_email
from learning.kit.folding import fold
from learning.kit.spreadsheets import column_letters

MAX_TITLE_ROWS = 10  # the headings are in one of the first rows that have content
MAX_SAMPLES = 3
MAX_JUDGED = 100  # rows that say whether a column has addresses


class Column(StrEnum):
    """The content of a column. `NAME` is the whole name, unless another column has a part of it."""

    EMAIL = "email"
    NAME = "name"
    WHOLE_NAME = "whole-name"
    GIVEN = "given"
    FAMILY = "family"
    LANGUAGE = "language"
    INSTITUTION = "institution"


FIELDS = (
    Column.EMAIL,
    Column.WHOLE_NAME,
    Column.GIVEN,
    Column.FAMILY,
    Column.LANGUAGE,
    Column.INSTITUTION,
)
"""What a column can be used as, in the order of the page."""


class ColumnProblem(StrEnum):
    """Why the columns of a list do not say who is to be enrolled."""

    NO_EMAIL = "no-email-column"
    NO_NAME = "no-name-column"
    HALF_NAME = "half-name"
    TWO_EQUAL = "two-equal"


HEADINGS = {
    Column.EMAIL: """
        email, e mail, mail, mel, email address, e mail address, mail address, electronic mail,
        work email, courriel, courriels, courrier electronique, adresse courriel, adresse email,
        adresse e mail, adresse mail, adresse electronique, adresse de courriel,
        email professionnel, adresse mel, email pro, e mail pro, mail pro, courriel pro,
        courriel professionnel, mail professionnel, correo, correos, correo electronico,
        correo e, e correo, direccion de correo, direccion de correo electronico,
        direccion electronica, direccion de email, correo institucional, correo profesional
    """,
    Column.NAME: "name, names, nom, noms, nombre, nombres",
    Column.WHOLE_NAME: """
        full name, complete name, name and surname, first and last name, participant,
        participant name, firstname lastname, noms prenoms, noms et prenom,
        name of participant, nom complet, nom et prenom, nom et prenoms, noms et prenoms,
        nom prenom, nom prenoms, prenom et nom, prenoms et nom, prenom nom, participante,
        nom du participant, nombre completo, nombre y apellido, nombre y apellidos,
        nombres y apellidos, apellido y nombre, apellidos y nombre, apellidos y nombres
    """,
    Column.GIVEN: """
        first name, first names, firstname, given name, given names, forename, forenames,
        middle name, middle names, prenom, prenoms, deuxieme prenom, nom de bapteme,
        nombre de pila, primer nombre, segundo nombre
    """,
    Column.FAMILY: """
        last name, last names, lastname, family name, family names, surname, surnames,
        second name, nom de famille, noms de famille, patronyme, nom patronymique, nom d usage,
        apellido, apellidos, primer apellido, segundo apellido, apellido paterno, apellido materno
    """,
    Column.LANGUAGE: """
        language, languages, lang, preferred language, course language, language of study, langue,
        langues, langue preferee, langue du cours, langue souhaitee, langue choisie,
        langue de correspondance, langue de travail, langue de formation, langue d etude,
        idioma del curso,
        idioma, idiomas, lengua, idioma preferido, idioma de estudio, idioma de trabajo
    """,
    Column.INSTITUTION: """
        institution, institutions, organisation, organization, employer, company, affiliation,
        institution or company, institution organisation, organisation institution, ministry,
        ministere, institution de rattachement, organisme, structure, employeur, entreprise,
        etablissement, ministerio,
        institucion, organizacion, organismo, entidad, empresa, empleador
    """,
}
_HEADINGS = {
    " ".join(heading.split()): column
    for column, headings in HEADINGS.items()
    for heading in headings.split(",")
}
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_PARTS = (Column.GIVEN, Column.FAMILY)


@dataclass(frozen=True, kw_only=True)
class ListColumn:
    """A column that has a heading or cells: what it is used as, None if it is not.

    `position` counts from 0. `name` is its heading, or its letter if it has none; `samples` are
    its first cells.
    """

    position: int
    name: str
    samples: tuple[str, ...]
    kind: Column | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody chose to use columns as, by position; `key` is that of the list it is for."""

    key: str
    kinds: Mapping[int, Column | None]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The content of each column, None where it is not used; and the columns as they are shown."""

    kinds: tuple[Column | None, ...]
    shown: tuple[ListColumn, ...]
    key: str

    @property
    def unused(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.shown if column.kind is None)

    @property
    def problem(self) -> ColumnProblem | None:
        used = [kind for kind in self.kinds if kind and kind not in _PARTS]
        parts = set(_PARTS) & set(self.kinds)
        whole = Column.WHOLE_NAME in self.kinds
        checks = (
            (Column.EMAIL not in used, ColumnProblem.NO_EMAIL),
            (len(used) != len(set(used)), ColumnProblem.TWO_EQUAL),
            (not whole and not parts, ColumnProblem.NO_NAME),
            (not whole and len(parts) == 1, ColumnProblem.HALF_NAME),
        )
        return next((problem for wrong, problem in checks if wrong), None)


def column_of(heading: str) -> Column | None:
    """Return the column of a heading, however it is written: “E-MAIL *”, “Prénom(s)”, “Correo:”."""
    return _HEADINGS.get(_bare(heading))


def first_row(rows: Sequence[Sequence[str]]) -> tuple[int, bool]:
    """Return the place of the headings, and True; or of the first person, and False without any.

    A row with a known heading of addresses counts first; lists may have a title above it. Of rows
    with unknown headings it is the first that has several.
    """
    first = rows[:MAX_TITLE_ROWS]
    for place, row in enumerate(first):
        if Column.EMAIL in map(column_of, row):
            return place, True
    for place, row in enumerate(first):
        several = sum(map(bool, row)) > 1
        if any(map(_is_address, row)):
            return (place, False) if several or place == 0 else (place - 1, True)
        if several:
            return place, True
    return 0, True


def columns_of(
    headings: Sequence[str], rows: Sequence[Sequence[str]], choice: Choice | None = None
) -> Columns:
    """Return the columns of a list; of two with the same content, the first.

    A choice counts if it was made for these headings, or without any for this first row.
    """
    key = sha256(repr(list(headings or rows[0])).encode()).hexdigest()[:16]
    names = headings or [""] * max(map(len, rows))
    if choice and choice.key == key:
        kinds = tuple(choice.kinds.get(position) for position in range(len(names)))
    else:
        kinds = _kinds(names, rows)
    shown = []
    for position, name in enumerate(names):
        cells = [row[position] for row in rows if position < len(row) and row[position]]
        if name or cells:
            column = ListColumn(
                position=position,
                name=name or column_letters(position),
                samples=tuple(cells[:MAX_SAMPLES]),
                kind=kinds[position],
            )
            shown.append(column)
    return Columns(kinds=kinds, shown=tuple(shown), key=key)


def _kinds(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Column | None, ...]:
    known = [column_of(heading) for heading in headings]
    columns = [_part(column, known) for column in known]
    if Column.EMAIL not in columns:
        columns = _with_addresses(columns, rows)
    return tuple(
        None if _is_repeated(position, columns, headings) else column
        for position, column in enumerate(columns)
    )


def _with_addresses(
    columns: Sequence[Column | None], rows: Sequence[Sequence[str]]
) -> list[Column | None]:
    """Return columns with the first unknown one as addresses whose cells are mostly addresses."""
    for position, column in enumerate(columns):
        cells = [row[position] for row in rows[:MAX_JUDGED] if position < len(row)]
        addresses = sum(map(_is_address, cells))
        if column is None and 2 * addresses > len(list(filter(None, cells))):
            return [*columns[:position], Column.EMAIL, *columns[position + 1 :]]
    return list(columns)


def _is_address(cell: str) -> bool:
    return "@" in cell and is_email(cell)


def _bare(heading: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold(_IN_BRACKETS.sub("", heading))))


def _part(column: Column | None, columns: Sequence[Column | None]) -> Column | None:
    """Return what “name” means beside the other columns: the whole name, or the other part.

    “Nom” beside “Prénom” is the family name; “Nombre” beside “Apellidos” is the first name.
    """
    if column is not Column.NAME:
        return column
    if Column.GIVEN in columns:
        return Column.WHOLE_NAME if Column.FAMILY in columns else Column.FAMILY
    return Column.GIVEN if Column.FAMILY in columns else Column.WHOLE_NAME


def _is_repeated(position: int, columns: Sequence[Column | None], headings: Sequence[str]) -> bool:
    """Whether a column repeats the content of an earlier one; first names may be in several."""
    if columns[position] in _PARTS:
        return _bare(headings[position]) in map(_bare, headings[:position])
    return columns[position] in columns[:position]
