"""Documents besides the lessons, as pages show them: guides, plans, briefs, the laboratory."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from learning.content.activity_types import Manifest
from learning.content.course import Check, Course, Document, Kind, Module, Reading
from learning.content.documents import TITLES, is_for_teachers
from learning.content.readings import find_reading
from learning.kit.i18n import N_
from learning.kit.text import mark_safe, plain_text

WORK = "work"
HEADING = re.compile(r"<h[23]>(.*?)</h[23]>")
LESSON_NUMBER = re.compile(r"\b(?:Leçon|leçon|Lesson|lesson|Lección|lección)[ \u00a0](\d)\b")
"""A lesson of the same module, as the pages of the file name it."""
EXTRA_MINUTES = {
    "project": "final_project",
    "peer": "peer_assessment",
    "group": "group_exercise",
}
"""What course.toml calls the minutes of a document, where it is not the document's name."""
PART_TITLES = {
    Kind.AIM: N_("Aim"),
    Kind.BREAKOUT: N_("Exercise in groups"),
    Kind.CHECKLIST: N_("Before you hand in"),
    Kind.CRITERIA: N_("How this is judged"),
    Kind.EXAMPLE: N_("An example"),
    Kind.EXPERTS: N_("For the expert"),
    Kind.NOTE: N_("Why"),
    Kind.POLL: N_("Poll"),
}


@dataclass(frozen=True, kw_only=True)
class DocumentEntry:
    """An entry of the course home for a document; `minutes` 0 if not counted."""

    key: str
    name: str
    title: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class DocumentPart:
    """A block of a document as shown; `answer` is the collapsed part, `heading` its own one."""

    key: str
    kind: Kind
    title: str
    html: Markup
    heading: str = ""
    answer: Markup | None = None
    check: Check | None = None


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """One person of the manifest, in words."""

    cells: Sequence[str]


def module_entries(course: Course, module: Module) -> list[DocumentEntry]:
    """Return a module's documents, with their minutes."""
    return [
        DocumentEntry(
            key=document.key, name=name, title=TITLES[name], minutes=minutes_of(course, name)
        )
        for name, document in module.documents.items()
    ]


def minutes_of(course: Course, name: str) -> int:
    """Return how many minutes a document takes, 0 if they are not counted."""
    minutes = {**course.extra_minutes, **course.minutes, "page": course.minutes.get("file", 0)}
    return minutes.get(EXTRA_MINUTES.get(name, name), 0)


def course_entries(course: Course, *, teaching: bool) -> list[DocumentEntry]:
    """Return the documents of the whole course, in the order of their use."""
    return [
        DocumentEntry(
            key=f"{WORK}-{name}",
            name=name,
            title=title,
            minutes=minutes_of(course, name),
        )
        for name, title in TITLES.items()
        if name in course.work.documents and (teaching or not is_for_teachers(name))
    ]


@dataclass(frozen=True, kw_only=True)
class FoundDocument:
    """A document by its key; `reading` is set for the summary of a reading."""

    name: str
    document: Document
    module: Module | None = None
    reading: Reading | None = None


def find_document(course: Course, key: str) -> FoundDocument | None:
    """Return the document with a key; None if there is none."""
    folder, _, name = key.partition("-")
    if folder == WORK and name in course.work.documents:
        return FoundDocument(name=name, document=course.work.documents[name])
    module = next((each for each in course.modules if each.key == folder), None)
    if module and name in module.documents:
        return FoundDocument(name=name, document=module.documents[name], module=module)
    if module and (reading := find_reading(module, name)):
        return FoundDocument(name=name, document=reading.summary, module=module, reading=reading)
    return None


def document_parts(
    name: str, document: Document, language: str, *, teaching: bool
) -> Iterator[DocumentPart]:
    """Yield the blocks of a document that a reader may see, in a language."""
    text, headed = document.texts[language], False
    for block in text.blocks:
        headed = headed or block.kind is Kind.HEADING
        if not teaching and is_for_teachers(name, block.kind):
            continue
        html, answer = block.html, None
        if not headed:  # heading levels must not be skipped
            html = mark_safe(str(html).replace("<h3>", "<h2>").replace("</h3>", "</h2>"))
        if block.kind is Kind.QUESTION:
            question, _, rest = str(html).partition("<blockquote>")
            html, answer = mark_safe(question), mark_safe(f"<blockquote>{rest}")
        yield DocumentPart(
            key=block.key,
            kind=block.kind,
            title=PART_TITLES.get(block.kind, ""),
            html=html,
            heading=plain_text(mark_safe(found[1])) if (found := HEADING.search(html)) else "",
            answer=answer,
            check=text.checks.get(block.key),
        )


def link_lessons(html: Markup, address_of: Callable[[int], str]) -> Markup:
    """Return a text whose mentions of a lesson by its number lead there.

    `address_of` returns the address of a lesson, "" if there is none.
    """

    def link(found: re.Match[str]) -> str:
        address = address_of(int(found[1]))
        return f'<a href="{address}">{found[0]}</a>' if address else found[0]

    return mark_safe(LESSON_NUMBER.sub(link, str(html)))


def manifest_rows(manifest: Manifest, language: str) -> tuple[Sequence[str], Sequence[ManifestRow]]:
    """Return the manifest's columns and lines with every code in words."""
    words = manifest.words[language]
    heads = [words["columns"][column] for column in manifest.columns]
    return heads, [
        ManifestRow(
            cells=[
                _in_words(words, column, value)
                for column, value in zip(manifest.columns, row, strict=True)
            ]
        )
        for row in manifest.rows
    ]


def _in_words(words: Mapping[str, Mapping[str, str]], column: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(words["need"].get(str(each), str(each)) for each in value)
    return words.get(column, {}).get(str(value), str(value))
