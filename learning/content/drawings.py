"""Drawings: an SVG with placeholders, and the words for them in every language."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from learning.content.course import ALL, Fault, InLanguages
from learning.content.sheets import Sheet, read_sheet, read_text

LARGEST = 8000
SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = "svg title desc g rect line path circle ellipse polyline polygon text tspan"
_ATTRIBUTES = (
    "viewBox role aria-labelledby class id x y x1 y1 x2 y2 dx dy cx cy r rx ry width height d "
    "points transform text-anchor dominant-baseline stroke-dasharray stroke-width "
    "preserveAspectRatio aria-hidden"
)
ELEMENTS = frozenset(_ELEMENTS.split())
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
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


def read_drawing(folder: Path, name: str, faults: list[Fault]) -> Drawing | None:
    """Return a module's drawing, None with faults if it is missing or not allowed."""
    path = f"{folder.name}/{name}.svg"
    svg = read_text(folder / f"{name}.svg", path, faults)
    sheet = read_sheet(folder / f"{name}.toml", f"{folder.name}/{name}.toml", faults)
    if svg is None:
        return None
    before = len(faults)
    faults += [Fault(path=path, line=0, message=message) for message in _svg_faults(svg)]
    words = {language: _words(sheet, language, svg) for language in ALL}
    return Drawing(svg=svg.strip(), words=words) if len(faults) == before else None


def _words(sheet: Sheet, language: str, svg: str) -> dict[str, str]:
    table = sheet.table(sheet.data, language)
    needed = set(_PLACEHOLDER.findall(svg)) - {"id"}
    for name in sorted(needed - table.keys()):
        sheet.fault(f"[{language}]", f"{language}: no words for ${name}")
    for name in sorted(table.keys() - needed):
        sheet.fault(name, f"{language}: ${name} is not in the drawing")
    words = {name: sheet.line(table, name) for name in sorted(needed & table.keys())}
    for text in words.values():
        sheet.typography(text, language)
    return words


def _svg_faults(svg: str) -> list[str]:
    if len(svg.encode()) > LARGEST:
        return [f"larger than {LARGEST} bytes"]
    if "<!" in svg or "<?" in svg:
        return ["only elements and words: no comment, no doctype"]
    try:
        root = ET.fromstring(svg)  # noqa: S314 no doctype, so no entities
    except ET.ParseError as error:
        return [f"not well-formed: {error}"]
    return _root_faults(root) + [m for element in root.iter() for m in _element_faults(element)]


def _root_faults(root: ET.Element) -> list[str]:
    children = [child.tag for child in root][:2]
    checks = (
        (root.tag != SVG + "svg", "the root is not <svg xmlns=…>"),
        ("viewBox" not in root.attrib, "no viewBox"),
        (root.get("role") != "img", 'no role="img"'),
        (root.get("aria-labelledby") != "$id-title $id-desc", "no aria-labelledby as described"),
        (children != [SVG + "title", SVG + "desc"], "does not begin with <title> and <desc>"),
    )
    return [message for wrong, message in checks if wrong]


def _element_faults(element: ET.Element) -> list[str]:
    name = element.tag.removeprefix(SVG)
    if name not in ELEMENTS:
        return [f"<{name}> is not allowed"]
    unknown = sorted(set(element.attrib) - ATTRIBUTES)
    return [f"<{name} {attribute}=…> is not allowed" for attribute in unknown]
