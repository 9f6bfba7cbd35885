"""Nothing that people type can harm those who read it."""

import re
from html import unescape

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit import text
from learning.kit.text import ATTRIBUTES, TAGS, clean_block, clean_line, plain_text, rich_text

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
HARM = re.compile(rf"<(?!/?(?:{'|'.join(sorted(TAGS))})\b)|\son\w+\s*=|style\s*=", re.IGNORECASE)
HREF = re.compile(r'href="([^"]*)"')
ALLOWED = {tag: set(names) for tag, names in ATTRIBUTES.items()}


def is_harmless(html: str) -> bool:
    inside = re.findall(r"<[^>]*>", html)
    return not any(HARM.search(tag) for tag in inside) and all(
        text.is_safe_link(href) and not href.lower().startswith(("javascript", "data", "vbscript"))
        for href in HREF.findall(html)
    )


def oracle(html: str) -> str:
    """Return what another sanitiser, of another make, leaves of it."""
    return nh3.clean(html, tags=set(TAGS), attributes=ALLOWED, link_rel=None)


def bare(html: str) -> str:
    return " ".join(unescape(html).split())


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) > 120


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_no_attack_passes(attack: str) -> None:
    html = rich_text(attack, "fr")
    assert is_harmless(html)
    assert bare(oracle(html)) == bare(html), "a second sanitiser would have taken something out"


@given(st.text(max_size=300))
def test_nothing_at_all_passes(anything: str) -> None:
    assert is_harmless(rich_text(anything, "fr"))


@given(st.lists(st.sampled_from([*ATTACKS, "**", "`", "> ", "- ", "|", "\n\n", "~~~"]), max_size=8))
def test_attacks_do_not_pass_in_company(pieces: list[str]) -> None:
    assert is_harmless(rich_text("".join(pieces), "en"))


def test_what_people_mean_is_kept() -> None:
    html = rich_text("# Bonjour !\n\n**Oui** : [ici](https://x.org/a?b=1;c)\n\n- un\n- deux", "fr")
    assert "<h3>Bonjour\u202f!</h3>" in html
    assert "<strong>Oui</strong>\u00a0:" in html
    assert 'href="https://x.org/a?b=1;c"' in html
    assert 'rel="nofollow ugc noopener"' in html
    assert "<li>un</li>" in html


def test_deep_nesting_is_survived() -> None:
    assert is_harmless(rich_text("> " * 5000 + "x", "en"))
    assert is_harmless(rich_text("[" * 5000 + "x" + "]" * 5000, "en"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Awa\u202e  Koné\x00\n", "Awa Koné"),
        ("e\u0301", "é"),
        ("a\u200bb\ufeff", "ab"),
        ("a\r\nb", "a b"),
    ],
)
def test_a_line_has_no_invisible_characters(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


def test_several_lines_stay_several() -> None:
    assert clean_block("\n a\r\nb\x00\u2066 \n") == "a\nb"


def test_the_words_of_html() -> None:
    assert plain_text("<p>a <b>b</b>\n c &amp; d</p>") == "a b c & d"
