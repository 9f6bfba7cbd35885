"""Style checks of a block: typography, links, no HTML; each issue with its line."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from learning.content.blocks import FIGURE, RawBlock
from learning.content.course import Kind
from learning.kit.typography import find_issues

LINK = re.compile(r"\]\(<?(term|source|figure|date|criterion):([^)>]*)>?\)")
TARGET = re.compile(r"\]\([^)]*\)")
OTHER_LINK = re.compile(r"\]\((?!(?:term|source|figure|date|criterion):|https://)")
WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")
CODE = re.compile(r"`[^`\n]*`")
HTML = re.compile(r"<(?!https?:)[A-Za-z/!?][^<>]*>|<!--|&(?:#\w+|[A-Za-z]\w*);")
_NEW_UNIT = re.compile(r"\s*(?:[-*+>|#]|\d+[.)]\s|:::|$)")
_CELL_EDGE = re.compile(r" *\| *")
NAMES = {
    "term": "glossary term",
    "source": "source",
    "figure": "drawing",
    "date": "deadline",
    "criterion": "criterion of the project",
}

Issues = Iterator[tuple[int, str]]  # (line in the file, message)


def links(block: RawBlock, kind: str) -> list[str]:
    """Return the keys that a block's links of one kind (term, source) name, in order."""
    return [key for scheme, key in LINK.findall(block.source) if scheme == kind]


def count_words(blocks: Sequence[RawBlock]) -> int:
    return sum(word_count(block.body) for block in blocks)


def word_count(text: str) -> int:
    """Return the words of a piece of Markdown, the targets of links left out."""
    return len(WORD.findall(TARGET.sub("]", text)))


def link_issues(block: RawBlock, known: Mapping[str, Collection[str]]) -> Issues:
    """Return broken links; `known` holds the keys of each kind of link."""
    for line, text in enumerate(block.source.split("\n"), block.line):
        for kind, key in LINK.findall(text):
            if key not in known.get(kind, ()):
                yield line, f"there is no {NAMES[kind]} “{key}”"
        if OTHER_LINK.search(text):
            yield line, "a link begins with term:, source:, figure:, date:, criterion: or https://"
        if "![" in text and block.kind is not Kind.FIGURE:
            yield line, "a figure is a block of its own: ![what it says](figure:key)"
        elif "](figure:" in text and not FIGURE.fullmatch(block.source):
            yield line, "a figure begins with an exclamation mark: ![what it says](figure:key)"


def writing_issues(source: str, first_line: int, language: str) -> Issues:
    """Return HTML and typographic issues of Markdown that begins at a line."""
    for start, unit in _units(source):
        text = CODE.sub("x", unit)
        for match in HTML.finditer(text):
            yield first_line + start + text.count("\n", 0, match.start()), "HTML is not allowed"
        bare = _bare(unit)
        for at, message in find_issues(bare, language):
            yield first_line + start + bare.count("\n", 0, at), message


def _bare(text: str) -> str:
    """Return the words of a piece of Markdown, without the targets of links and table edges."""
    text = TARGET.sub("]", text).removeprefix("!")
    return _CELL_EDGE.sub(" | ", text) if text.startswith("|") else text


def _units(source: str) -> Iterator[tuple[int, str]]:
    """Return (line, text) of each paragraph, item and row, with the lines that go on from it."""
    start, unit = 0, list[str]()
    for number, line in enumerate(source.split("\n")):
        if unit and _NEW_UNIT.match(line):
            yield start, "\n".join(unit)
            unit = []
        if not unit:
            start = number
        unit.append(line)
    yield start, "\n".join(unit)
