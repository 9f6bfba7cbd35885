"""What a mutation puts in the place of one node of a syntax tree."""

import ast
from collections.abc import Callable, Iterator
from copy import copy

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.BitXor: ast.BitAnd,
}  # fmt: skip
SWAPPED = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list",
    "and_": "or_", "or_": "and_", "is_": "is_not", "is_not": "is_", "in_": "not_in",
    "not_in": "in_", "startswith": "endswith", "endswith": "startswith",
}  # fmt: skip
DROPPED_METHODS = frozenset({
    "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "removeprefix", "removesuffix",
    "where", "order_by", "limit", "distinct", "desc",
})  # fmt: skip
"""Calls that may be left out: `x.strip()` becomes `x`."""
SHORTENED_CALLS = frozenset({"where", "order_by", "and_", "or_", "min", "max"})
"""Calls of which one argument may be left out."""
PASSED_OVER_KEYWORDS = frozenset({"strict", "with_for_update", "synchronize_session"})
ADDED = "XX"


def replacements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node that a mutation puts in the place of this one."""
    for kind, change in CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _without_each(node: ast.AST, name: str) -> Iterator[ast.AST]:
    parts = getattr(node, name)
    for position in range(len(parts)):
        yield _with(node, **{name: parts[:position] + parts[position + 1 :]})


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for position, operator in enumerate(node.ops):
        other = COMPARISONS[type(operator)]()
        yield _with(node, ops=[*node.ops[:position], other, *node.ops[position + 1 :]])


def _bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    if len(node.values) > 2:
        yield from _without_each(node, "values")
    else:
        yield from reversed(node.values)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if other := ARITHMETIC.get(type(node.op)):
        yield _with(node, op=other())


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield _with(node, value=not value)
    elif isinstance(value, int | float):
        yield _with(node, value=value + 1)
    elif isinstance(value, str):
        yield _with(node, value=ADDED + value)
    elif isinstance(value, bytes):
        yield _with(node, value=ADDED.encode() + value)


def _negated(node: ast.If | ast.IfExp | ast.While) -> Iterator[ast.AST]:
    test = node.test
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    if not negated and not isinstance(test, ast.Constant):
        yield _with(node, test=ast.UnaryOp(ast.Not(), test))


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in DROPPED_METHODS:
            yield node.func.value
        if other := SWAPPED.get(name):
            yield _with(node, func=_with(node.func, attr=other))
    else:
        name = getattr(node.func, "id", "")
        if other := SWAPPED.get(name):
            yield _with(node, func=ast.Name(other, ast.Load()))
    if name in SHORTENED_CALLS and len(node.args) > 1:
        yield from _without_each(node, "args")
    for keyword in node.keywords:
        if keyword.arg not in PASSED_OVER_KEYWORDS:
            yield _with(node, keywords=[each for each in node.keywords if each is not keyword])


def _display(node: ast.List | ast.Set | ast.Tuple) -> Iterator[ast.AST]:
    stored = isinstance(getattr(node, "ctx", None), ast.Store)
    tables = isinstance(node, ast.Tuple) and not any(
        isinstance(each, ast.Call | ast.Compare | ast.Tuple) for each in node.elts
    )
    if not stored and not tables and len(node.elts) > 1:
        yield from _without_each(node, "elts")


def _dict(node: ast.Dict) -> Iterator[ast.AST]:
    for position in range(len(node.keys)):
        yield _with(
            node,
            keys=node.keys[:position] + node.keys[position + 1 :],
            values=node.values[:position] + node.values[position + 1 :],
        )


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    yield from (_with(node, **{end: None}) for end in ("lower", "upper") if getattr(node, end))


def _return(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield _with(node, value=ast.Constant(None))


def _left_out(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.copy_location(ast.Pass(), node)


def _expression(node: ast.Expr) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Call | ast.Yield | ast.YieldFrom):
        yield from _left_out(node)


def _assignment(node: ast.Assign) -> Iterator[ast.AST]:
    if all(isinstance(target, ast.Attribute | ast.Subscript) for target in node.targets):
        yield from _left_out(node)


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    yield from _left_out(node)
    if other := ARITHMETIC.get(type(node.op)):
        yield _with(node, op=other())


def _other_loop(node: ast.Continue | ast.Break) -> Iterator[ast.AST]:
    yield ast.copy_location(ast.Break() if isinstance(node, ast.Continue) else ast.Continue(), node)


def _comprehension(node: ast.comprehension) -> Iterator[ast.AST]:
    yield from _without_each(node, "ifs")


CHANGES: dict[type[ast.AST], Callable[..., Iterator[ast.AST]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _bool,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.If: _negated,
    ast.IfExp: _negated,
    ast.While: _negated,
    ast.Call: _call,
    ast.List: _display,
    ast.Set: _display,
    ast.Tuple: _display,
    ast.Dict: _dict,
    ast.Slice: _slice,
    ast.Return: _return,
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AugAssign: _augmented,
    ast.Raise: _left_out,
    ast.Delete: _left_out,
    ast.Continue: _other_loop,
    ast.Break: _other_loop,
    ast.comprehension: _comprehension,
}
