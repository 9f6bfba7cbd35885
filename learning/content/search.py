"""Search over lessons, documents, glossary: the same words find the same on both databases.

The index is derived from the course files. What people type never reaches the full-text syntax of
a database: it is cut into stems first, and each stem is quoted.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup
from sqlalchemy import (
    ColumnElement,
    Row,
    delete,
    func,
    insert,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Session

from learning.content.course import ALL, Block, Course, Document, Kind, Module
from learning.content.documents import TITLES, is_for_teachers
from learning.content.excerpts import excerpt
from learning.content.models import SearchEntry, SearchRevision
from learning.kit import folding, search
from learning.kit.i18n import i18n_for
from learning.kit.search import STOP, tokens, words

Entries = Sequence[dict[str, str | int]]  # rows of the index
MOST_WORDS = 12
SHOWN = (
    SearchEntry.kind,
    SearchEntry.key,
    SearchEntry.block,
    SearchEntry.title,
    SearchEntry.heading,
)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A stretch of a lesson or a document from one heading to the next."""

    block: str
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Something that can be found: a section of a lesson or a document, or a term."""

    language: str
    kind: str
    key: str
    title: str
    text: str
    module: str = ""
    block: str = ""
    heading: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One place that was found; `excerpt` has the words marked."""

    kind: str
    key: str
    block: str
    title: str
    heading: str
    excerpt: Markup


def entries(course: Course) -> Entries:
    """Return the rows of a course's index."""
    return [_entry(course, *numbered) for numbered in enumerate(_places(course))]


def index_course(
    session: Session, course: Course, made: Callable[[Course], Entries] = entries
) -> bool:
    """Make the index of a course anew if its files changed; return whether they did."""
    indexed, revision = (
        session.get(SearchRevision, course.key),
        f"{course.revision}.{index_version()}",
    )
    if indexed and indexed.revision == revision:
        return False
    session.execute(delete(SearchEntry).where(SearchEntry.course == course.key))
    if rows := made(course):
        session.execute(insert(SearchEntry), rows)
    session.merge(SearchRevision(course=course.key, revision=revision))
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))
    else:  # without figures PostgreSQL reads every entry instead of the index of words
        session.execute(text("ANALYZE search_entries"))
    return True


def _entry(course: Course, position: int, place: Place) -> dict[str, str | int]:
    heading, language = f"{place.title} {place.heading}", place.language
    return {
        "course": course.key,
        "language": language,
        "kind": place.kind,
        "key": place.key,
        "module": place.module,
        "block": place.block,
        "position": position,
        "title": place.title,
        "heading": place.heading,
        "body": place.text,
        "title_tokens": " ".join(tokens(heading, language)),
        "tokens": " ".join(_indexed(f"{heading} {place.text}", language)),
    }


def _indexed(text: str, language: str) -> list[str]:
    """Return a text's stems, and its words as they are, so that one only begun is found too."""
    stems = tokens(text, language)
    return [*stems, *sorted({word for word in words(text) if word not in STOP[language]})]


def _places(course: Course) -> Iterator[Place]:
    """Return everything that can be found, in the order of the course."""
    for lesson in course.lessons.values():
        for language, lesson_text in lesson.texts.items():
            for section in sections(lesson_text.blocks):
                yield Place(
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
            yield Place(language=language, kind="term", key=term.key, title=name, text=definition)


def _documents(course: Course) -> Iterator[Place]:
    """Return what participants may read beside the lessons, a module's documents first."""
    for module in course.modules:
        for name, document in module.documents.items():
            yield from _document(name, document, module)
    for name, document in course.work.documents.items():
        yield from _document(name, document, None)


@lru_cache
def index_version() -> str:
    """Return a short hash over what shapes the index beside a course's files.

    That is what the documents are called, and the code that cuts texts into words.
    """
    titles = [i18n_for(each, "UTC").gettext(TITLES[name]) for each in ALL for name in TITLES]
    digest = hashlib.sha256("|".join(titles).encode())
    for path in (__file__, search.__file__, folding.__file__):
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:8]


def _document(name: str, document: Document, module: Module | None) -> Iterator[Place]:
    for language, text_of in () if is_for_teachers(name) else document.texts.items():
        title = i18n_for(language, "UTC").gettext(TITLES[name])
        blocks = [block for block in text_of.blocks if not is_for_teachers(name, block.kind)]
        for section in sections(blocks):
            yield Place(
                language=language,
                kind="document",
                key=document.key,
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


@dataclass(frozen=True, kw_only=True)
class Query:
    """What was typed: the stems of its words, and the last one as it was begun; "" for none."""

    language: str
    stems: Sequence[str]
    begun: str


def read_query(typed: str, language: str) -> Query:
    """Return the words of a query that mean something; articles and the like begin nothing."""
    meant = [word for word in words(typed) if word not in STOP[language]][:MOST_WORDS]
    stems = [stem for word in meant for stem in tokens(word, language)]
    return Query(language=language, stems=stems, begun=meant[-1] if meant else "")


def find(session: Session, course: Course, asked: Query, modules: Collection[str]) -> list[int]:
    """Return the ids of the entries in which all the words of a query stand, the best first.

    Only what belongs to `modules` is searched, those that are open to the reader, and what belongs
    to none. More words never find more. Places whose title has the words come first, then
    glossary terms, then the order of the course.
    """
    if not asked.stems:
        return []
    rows = session.execute(
        select(SearchEntry.id, SearchEntry.kind, SearchEntry.title_tokens, SearchEntry.position)
        .where(SearchEntry.course == course.key, SearchEntry.language == asked.language)
        .where(_matching(session, asked), SearchEntry.module.in_(["", *modules]))
    ).all()
    stems = set(asked.stems)

    def rank(row: Row[int, str, str, int]) -> tuple[int, int, int]:
        return (
            -len(stems.intersection(row.title_tokens.split())),
            row.kind != "term",
            row.position,
        )

    return [row.id for row in sorted(rows, key=rank)]


def show(session: Session, asked: Query, ids: Sequence[int]) -> list[Found]:
    """Return entries as they are shown, in the order of their ids here."""
    columns = (*SHOWN, SearchEntry.id, SearchEntry.body)
    rows = {
        row.id: row
        for row in session.execute(select(*columns).where(SearchEntry.id.in_(ids))).all()
    }
    return [
        Found(
            kind=row.kind,
            key=row.key,
            block=row.block,
            title=row.title,
            heading=row.heading,
            excerpt=excerpt(row.body, asked.stems, asked.begun, asked.language),
        )
        for row in (rows[each] for each in ids)
    ]


def _matching(session: Session, asked: Query) -> ColumnElement[bool]:
    """Return the condition of having every stem, the last one also as a beginning."""
    *whole, stem = asked.stems
    last = sorted({stem, asked.begun})
    if session.get_bind().dialect.name == "sqlite":
        parts = [f'"{each}"' for each in whole]
        parts.append("(" + " OR ".join(f'"{each}"*' for each in last) + ")")
        match = text("search_index MATCH :match").bindparams(match=" AND ".join(parts))
        rowid: ColumnElement[int] = literal_column("rowid")
        found = select(rowid).select_from(text("search_index")).where(match)
        return SearchEntry.id.in_(found.scalar_subquery())
    parts = [f"'{each}'" for each in whole]
    parts.append("(" + " | ".join(f"'{each}':*" for each in last) + ")")
    vector: ColumnElement[object] = literal_column("search_entries.vector")
    query = func.to_tsquery(literal_column("'simple'"), " & ".join(parts))
    matches: ColumnElement[bool] = vector.op("@@")(query)
    return matches
