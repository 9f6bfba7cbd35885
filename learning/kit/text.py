"""Text from people, made safe and typeset: the only function from text to HTML.

normalise → markdown-it (no HTML) → typography in text only → bleach with an allow-list. Neither of
the two guards is trusted alone (docs/decisions/0008).
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import unescape
from urllib.parse import unquote

import bleach
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from learning.kit.typography import CONTROLS, typeset_runs

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
_SPACES = re.compile(r"[ \t\n\r\f\v]+")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*):")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_LONE_JOINER = re.compile(r"[\u200c\u200d]+(?=\s|$)|(?<!\S)[\u200c\u200d]+")


def clean_line(text: str) -> str:
    """Return one line: NFC, no control or direction characters, single spaces."""
    return " ".join(_normal(text).split())


def clean_block(text: str) -> str:
    """Return several lines, each without invisible characters, without blank ends."""
    return _normal(text).strip()


def _normal(text: str) -> str:
    visible = CONTROLS.sub("", _LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", _LONE_JOINER.sub("", visible))


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


def markdown(language: str, own_schemes: tuple[str, ...] = ()) -> MarkdownIt:
    """Return a parser for one language: no HTML, tables, plain links, typography.

    Links that begin with one of `own_schemes` ("term:") pass too; the caller renders them.
    """
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 30})
    parser.enable(["table", "strikethrough", "linkify"])
    if parser.linkify:
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False})

    def is_allowed(url: str) -> bool:
        return url.startswith(own_schemes) or is_safe_link(url)

    def set_type(state: StateCore) -> None:
        for block in state.tokens:
            _typeset_inline(block.children or [], language)

    parser.validateLink = is_allowed  # type: ignore[method-assign]  # how the library takes it
    parser.core.ruler.push("typography", set_type)
    parser.disable("image")
    return parser


def _typeset_inline(tokens: Sequence[Token], language: str) -> None:
    """Typeset the text of inline tokens as one sentence; code and breaks are left alone."""
    runs = [token.content if token.type == "text" else "" for token in tokens]
    breaks = [token.type in {"softbreak", "hardbreak"} for token in tokens]
    sentence = ["\n" if is_break else run for run, is_break in zip(runs, breaks, strict=True)]
    for token, run in zip(tokens, typeset_runs(sentence, language), strict=True):
        if token.type == "text":
            token.content = run


@lru_cache
def _parser(language: str) -> MarkdownIt:
    """Return the parser for text from people, whose links get rel="nofollow"."""
    parser = markdown(language)

    def mark_links(state: StateCore) -> None:
        for block in state.tokens:
            for token in block.children or []:
                if token.type == "link_open":
                    token.attrs["rel"] = REL

    parser.core.ruler.push("mark_links", mark_links)
    return parser


def rich_text(source: str, language: str) -> Markup:
    """Return a person's text as safe, typeset HTML; raw HTML in it shows as text."""
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
    """Return HTML with only allowed tags, attributes and links."""

    def allowed(tag: str, name: str, value: str) -> bool:
        if name not in attributes.get(tag, frozenset()):
            return False
        return name != "href" or is_safe_link(value)

    cleaner = bleach.Cleaner(
        tags=tags, attributes=allowed, protocols=SCHEMES, strip=True, strip_comments=True
    )
    return mark_safe(cleaner.clean(html))


def mark_safe(html: str) -> Markup:
    """Mark HTML as safe that was sanitised, or that this program made or checked itself."""
    return Markup(html)  # noqa: S704 the one place where HTML becomes trusted


def plain_text(html: str) -> str:
    """Return the words of safe HTML, for excerpts and search; no-break spaces stay."""
    return one_line(unescape(_TAG.sub("", html)))


def one_line(text: str) -> str:
    """Return text without line ends and double spaces; no-break spaces stay, unlike in `split`."""
    return _SPACES.sub(" ", text).strip(" ")
