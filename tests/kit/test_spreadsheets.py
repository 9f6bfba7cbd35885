"""Tables that people download: the same cells in both formats, none a formula."""

import csv
import io
import zipfile

import openpyxl
import pytest

from learning.kit.i18n import I18n
from learning.kit.spreadsheets import BOM, Sheet, SheetFormat, sheet_bytes

SHEET = Sheet(title="a:b/c*" * 9, headings=("Name", "Points"), rows=[("Awa; Koné", 87.5), ("-", 3)])


@pytest.mark.parametrize(
    ("language", "separator", "points"), [("fr", ";", "87,5"), ("en", ",", "87.5")]
)
def test_csv_has_the_separator_and_the_numbers_of_its_reader(language, separator, points) -> None:
    text = sheet_bytes(SHEET, SheetFormat.CSV, I18n(language)).decode()
    assert text.startswith(BOM)
    lines = list(csv.reader(io.StringIO(text[1:]), delimiter=separator))
    assert lines == [["Name", "Points"], ["Awa; Koné", points], ["'-", "3"]]


def test_xlsx_has_numbers_as_numbers_under_a_name_that_excel_takes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(SHEET, SheetFormat.XLSX, I18n("fr"))))
    (page,) = book.worksheets
    assert len(page.title) == 31
    assert list(page.iter_rows(values_only=True)) == [
        ("Name", "Points"), ("Awa; Koné", 87.5), ("-", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["=1+1", "{=1}", "https://evil.example", "@x", "+1", "-1"])
def test_xlsx_has_no_formula_and_no_link(text: str) -> None:
    sheet = Sheet(title="x", headings=("A",), rows=[(text,)])
    file = zipfile.ZipFile(io.BytesIO(sheet_bytes(sheet, SheetFormat.XLSX, I18n("en"))))
    page = file.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    assert "hyperlink" not in page


def test_an_empty_table_has_its_headings() -> None:
    sheet = Sheet(title="x", headings=("A",), rows=[])
    for kind in SheetFormat:
        assert sheet_bytes(sheet, kind, I18n("es"))
