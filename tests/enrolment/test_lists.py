"""Reading a list of people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.enrolment.lists import (
    MOST_LINES,
    Line,
    LineFault,
    ListFault,
    Outcome,
    decode,
    outcome,
    read_list,
)

LANGUAGES = ("fr", "en", "es")
GOOD = "email,name,language,institution\nawa@example.org,Awa Koné,fr,Mairie\n"


def lines(text: str) -> list[Line]:
    read = read_list(text, LANGUAGES)
    assert isinstance(read, list)
    return read


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\n" + GOOD + "\n\n",
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("email", "Courriel").replace("name", "Nom").replace("language", "Langue"),
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
    ("text", "fault"),
    [
        ("", ListFault.EMPTY),
        ("email,name\n", ListFault.EMPTY),
        ("email,name\n,\n", ListFault.EMPTY),
        ("a@b.org,Awa\n", ListFault.NO_COLUMNS),
        ('email,name\na@b.org,"Awa\n', ListFault.NOT_TEXT),
        ("email;institution\na@b.org;x", ListFault.NO_COLUMNS),
        ("email,name\n" + "a@b.org,A\n" * (MOST_LINES + 1), ListFault.TOO_LONG),
    ],
)
def test_what_is_not_a_list_says_why(text: str, fault: ListFault) -> None:
    assert read_list(text, LANGUAGES) is fault


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",Awa,fr", LineFault.NO_EMAIL),
        ("awa,Awa,fr", LineFault.BAD_EMAIL),
        ("a@b.org,,fr", LineFault.NO_NAME),
        (f"a@b.org,{'x' * 121},fr", LineFault.LONG_NAME),
        ("a@b.org,Awa,de", LineFault.BAD_LANGUAGE),
        ("a@b.org,Awa,fr,too,much", LineFault.TOO_MANY_CELLS),
        ("a@b.org,Awa", None),
        ("A@B.org,Awa,FR", None),
    ],
)
def test_a_bad_line_has_its_reason_and_number(row: str, fault: LineFault | None) -> None:
    good, bad = lines(f"email,name,language\nx@example.org,X,en\n{row}\n")
    assert (good.fault, bad.number, bad.fault) == (None, 3, fault)


def test_the_second_of_two_is_the_bad_one() -> None:
    first, second = lines("email,name\na@b.org,A\nA@b.org,B\n")
    assert (first.fault, second.fault) == (None, LineFault.TWICE)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("é".encode(), "é"),
        ("é".encode("utf-8-sig"), "é"),
        ("é".encode("utf-16"), "é"),
        ("é".encode("cp1252"), None),
        (b"a\0b", None),
        (b"\xff\xfe\x00", None),
    ],
)
def test_encodings(content: bytes, text: str | None) -> None:
    assert decode(content) == text


@given(st.text(max_size=200))
def test_no_list_breaks_the_reader(text: str) -> None:
    read_list(text, LANGUAGES)
    read_list("email,name\n" + text, LANGUAGES)


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
