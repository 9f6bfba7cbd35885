"""Blocks of a lesson as HTML, made once at start."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from learning.content.blocks import FIGURE, RawBlock
from learning.content.course import Answer, Block, Check, Kind
from learning.content.drawings import Drawing
from learning.kit.text import ATTRIBUTES, TAGS, is_safe_link, markdown, plain_text, sanitise
from learning.kit.typography import typeset

CONTENT_TAGS = TAGS | {"h2"}
CONTENT_ATTRIBUTES = {
    **ATTRIBUTES,
    "a": frozenset({"href", "class", "data-term"}),
    "th": frozenset({"scope"}),
}
ANSWER = re.compile(r"- \[([ xX])\] +(.*)")
WHY = re.compile(r"\s+> ?(.*)")
TABLE = Markup('<div class="table" role="region" tabindex="0" aria-label="{}">{}</div>')
OWN_SCHEMES = ("term:", "source:")


@lru_cache
def _parser(language: str) -> MarkdownIt:
    parser = markdown(language)

    def is_allowed(url: str) -> bool:
        return url.startswith(OWN_SCHEMES) or is_safe_link(url)

    parser.validateLink = is_allowed  # type: ignore[method-assign]
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("th_open", _open_heading_cell)
    return parser


def _open_link(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    scheme, _, key = str(token.attrs.get("href", "")).partition(":")
    if scheme == "term":
        token.attrs = {"class": "term", "href": f"#term-{key}", "data-term": key}
    elif scheme == "source":
        token.attrs = {"class": "cite", "href": f"#source-{key}"}
    return renderer.renderToken(tokens, at, options, env)


def _open_heading_cell(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].attrs = {"scope": "col"}
    return renderer.renderToken(tokens, at, options, env)


def prose(text: str, language: str) -> Markup:
    """Return a piece of course text as HTML."""
    return sanitise(_parser(language).render(text), CONTENT_TAGS, CONTENT_ATTRIBUTES)


def line(text: str, language: str) -> Markup:
    """Return a piece of course text as HTML without a paragraph around it."""
    html = _parser(language).renderInline(" ".join(text.split()))
    return sanitise(html, CONTENT_TAGS, CONTENT_ATTRIBUTES)


def render(raw: RawBlock, language: str, drawings: Mapping[str, Drawing], label: str) -> Block:
    """Return a block as HTML; `label` names a table for people who hear the page."""
    if raw.kind is Kind.FIGURE:
        html = _figure(raw, language, drawings)
    elif raw.kind is Kind.CHECK:
        html = parse_check(raw, language).question
    else:
        html = prose(raw.body, language)
    if raw.kind is Kind.TABLE:
        html = TABLE.format(label, html)
    return Block(key=raw.key, kind=raw.kind, source=raw.source, html=html, plain=plain_text(html))


def _figure(raw: RawBlock, language: str, drawings: Mapping[str, Drawing]) -> Markup:
    parts = FIGURE.fullmatch(raw.source.strip())
    drawing = drawings.get(parts[2]) if parts else None
    if parts is None or drawing is None:
        return Markup("")
    return Markup('<figure class="figure">{}<figcaption>{}</figcaption></figure>').format(
        Markup(drawing.fill(raw.key, language)),  # noqa: S704 our own file, checked by drawings.py
        typeset(parts[1], language),
    )


def parse_check(raw: RawBlock, language: str) -> Check:
    """Return a knowledge check; `content.structure` reports what is missing in it."""
    question: list[str] = []
    answers: list[tuple[bool, list[str], list[str]]] = []
    for text in raw.body.split("\n"):
        if answer := ANSWER.match(text):
            answers.append((answer[1] in "xX", [answer[2]], []))
        elif answers and (why := WHY.match(text)):
            answers[-1][2].append(why[1])
        elif answers:
            answers[-1][1].append(text)
        else:
            question.append(text)
    return Check(
        key=raw.key,
        question=line("\n".join(question), language),
        answers=[
            Answer(
                number=number,
                html=line(" ".join(text), language),
                why=line(" ".join(why), language),
                right=right,
            )
            for number, (right, text, why) in enumerate(answers)
        ],
    )
