"""Blocks of a lesson as HTML, made once at start."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from learning.content.blocks import FIGURE, RawBlock
from learning.content.checks import RawCheck, joined, parse_check
from learning.content.course import Answer, Block, Check, Kind
from learning.content.drawings import Drawing
from learning.kit.text import ATTRIBUTES, TAGS, markdown, plain_text, sanitise, trust
from learning.kit.typography import typeset

CONTENT_TAGS = TAGS | {"h2", "div"}
CONTENT_ATTRIBUTES = {
    **ATTRIBUTES,
    "a": frozenset({"href", "class", "data-term"}),
    "div": frozenset({"class", "role", "tabindex", "aria-label"}),
    "th": frozenset({"scope"}),
}
OPEN_TABLE = Markup('<div class="table" role="region" tabindex="0" aria-label="{}">')
FIGURE_HTML = Markup('<figure class="figure">{}<figcaption>{}</figcaption></figure>')


@lru_cache
def _parser(language: str) -> MarkdownIt:
    parser = markdown(language, own_schemes=("term:", "source:"))
    parser.add_render_rule("link_open", _open_link)
    parser.add_render_rule("th_open", _open_heading_cell)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
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


def _open_table(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """Open a table in a frame that scrolls by itself, named by its heading or its first row."""
    row = tokens[at : next(n for n in range(at, len(tokens)) if tokens[n].type == "tr_close")]
    cells = [token.children or [] for token in row if token.type == "inline"]
    heads = (renderer.renderInlineAsText(cell, options, env) for cell in cells)
    label = env.get("label") or ", ".join(filter(None, heads))
    return OPEN_TABLE.format(label) + trust(renderer.renderToken(tokens, at, options, env))


def _close_table(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return renderer.renderToken(tokens, at, options, env) + "</div>\n"


def prose(text: str, language: str, label: str = "") -> Markup:
    """Return a piece of course text as HTML; `label` names its tables for who hears the page."""
    html = _parser(language).render(text, {"label": label})
    return sanitise(html, CONTENT_TAGS, CONTENT_ATTRIBUTES)


def line(text: str, language: str) -> Markup:
    """Return a piece of course text as HTML without a paragraph around it."""
    html = _parser(language).renderInline(" ".join(text.split()))
    return sanitise(html, CONTENT_TAGS, CONTENT_ATTRIBUTES)


def render(raw: RawBlock, language: str, drawings: Mapping[str, Drawing], label: str) -> Block:
    """Return a block as HTML; `label` is the heading that it stands under."""
    if raw.kind is Kind.FIGURE:
        html = _figure(raw, language, drawings)
    elif raw.kind is Kind.CHECK:
        html = line(joined(parse_check(raw.body).question), language)
    else:
        html = prose(raw.body, language, label)
    return Block(key=raw.key, kind=raw.kind, source=raw.source, html=html, plain=plain_text(html))


def _figure(raw: RawBlock, language: str, drawings: Mapping[str, Drawing]) -> Markup:
    parts = FIGURE.fullmatch(raw.source)
    drawing = drawings.get(parts[2]) if parts else None
    if parts is None or drawing is None:
        return Markup("")
    svg = trust(drawing.fill(raw.key, language))
    return FIGURE_HTML.format(svg, escape(typeset(parts[1], language)))


def render_check(raw: RawBlock, language: str) -> Check:
    """Return a knowledge check with its question, answers and explanations as HTML."""
    parts: RawCheck = parse_check(raw.body)
    return Check(
        key=raw.key,
        question=line(joined(parts.question), language),
        answers=[
            Answer(
                number=number,
                html=line(joined(answer.text), language),
                why=line(joined(answer.why), language),
                right=answer.right,
            )
            for number, answer in enumerate(parts.answers)
        ],
    )
