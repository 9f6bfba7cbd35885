"""Renders the blocks of a lesson as HTML, once at start."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from learning.content.blocks import FIGURE, RawBlock
from learning.content.course import Answer, Block, Check, Kind
from learning.content.drawings import Drawing
from learning.content.knowledge_checks import RawCheck, joined, parse_check
from learning.kit.text import ATTRIBUTES, TAGS, mark_safe, markdown, one_line, plain_text, sanitise
from learning.kit.typography import typeset

CONTENT_TAGS = TAGS | {"h2", "div"}
CONTENT_ATTRIBUTES = {
    **ATTRIBUTES,
    "a": frozenset({"href", "class"}),
    "div": frozenset({"class", "role", "tabindex", "aria-label"}),
    "th": frozenset({"scope"}),
    "td": frozenset({"data-label"}),
}
OPEN_TABLE = Markup('<div class="table" role="region" tabindex="0" aria-label="{}">')
FIGURE_HTML = Markup('<figure class="figure">{}<figcaption>{}</figcaption></figure>')


@lru_cache
def _parser(language: str) -> MarkdownIt:
    parser = markdown(language, own_schemes=("term:", "source:", "date:"))
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
        token.attrs = {"class": "term", "href": f"#term-{key}"}
    elif scheme == "source":
        token.attrs = {"class": "cite", "href": f"#source-{key}"}
    elif scheme == "date":  # the page of a document puts the date there: lessons.document_dates
        token.attrs = {"class": "date", "href": f"#date-{key}"}
    return renderer.renderToken(tokens, at, options, env)


def _open_heading_cell(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].attrs = {"scope": "col"}
    return renderer.renderToken(tokens, at, options, env)


def _open_table(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """Open a table in a scrollable region, labelled by its heading or its first row.

    Each cell has the head of its column: on a narrow screen a row is shown as a card.
    """
    end = next(n for n in range(at, len(tokens)) if tokens[n].type == "tr_close")
    heads = [
        renderer.renderInlineAsText(token.children or [], options, env)
        for token in tokens[at:end]
        if token.type == "inline"
    ]
    _label_cells(tokens[end:], heads)
    label = env.get("label") or ", ".join(filter(None, heads))
    return OPEN_TABLE.format(label) + mark_safe(renderer.renderToken(tokens, at, options, env))


def _label_cells(tokens: Sequence[Token], heads: Sequence[str]) -> None:
    """Give the cells of a table the heads of their columns; the first one is the row's own."""
    column = 0
    for token in tokens:
        if token.type == "table_close":
            return
        if token.type == "tr_open":
            column = 0
        elif token.type == "td_open":
            if column and heads[column]:
                token.attrs["data-label"] = heads[column]
            column += 1


def _close_table(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    return renderer.renderToken(tokens, at, options, env) + "</div>\n"


def prose(text: str, language: str, label: str = "") -> Markup:
    """Return course text as HTML; `label` names its tables for screen readers."""
    html = _parser(language).render(text, {"label": label})
    return sanitise(html, CONTENT_TAGS, CONTENT_ATTRIBUTES)


def line(text: str, language: str) -> Markup:
    """Return course text as HTML without a paragraph around it."""
    html = _parser(language).renderInline(one_line(text))
    return sanitise(html, CONTENT_TAGS, CONTENT_ATTRIBUTES)


def render(raw: RawBlock, language: str, drawings: Mapping[str, Drawing], label: str) -> Block:
    """Return a block as HTML; `label` is the heading above it."""
    if raw.kind is Kind.FIGURE:
        html = _figure(raw, language, drawings)
    elif raw.kind is Kind.CHECK:
        html = line(joined(parse_check(raw.body).question), language)
    else:
        html = prose(raw.body, language, label)
    return Block(key=raw.key, kind=raw.kind, source=raw.source, html=html, plain=plain_text(html))


def _figure(raw: RawBlock, language: str, drawings: Mapping[str, Drawing]) -> Markup:
    parts = FIGURE.fullmatch(raw.body)
    drawing = drawings.get(parts[2]) if parts else None
    if parts is None or drawing is None:
        return Markup("")
    svg = mark_safe(drawing.fill(raw.key, language))
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
