"""Reads a template with the types of its values, and notes what they do not have."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jinja2 import nodes

from learning.wiring import LABELS
from tests.template_types import UNKNOWN, attribute, base, called, either, element, options, parts
from tests.templates import tree

SAME = {"list", "sort", "reverse", "unique", "selectattr", "rejectattr", "select", "reject"}
ONE = {"first", "last", "max", "min", "random"}
KINDS = {"length": int, "count": int, "trim": str, "upper": str, "lower": str, "join": str}
Scope = dict[str, Any]


def texts(node: nodes.Expr) -> list[str]:
    """Return the text that a value is compared with, or the texts of a tuple."""
    each = node.items if isinstance(node, nodes.Tuple | nodes.List) else [node]
    return [
        one.value for one in each if isinstance(one, nodes.Const) and isinstance(one.value, str)
    ]


@dataclass(frozen=True)
class MacroOf:
    """A macro with the template that it stands in and the names that it sees there."""

    node: nodes.Macro
    template: str
    scope: Scope


@dataclass
class Checker:
    """`faults` are what a template reads and is not there; `read` is what it reads of `page`."""

    issues: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    template: str = ""
    called: set[tuple[str, ...]] = field(default_factory=set)

    def check(self, template: str, scope: Scope, source: str | None = None) -> None:
        before, self.template = self.template, template
        self.run(tree(template, source).body, scope)
        self.template = before

    def run(self, body: Sequence[nodes.Node], scope: Scope) -> None:
        for node in body:
            getattr(self, f"on_{type(node).__name__.lower()}", self.on_other)(node, scope)

    def on_other(self, node: nodes.Node, scope: Scope) -> None:
        for each in node.iter_child_nodes():
            if isinstance(each, nodes.Expr):
                self.type_of(each, scope)
            else:
                self.run([each], scope)

    def on_extends(self, node: nodes.Extends, scope: Scope) -> None:
        if isinstance(node.template, nodes.Const):
            self.check(node.template.value, dict(scope))

    on_include = on_extends

    def on_fromimport(self, node: nodes.FromImport, scope: Scope) -> None:
        if isinstance(node.template, nodes.Const):
            inside: Scope = dict(scope) if node.with_context else {}
            other = Checker(issues=self.issues, read=self.read, called=self.called)
            other.check(node.template.value, inside)
            for each in node.names:
                name, alias = each if isinstance(each, tuple) else (each, each)
                scope[alias] = inside.get(name, UNKNOWN)

    def on_macro(self, node: nodes.Macro, scope: Scope) -> None:
        scope[node.name] = MacroOf(node, self.template, scope)

    def on_callblock(self, node: nodes.CallBlock, scope: Scope) -> None:
        self.type_of(node.call, scope)
        self.run(node.body, dict(scope) | {each.name: UNKNOWN for each in node.args})

    def on_for(self, node: nodes.For, scope: Scope) -> None:
        inside = dict(scope) | {"loop": UNKNOWN}
        self.bind(node.target, element(self.type_of(node.iter, scope)), inside)
        if node.test:
            self.type_of(node.test, inside)
        self.run(node.body, inside)
        self.run(node.else_, dict(scope))

    def on_assign(self, node: nodes.Assign, scope: Scope) -> None:
        self.bind(node.target, self.type_of(node.node, scope), scope)

    def on_with(self, node: nodes.With, scope: Scope) -> None:
        inside = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self.bind(target, self.type_of(value, scope), inside)
        self.run(node.body, inside)

    def bind(self, target: nodes.Node, kind: Any, scope: Scope) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = kind
        elif isinstance(target, nodes.Tuple):
            for each, part in zip(target.items, parts(kind, len(target.items)), strict=True):
                self.bind(each, part, scope)

    def type_of(self, node: nodes.Expr, scope: Scope) -> Any:
        """Return the type of an expression, having looked at all that is read in it."""
        known = getattr(self, f"of_{type(node).__name__.lower()}", None)
        if known is not None:
            return known(node, scope)
        self.on_other(node, scope)
        return UNKNOWN

    def of_name(self, node: nodes.Name, scope: Scope) -> Any:
        return scope.get(node.name, UNKNOWN)

    def of_const(self, node: nodes.Const, _scope: Scope) -> Any:
        return type(node.value)

    def of_tuple(self, node: nodes.Tuple, scope: Scope) -> Any:
        return tuple[*(self.type_of(each, scope) for each in node.items)]

    def of_getattr(self, node: nodes.Getattr, scope: Scope) -> Any:
        owner = self.type_of(node.node, scope)
        if isinstance(node.node, nodes.Name) and node.node.name == "page":
            self.read.add(node.attr)
        kinds = options(owner)
        found = [attribute(kind, node.attr) for kind in kinds]
        if kinds and not any(there for there, _ in found):
            names = " | ".join(kind.__name__ for kind in kinds)
            self.issues.add(f"{self.template}:{node.lineno}: {names} has no {node.attr}")
        return either(*(kind for there, kind in found if there))

    def of_getitem(self, node: nodes.Getitem, scope: Scope) -> Any:
        owner = self.type_of(node.node, scope)
        self.on_other(node, scope)
        if isinstance(node.arg, nodes.Slice):
            return owner
        return element(owner, -1)

    def of_call(self, node: nodes.Call, scope: Scope) -> Any:
        argument_types = [self.type_of(each, scope) for each in node.args]
        named = {each.key: self.type_of(each.value, scope) for each in node.kwargs}
        for each in (node.dyn_args, node.dyn_kwargs):
            if each is not None:
                self.type_of(each, scope)
        target = self.type_of(node.node, scope)
        if isinstance(target, MacroOf):
            self.call(target, argument_types, named)
            return str
        if isinstance(node.node, nodes.Getattr):
            owners = options(self.type_of(node.node.node, scope))
            return either(*(called(kind, node.node.attr) for kind in owners))
        return UNKNOWN

    def call(self, macro: MacroOf, argument_types: list[Any], named: Scope) -> None:
        """Read the body of a macro with the types that it is called with, once for each."""
        names = [each.name for each in macro.node.args]
        types = (
            dict.fromkeys(names, UNKNOWN) | dict(zip(names, argument_types, strict=False)) | named
        )
        key = (macro.template, macro.node.name, *map(repr, types.values()))
        if key not in self.called:
            self.called.add(key)
            before, self.template = self.template, macro.template
            self.run(macro.node.body, {**macro.scope, **types})
            self.template = before

    def of_filter(self, node: nodes.Filter, scope: Scope) -> Any:
        kind = self.type_of(node.node, scope) if node.node else UNKNOWN
        for each in (*node.args, *(pair.value for pair in node.kwargs)):
            self.type_of(each, scope)
        if node.name == "label":
            self.look_for_labels(node, kind)
        if node.name in SAME:
            return kind
        return element(kind) if node.name in ONE else KINDS.get(node.name, UNKNOWN)

    def of_compare(self, node: nodes.Compare, scope: Scope) -> Any:
        """Note a text that is compared with an enumeration and is none of its members."""
        self.on_other(node, scope)
        kinds = options(self.type_of(node.expr, scope))
        if kinds and all(issubclass(base(each), StrEnum) for each in kinds):
            members = {str(member) for kind in kinds for member in kind}
            self.issues |= {
                f"{self.template}:{node.lineno}: {kinds[0].__name__} is never “{text}”"
                for operand in node.ops
                for text in texts(operand.expr)
                if text not in members
            }
        return bool

    def look_for_labels(self, node: nodes.Filter, kind: Any) -> None:
        """Note a value that `kit.labels` has no labels for, by its type and its use."""
        use = node.args[0].value if node.args and isinstance(node.args[0], nodes.Const) else ""
        kinds = options(kind) or [str]  # what has no known type must be of a registered use
        self.issues |= {
            f"{self.template}:{node.lineno}: no labels of {each.__name__} for “{use}”"
            for each in kinds
            if (each, use) not in LABELS
        }

    def of_condexpr(self, node: nodes.CondExpr, scope: Scope) -> Any:
        self.type_of(node.test, scope)
        other = self.type_of(node.expr2, scope) if node.expr2 else type(None)
        return either(self.type_of(node.expr1, scope), other)

    def of_or(self, node: nodes.Or, scope: Scope) -> Any:
        return either(self.type_of(node.left, scope), self.type_of(node.right, scope))

    of_and = of_or
