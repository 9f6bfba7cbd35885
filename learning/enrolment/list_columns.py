"""What the columns of a list of people hold, by their headings in English, French and Spanish."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from openpyxl.utils import get_column_letter

from learning.kit.folding import fold


class Column(StrEnum):
    """What a column holds. `NAME` is the whole name, unless another column has a part of it."""

    EMAIL = "email"
    NAME = "name"
    WHOLE_NAME = "whole-name"
    GIVEN = "given"
    FAMILY = "family"
    LANGUAGE = "language"
    INSTITUTION = "institution"


HEADINGS = {
    Column.EMAIL: """
        email, e mail, mail, mel, email address, e mail address, mail address, electronic mail,
        work email, courriel, courriels, courrier electronique, adresse courriel, adresse email,
        adresse e mail, adresse mail, adresse electronique, adresse de courriel,
        email professionnel,
        courriel professionnel, mail professionnel, correo, correos, correo electronico,
        correo e, e correo, direccion de correo, direccion de correo electronico,
        direccion electronica, direccion de email, correo institucional, correo profesional
    """,
    Column.NAME: "name, names, nom, noms, nombre, nombres",
    Column.WHOLE_NAME: """
        full name, complete name, name and surname, first and last name, participant,
        participant name,
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
        langues, langue preferee, langue de travail, langue de formation, langue d etude,
        idioma, idiomas, lengua, idioma preferido, idioma de estudio, idioma de trabajo
    """,
    Column.INSTITUTION: """
        institution, institutions, organisation, organization, employer, company, affiliation,
        institution or company, organisme, structure, employeur, entreprise, etablissement,
        institucion, organizacion, organismo, entidad, empresa, empleador
    """,
}
_KNOWN = {
    " ".join(heading.split()): column
    for column, headings in HEADINGS.items()
    for heading in headings.split(",")
}
_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^]]*\]")
_PARTS = (Column.GIVEN, Column.FAMILY)


@dataclass(frozen=True, kw_only=True)
class Columns:
    """What each column of a list holds, None where it is not used; and those, by their headings."""

    kinds: tuple[Column | None, ...]
    unused: tuple[str, ...]

    @property
    def name_is_half(self) -> bool:
        """Whether there are only first names, or only family names."""
        return Column.WHOLE_NAME not in self.kinds and len(set(_PARTS) & set(self.kinds)) == 1

    @property
    def have_name(self) -> bool:
        return bool({Column.WHOLE_NAME, *_PARTS} & set(self.kinds))


def column_of(heading: str) -> Column | None:
    """Return what a heading says, however it is written: “E-MAIL *”, “Prénom(s)”, “Correo:”."""
    return _KNOWN.get(_bare(heading))


def columns_of(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """Return what the columns of a list hold; of two that hold one thing, the first."""
    known = [column_of(heading) for heading in headings]
    found = [_part(column, known) for column in known]
    kinds = tuple(
        None if _is_repeated(position, found, headings) else column
        for position, column in enumerate(found)
    )
    unused = tuple(
        heading or get_column_letter(position + 1)
        for position, heading in enumerate(headings)
        if kinds[position] is None
        and (heading or any(row[position] for row in rows if position < len(row)))
    )
    return Columns(kinds=kinds, unused=unused)


def _bare(heading: str) -> str:
    return " ".join(re.findall(r"\w+", fold(_IN_BRACKETS.sub("", heading))))


def _part(column: Column | None, known: Sequence[Column | None]) -> Column | None:
    """Return what “name” means beside the other columns: the whole of it, or the other part.

    “Nom” beside “Prénom” is the family name; “Nombre” beside “Apellidos” is the first name.
    """
    if column is not Column.NAME:
        return column
    if Column.GIVEN in known:
        return Column.WHOLE_NAME if Column.FAMILY in known else Column.FAMILY
    return Column.GIVEN if Column.FAMILY in known else Column.WHOLE_NAME


def _is_repeated(position: int, found: Sequence[Column | None], headings: Sequence[str]) -> bool:
    """Whether a column says again what one before it says; first names may stand in several."""
    if found[position] in _PARTS:
        return _bare(headings[position]) in map(_bare, headings[:position])
    return found[position] in found[:position]
