"""Drawings: an SVG with placeholders, and the words for them in every language."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from xml.parsers import expat

from learning.content.course import ALL, Fault, InLanguages
from learning.content.sheets import Table, read_sheet, read_text

LARGEST = 8000
NAMESPACE = "http://www.w3.org/2000/svg"
_ELEMENTS = "svg title desc g rect line path circle ellipse polyline polygon text tspan"
_ATTRIBUTES = (
    "viewBox role aria-labelledby class id x y x1 y1 x2 y2 dx dy cx cy r rx ry width height d "
    "points transform text-anchor dominant-baseline stroke-dasharray stroke-width "
    "preserveAspectRatio aria-hidden xmlns"
)
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
CLASSES = frozenset({"f-line", "f-edge", "f-fill", "f-mark", "f-text", "f-small", "f-on"})
ROOT = {"xmlns": NAMESPACE, "role": "img", "aria-labelledby": "$id-title $id-desc"}
BEGINNING = 'does not begin with <title id="$id-title"> and <desc id="$id-desc">'
_PLACEHOLDER = re.compile(r"\$([a-z_][a-z0-9_]*)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawing as written, with its words by language and placeholder."""

    svg: str
    words: Mapping[str, InLanguages]

    def fill(self, key: str, language: str) -> str:
        """Return the SVG with the words of a language; `key` makes its ids unique on the page."""
        words = {name: escape(text) for name, text in self.words[language].items()}
        return Template(self.svg).safe_substitute(words | {"id": key})


@dataclass(frozen=True)
class Element:
    """One element as it starts: its line, name and attributes."""

    line: int
    name: str
    attributes: Mapping[str, str]


def read_drawing(folder: Path, name: str, faults: list[Fault]) -> Drawing | None:
    """Return a module's drawing, None with faults if it is missing or not allowed."""
    path = f"{folder.name}/{name}.svg"
    svg = read_text(folder / f"{name}.svg", path, faults)
    sheet = read_sheet(folder / f"{name}.toml", f"{folder.name}/{name}.toml", faults)
    if svg is None:
        return None
    found = [Fault(path=path, line=line, message=message) for line, message in svg_faults(svg)]
    faults += found
    words = {language: _words(sheet, language, svg) for language in ALL}
    return None if found else Drawing(svg=svg.strip(), words=words)


def _words(sheet: Table, language: str, svg: str) -> dict[str, str]:
    table = sheet.table(language)
    needed = set(_PLACEHOLDER.findall(svg)) - {"id"}
    for name in sorted(needed - table.entries.keys()):
        table.fault(name, f"{language}: no words for ${name}")
    for name in sorted(table.entries.keys() - needed):
        table.fault(name, f"{language}: ${name} is not in the drawing")
    return {name: table.prose(name, language) for name in sorted(needed & table.entries.keys())}


def svg_faults(svg: str) -> list[tuple[int, str]]:
    """Return (line, message) of everything that a drawing must not have, or lacks."""
    if len(svg.encode()) > LARGEST:
        return [(0, f"larger than {LARGEST} bytes")]
    for mark in ("<!", "<?"):
        if mark in svg:
            line = svg.count("\n", 0, svg.index(mark)) + 1
            return [(line, "only elements and words: no comment, no doctype")]
    reader = _Reader()
    try:
        reader.read(svg)
    except expat.ExpatError as error:
        return [(error.lineno, f"not well-formed: {expat.ErrorString(error.code)}")]
    root, inside = _faults_of_root(reader.elements), _faults_of_elements(reader.elements)
    return [*root, *inside, *_faults_of_texts(reader.texts)]


class _Reader:
    """Notes the elements of a drawing and the text between them, with their lines."""

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
        """Take a piece of text; what stands between two marks may come in several."""
        if self.is_text_open:
            line, before = self.texts.pop()
            self.texts.append((line, before + text))
        elif text.strip():
            self.texts.append((self.parser.CurrentLineNumber, text))
            self.is_text_open = True


def _faults_of_root(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
    root = elements[0]
    if root.name != "svg":
        yield root.line, "the root is not <svg>"
    if "viewBox" not in root.attributes:
        yield root.line, "no viewBox"
    for name, value in ROOT.items():
        if root.attributes.get(name) != value:
            yield root.line, f'no {name}="{value}"'
    for position, name in enumerate(("title", "desc"), 1):
        if not _is_label(elements[position : position + 1], name):
            yield root.line, BEGINNING


def _is_label(found: Sequence[Element], name: str) -> bool:
    return any(each.name == name and each.attributes == {"id": f"$id-{name}"} for each in found)


def _faults_of_elements(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
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


def _faults_of_texts(texts: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for line, text in texts:
        rest = _PLACEHOLDER.sub("", text)
        if "$" in rest or any(c.isalpha() for c in rest):
            yield line, f"“{text.strip()}” is not a $placeholder"
