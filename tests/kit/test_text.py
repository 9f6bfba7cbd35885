"""Nothing that people type can harm those who read it."""

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.text import ATTRIBUTES, REL, TAGS, clean_block, clean_line, plain_text, rich_text

LINKS = [
    f"{scheme}alert(1)"
    for scheme in (
        "javascript:",
        "JaVaScRiPt:",
        "java\tscript:",
        "java\nscript:",
        " javascript:",
        "\x01javascript:",
        "vbscript:",
        "data:text/html,",
        "data:text/html;base64,",
        "file:///",
        "ftp://x/",
        "javascript&colon;",
        "&#106;avascript:",
        "&#x6A;avascript:",
        "javascript%3A",
        "%6Aavascript:",
        "//evil.example/",
        "\\\\evil/",
        "/\\evil/",
        "java\u200bscript:",
        "javascript\u00ad:",
        "jav&#x09;ascript:",
        "feed:javascript:",
        "view-source:",
    )
]
HTML = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<body onload=alert(1)>",
    "<style>*{}</style>",
    "<link rel=stylesheet href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//evil>",
    "<form action=//evil>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<marquee onstart=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>]]>",
    "<?xml version=1?><script>",
    "</p><script>alert(1)</script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<p style=background:url(//evil)>",
    "<template><script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<a\x00href=javascript:x>",
    "<\x00script>alert(1)</script>",
    "<p onclick=x>hi</p>",
]
FRAMES = ["[x]({})", "[x](<{}>)", "![x]({})", "<{}>", "[x]: {}\n\n[x]", '[x]({} "title")']
ATTACKS = HTML + [frame.format(link) for frame in FRAMES for link in LINKS]
ALLOWED = {tag: set(names) for tag, names in ATTRIBUTES.items()}


class Reader(HTMLParser):
    """Reads HTML as a browser would and notes what must not be there."""

    tags: frozenset[str] = TAGS
    attributes: Mapping[str, frozenset[str]] = ATTRIBUTES

    def __init__(self) -> None:
        super().__init__()
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.tags:
            self.harm.append(tag)
        for name, value in attrs:
            if name not in self.attributes.get(tag, ()) or not self.is_harmless(name, value or ""):
                self.harm.append(f"{tag} {name}={value}")

    def is_harmless(self, name: str, value: str) -> bool:
        if name == "rel":
            return value == REL
        bare = re.sub(r"[\x00-\x20]", "", unquote(value)).lower()
        scheme = re.match(r"[a-z][a-z0-9+.-]*:", bare)
        return name != "href" or not scheme or scheme[0] in {"http:", "https:", "mailto:"}

    def handle_comment(self, data: str) -> None:
        self.harm.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def harm(html: str) -> list[str]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.harm


def oracle(html: str) -> str:
    """Return what another sanitiser, of another make, leaves of it."""
    return nh3.clean(html, tags=set(TAGS), attributes=ALLOWED, link_rel=None)


def bare(html: str) -> str:
    return " ".join(unescape(html).split())


def check(source: str) -> None:
    """Neither a parser finds harm in the page, nor a second sanitiser anything to take out."""
    html = rich_text(source, "fr")
    assert harm(html) == []
    assert bare(oracle(html)) == bare(html)


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) > 120


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_attack_passes(attack: str) -> None:
    check(attack)


@given(st.text(max_size=300))
def test_nothing_at_all_passes(anything: str) -> None:
    check(anything)


@given(st.lists(st.sampled_from([*ATTACKS, "**", "`", "> ", "- ", "|", "\n\n", "~~~"]), max_size=8))
def test_attacks_do_not_pass_in_company(pieces: list[str]) -> None:
    check("".join(pieces))


def test_what_people_mean_is_kept() -> None:
    html = rich_text("# Bonjour !\n\n**Oui** : [ici](https://x.org/a?b=1;c)\n\n- un\n- deux", "fr")
    assert "<h3>Bonjour\u202f!</h3>" in html
    assert "<strong>Oui</strong>\u00a0:" in html
    assert 'href="https://x.org/a?b=1;c"' in html
    assert 'rel="nofollow ugc noopener"' in html
    assert "<li>un</li>" in html


def test_signs_are_set_across_marks_but_never_in_code_or_addresses() -> None:
    html = rich_text("l'**eau**? `a ? b` <https://x.org/a?b=1;c> : *«oui»*!", "fr")
    assert "l’<strong>eau</strong>\u202f? <code>a ? b</code>" in html
    assert ">https://x.org/a?b=1;c</a>\u00a0: <em>«\u00a0oui\u00a0»</em>\u202f!" in html


def test_deep_nesting_is_survived() -> None:
    for source in ("> ", "- ", "[", "**a ", "*a **b ", "_(", "![", "`", "|", "<", "&", "~~a "):
        check(source * 3000)
        check(source * 1000 + "x" + source[::-1] * 1000)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Awa\u202e  Koné\x00\n", "Awa Koné"),
        ("e\u0301", "é"),
        ("a\u200bb\ufeff", "ab"),
        ("a\r\nb", "a b"),
        ("a\u2028b\x85c", "a b c"),
        ("a\ud800b\ufffe", "ab"),
        ("\u200d\u3164\u2800", ""),
        ("नि\u200cत 👩\u200d🌾", "नि\u200cत 👩\u200d🌾"),
    ],
)
def test_a_line_has_no_invisible_characters(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    for clean in (clean_line, clean_block):
        once = clean(typed)
        assert clean(once) == once
        once.encode()


def test_several_lines_stay_several() -> None:
    assert clean_block("\n a\r\nb\x00\u2066 \n") == "a\nb"


def test_the_words_of_html() -> None:
    assert plain_text("<p>a <b>b</b>\n c &amp; d</p>") == "a b c & d"


def test_the_words_of_html_keep_no_break_spaces() -> None:
    assert (
        plain_text("<p>n°\u00a097\u202f;<!-- x\n -->\t oui\u202f? </p>")
        == "n°\u00a097\u202f; oui\u202f?"
    )
