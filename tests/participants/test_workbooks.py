"""Workbooks that openpyxl and XlsxWriter make: what is read of them, and which are refused."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from learning.files.rules import FileRejection
from learning.participants import list_files, workbooks
from learning.participants.list_cells import Cells, ListError, ListProblem
from learning.participants.list_files import read_file, read_workbook
from learning.participants.workbooks import inspect_workbook, parse_workbook
from learning.settings import ROOT

SHEET = "xl/worksheets/sheet1.xml"


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


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
    return saved(book)


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


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def error_of(content: bytes) -> tuple[ListProblem, int]:
    with pytest.raises(ListError) as raised:
        parse_workbook(content)
    return raised.value.problem, raised.value.line


def test_a_workbook_is_read_as_text() -> None:
    day = datetime(2027, 1, 18, tzinfo=UTC).replace(tzinfo=None)
    rows = [
        ["email", "name", "n"],
        ["a@x.org", "  Awa\u200b Koné ", 12.0],
        [None, None, None],
        ["b", day, 1.5],
        ["c", date(2027, 1, 18), 22501020304],
        ["d", "022501020304", 2.25e11],
    ]
    assert parse_workbook(workbook(rows)) == Cells(
        rows=[
            ["email", "name", "n"],
            ["a@x.org", "Awa Koné", "12"],
            [],
            ["b", "2027-01-18", "1.5"],
            ["c", "2027-01-18", "22501020304"],
            ["d", "022501020304", "225000000000"],
        ]
    )


def test_a_workbook_of_xlsxwriter_is_read_in_a_process_of_its_own() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Liste")
        sheet.write_row(0, 0, ["Prénom", "Nom", "Adresse e-mail", "Tél."])
        sheet.write_row(1, 0, ["Fatou", "Bâ", "fatou@example.net", 2250102030405])
        sheet.write_formula(2, 0, '="Awa"', None, "Awa")
        sheet.write_row(2, 1, ["Koné", "awa@example.net"])
    assert read_file(file.getvalue()).rows == [
        ["Prénom", "Nom", "Adresse e-mail", "Tél."],
        ["Fatou", "Bâ", "fatou@example.net", "2250102030405"],
        ["Awa", "Koné", "awa@example.net", ""],
    ]


def test_the_first_sheet_that_is_shown_is_read_and_named() -> None:
    content = workbook([["email"], ["a"]], Notes=[["x"]])
    assert parse_workbook(content).sheet == "People"
    shown, hidden = 'sheetId="1" state="visible"', 'sheetId="1" state="hidden"'
    hidden = changed(content, "xl/workbook.xml", shown, hidden)
    assert (parse_workbook(hidden).rows, parse_workbook(hidden).sheet) == ([["x"]], "")


def test_a_sheet_with_headings_is_preferred_to_one_without() -> None:
    people = [["Name", "E-mail"], ["Awa", "awa@example.net"]]
    read = parse_workbook(workbook([["Read this first"]], Empty=[], List=people))
    assert (read.rows, read.sheet) == (people, "List")
    assert parse_workbook(workbook(people, Empty=[])).sheet == "", "an empty one is not named"
    assert error_of(workbook([], Empty=[])) == (ListProblem.EMPTY, 0)


def test_a_cell_over_several_rows_counts_for_each_of_them() -> None:
    book = Workbook()
    sheet = book.active
    for row in (
        ["List of the ministry", None, None],
        ["Name", "E-mail", "Institution"],
        ["Awa", "awa@example.net", "Ministry"],
        ["Fatou", "fatou@example.net", None],
        [None, None, None],
        ["Inés", "ines@example.net", None],
        ["Luis", "luis@example.net", "Casa"],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("C3:C6")
    sheet.merge_cells("A9:A12")
    assert [row[2:] for row in parse_workbook(saved(book)).rows] == [
        [""],
        ["Institution"],
        ["Ministry"],
        ["Ministry"],
        [],
        ["Ministry"],
        ["Casa"],
    ]


def test_hidden_rows_are_read_and_counted() -> None:
    book = Workbook()
    for row in (["email"], ["a"], ["b"], ["c"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    read = parse_workbook(saved(book))
    assert (len(read.rows), read.hidden) == (4, 1)


def test_a_formula_is_not_carried_out() -> None:
    content = workbook([["email", "name"], ["a@x.org", "=1+1"]])
    assert error_of(content) == (ListProblem.FORMULA, 2)
    kept = changed(content, SHEET, "<v></v>", "<v>2</v>")
    assert parse_workbook(kept).rows[1] == ["a@x.org", "2"]


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    content = workbook([["email", "name"], ["a", "b"], ["c", "d"]])
    small = changed(content, SHEET, 'ref="A1:B3"', 'ref="A1:A1"')
    assert len(parse_workbook(small).rows) == 3


def test_a_list_has_as_many_rows_as_may_be_and_blank_ones_after_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "MAX_ROWS", 20)
    rows: list[list[object]] = [["email"], *[["a"] for _ in range(19)], *[[None]] * 9]
    assert len(parse_workbook(workbook(rows)).rows) == 20
    assert error_of(workbook([*rows, ["a"]])) == (ListProblem.TOO_LONG, 0)


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"word/document.xml": b"<x/>"}, ListProblem.NOT_SPREADSHEET),
        ({"[Content_Types].xml": b"<x/>"}, ListProblem.NOT_SPREADSHEET),
        (
            {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<no"},
            ListProblem.NOT_SPREADSHEET,
        ),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"},
            ListProblem.OPEN_DOCUMENT,
        ),
        (
            {"[Content_Types].xml": b'<x y="application/vnd.ms-excel.sheet.macroEnabled"/>'},
            ListProblem.MACROS,
        ),
        (
            {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"x"},
            ListProblem.MACROS,
        ),
    ],
)
def test_other_archives_say_what_they_are(parts: dict[str, bytes], problem: ListProblem) -> None:
    assert error_of(archive(parts)) == (problem, 0)


def test_what_unpacks_to_far_too_much_is_not_opened() -> None:
    bomb = archive({
        "[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", SHEET: b" " * 5_000_000,
    })  # fmt: skip
    assert len(bomb) < 10_000
    assert error_of(bomb) == (ListProblem.TOO_LARGE, 0)


def test_entities_are_not_expanded() -> None:
    content = workbook([["email", "name"], ["a@x.org", "A"]])
    entity = '<!DOCTYPE worksheet [<!ENTITY e "x">]><worksheet '
    assert error_of(changed(content, SHEET, "<worksheet ", entity)) == (
        ListProblem.NOT_SPREADSHEET,
        0,
    )


@given(st.binary(max_size=300))
def test_no_archive_breaks_the_reader(content: bytes) -> None:
    for whole in (content, b"PK\x03\x04" + content):
        with suppress(ListError):
            parse_workbook(whole)
        assert inspect_workbook(whole).startswith(b'{"problem"')


def test_why_a_workbook_is_refused_comes_out_of_the_other_process() -> None:
    content = workbook([["email", "name"], ["a@x.org", "=1+1"]])
    with pytest.raises(ListError) as raised:
        read_workbook(content)
    assert (raised.value.problem, raised.value.line) == (ListProblem.FORMULA, 2)


def test_a_reader_that_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_: object) -> FileRejection:
        return FileRejection.BROKEN

    monkeypatch.setattr(list_files.sandbox, "run_in_sandbox", end)
    with pytest.raises(ListError) as raised:
        read_workbook(b"")
    assert raised.value.problem is ListProblem.TOO_LARGE


def test_a_column_without_a_heading_is_a_column_all_the_same() -> None:
    rows = [["Name", "E-mail"], ["Awa", "awa@example.net", "Casa"], ["Inés", "ines@example.net"]]
    assert parse_workbook(workbook(rows)).rows == [
        ["Name", "E-mail", ""],
        ["Awa", "awa@example.net", "Casa"],
        ["Inés", "ines@example.net", ""],
    ]


def test_the_application_does_not_load_the_reader_of_workbooks() -> None:
    """It takes 8 MB, and only the other process needs it."""
    code = "import sys, learning.app; print('openpyxl' in sys.modules)"
    done = subprocess.run(  # noqa: S603 our own words
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
