"""What people type, made safe and beautiful: the one way from text to HTML.

normalise → markdown-it (no HTML) → typography in text only → bleach with an allow-list. Neither
of the two guards is trusted alone (docs/decisions/0008).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import bleach
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

from learning.kit.typography import CONTROLS, typeset

SCHEMES = frozenset({"http", "https", "mailto"})
_TAGS = "p br hr strong em s code pre blockquote ul ol li a h3 h4 h5 h6 table thead tbody tr th td"
TAGS = frozenset(_TAGS.split())
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "title", "rel"}),
    "ol": frozenset({"start"}),
}
REL = "nofollow ugc noopener"
_ADDRESS_NOISE = re.compile(
    r"[\x00-\x20\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_BLANKS = re.compile(r"[^\S\n]+")

AttributeRule = Callable[[str, str, str], bool]


def clean_line(text: str) -> str:
    """Return one line: NFC, no control or direction characters, single spaces."""
    return " ".join(_normal(text).split())


def clean_block(text: str) -> str:
    """Return several lines, each without invisible characters, without blank ends."""
    return _normal(text).strip()


def _normal(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", CONTROLS.sub("", text))


def is_safe_link(url: str) -> bool:
    """Whether a link leads to a page or a mailbox, however it is disguised."""
    bare = _ADDRESS_NOISE.sub("", url)
    return all(
        _leads_somewhere_known(form) for form in (bare, _ADDRESS_NOISE.sub("", unquote(bare)))
    )


def _leads_somewhere_known(address: str) -> bool:
    if address.startswith(("//", "\\", "/\\")):
        return False
    scheme = _SCHEME.match(address)
    if scheme:
        return scheme[1].lower() in SCHEMES
    return ":" not in re.split(r"[/?#]", address, maxsplit=1)[0]


def markdown(language: str) -> MarkdownIt:
    """Return a parser for one language: no HTML, tables, plain links, typography."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 30})
    parser.enable(["table", "strikethrough", "linkify"])
    if parser.linkify:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
    parser.validateLink = is_safe_link  # type: ignore[method-assign]  # how the library takes it

    def set_type(state: StateCore) -> None:
        for block in state.tokens:
            for token in block.children or []:
                if token.type == "text":
                    token.content = typeset(token.content, language)

    parser.core.ruler.push("typography", set_type)
    parser.disable("image")
    return parser


@lru_cache
def _parser(language: str) -> MarkdownIt:
    """Return the parser for what people type: their links are not ours to vouch for."""
    parser = markdown(language)

    def mark_links(state: StateCore) -> None:
        for block in state.tokens:
            for token in block.children or []:
                if token.type == "link_open":
                    token.attrs["rel"] = REL

    parser.core.ruler.push("mark_links", mark_links)
    return parser


def rich_text(source: str, language: str) -> Markup:
    """Return what somebody wrote as safe, typeset HTML; raw HTML in it shows as text."""
    html = _parser(language).render(clean_block(source))
    return sanitise(
        html.replace("<h1>", "<h3>")
        .replace("</h1>", "</h3>")
        .replace("<h2>", "<h3>")
        .replace("</h2>", "</h3>")
    )


def sanitise(
    html: str,
    tags: frozenset[str] = TAGS,
    attributes: Mapping[str, frozenset[str]] = ATTRIBUTES,
) -> Markup:
    """Return HTML in which only allowed tags, attributes and links are left."""

    def allowed(tag: str, name: str, value: str) -> bool:
        if name not in attributes.get(tag, frozenset()):
            return False
        return name != "href" or is_safe_link(value)

    cleaner = _cleaner(tags)
    cleaner.attributes = allowed
    return Markup(cleaner.clean(html))  # noqa: S704 this is where HTML becomes trusted


def _cleaner(tags: frozenset[str]) -> Any:  # noqa: ANN401 see the type of `attributes` in bleach
    return bleach.Cleaner(tags=tags, protocols=SCHEMES, strip=True, strip_comments=True)


def plain_text(html: str) -> str:
    """Return the words of safe HTML, for excerpts and search."""
    return " ".join(Markup(html).striptags().split())  # noqa: S704 only read, never shown
