"""What lessons look like as HTML, and that no file can smuggle anything into a page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.blocks import RawBlock
from learning.content.course import Block, Kind, Source
from learning.content.drawings import Drawing, svg_issues
from learning.content.references import cited_caption
from learning.content.renderer import CONTENT_ATTRIBUTES, line, prose, render, render_check
from tests.content.course_files import DRAWING
from tests.kit.test_text import ATTACKS, Reader

TABLE = "| Qui | **Quoi** |\n|---|--:|\n| a | b |"


class ContentReader(Reader):
    tags = Reader.tags | {"h2", "div"}
    attributes = CONTENT_ATTRIBUTES


def block(kind: Kind, source: str, drawings: dict[str, Drawing] | None = None) -> Block:
    raw = RawBlock(key="k-1", kind=kind, line=1, source=source, body=source)
    return render(raw, "fr", drawings or {}, "L’« avant » & <après>")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "[appui](term:structural-support)",
            ('<a class="term" href="#term-structural-support">appui</a>'),
        ),
        (
            "([002, section 4](source:002))",
            '(<a class="cite" href="#source-002">002, section 4</a>)',
        ),
        ("[là](https://x.org/?a=1)", '<a href="https://x.org/?a=1">là</a>'),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("**Oui** : non", "<strong>Oui</strong>\u00a0: non"),
        ("« [oui](term:a) »!", "«\u00a0<a class"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
    ],
)
def test_a_line_of_a_lesson(source: str, expected: str) -> None:
    assert line(source, "fr").startswith(expected)


def test_a_table_scrolls_by_itself_and_has_a_name() -> None:
    html = block(Kind.TABLE, TABLE).html
    assert html.startswith(
        '<div class="table" role="region" tabindex="0" '
        'aria-label="L’« avant » &amp; &lt;après&gt;"><table>'
    )
    assert html.count('<th scope="col">') == 2
    assert "style" not in html
    assert html.endswith("</table>\n</div>\n")


def test_a_table_under_no_heading_is_named_by_its_first_row() -> None:
    assert 'aria-label="Qui, Quoi"' in prose(TABLE, "fr")


def test_a_table_inside_a_directive_is_framed_too() -> None:
    assert '<div class="table"' in block(Kind.CASE, f"### Ici\n\n{TABLE}").html


def test_a_figure_has_the_words_of_its_language_and_ids_of_its_own() -> None:
    words = {"fr": {"title": "T", "desc": "D & d", "word": "<W>"}}
    drawings = {"grid": Drawing(svg=DRAWING, words=words)}
    html = block(Kind.FIGURE, "![Une grille : l'idée](figure:grid)", drawings).html
    assert html.startswith('<figure class="figure"><svg ')
    assert 'aria-labelledby="k-1-title k-1-desc"' in html
    assert '<title id="k-1-title">T</title><desc id="k-1-desc">D &amp; d</desc>' in html
    assert "&lt;W&gt;" in html
    assert "<figcaption>Une grille\u00a0: l’idée</figcaption></figure>" in html
    assert "$" not in html


def test_the_caption_of_a_drawing_names_its_source() -> None:
    names = {"fr": "OIM 2019", "en": "IOM 2019", "es": "OIM 2019"}
    source = Source(
        key="002", citation=names, title=names, publisher=names, year=2019, text_language="fr"
    )
    caption = "![Une grille (d’après 002, figure 4.1 ; 120 personnes)](figure:grid)"
    assert cited_caption(caption, "en", {"002": source}) == (
        "![Une grille (d’après IOM 2019, figure 4.1 ; 120 personnes)](figure:grid)"
    )


def test_a_check_keeps_its_answers_in_order() -> None:
    source = "Quoi ?\n\n- [x] A.\n  > B!\n- [ ] C.\n  > D.\n- [x] E.\n  > F."
    raw = RawBlock(key="k", kind=Kind.CHECK, line=1, source=source, body=source)
    check = render_check(raw, "fr")
    assert check.question == "Quoi\u202f?"
    assert [(a.number, a.html, a.why, a.right) for a in check.answers] == [
        (0, "A.", "B\u202f!", True),
        (1, "C.", "D.", False),
        (2, "E.", "F.", True),
    ]
    assert check.several


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_attack_passes_in_a_lesson_either(attack: str) -> None:
    assert harm(prose(attack, "fr")) == []


@given(st.text(max_size=200))
def test_nothing_at_all_passes_in_a_lesson(anything: str) -> None:
    assert harm(prose(anything, "es")) == []


def harm(html: str) -> list[str]:
    reader = ContentReader()
    reader.feed(html)
    reader.close()
    return reader.harm


SMUGGLED = [
    "<script>alert(1)</script>",
    '<g onload="x"/>',
    "<foreignObject><p>x</p></foreignObject>",
    '<use href="//evil/x.svg"/>',
    '<image href="//evil"/>',
    '<a href="javascript:x"><text>$word</text></a>',
    '<animate attributeName="href" values="javascript:x"/>',
    '<set attributeName="onclick" to="x"/>',
    "<style>*{}</style>",
    '<rect style="fill:url(//evil)"/>',
    '<rect fill="#f00"/>',
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<!ENTITY x 'y'>",
    "<?xml-stylesheet href='//evil'?>",
    "&x;",
    '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
    '<text xlink:href="x">$word</text>',
    "<iframe/>",
]


@pytest.mark.parametrize("inside", SMUGGLED)
def test_a_drawing_carries_nothing_but_shapes_and_words(inside: str) -> None:
    assert svg_issues(DRAWING) == []
    assert svg_issues(DRAWING.replace("</svg>", f"{inside}</svg>"))
    for label in ("title", "desc"):
        assert svg_issues(re.sub(f"</{label}>", f"{inside}</{label}>", DRAWING))


@given(st.text(max_size=80), st.integers(0, len(DRAWING)))
def test_any_drawing_is_survived(junk: str, at: int) -> None:
    svg_issues(DRAWING[:at] + junk + DRAWING[at:])
    svg_issues(junk)
