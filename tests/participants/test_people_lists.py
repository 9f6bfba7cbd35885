"""A list of people: what its columns are, and what is wrong with its lines."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.enrolment.rules import EnrolmentStatus
from learning.kit.email_addresses import EmailIssue
from learning.participants.list_cells import ListError, ListProblem
from learning.participants.list_columns import (
    HEADINGS,
    Column,
    ColumnProblem,
    column_of,
)
from learning.participants.list_files import read_file, read_text
from learning.participants.people_lists import (
    ENROLS,
    MAX_ROWS,
    REFUSED,
    ListRow,
    Outcome,
    PeopleList,
    RowProblem,
    is_same_name,
    outcome,
    read_list,
)
from tests.participants.test_list_files import CASES

LANGUAGES = ("fr", "en", "es")
GOOD = "email,name,language,institution\nawa@example.org,Awa Koné,fr,Mairie\n"


def people(text: str) -> PeopleList:
    return read_list(read_text(text), LANGUAGES)


def lines(text: str) -> list[ListRow]:
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
    assert (line.email, line.name, line.language, line.institution, line.problem) == (
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
        ("Nom complet;Prénom;Courriel", "Awa Koné;Awa;a@x.org", "Awa Koné"),
        ("Nom;Prénom;Courriel", "Suharto;;a@x.org", "Suharto"),
    ],
)
def test_first_and_last_names_are_joined(heading: str, row: str, name: str) -> None:
    (line,) = lines(f"{heading}\n{row}\n")
    assert (line.name, line.email, line.problem) == (name, "a@x.org", None)
    assert people(f"{heading}\n{row}\n").columns.unused == ()


@pytest.mark.parametrize(
    ("heading", "row", "unused"),
    [
        ("email,name,Téléphone", "a@x.org,A,123", ("Téléphone",)),
        ("email,name,Téléphone,,Notes", "a@x.org,A,,x,", ("Téléphone", "D", "Notes")),
        ("email,name,,", "a@x.org,A,,", ()),
        ("email,Courriel,name", "a@x.org,b@x.org,A", ("Courriel",)),
        ("Nom,Prénom,Nom,email", "K,A,L,a@x.org", ("Nom",)),
        ("email,name,", "a@x.org,A,\nb@x.org,B,x", ("C",)),
        ("email,name,,Notes", "a@x.org,A", ("Notes",)),
    ],
)
def test_columns_that_are_not_used_are_named(heading: str, row: str, unused) -> None:
    assert people(f"{heading}\n{row}\n").columns.unused == unused


def test_no_heading_says_two_things() -> None:
    headings = [" ".join(h.split()) for column in HEADINGS.values() for h in column.split(",")]
    assert len(headings) == len(set(headings))
    assert all(column_of(heading) for heading in headings)
    assert column_of("Nom d’usage") is Column.FAMILY
    assert column_of("Téléphone") is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", ListProblem.EMPTY),
        ("email,name\n", ListProblem.EMPTY),
        ("email,name\n,\n", ListProblem.EMPTY),
        ("just words", ListProblem.EMPTY),
        ("email,name\n" + "a@b.org,A\n" * 2001, ListProblem.TOO_LONG),
    ],
)
def test_what_is_not_a_list_says_why(text: str, error: ListProblem) -> None:
    with pytest.raises(ListError) as raised:
        people(text)
    assert raised.value.problem is error


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a@b.org,Awa\n", ColumnProblem.NO_NAME),
        ("email;institution\na@b.org;x", ColumnProblem.NO_NAME),
        ("name;institution\nAwa;x", ColumnProblem.NO_EMAIL),
        ("email;prénom\na@b.org;x", ColumnProblem.HALF_NAME),
        ("email;apellidos\na@b.org;x", ColumnProblem.HALF_NAME),
    ],
)
def test_columns_that_say_too_little_are_asked_about(text: str, problem: ColumnProblem) -> None:
    read = people(text)
    assert (read.problem, list(read.lines)) == (problem, [])


def test_two_thousand_people_are_taken_at_once() -> None:
    assert len(lines("email,name\n" + "a@b.org,A\n" * 2000)) == 2000


@pytest.mark.parametrize(
    ("row", "error"),
    [
        (",Awa,fr", RowProblem.NO_EMAIL),
        ("awa,Awa,fr", EmailIssue.INCOMPLETE),
        ("josé@b.org,Awa,fr", EmailIssue.LETTERS),
        ("a@b.org,,fr", RowProblem.NO_NAME),
        ("a@b.org,#n/a,fr", RowProblem.CELL_ERROR),
        (f"a@b.org,{'x' * 121},fr", RowProblem.LONG_NAME),
        (f"a@b.org,Awa,fr,{'x' * 201}", RowProblem.LONG_INSTITUTION),
        ("a@b.org,Awa,de", RowProblem.BAD_LANGUAGE),
        ("a@b.org,Awa,fr,too,much", RowProblem.TOO_MANY_CELLS),
        (f"a@b.org,{'x' * 120},fr,{'x' * 200}", None),
        ("a@b.org,Awa,fr,,", None),
        ("a@b.org,Awa", None),
        ("A@B.org,Awa,FR", None),
        ("a@b.org,Awa,fr-FR", None),
    ],
)
def test_a_bad_line_has_its_reason_and_number(row: str, error) -> None:
    good, bad = lines(f"email,name,language,institution\nx@example.org,X,en\n{row}\n")
    assert (good.problem, bad.number, bad.problem) == (None, 3, error)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("fr", "fr français French francés fr-CA fr_FR Français(France) francophone FRA"),
        ("en", "en anglais English inglés en-GB en_GB ENG"),
        ("es", "es espagnol Spanish español castellano es_419 spa"),
    ],
)
def test_a_language_is_known_by_its_code_or_name(code: str, names: str) -> None:
    for name in names.split():
        (line,) = lines(f"email,name,language\na@b.org,Awa,{name}\n")
        assert (line.language, line.problem) == (code, None), name


def test_a_cell_that_is_not_there_is_empty() -> None:
    (line,) = lines("name,language,email\nAwa\n")
    assert (line.email, line.institution, line.problem) == ("", "", RowProblem.NO_EMAIL)


def test_the_second_of_two_is_the_bad_one() -> None:
    first, second = lines("email,name\na@b.org,A\nA@b.org,B\n")
    assert (first.problem, second.problem) == (None, RowProblem.TWICE)


def test_small_inputs_are_read_as_they_should() -> None:
    def headings(name: str) -> list[tuple[str, str, str]]:
        return [(line.email, line.name, str(line.problem or "")) for line in case(name).lines]

    assert headings("nom-prenom.csv") == [
        ("f.diarra@example.net", "Fatoumata Diarra", ""),
        ("m.diarra@example.net", "Moussa Diarra", ""),
    ]
    assert [line.language for line in case("nom-prenom.csv").lines] == ["fr", "fr"]
    for name in ("sep-line.csv", "cp1252.csv"):
        assert headings(name) == [("fatou.ba@example.net", "Fatou Bâ", "")]
    assert headings("zwsp.csv") == [
        ("awa@example.org", "Awa", ""),
        ("new.one@example.net", "New One", ""),
    ]
    assert [error for _, _, error in headings("dots.csv")] == [
        "dots", "dots", "dots", "domain", "dots", "signs", "domain",
    ]  # fmt: skip
    assert headings("quote.csv") == [("ann+x@example.net", 'O\'Brien, Ann "Annie"', "")]
    assert headings("nfd.csv") == [("jose.nunez@example.net", "José Núñez", "")]
    assert case("nfd.csv").lines[0].institution == "Ministerio de Migración"
    assert headings("multiline.csv")[0] == ("a1@example.net", "Ann", "")
    assert case("multiline.csv").lines[0].institution == "Dept A Office B"
    assert headings("multiline.csv")[1] == ("a2@example.net", "", "no-name")
    assert [line.number for line in case("multiline.csv").lines] == [2, 3]
    assert headings("trailing.csv") == [("a3@example.net", "Ann", "")]
    assert case("trailing.csv").columns.unused == ()


@given(st.text(max_size=200))
def test_no_list_breaks_the_reader(text: str) -> None:
    for whole in (text, "email,name\n" + text):
        with suppress(ListError):
            assert len(lines(whole)) <= MAX_ROWS


@pytest.mark.parametrize(
    ("known", "status", "expected"),
    [
        (False, None, Outcome.NEW_PERSON),
        (True, None, Outcome.KNOWN_PERSON),
        (True, EnrolmentStatus.ACTIVE, Outcome.ENROLLED),
        (True, EnrolmentStatus.COMPLETED, Outcome.ENROLLED),
        (True, EnrolmentStatus.NOT_COMPLETED, Outcome.ENROLLED),
        (True, EnrolmentStatus.NO_SHOW, Outcome.ENROLLED),
        (True, EnrolmentStatus.WITHDRAWN, Outcome.RETURNS),
        (True, EnrolmentStatus.CANCELLED, Outcome.RETURNS),
    ],
)
def test_what_a_line_will_do(
    known: bool, status: EnrolmentStatus | None, expected: Outcome
) -> None:
    (line,) = lines(GOOD)
    assert outcome(line, has_account=known, status=status) is expected


def test_some_outcomes_enrol_and_some_are_shown_as_refused() -> None:
    assert {each.value for each in ENROLS} == {"new-person", "known-person", "returns"}
    assert {each.value for each in REFUSED} == {"applied", "bad"}


def test_a_bad_line_does_nothing() -> None:
    (line,) = lines("email,name\nx,y\n")
    assert outcome(line, has_account=False, status=None) is Outcome.BAD


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
