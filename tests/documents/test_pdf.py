"""Documents as PDF: their text can be read back, their bytes are always the same."""

import re
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from learning.documents import fonts
from learning.documents.blocks import (
    Columns,
    Document,
    Facts,
    Paragraph,
    Space,
    Symbol,
    Table,
    TableRow,
    TextStyle,
)
from learning.documents.pdf import make_pdf
from learning.documents.text_lines import lines_of

FRENCH = (
    "Avant le 4\u00a0janvier\u00a0: 2\u202f940,00\u00a0€, œuvre d’un «\u00a0señor\u00a0»\u202f!"
)
PAGES = "page {page} sur {pages}"


def document(*blocks, title="Facture INV-2026-000042"):
    return Document(
        title=title, author="Centre", language="fr", blocks=blocks, footer="Pied", page_label=PAGES
    )


def read(content):
    return PdfReader(BytesIO(content))


def text_of(content):
    return "\n".join(page.extract_text() for page in read(content).pages)


def test_the_fonts_have_what_three_languages_need():
    needed = (
        "éèêëàâçîïôùûüÿœæÉÈÀÇŒñáíóúü¿¡Ñ€«»“”’–—…·\u2018\u2212\u00a0\u202f0123456789№ŠşğŁКиевΑθήνα"
    )
    assert fonts.missing_characters(needed) == frozenset()
    assert fonts.missing_characters("عربي 中") == frozenset("عربي中")
    assert fonts.missing_characters("a\nb") == frozenset()


def test_figures_have_one_width():
    fonts.register()
    for font in (fonts.REGULAR, fonts.BOLD):
        assert len({fonts.width_of(figure, font, 10) for figure in "0123456789"}) == 1


def test_the_fonts_are_small_and_have_their_licence():
    files = list(fonts.FOLDER.iterdir())
    assert sum(file.stat().st_size for file in files) < 800_000
    assert "Bitstream Vera" in (fonts.FOLDER / "LICENSE.txt").read_text()


def test_french_spaces_come_back_from_the_file():
    assert FRENCH in text_of(make_pdf(document(Paragraph(text=FRENCH))))


def test_properties_of_the_file():
    reader = read(make_pdf(document(Paragraph(text="x"))))
    assert reader.metadata.title == "Facture INV-2026-000042"
    assert reader.metadata.author == "Centre"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_fonts_are_embedded():
    page = read(make_pdf(document(Paragraph(text="x"), Paragraph(text="y", style=TextStyle.TITLE))))
    used = page.pages[0]["/Resources"]["/Font"].values()
    names = {font.get_object()["/BaseFont"] for font in used}
    assert {name.partition("+")[2] for name in names} == {fonts.REGULAR, fonts.BOLD}
    assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in used)


def test_the_same_document_has_the_same_bytes():
    block = Paragraph(text=FRENCH)
    assert make_pdf(document(block)) == make_pdf(document(block))
    assert make_pdf(document(block)) != make_pdf(document(Paragraph(text="other")))


def test_a_long_table_goes_on_with_its_head():
    rows = [TableRow(title=f"Place {n}", amount=f"{n},00", detail="Awa") for n in range(80)]
    content = make_pdf(document(Table(head=("Objet", "EUR"), rows=rows)))
    pages = read(content).pages
    assert len(pages) == 4
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert f"page {number} sur 4" in text
        assert "Objet" in text
    whole = text_of(content)
    assert [int(n) for n in re.findall(r"Place (\d+)", whole)] == list(range(80))


def test_a_long_paragraph_goes_on():
    content = make_pdf(document(Paragraph(text="mot " * 3000)))
    assert len(read(content).pages) == 3
    assert text_of(content).count("mot") == 3000


def test_all_blocks_together():
    modules = [[True, False, True], [False, True, False], [True, True, True]]
    content = make_pdf(
        document(
            Columns(
                left=[Paragraph(text="Gauche"), Space(height=4), Symbol(modules=modules)],
                right=[Facts(rows=[("Émise", "1er mars"), ("Échéance", "4 avril")])],
            ),
            Table(
                head=("Objet", "EUR"),
                rows=[
                    TableRow(title="Cours", amount="980,00"),
                    TableRow(title="Total", amount="980,00", is_total=True),
                ],
            ),
            Paragraph(text="à droite", right=True),
        )
    )
    text = text_of(content)
    for part in ("Gauche", "Émise", "1er mars", "Échéance", "Cours", "Total", "à droite", "Pied"):
        assert part in text
    assert b"re f" in read(content).pages[0].get_contents().get_data()  # the modules of the code


def test_markup_is_text():
    assert "<b>&amp;</b>" in text_of(make_pdf(document(Paragraph(text="<b>&amp;</b>"))))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("un deux", ["un deux"]),
        ("un deux trois", ["un deux", "trois"]),
        ("un\ndeux", ["un", "deux"]),
        ("un\n\ndeux", ["un", "", "deux"]),
        ("un\u00a0deux\u202ftrois", ["un\u00a0deux\u202f", "trois"]),  # too long for one line
        ("a b\u00a0c d e f", ["a b\u00a0c d", "e f"]),
        ("abcdefghijk", ["abcdefgh", "ijk"]),
        ("x abcdefghijk y", ["x", "abcdefgh", "ijk y"]),
    ],
)
def test_lines_of_eight_characters(text, lines):
    assert lines_of(text, 8, len) == lines


@given(text=st.text(alphabet="ab \u00a0\n", max_size=60), width=st.integers(1, 12))
def test_no_line_is_too_wide_and_nothing_is_lost(text, width):
    lines = lines_of(text, width, len)
    assert all(len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
