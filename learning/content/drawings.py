"""Drawings: an SVG with placeholders, and the words for them in every language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from xml.parsers import expat

from learning.content.course import ALL, InLanguages, ValidationIssue
from learning.content.toml_reader import TomlTable, read_text, read_toml

MAX_SVG_BYTES = 8000
# Drawings have one width and two sizes of words (f-text, f-small in the style). Their words are
# 12 px or larger on a phone, where 328 px are free, and as large as the text around them elsewhere.
WIDTH = 400
WORDS = frozenset({"f-text", "f-small"})
NAMESPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = "svg title desc g rect line path circle ellipse polyline polygon text tspan"
_ATTRIBUTES = (
    "viewBox role aria-labelledby class id x y x1 y1 x2 y2 dx dy cx cy r rx ry width height d "
    "points transform text-anchor dominant-baseline stroke-dasharray stroke-width "
    "preserveAspectRatio aria-hidden xmlns"
)
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
CLASSES = frozenset(
    {
        "f-line", "f-edge", "f-way", "f-lost", "f-fill", "f-mark", "f-hue", "f-turn",
        "f-text", "f-small", "f-on",
    }
)  # fmt: skip
ROOT = {"xmlns": NAMESPACE, "role": "img", "aria-labelledby": "$id-title $id-desc"}
BEGINNING = 'does not begin with <title id="$id-title"> and <desc id="$id-desc">'
_VIEW_BOX = re.compile(rf"0 0 {WIDTH} [1-9]\d*")
_MOVED = re.compile(r"(?:(?:translate|rotate)\([-\d. ]+\) *)*")
_PLACEHOLDER = re.compile(r"\$([a-z_][a-z0-9_]*)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawing as written, with its words by language and placeholder."""

    svg: str
    words: Mapping[str, InLanguages]

    def fill(self, key: str, language: str) -> str:
        """Return the SVG with the words of a language; `key` makes its ids unique on the page.

        HTML knows the namespace of SVG without being told.
        """
        words = {name: escape(text) for name, text in self.words[language].items()}
        drawn = Template(self.svg).safe_substitute(words | {"id": key})
        return drawn.replace(f' xmlns="{NAMESPACE}"', "", 1).replace(">\n<", "><")


@dataclass(frozen=True)
class Element:
    """One element as it starts: its line, name and attributes."""

    line: int
    name: str
    attributes: Mapping[str, str]


def read_drawing(folder: Path, name: str, issues: list[ValidationIssue]) -> Drawing | None:
    """Return a module's drawing, None with issues if it is missing or not allowed."""
    path = f"{folder.name}/{name}.svg"
    svg = read_text(folder / f"{name}.svg", path, issues)
    sheet = read_toml(folder / f"{name}.toml", f"{folder.name}/{name}.toml", issues)
    if svg is None:
        return None
    messages = [
        ValidationIssue(path=path, line=line, message=message) for line, message in svg_issues(svg)
    ]
    issues += messages
    words = {language: _words(sheet, language, svg) for language in ALL}
    return None if messages else Drawing(svg=svg.strip(), words=words)


def _words(sheet: TomlTable, language: str, svg: str) -> dict[str, str]:
    table = sheet.table(language)
    needed = set(_PLACEHOLDER.findall(svg)) - {"id"}
    for name in sorted(needed - table.entries.keys()):
        table.report(name, f"{language}: no words for ${name}")
    for name in sorted(table.entries.keys() - needed):
        table.report(name, f"{language}: ${name} is not in the drawing")
    return {name: table.prose(name, language) for name in sorted(needed & table.entries.keys())}


def svg_issues(svg: str) -> list[tuple[int, str]]:
    """Return (line, message) of everything that a drawing must not have, or lacks."""
    if len(svg.encode()) > MAX_SVG_BYTES:
        return [(0, f"larger than {MAX_SVG_BYTES} bytes")]
    for mark in ("<!", "<?"):
        if mark in svg:
            line = svg.count("\n", 0, svg.index(mark)) + 1
            return [(line, "only elements and words: no comment, no doctype")]
    reader = _Reader()
    try:
        reader.read(svg)
    except expat.ExpatError as error:
        return [(error.lineno, f"not well-formed: {expat.ErrorString(error.code)}")]
    elements = reader.elements
    inside = [*_element_issues(elements), *_size_issues(elements)]
    return [*_root_issues(elements), *inside, *_text_issues(reader.texts)]


class _Reader:
    """Collects the elements of a drawing and the text between them, with their lines."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.texts: list[tuple[int, str]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.say
        self.is_text_open = False

    def read(self, svg: str) -> None:
        is_last = True
        self.parser.Parse(svg, is_last)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements.append(Element(self.parser.CurrentLineNumber, name, attributes))
        self.is_text_open = False

    def end(self, _name: str) -> None:
        self.is_text_open = False

    def say(self, text: str) -> None:
        """Add text; the text between two tags may come in several pieces."""
        if self.is_text_open:
            line, before = self.texts.pop()
            self.texts.append((line, before + text))
        elif text.strip():
            self.texts.append((self.parser.CurrentLineNumber, text))
            self.is_text_open = True


def _root_issues(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
    root = elements[0]
    if root.name != "svg":
        yield root.line, "the root is not <svg>"
    if not _VIEW_BOX.fullmatch(root.attributes.get("viewBox", "")):
        yield root.line, f"the viewBox is “0 0 {WIDTH} height”, so that words have the right size"
    for name, value in ROOT.items():
        if root.attributes.get(name) != value:
            yield root.line, f'no {name}="{value}"'
    for position, name in enumerate(("title", "desc"), 1):
        if not _is_label(elements[position : position + 1], name):
            yield root.line, BEGINNING


def _is_label(elements: Sequence[Element], name: str) -> bool:
    return any(each.name == name and each.attributes == {"id": f"$id-{name}"} for each in elements)


def _element_issues(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
    for element in elements:
        if element.name not in ELEMENTS:
            yield element.line, f"<{element.name}> is not allowed"
            continue
        for name, value in element.attributes.items():
            if name not in ATTRIBUTES:
                yield element.line, f"<{element.name} {name}=…> is not allowed"
            if name == "id" and not value.startswith("$id-"):
                yield element.line, f"id “{value}” does not begin with $id-"
            if set(_PLACEHOLDER.findall(value)) - {"id"}:
                yield element.line, f"<{element.name} {name}=…> holds a word"
        for each in set(element.attributes.get("class", "").split()) - CLASSES:
            yield element.line, f"there is no class “{each}”"


def _size_issues(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
    """Return what would give words another size than those of the style."""
    for element in elements:
        classes = element.attributes.get("class", "").split()
        if element.name == "text" and len(WORDS & set(classes)) != 1:
            yield element.line, "<text> has one of the classes f-text and f-small"
        if not _MOVED.fullmatch(element.attributes.get("transform", "")):
            yield element.line, "words are moved and turned, not scaled"


def _text_issues(texts: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for line, text in texts:
        rest = _PLACEHOLDER.sub("", text)
        if "$" in rest or any(c.isalpha() for c in rest):
            yield line, f"“{text.strip()}” is not a $placeholder"
