"""The index of the search over lessons, documents and glossary, derived from the course files."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from learning.content.course import ALL, Block, Course, Document, Kind, Module, Reading
from learning.content.documents import TITLES, is_for_teachers
from learning.content.models import CourseTitle, SearchEntry, SearchRevision
from learning.content.readings import reading_title
from learning.kit import folding, search
from learning.kit.i18n import i18n_for
from learning.kit.search import STOP, tokens, words

Entries = Sequence[dict[str, str | int]]  # rows of the index


@dataclass(frozen=True, kw_only=True)
class Section:
    """The part of a lesson or a document from one heading to the next."""

    block: str
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class IndexedText:
    """An entry of the index: a section of a lesson or a document, or a term."""

    language: str
    kind: str
    key: str
    title: str
    text: str
    module: str = ""
    block: str = ""
    heading: str = ""


def entries(course: Course) -> Entries:
    """Return the rows of a course's index."""
    return [_entry(course, *numbered) for numbered in enumerate(_indexed_texts(course))]


def index_course(
    session: Session, course: Course, make_entries: Callable[[Course], Entries] = entries
) -> bool:
    """Rebuild the index of a course if its files changed; return whether they did."""
    indexed, revision = (
        session.get(SearchRevision, course.key),
        f"{course.revision}.{index_version()}",
    )
    if indexed and indexed.revision == revision:
        return False
    session.execute(delete(SearchEntry).where(SearchEntry.course == course.key))
    if rows := make_entries(course):
        session.execute(insert(SearchEntry), rows)
    session.execute(delete(CourseTitle).where(CourseTitle.course == course.key))
    titles = [
        {"course": course.key, "language": language, "title": title}
        for language, title in course.title.items()
    ]
    session.execute(insert(CourseTitle), titles)
    session.merge(SearchRevision(course=course.key, revision=revision))
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))
    else:  # without figures PostgreSQL reads every entry instead of the index of words
        session.execute(text("ANALYZE search_entries"))
    return True


def _entry(course: Course, position: int, source: IndexedText) -> dict[str, str | int]:
    heading, language = f"{source.title} {source.heading}", source.language
    return {
        "course": course.key,
        "language": language,
        "kind": source.kind,
        "key": source.key,
        "module": source.module,
        "block": source.block,
        "position": position,
        "title": source.title,
        "heading": source.heading,
        "body": source.text,
        "title_tokens": " ".join(tokens(heading, language)),
        "tokens": " ".join(_indexed(f"{heading} {source.text}", language)),
    }


def _indexed(text: str, language: str) -> list[str]:
    """Return a text's stems, and its words as they are, for prefix search."""
    stems = tokens(text, language)
    return [*stems, *sorted({word for word in words(text) if word not in STOP[language]})]


def _indexed_texts(course: Course) -> Iterator[IndexedText]:
    """Return all entries, in the order of the course."""
    for lesson in course.lessons.values():
        for language, lesson_text in lesson.texts.items():
            for section in sections(lesson_text.blocks):
                yield IndexedText(
                    language=language,
                    kind="lesson",
                    key=lesson.key,
                    module=lesson.module,
                    title=lesson.title[language],
                    block=section.block,
                    heading=section.heading,
                    text=section.text,
                )
    yield from _documents(course)
    for term in course.terms.values():
        for language, name in term.name.items():
            definition = term.definition[language]
            yield IndexedText(
                language=language, kind="term", key=term.key, title=name, text=definition
            )


def _documents(course: Course) -> Iterator[IndexedText]:
    """Return the documents that participants may read, a module's first."""
    for module in course.modules:
        for name, document in module.documents.items():
            yield from _document(name, document, module)
        for reading in module.readings:
            yield from _summary(reading, module)
    for name, document in course.work.documents.items():
        yield from _document(name, document, None)


@lru_cache
def index_version() -> str:
    """Return a short hash over what shapes the index besides a course's files.

    That is the labels of documents, and the code that splits texts into words.
    """
    titles = [i18n_for(each, "UTC").gettext(TITLES[name]) for each in ALL for name in TITLES]
    digest = hashlib.sha256("|".join(titles).encode())
    for path in (__file__, search.__file__, folding.__file__):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:8]


def _document(name: str, document: Document, module: Module | None) -> Iterator[IndexedText]:
    for language, text_of in () if is_for_teachers(name) else document.texts.items():
        title = i18n_for(language, "UTC").gettext(TITLES[name])
        blocks = [block for block in text_of.blocks if not is_for_teachers(name, block.kind)]
        yield from _sections(document.key, blocks, module, (title, language))


def _summary(reading: Reading, module: Module) -> Iterator[IndexedText]:
    for language, text_of in reading.summary.texts.items():
        title = reading_title(module, reading, language)
        yield from _sections(reading.summary.key, text_of.blocks, module, (title, language))


def _sections(
    key: str, blocks: Sequence[Block], module: Module | None, named: tuple[str, str]
) -> Iterator[IndexedText]:
    """Return the entries of a text; `named` is its title, and the language of both."""
    title, language = named
    for section in sections(blocks):
        yield IndexedText(
            language=language,
            kind="document",
            key=key,
            module=module.key if module else "",
            title=f"{title} · {module.title[language]}" if module else title,
            block=section.block,
            heading=section.heading,
            text=section.text,
        )


def sections(blocks: Sequence[Block]) -> Iterator[Section]:
    """Return the sections of a text; a check's answers belong to the section it stands in."""
    block, heading, parts = "", "", list[str]()
    for each in blocks:
        if each.kind is Kind.HEADING:
            yield Section(block=block, heading=heading, text=" ".join(parts))
            block, heading, parts = each.key, each.plain, []
        elif each.kind not in {Kind.SOURCES, Kind.FIGURE}:
            parts.append(each.plain)
    yield Section(block=block, heading=heading, text=" ".join(parts))
