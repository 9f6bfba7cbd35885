"""Texts of a file as plain sentences, and sentences as HTML; what markup is lost is named.

HTML passes the sanitiser of the platform; of what it leaves, paragraphs, line breaks and numbered
lists become lines. A bank has plain sentences only.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.text import clean_block, sanitise
from learning.question_exchange.notes import LeftOut, NoteKind

MAX_LENGTH = 10_000  # characters of one text, with its markup
LINES = frozenset({"p", "br", "div", "ol", "li"})
HARMLESS = LINES | {"span"}
ELEMENT = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)")
FORMULAS = (("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"))
LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z]|&#?\w+;")
TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z]+)[^>]*>")
BLANKS = re.compile(r"[ \t]+")
LIST_LINE = re.compile(r"(?P<number>\d+)\. (?P<text>.+)")


class TextFormat(StrEnum):
    """How a text of a file is written; `AUTO` is Moodle’s own: plain text with some HTML in it."""

    HTML = "html"
    PLAIN = "plain"
    MARKDOWN = "markdown"
    AUTO = "auto"


@dataclass(frozen=True, kw_only=True)
class Prose:
    """The lines of a text, and the names of the markup that is lost."""

    lines: Sequence[str] = ()
    lost: Sequence[str] = ()

    @property
    def sentence(self) -> str:
        """Return all lines as one: a text of a bank has no line breaks."""
        return " ".join(self.lines)


def read_prose(text: str, text_format: TextFormat) -> Prose:
    """Return the sentences of a text; raise LeftOut for one that is too long."""
    check_length(text)
    lost = ["formula"] if _has_formula(text) else []
    if text_format is TextFormat.AUTO:
        is_html = LOOKS_LIKE_HTML.search(text)
        text_format = TextFormat.HTML if is_html else TextFormat.PLAIN
        text = text.replace("\n", "<br>") if is_html else text
    if text_format is TextFormat.HTML:
        lost += [name for name in map(str.lower, ELEMENT.findall(text)) if name not in HARMLESS]
        text = _lines_of_html(text)
    elif text_format is TextFormat.MARKDOWN:
        lost.append("Markdown")
    lines = (BLANKS.sub(" ", line).strip(" ") for line in clean_block(text).split("\n"))
    return Prose(lines=tuple(filter(None, lines)), lost=tuple(dict.fromkeys(lost)))


def check_length(text: str) -> None:
    """Raise LeftOut for a text that is too long to be read."""
    if len(text) > MAX_LENGTH:
        raise LeftOut(NoteKind.LONG_TEXT)


def _has_formula(text: str) -> bool:
    return any(end in text.partition(start)[2] for start, end in FORMULAS)


def _lines_of_html(text: str) -> str:
    """Return sanitised HTML as text: a line for each paragraph, list items with their numbers."""
    parts: list[str] = []
    position, numbers = 0, [0]
    safe = str(sanitise(" ".join(map(str.strip, text.split("\n"))), LINES, {}))
    for tag in TAG.finditer(safe):
        parts.append(html.unescape(safe[position : tag.start()]))
        position = tag.end()
        parts.append("\n")
        if tag["name"] == "ol":
            numbers = [*numbers, 0] if not tag["end"] else numbers[:-1] or [0]
        elif tag["name"] == "li" and not tag["end"] and len(numbers) > 1:
            numbers[-1] += 1
            parts.append(f"{numbers[-1]}. ")
    return "".join([*parts, html.unescape(safe[position:])])


def escape(text: str) -> str:
    return html.escape(text, quote=False)


def html_of(sentences: Sequence[str], numbered: Sequence[str] = ()) -> str:
    """Return sentences as paragraphs, then others as a numbered list."""
    paragraphs = "".join(f"<p>{escape(each)}</p>" for each in sentences if each)
    items = "".join(f"<li>{escape(each)}</li>" for each in numbered)
    return paragraphs + (f"<ol>{items}</ol>" if items else "")


def split_numbered(lines: Sequence[str], parts: int) -> tuple[str, Sequence[str]]:
    """Return the sentences, and the texts of a numbered list at their end if it has so many."""
    found = [LIST_LINE.fullmatch(line) for line in lines[-parts:]] if parts else []
    texts = [
        match["text"]
        for number, match in enumerate(found, 1)
        if match is not None and int(match["number"]) == number
    ]
    if texts and len(texts) == parts:
        return " ".join(lines[:-parts]), texts
    return " ".join(lines), ()
