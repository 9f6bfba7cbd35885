"""A list of people: what its columns are, and what is wrong with its lines."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.enrolment.list_columns import HEADINGS, Column, column_of
from learning.enrolment.list_files import ListError, ListFault, read_file, read_text
from learning.enrolment.lists import (
    MOST_LINES,
    Line,
    LineFault,
    Outcome,
    PeopleList,
    is_same_name,
    outcome,
    read_list,
)
from learning.kit.email_addresses import EmailFault
from tests.enrolment.test_list_files import CASES

LANGUAGES = ("fr", "en", "es")
GOOD = "email,name,language,institution\nawa@example.org,Awa Koné,fr,Mairie\n"


def people(text: str) -> PeopleList:
    return read_list(read_text(text), LANGUAGES)


def lines(text: str) -> list[Line]:
    return list(people(text).lines)


def case(name: str) -> PeopleList:
    return read_list(read_file((CASES / name).read_bytes()), LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\n" + GOOD + "\n\n",
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("email", "Courriel").replace("name", "Nom").replace("language", "Langue"),
        GOOD.replace("email", "E-MAIL *").replace("institution", "Organisme (employeur)"),
        GOOD.replace("email", "Adresse e-mail\u00a0:").replace("fr", "Français"),
        GOOD.replace("email", "Correo electro\u0301nico").replace("name", "Nombre y apellidos"),
    ],
)
def test_spreadsheets_of_every_country_are_read(text: str) -> None:
    (line,) = lines(text)
    assert (line.email, line.name, line.language, line.institution, line.fault) == (
        "awa@example.org",
        "Awa Koné",
        "fr",
        "Mairie",
        None,
    )


@pytest.mark.parametrize(
    ("heading", "row", "name"),
    [
        ("Nom;Prénom;Courriel", "Koné;Awa;a@x.org", "Awa Koné"),
        ("PRENOM;NOM;COURRIEL", "Awa;Koné;a@x.org", "Awa Koné"),
        ("Nom de famille;Prénom(s);E-mail", "Koné;Awa Marie;a@x.org", "Awa Marie Koné"),
        ("Last name;First name;Email", "Koné;Awa;a@x.org", "Awa Koné"),
        ("First name;Middle name;Surname;Email", "Awa;M.;Koné;a@x.org", "Awa M. Koné"),
        ("Name;Surname;Email", "Awa;Koné;a@x.org", "Awa Koné"),
        ("Nombre;Apellidos;Correo", "Inés;Ruiz Gil;a@x.org", "Inés Ruiz Gil"),
        (
            "Primer apellido;Segundo apellido;Nombres;Correo",
            "Ruiz;Gil;Inés;a@x.org",
            "Inés Ruiz Gil",
        ),
        ("Nom complet;Nom;Prénom;Courriel", "Awa Koné;K;A;a@x.org", "Awa Koné"),
        ("Nom complet;Nom;Prénom;Courriel", ";Koné;Awa;a@x.org", "Awa Koné"),
        ("Nom;Prénom;Courriel", "Suharto;;a@x.org", "Suharto"),
    ],
)
def test_first_and_last_names_are_joined(heading: str, row: str, name: str) -> None:
    (line,) = lines(f"{heading}\n{row}\n")
    assert (line.name, line.email, line.fault) == (name, "a@x.org", None)
    assert people(f"{heading}\n{row}\n").unused == ()


@pytest.mark.parametrize(
    ("heading", "row", "unused"),
    [
        ("email,name,Téléphone", "a@x.org,A,123", ("Téléphone",)),
        ("email,name,Téléphone,,Notes", "a@x.org,A,,x,", ("Téléphone", "D", "Notes")),
        ("email,name,,", "a@x.org,A,,", ()),
        ("email,Courriel,name", "a@x.org,b@x.org,A", ("Courriel",)),
        ("Nom,Prénom,Nom,email", "K,A,L,a@x.org", ("Nom",)),
    ],
)
def test_columns_that_are_not_used_are_named(heading: str, row: str, unused) -> None:
    assert people(f"{heading}\n{row}\n").unused == unused


def test_no_heading_says_two_things() -> None:
    said = [" ".join(h.split()) for column in HEADINGS.values() for h in column.split(",")]
    assert len(said) == len(set(said))
    assert all(column_of(heading) for heading in said)
    assert column_of("Nom d’usage") is Column.FAMILY
    assert column_of("Téléphone") is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ListFault.EMPTY),
        ("email,name\n", ListFault.EMPTY),
        ("email,name\n,\n", ListFault.EMPTY),
        ("a@b.org,Awa\n", ListFault.NO_COLUMNS),
        ("email;institution\na@b.org;x", ListFault.NO_COLUMNS),
        ("email;prénom\na@b.org;x", ListFault.HALF_NAME),
        ("email;apellidos\na@b.org;x", ListFault.HALF_NAME),
        ("email,name\n" + "a@b.org,A\n" * (MOST_LINES + 1), ListFault.TOO_LONG),
    ],
)
def test_what_is_not_a_list_says_why(text: str, fault: ListFault) -> None:
    with pytest.raises(ListError) as raised:
        people(text)
    assert raised.value.fault is fault


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",Awa,fr", LineFault.NO_EMAIL),
        ("awa,Awa,fr", EmailFault.INCOMPLETE),
        ("josé@b.org,Awa,fr", EmailFault.LETTERS),
        ("a@b.org,,fr", LineFault.NO_NAME),
        (f"a@b.org,{'x' * 121},fr", LineFault.LONG_NAME),
        (f"a@b.org,Awa,fr,{'x' * 201}", LineFault.LONG_INSTITUTION),
        ("a@b.org,Awa,de", LineFault.BAD_LANGUAGE),
        ("a@b.org,Awa,fr,too,much", LineFault.TOO_MANY_CELLS),
        ("a@b.org,Awa,fr,,", None),
        ("a@b.org,Awa", None),
        ("A@B.org,Awa,FR", None),
        ("a@b.org,Awa,fr-FR", None),
        ("a@b.org,Awa,Espagnol", None),
    ],
)
def test_a_bad_line_has_its_reason_and_number(row: str, fault) -> None:
    good, bad = lines(f"email,name,language,institution\nx@example.org,X,en\n{row}\n")
    assert (good.fault, bad.number, bad.fault) == (None, 3, fault)


def test_the_second_of_two_is_the_bad_one() -> None:
    first, second = lines("email,name\na@b.org,A\nA@b.org,B\n")
    assert (first.fault, second.fault) == (None, LineFault.TWICE)


def test_small_inputs_are_read_as_they_should() -> None:
    def said(name: str) -> list[tuple[str, str, str]]:
        return [(line.email, line.name, str(line.fault or "")) for line in case(name).lines]

    assert said("nom-prenom.csv") == [
        ("f.diarra@example.net", "Fatoumata Diarra", ""),
        ("m.diarra@example.net", "Moussa Diarra", ""),
    ]
    assert [line.language for line in case("nom-prenom.csv").lines] == ["fr", "fr"]
    for name in ("sep-line.csv", "cp1252.csv"):
        assert said(name) == [("fatou.ba@example.net", "Fatou Bâ", "")]
    assert said("zwsp.csv") == [
        ("awa@example.org", "Awa", ""),
        ("new.one@example.net", "New One", ""),
    ]
    assert [fault for _, _, fault in said("dots.csv")] == [
        "dots", "dots", "dots", "domain", "dots", "signs", "domain",
    ]  # fmt: skip
    assert said("quote.csv") == [("ann+x@example.net", 'O\'Brien, Ann "Annie"', "")]
    assert said("nfd.csv") == [("jose.nunez@example.net", "José Núñez", "")]
    assert case("nfd.csv").lines[0].institution == "Ministerio de Migración"
    assert said("multiline.csv")[0] == ("a1@example.net", "Ann", "")
    assert case("multiline.csv").lines[0].institution == "Dept A Office B"
    assert said("multiline.csv")[1] == ("a2@example.net", "", "no-name")
    assert [line.number for line in case("multiline.csv").lines] == [2, 3]
    assert said("trailing.csv") == [("a3@example.net", "Ann", "")]
    assert case("trailing.csv").unused == ()


@given(st.text(max_size=200))
def test_no_list_breaks_the_reader(text: str) -> None:
    for whole in (text, "email,name\n" + text):
        with suppress(ListError):
            assert len(lines(whole)) <= MOST_LINES


@pytest.mark.parametrize(
    ("known", "place", "expected"),
    [
        (False, None, Outcome.NEW_PERSON),
        (True, None, Outcome.KNOWN_PERSON),
        (True, "active", Outcome.ALREADY_HERE),
        (True, "withdrawn", Outcome.COMES_BACK),
    ],
)
def test_what_a_line_will_do(known: bool, place: str | None, expected: Outcome) -> None:
    (line,) = lines(GOOD)
    assert outcome(line, known=known, place=place) is expected


def test_a_bad_line_does_nothing() -> None:
    (line,) = lines("email,name\nx,y\n")
    assert outcome(line, known=False, place=None) is Outcome.BAD


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Awa Koné", "KONE Awa", True),
        ("Jean-Pierre N’Diaye", "Jean Pierre NDiaye", True),
        ("Awa Koné", "Awa Marie Koné", False),
        ("Awa Koné", "Ann Lee", False),
    ],
)
def test_one_name_in_two_spellings(first: str, second: str, same: bool) -> None:
    assert is_same_name(first, second) is same
