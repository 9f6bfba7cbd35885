"""Files and texts that spreadsheets of every country write, read into rows of clean cells."""

import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from learning.enrolment import list_files
from learning.enrolment.list_files import (
    GUESSED,
    MOST_BYTES,
    MOST_PARTS,
    MOST_ROWS,
    Cells,
    ListError,
    ListFault,
    decode,
    read_file,
    read_text,
)

CASES = Path(__file__).parent / "lists"


def workbook(rows: Sequence[Sequence[object]], **others: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    first = book.active
    first.title = "People"
    for row in rows:
        first.append(row)
    for title, more in others.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """Return a workbook with something else written in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w") as after:
        for name in before.namelist():
            text = before.read(name)
            if name == part:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode())
            after.writestr(name, text)
    return file.getvalue()


def fault_of(content: bytes | str) -> tuple[ListFault, int]:
    with pytest.raises(ListError) as raised:
        read_text(content) if isinstance(content, str) else read_file(content)
    return raised.value.fault, raised.value.line


@pytest.mark.parametrize(
    ("content", "text", "guessed"),
    [
        ("é".encode(), "é", ""),
        ("é".encode("utf-8-sig"), "é", ""),
        ("é".encode("utf-16"), "é", ""),
        ("é;a;b".encode("utf-16-le"), "é;a;b", ""),
        ("\ufeffé".encode("utf-16-be"), "é", ""),
        ("é € œ".encode("cp1252"), "é € œ", GUESSED),
    ],
)
def test_every_encoding_that_spreadsheets_write_is_read(content, text, guessed) -> None:
    assert decode(content) == (text, guessed)


@pytest.mark.parametrize(
    "content",
    [b"a\0b", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n\x00\x0d", b"%PDF-1.7\n\x81\x8d", b"\x9d"],
)
def test_what_is_no_text_says_so(content: bytes) -> None:
    assert fault_of(content) == (ListFault.NOT_TEXT, 0)


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
    assert read_text(cells.text).rows == rows, "what is kept is read as the same"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('email,name\na,b\nc,"d\ne,f\n', (ListFault.OPEN_QUOTE, 3)),
        ('sep=,\nemail,name\nc,"d\n', (ListFault.OPEN_QUOTE, 3)),
        ('email,name\n"a\nb",c\nd,"e\n', (ListFault.OPEN_QUOTE, 4)),
        ('email,name\na,"b" c\n', (ListFault.STRAY_QUOTE, 2)),
        ("email,name\na," + "x" * 5001, (ListFault.LONG_CELL, 2)),
        ("email,name\n" + "x," * 101, (ListFault.TOO_WIDE, 2)),
        ("email,name\n" + "a,b\n" * 10_001, (ListFault.TOO_LONG, 0)),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, fault) -> None:
    assert fault_of(text) == fault


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for whole in (text, "email;name\n" + text):
        with suppress(ListError):
            assert len(read_text(whole).rows) <= MOST_ROWS


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    for whole in (content, b"PK\x03\x04" + content):
        with suppress(ListError):
            assert len(read_file(whole).rows) <= MOST_ROWS


def test_a_workbook_is_read_as_text() -> None:
    day = datetime(2027, 1, 18, tzinfo=UTC).replace(tzinfo=None)
    rows = [
        ["email", "name", "n"],
        ["a@x.org", "  Awa\u200b Koné ", 12.0],
        [None, None, None],
        ["b", day, 1.5],
    ]
    assert read_file(workbook(rows)) == Cells(
        rows=[["email", "name", "n"], ["a@x.org", "Awa Koné", "12"], [], ["b", "2027-01-18", "1.5"]]
    )


def test_the_first_sheet_that_is_shown_is_read_and_named() -> None:
    content = workbook([["email"], ["a"]], Notes=[["x"]])
    assert read_file(content).sheet == "People"
    shown, hidden = 'sheetId="1" state="visible"', 'sheetId="1" state="hidden"'
    hidden = changed(content, "xl/workbook.xml", shown, hidden)
    assert (read_file(hidden).rows, read_file(hidden).sheet) == ([["x"]], "")


def test_a_formula_is_not_carried_out() -> None:
    content = workbook([["email", "name"], ["a@x.org", "=1+1"]])
    assert fault_of(content) == (ListFault.FORMULA, 2)
    kept = changed(content, "xl/worksheets/sheet1.xml", "<v></v>", "<v>2</v>")
    assert read_file(kept).rows[1] == ["a@x.org", "2"]


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    content = workbook([["email", "name"], ["a", "b"], ["c", "d"]])
    small = changed(content, "xl/worksheets/sheet1.xml", 'ref="A1:B3"', 'ref="A1:A1"')
    assert len(read_file(small).rows) == 3


def test_bombs_and_other_archives_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def archive(parts: dict[str, bytes]) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in parts.items():
                made.writestr(name, content)
        return file.getvalue()

    assert fault_of(b"x" * (MOST_BYTES + 1)) == (ListFault.TOO_LARGE, 0)
    many = {f"{number}": b"" for number in range(MOST_PARTS + 1)}
    assert fault_of(archive(many)) == (ListFault.TOO_LARGE, 0)
    monkeypatch.setattr(list_files, "MOST_UNPACKED", 100_000)
    bomb = archive({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": b" " * 200_000})
    assert len(bomb) < 2_000
    assert fault_of(bomb) == (ListFault.TOO_LARGE, 0)
    assert fault_of(archive({"word/document.xml": b""})) == (ListFault.NOT_SPREADSHEET, 0)
    assert fault_of(archive({"xl/workbook.xml": b"<no"})) == (ListFault.NOT_SPREADSHEET, 0)
    assert fault_of(b"PK\x03\x04 broken") == (ListFault.NOT_SPREADSHEET, 0)
    assert fault_of(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99) == (ListFault.OLD_EXCEL, 0)
