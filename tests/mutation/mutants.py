"""The mutants of a module: each is one change of its syntax tree, with a name."""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import CodeType

from tests.mutation.operators import PASSED_OVER_KEYWORDS, replacements

MESSAGES = frozenset({"N_", "gettext", "ngettext"})
LOGS = frozenset({"debug", "info", "warning", "error", "exception"})
Function = ast.FunctionDef | ast.AsyncFunctionDef
Compound = Function | ast.Module | ast.ClassDef | ast.If | ast.For | ast.While | ast.With | ast.Try
LONGEST_NAME = 120
PASSED_OVER_FIELDS = frozenset({"annotation", "returns", "decorator_list", "type_comment"})


@dataclass(frozen=True, order=True)
class Name:
    """What a mutant is called: where it is, what stood there, what stands there now.

    `function` is empty for what runs when the module is imported. `number` tells changes apart that
    read alike; the first is 1.
    """

    module: str
    function: str
    before: str
    after: str
    number: int = 1

    def __str__(self) -> str:
        repeated = f" (#{self.number})" if self.number > 1 else ""
        return f"{self.function or 'module'}: {self.before}  →  {self.after}{repeated}"


@dataclass(frozen=True)
class Mutant:
    """One change: the field of `parent` (and the position in it) that gets another node."""

    name: Name
    line: int
    first_line: int
    parent: ast.AST
    field: str
    position: int | None
    node: ast.AST

    def compiled(self, tree: ast.Module, file: str) -> CodeType:
        """Return the code of a tree with this change; the tree is as before afterwards."""
        old = _put(self.parent, self.field, self.position, self.node)
        try:
            return compile(ast.fix_missing_locations(tree), file, "exec")
        finally:
            _put(self.parent, self.field, self.position, old)

    def is_in(self, statement: ast.stmt) -> bool:
        """Whether this changes a statement of the module, or something in it."""
        return any(each is self.parent for each in ast.walk(statement))


@dataclass(frozen=True)
class Place:
    """A node, with what stands around it, from the module inwards."""

    node: ast.AST
    field: str
    position: int | None
    around: tuple[ast.AST, ...]


def mutants_of(module: str, source: str) -> tuple[ast.Module, list[Mutant]]:
    """Return the syntax tree of a module, and every mutant that can be made of it."""
    tree = ast.parse(source)
    seen: Counter[tuple[str, str, str]] = Counter()
    made = []
    for place in _places(tree, (tree,)):
        for node in replacements(place.node):
            shown = _shown(place, node)
            if shown is None:
                continue
            function, first_line = _function(place)
            description = function, *shown
            seen[description] += 1
            name = Name(module, *description, seen[description])
            line = getattr(place.node, "lineno", 0) or getattr(place.around[-1], "lineno", 0)
            made.append(
                Mutant(name, line, first_line, place.around[-1], place.field, place.position, node)
            )
    return tree, made


def sample(mutants: Iterable[Mutant], limit: int) -> list[Mutant]:
    """Return so many mutants at most, the same ones however the rest of the module changes."""
    chosen = sorted(mutants, key=lambda each: hashlib.sha256(repr(each.name).encode()).digest())
    return sorted(chosen[:limit], key=lambda each: (each.line, each.name))


def read(root: Path, module: str) -> tuple[ast.Module, list[Mutant]]:
    """Do as `mutants_of` for a file of a tree."""
    return mutants_of(module, (root / module).read_text())


def _places(node: ast.AST, around: tuple[ast.AST, ...]) -> Iterator[Place]:
    """Yield every node that may be changed; what is passed over, docs/decisions/0044 says why."""
    for field, value in ast.iter_fields(node):
        if field in PASSED_OVER_FIELDS:
            continue
        several = isinstance(value, list)
        for position, child in enumerate(value if several else [value]):
            if not isinstance(child, ast.AST) or _is_passed_over(child, around):
                continue
            yield Place(child, field, position if several else None, around)
            yield from _places(child, (*around, child))


