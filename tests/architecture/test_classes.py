"""Every class is drawn by a style sheet and set by a template, a drawing or code: both, or none."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

import pytest
from jinja2 import nodes

from learning.content.drawings import CLASSES
from learning.settings import ROOT
from tests.templates import CLOSE, NAMES, OPEN, VALUE, Shown, leaves, read

MODULES = {f"m{number}" for number in range(1, 7)}
BY_VALUE = {
    "components/course_page.html": {"module": MODULES},
    "components/module_disc.html": {"module": MODULES},
    "components/module_list.html": {"key": MODULES},
    "components/week_strip.html": {"module": MODULES},
    "components/quiz.html": {"head.module.key": MODULES},
    "components/quiz_verdict.html": {"each.level": {"right", "part", "wrong", "left-out"}},
    "fees/invoice.html": {"state.tag": {"done", "turn", "wrong", ""}},
    "home/sample.html": {"page.module.key": MODULES},
    "components/lesson_bar.html": {"module": MODULES},
    "lessons/blocks.html": {"block.kind": {"situation", "case"}},
    "lessons/document.html": {
        "page.module.key": MODULES,
        "part.kind": {"example", "experts", "note", "prompt", "situation", "case", "sources"},
    },
    "lessons/lab.html": {"page.module.key": MODULES},
    "lessons/lesson.html": {"page.module.key": MODULES},
    "lessons/notes.html": {"lesson.module.key": MODULES},
    "quizzes/questions.html": {"head.module.key": MODULES},
    "quizzes/quiz.html": {"page.module.key": MODULES},
    "quizzes/result.html": {"page.module.key": MODULES},
}
"""What a value that stands in a class may be, by template and value."""
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"(?<=[{};])\s*([^{};@]+)(?=\{)")
CLASS = re.compile(r"\.(-?[a-z][\w-]*)")
SELECTED = re.compile(r"""(?:querySelector(?:All)?|closest|matches)\(\s*["'`]([^"'`]+)""")
SET = re.compile(r"""classList\.\w+\(\s*["'`]([\w-]+)|className\s*=\s*["'`]([^"'`]+)""")
ATTRIBUTE = re.compile(r"""\bclass=(?:"([^"{}]*)"|'([^'{}]*)')""")


def drawn(style: str) -> set[str]:
    """Return the classes in the selectors of a style sheet."""
    selectors = SELECTOR.findall("{" + COMMENT.sub("", style))
    return {name for selector in selectors for name in CLASS.findall(selector)}


def path_of(value: nodes.Node) -> str:
    """Return a value as a template writes it: `page.module.key`."""
    if isinstance(value, nodes.Getattr):
        return f"{path_of(value.node)}.{value.attr}"
    return value.name if isinstance(value, nodes.Name) else type(value).__name__


def classes_in(value: nodes.Node, template: str) -> Iterator[str]:
    """Yield the texts that a value in a class may be; a value that nobody named is an error."""
    for leaf in leaves(value):
        if isinstance(leaf, nodes.Const):
            yield str(leaf.value)
        else:
            yield from BY_VALUE.get(template, {})[path_of(leaf)]


def set_by(piece: Shown) -> set[str]:
    """Return the classes of an attribute, with all that its values may be."""
    text = piece.text
    for number in VALUE.findall(text):
        value = piece.expressions[int(number)]
        text = text.replace(f"{OPEN}{number}{CLOSE}", " ".join(classes_in(value, piece.template)))
    return set(text.split())


def set_by_templates() -> set[str]:
    pieces = (piece for name in NAMES for piece in read(name) if piece.attribute == "class")
    return set().union(*(set_by(piece) for piece in pieces))


def set_by_code(source: str) -> set[str]:
    """Return the classes of the markup that Python writes: in a string, a dictionary, an argument.

    A dictionary or an argument is one by its name: `{"class": "term"}`, `svgclass="qr"`.
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {name for pair in ATTRIBUTE.findall(node.value) for name in pair}
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found |= {
                value.value
                for key, value in pairs
                if isinstance(key, ast.Constant) and key.value == "class"
                if isinstance(value, ast.Constant)
            }
        elif isinstance(node, ast.keyword) and (node.arg or "").endswith("class"):
            found |= {node.value.value} if isinstance(node.value, ast.Constant) else set()
    return {name for text in found if isinstance(text, str) for name in text.split()}


def set_by_script(source: str) -> set[str]:
    return {name for pair in SET.findall(source) for text in pair for name in text.split()}


def everything(pattern: str) -> list[str]:
    return [path.read_text() for path in sorted(ROOT.glob(pattern))]


@lru_cache
def all_drawn() -> frozenset[str]:
    return frozenset().union(*map(drawn, everything("static/css/**/*.css")))


@lru_cache
def all_set() -> frozenset[str]:
    code = map(set_by_code, everything("learning/**/*.py"))
    scripts = map(set_by_script, everything("static/js/*.js"))
    return frozenset(set_by_templates() | CLASSES).union(*code, *scripts)


def test_every_class_that_is_drawn_is_set() -> None:
    assert all_drawn() - all_set() == set()


def test_every_class_that_is_set_is_drawn() -> None:
    assert all_set() - all_drawn() == set()


def test_every_class_that_a_script_looks_for_is_set() -> None:
    selectors = [
        text for source in everything("static/js/*.js") for text in SELECTED.findall(source)
    ]
    looked_for = {name for selector in selectors for name in CLASS.findall(selector)}
    assert looked_for
    assert looked_for - all_set() == set()


def test_the_drawings_of_courses_use_the_classes_that_there_are() -> None:
    drawings = everything("courses/*/*/*.svg")
    used = {
        name for text in drawings for each in ATTRIBUTE.findall(text) for name in each[0].split()
    }
    assert used <= CLASSES
    assert used


def test_every_value_that_is_named_here_stands_in_a_class() -> None:
    found: dict[str, set[str]] = {}
    for template in NAMES:
        for piece in read(template):
            if piece.attribute == "class":
                values = [leaf for value in piece.values() for leaf in leaves(value)]
                paths = {path_of(leaf) for leaf in values if not isinstance(leaf, nodes.Const)}
                found.setdefault(template, set()).update(paths)
    assert {name: paths for name, paths in found.items() if paths} == {
        name: set(values) for name, values in BY_VALUE.items()
    }


def test_what_is_looked_at_is_what_is_meant() -> None:
    style = (
        "@layer a { /* .b */ .c > .d:not(.e), p.f { inset: .5rem; } @media (x) { .g { top: 0 } } }"
    )
    assert drawn(style) == {"c", "d", "e", "f", "g"}
    (piece,) = read("-", '<p class="a{% if x %} b{% else %}c{% endif %} {{ "d" if x else "e" }}">')
    assert set_by(piece) == {"a", "b", "c", "d", "e"}
    (piece,) = read("-", '<p class="{{ page.kind }}">')
    with pytest.raises(KeyError, match=r"page\.kind"):
        set_by(piece)
    code = 'f("<i class=\\"a b\\">", {"class": "c"}, svgclass="d", word="class e")'
    assert set_by_code(code) == {"a", "b", "c", "d"}
