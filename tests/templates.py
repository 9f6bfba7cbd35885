"""The templates as HTML, read off their syntax trees: what each shows and which classes it sets."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from jinja2 import Environment, nodes

from learning.settings import ROOT

FOLDER = ROOT / "templates"
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.glob("**/*.html"))
IN_A_TAG = {"described"}  # macros that write attributes, not text
OPEN, CLOSE = "\ue000", "\ue001"  # around the number of an expression
FILLED = (nodes.Dict, nodes.List, nodes.Tuple)
SHOW_ARGUMENTS = {"default", "d", "join"}  # filters whose arguments may stand on the page
VALUE = re.compile(f"{OPEN}(\\d+){CLOSE}")
ENVIRONMENT = Environment(
    extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, autoescape=True
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A piece of text, or the value of an attribute, where a template shows or sets it.

    `text` has a placeholder for each expression; `expressions` are those of the whole template.
    """

    template: str
    tag: str
    attribute: str  # empty for text between tags
    text: str
    expressions: tuple[nodes.Expr, ...]

    def literals(self) -> Iterator[str]:
        """Yield what is written here itself: the text, and the strings that its values may be."""
        yield VALUE.sub(" ", self.text)
        for value in self.values():
            yield from results(value)

    def values(self) -> Iterator[nodes.Expr]:
        """Yield the expressions that stand in the text."""
        for number in VALUE.findall(self.text):
            yield self.expressions[int(number)]


def tree(template: str, source: str | None = None) -> nodes.Template:
    """Return the syntax tree of a template."""
    return ENVIRONMENT.parse(source if source is not None else (FOLDER / template).read_text())


def results(expression: nodes.Node) -> Iterator[str]:
    """Yield the strings of an expression that may stand on the page as they are written."""
    for leaf in leaves(expression):
        if isinstance(leaf, nodes.Const) and isinstance(leaf.value, str):
            yield leaf.value


def leaves(expression: nodes.Node) -> Iterator[nodes.Node]:
    """Yield the nodes that an expression may be in the end: constants, names, calls and others."""
    below = _below(expression)
    for each in below:
        yield from leaves(each)
    if not below:
        yield expression


BELOW: dict[type[nodes.Node], Callable[[Any], list[nodes.Node | None]]] = {
    nodes.CondExpr: lambda node: [node.expr1, node.expr2],
    nodes.BinExpr: lambda node: [node.left, node.right],
    nodes.Concat: lambda node: node.nodes,
    nodes.List: lambda node: node.items,
    nodes.Tuple: lambda node: node.items,
    nodes.Dict: lambda node: [pair.value for pair in node.items],
    nodes.Getitem: lambda node: [node.node] if isinstance(node.node, FILLED) else [],
    nodes.Filter: lambda node: [node.node, *(node.args if node.name in SHOW_ARGUMENTS else ())],
    nodes.MarkSafe: lambda node: [node.expr],
    nodes.MarkSafeIfAutoescape: lambda node: [node.expr],
}
"""What the value of an expression may be, by the kind of expression."""


def _below(expression: nodes.Node) -> list[nodes.Node]:
    for kind, below in BELOW.items():
        if isinstance(expression, kind):
            return [node for node in below(expression) if node is not None]
    return []


class Reader(HTMLParser):
    """Reads the text and the attributes of one template."""

    def __init__(self, template: str, expressions: tuple[nodes.Expr, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self.template, self.expressions = template, expressions
        self.inside: list[str] = []
        self.found: list[Shown] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.note(tag, name, value or "")
        kind = dict(attrs).get("type") or ""
        for name, value in attrs:
            if tag == "input" and name == "value" and kind in {"submit", "button", "reset"}:
                self.note(tag, "label", value or "")
        self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.note(self.inside[-1] if self.inside else "", "", data)

    def note(self, tag: str, attribute: str, text: str) -> None:
        self.found.append(
            Shown(
                template=self.template,
                tag=tag,
                attribute=attribute,
                text=text,
                expressions=self.expressions,
            )
        )


@lru_cache
def read(template: str, source: str | None = None) -> tuple[Shown, ...]:
    """Return every text and every attribute of a template, in order."""
    expressions: list[nodes.Expr] = []
    html = "".join(_flat(tree(template, source), expressions))
    reader = Reader(template, tuple(expressions))
    reader.feed(html)
    reader.close()
    return tuple(reader.found)


def _flat(node: nodes.Node, expressions: list[nodes.Expr]) -> Iterator[str]:
    """Yield the HTML of every branch, one after the other, with numbers for expressions."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
        return
    if isinstance(node, nodes.Expr):
        expressions.append(node)
        yield f"{OPEN}{len(expressions) - 1}{CLOSE}"
        return
    below = node.nodes if isinstance(node, nodes.Output) else node.iter_child_nodes()
    in_a_tag = isinstance(node, nodes.Macro) and node.name in IN_A_TAG
    yield "<i" if in_a_tag else ""
    for each in below:
        if isinstance(node, nodes.Output) or isinstance(each, nodes.Stmt):
            yield from _flat(each, expressions)
            yield " " if isinstance(node, nodes.If) else ""  # branches are apart
    yield ">" if in_a_tag else ""