def _is_passed_over(node: ast.AST, around: tuple[ast.AST, ...]) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert() | ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.ClassDef():
            return _is_enumeration(node) or _is_table(node)
        case ast.Expr(value=ast.Call()):
            return _is_named(node.value)
        case ast.Call():
            return _is_named(node)
        case ast.keyword():
            return node.arg in PASSED_OVER_KEYWORDS
    text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return text and (isinstance(around[-1], ast.Expr) or ast.Raise in map(type, around))


def _is_named(node: ast.Call) -> bool:
    """Whether a call is a message for people or a line of the log."""
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    called = called or getattr(node.func, "id", "")
    return called in MESSAGES or (called in LOGS and "log" in ast.unparse(node.func))


def _is_enumeration(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).endswith("Enum") for base in node.bases)


def _is_table(node: ast.ClassDef) -> bool:
    targets = (n.targets[0] for n in node.body if isinstance(n, ast.Assign))
    return any(isinstance(t, ast.Name) and t.id == "__tablename__" for t in targets)


def _function(place: Place) -> tuple[str, int]:
    """Return the qualified name of the outermost function whose body holds a place; its line."""
    path: list[str] = []
    inside = (*place.around[1:], place.node)
    for node, held in pairwise(inside):
        if isinstance(node, ast.ClassDef):
            path.append(node.name)
        elif isinstance(node, Function):
            if held in node.body:
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                return ".".join([*path, node.name]), first
            break
    return "", 0


def _shown(place: Place, node: ast.AST) -> tuple[str, str] | None:
    """Return how a change reads, before and after: with as much around it as tells what it is."""
    if part := _part_left_out(place.node, node):
        return part, "(left out)"
    chain = [*place.around, place.node]
    inner = chain.pop()
    while not _tells(inner) and not isinstance(chain[-1], Compound):
        if len(_text(chain[-1])) > LONGEST_NAME:
            break
        inner = chain.pop()
    before = _text(inner)
    if inner is place.node:
        after = _text(node)
    else:
        _put(place.around[-1], place.field, place.position, node)
        after = _text(inner)
        _put(place.around[-1], place.field, place.position, place.node)
    return None if before == after else (before, after)


def _part_left_out(old: ast.AST, new: ast.AST) -> str:
    """Return the one part of a call, a list or a dictionary that is missing now; empty if none."""
    if isinstance(old, ast.Dict) and isinstance(new, ast.Dict):
        at = next((n for n, key in enumerate(old.keys) if key not in new.keys), 0)
        return f"{{{_text(old.keys[at]) if old.keys[at] else '**'}: {_text(old.values[at])}}}"
    for field in ("keywords", "args", "elts", "values", "ifs"):
        parts, left = getattr(old, field, []), getattr(new, field, [])
        gone = [part for part in parts if part not in left] if type(old) is type(new) else []
        if len(gone) == 1 and len(parts) == len(left) + 1:
            around = f"{_text(old.func)}(…)" if isinstance(old, ast.Call) else "…"
            return f"{around} {_text(gone[0])}"
    return ""


def _tells(node: ast.AST) -> bool:
    """Whether a node, read alone, says which it is."""
    if isinstance(node, ast.stmt):
        return True
    if isinstance(node, ast.Slice) or not isinstance(node, ast.expr | ast.comprehension):
        return False
    return any(isinstance(each, ast.Name) for each in ast.walk(node))


def _text(node: ast.AST) -> str:
    """Return a node as one line; of a statement with a body, its head."""
    if isinstance(node, ast.If | ast.While):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())


def _put(parent: ast.AST, field: str, position: int | None, node: ast.AST) -> ast.AST:
    """Put a node into a tree; return the one that stood there."""
    if position is None:
        old: ast.AST = getattr(parent, field)
        setattr(parent, field, node)
        return old
    nodes: list[ast.AST] = getattr(parent, field)
    old, nodes[position] = nodes[position], node
    return old
