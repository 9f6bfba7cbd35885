"""What stands beside the lessons, as a page shows it: guides, plans, briefs, the laboratory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from learning.content.course import Check, Course, Document, Kind, Module
from learning.content.documents import TITLES, is_for_teachers
from learning.content.pieces import Manifest
from learning.kit.i18n import N_
from learning.kit.text import trust

WORK = "work"
TITLED = {
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
class Entry:
    """A line of the course home for something beside the lessons; `minutes` 0 if not counted."""

    key: str
    title: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """A block of a document as shown; `answer` is what stands behind a fold."""

    key: str
    kind: Kind
    title: str
    html: Markup
    answer: Markup | None = None
    check: Check | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person of the manifest, in words."""

    cells: Sequence[str]


def entries_of(course: Course, module: Module) -> list[Entry]:
    """Return what a module has beside its lessons, with its minutes."""
    minutes = {**course.minutes, "page": course.minutes.get("file", 0)}
    return [
        Entry(key=document.key, title=TITLES[name], minutes=minutes.get(name, 0))
        for name, document in module.documents.items()
    ]


def common_entries(course: Course, *, teaching: bool) -> list[Entry]:
    """Return the documents of the whole course, in the order in which they are needed."""
    names = {"project": "final_project", "peer": "peer_assessment", "group": "group_exercise"}
    minutes = course.extra_minutes
    return [
        Entry(
            key=f"{WORK}-{name}",
            title=title,
            minutes=minutes.get(names.get(name, name), 0),
        )
        for name, title in TITLES.items()
        if name in course.work.documents and (teaching or not is_for_teachers(name))
    ]


def find(course: Course, key: str) -> tuple[str, Document, Module | None] | None:
    """Return a document's name, itself, and its module; None if there is no such document."""
    folder, _, name = key.partition("-")
    if folder == WORK and name in course.work.documents:
        return name, course.work.documents[name], None
    for module in course.modules:
        if module.key == folder and name in module.documents:
            return name, module.documents[name], module
    return None


def parts(name: str, document: Document, language: str, *, teaching: bool) -> Iterator[Part]:
    """Yield the blocks of a document that somebody may see, in a language."""
    text, headed = document.texts[language], False
    for block in text.blocks:
        headed = headed or block.kind is Kind.HEADING
        if not teaching and is_for_teachers(name, block.kind):
            continue
        html, answer = block.html, None
        if not headed:  # a title may not skip a level
            html = trust(str(html).replace("<h3>", "<h2>").replace("</h3>", "</h2>"))
        if block.kind is Kind.QUESTION:
            question, _, rest = str(html).partition("<blockquote>")
            html, answer = trust(question), trust(f"<blockquote>{rest}")
        yield Part(
            key=block.key,
            kind=block.kind,
            title=TITLED.get(block.kind, ""),
            html=html,
            answer=answer,
            check=text.checks.get(block.key),
        )


def people(manifest: Manifest, language: str) -> tuple[Sequence[str], Sequence[Line]]:
    """Return the manifest's columns and lines with every code in words."""
    words = manifest.words[language]
    heads = [words["columns"][column] for column in manifest.columns]
    return heads, [
        Line(
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
