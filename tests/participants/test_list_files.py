"""Files and texts that spreadsheets of every country write, read into rows of clean cells."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.participants.list_cells import MAX_BYTES, MAX_ROWS, ListError, ListProblem
from learning.participants.list_files import OLE, read_file, read_text, text_of

CASES = Path(__file__).parent / "lists"


def error_of(content: bytes | str) -> tuple[ListProblem, int]:
    with pytest.raises(ListError) as raised:
        read_text(content) if isinstance(content, str) else read_file(content)
    return raised.value.problem, raised.value.line


@pytest.mark.parametrize(
    "content",
    [b"a\0b", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x0d", b"%PDF-1.7\n\x81\x8d", b"\x9d"],
)
def test_what_is_no_text_says_so(content: bytes) -> None:
    assert error_of(content) == (ListProblem.NOT_TEXT, 0)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("email,name\na,b\n", [["email", "name"], ["a", "b"]]),
        ("email;name\r\na;b\r\n", [["email", "name"], ["a", "b"]]),
        ("email\tname\ra\tb\r", [["email", "name"], ["a", "b"]]),
        ("email|name\na|b", [["email", "name"], ["a", "b"]]),
        ("sep=;\nemail;name\na;b\n", [["email", "name"], ["a", "b"]]),
        ("\ufeffsep=;\r\nemail;name\r\na;b\r\n", [["email", "name"], ["a", "b"]]),
        ('"sep=,"\nemail,name\n"a",b\n', [["email", "name"], ["a", "b"]]),
        ('"name, first; last";email\nx;y', [["name, first; last", "email"], ["x", "y"]]),
        ('email,name\na,"b\nc"\n', [["email", "name"], ["a", "b c"]]),
        ("email;name;;\na;b;;\n", [["email", "name"], ["a", "b"]]),
        ("\n\nemail,name\n\na,b\n\n\n", [[], [], ["email", "name"], [], ["a", "b"]]),
        ("\temail\nx\ty", [["", "email"], ["x", "y"]]),
        ("email,name\n\u200ba\u200b,e\u0301\u00ad\n", [["email", "name"], ["a", "é"]]),
        ('a,"O\'Brien, Ann ""Annie"""', [["a", 'O\'Brien, Ann "Annie"']]),
        ("", []),
    ],
)
def test_rows_of_clean_cells(text: str, rows: list[list[str]]) -> None:
    cells = read_text(text)
    assert cells.rows == rows
    assert read_text(text_of(cells)).rows == rows, "what is kept is read as the same"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('email,name\na,b\nc,"d\ne,f\n', (ListProblem.OPEN_QUOTE, 3)),
        ('sep=,\nemail,name\nc,"d\n', (ListProblem.OPEN_QUOTE, 3)),
        ('email,name\n"a\nb",c\nd,"e\n', (ListProblem.OPEN_QUOTE, 4)),
        ('email,name\na,"b" c\n', (ListProblem.STRAY_QUOTE, 2)),
        ("email,name\na," + "x" * 5001, (ListProblem.LONG_CELL, 2)),
        ("email,name\n" + "x," * 101, (ListProblem.TOO_WIDE, 2)),
        ("email,name\n" + "a,b\n" * 10_001, (ListProblem.TOO_LONG, 0)),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, error) -> None:
    assert error_of(text) == error


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for whole in (text, "email;name\n" + text):
        with suppress(ListError):
            assert len(read_text(whole).rows) <= MAX_ROWS


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    with suppress(ListError):
        assert len(read_file(content).rows) <= MAX_ROWS


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"x" * (MAX_BYTES + 1), ListProblem.TOO_LARGE),
        (OLE + bytes(99), ListProblem.OLD_EXCEL),
        (OLE + bytes(99) + "EncryptedPackage".encode("utf-16-le"), ListProblem.LOCKED),
        (b"<html><table><tr><td>email</td></tr></table></html>", ListProblem.WEB_PAGE),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><Workbook/>', ListProblem.WEB_PAGE),
        (b"PK\x03\x04 broken", ListProblem.NOT_SPREADSHEET),
    ],
)
def test_other_files_say_what_they_are(content: bytes, error: ListProblem) -> None:
    assert error_of(content) == (error, 0)


@pytest.mark.parametrize(
    "text",
    [
        "sep=:\nemail:name\na@x.org:A",
        "sep=|\nMél;x|Qui\na@x.org|A, B, C",
        "Liste 2027\n\nMél;Qui\na@x.org;A, B, C",
        "\n\nemail,name\n\na@x.org,A",
        'a@x.org\t"A ""B"""',
    ],
)
def test_what_is_kept_reads_back_as_the_same_whatever_its_separator(text: str) -> None:
    cells = read_text(text)
    again = read_text(text_of(cells))
    assert (again.rows, again.separator) == (cells.rows, cells.separator)
    assert max(map(len, cells.rows)) == 2


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16", "utf-16-le", "utf-8"])
@pytest.mark.parametrize("first", ["", "sep=;\r\n"])
def test_a_list_of_excel_is_read_in_every_encoding(encoding: str, first: str) -> None:
    text = f"{first}Prénom;Nom;Adresse e-mail\r\nFatou;Bâ;fatou@example.net\r\n"
    assert read_file(text.encode(encoding)).rows == [
        ["Prénom", "Nom", "Adresse e-mail"],
        ["Fatou", "Bâ", "fatou@example.net"],
    ]
