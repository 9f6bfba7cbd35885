"""The names, the prose and the messages of a source: of a module, a script, a style, a template."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

OWN = ("learning", "tests", "bench", "migrations")
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\\])//[^\n]*", re.DOTALL)
QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
WEB_NAME = re.compile(r"[A-Za-z_$][\w$-]*")
MESSAGE = re.compile(r"_\(\s*\"((?:[^\"\\]|\\.)*)\"|\{#(.*?)#\}", re.DOTALL)


def identifiers(source: str) -> set[str]:
    """Return all names of a module; those inside f-strings are no tokens before Python 3.12."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    names = {token.string for token in tokens if token.type == tokenize.NAME}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
    return names


def foreign_names(source: str) -> set[str]:
    """Return the names that a module imports from the libraries of others, who chose them."""
    imports = [each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.ImportFrom)]
    foreign = [each for each in imports if (each.module or "").split(".")[0] not in OWN]
    return {alias.name for each in foreign for alias in each.names if alias.asname is None}


def web_names(source: str) -> set[str]:
    """Return the names in a script or a style sheet, without those in comments and strings."""
    return set(WEB_NAME.findall(QUOTED.sub(" ", COMMENT.sub(" ", source))))


def prose(source: str) -> Iterator[str]:
    """Yield the docstrings, the strings that stand alone, and the comments of a module."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def messages_of(template: str) -> Iterator[str]:
    """Yield the English messages and the comments of a template."""
    for match in MESSAGE.finditer(template):
        yield match[1] or match[2]
