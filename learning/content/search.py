"""Search over lessons and glossary: the same words find the same places on both databases.

The index is derived from the course files. What people type never reaches the full-text syntax of
a database: it is cut into stems first, and each stem is quoted.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape
from sqlalchemy import (
    ColumnElement,
    Select,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from learning.content.course import Course, Kind, LessonText
from learning.content.models import SearchEntry, SearchRevision
from learning.kit.search import STOP, tokens, words

MARKED = Markup("<mark>{}</mark>")
Entries = Sequence[dict[str, str | int]]  # rows of the index
ELLIPSIS, EMPTY = Markup("…"), Markup("")
MOST_WORDS, MOST_FOUND = 12, 50
AROUND = 14  # words on each side of the first one found


@dataclass(frozen=True, kw_only=True)
class Section:
    """A stretch of a lesson from one heading to the next."""

    block: str
    heading: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Something that can be found: a section of a lesson, or a term."""

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
    indexed = session.get(SearchRevision, course.key)
    if indexed and indexed.revision == course.revision:
        return False
    session.execute(delete(SearchEntry).where(SearchEntry.course == course.key))
    if rows := made(course):
        session.execute(insert(SearchEntry), rows)
    session.merge(SearchRevision(course=course.key, revision=course.revision))
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("INSERT INTO search_index (search_index) VALUES ('rebuild')"))
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
            for section in sections(lesson_text):
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
    for term in course.terms.values():
        for language, name in term.name.items():
            definition = term.definition[language]
            yield Place(language=language, kind="term", key=term.key, title=name, text=definition)


def sections(lesson: LessonText) -> Iterator[Section]:
    """Return the sections of a lesson; a check's answers belong to the section it stands in."""
    block, heading, parts = "", "", list[str]()
    for each in lesson.blocks:
        if each.kind is Kind.HEADING:
            yield Section(block=block, heading=heading, text=" ".join(parts))
            block, heading, parts = each.key, each.plain, []
        elif each.kind not in {Kind.SOURCES, Kind.FIGURE}:
            parts.append(each.plain)
    yield Section(block=block, heading=heading, text=" ".join(parts))


def find(
    session: Session, course: Course, query: str, language: str, modules: Collection[str]
) -> Sequence[Found]:
    """Return where all the words of a query stand; the last word may be only begun.

    Only lessons of `modules` are searched, those that are open to the reader. Places whose title
    has the words come first, then glossary terms, then the order of the course.
    """
    stems = tokens(query, language)[:MOST_WORDS]
    begun = words(query)[-1:] or [""]
    if not stems:
        return []
    rows = session.scalars(
        _matching(session, stems, begun[0])
        .where(SearchEntry.course == course.key, SearchEntry.language == language)
        .where(or_(SearchEntry.module.in_(modules), SearchEntry.kind == "term"))
        .order_by(SearchEntry.position)
        .limit(MOST_FOUND * 4)
    ).all()

    def rank(entry: SearchEntry) -> tuple[int, int, int]:
        title = set(entry.title_tokens.split())
        return (-len(title & set(stems)), entry.kind != "term", entry.position)

    return [_found(entry, query, language) for entry in sorted(rows, key=rank)[:MOST_FOUND]]


def _matching(session: Session, stems: Sequence[str], begun: str) -> Select[SearchEntry]:
    """Return the entries that have every stem, the last one also as a beginning."""
    last = sorted({stems[-1], begun})
    if session.get_bind().dialect.name == "sqlite":
        parts = [f'"{stem}"' for stem in stems[:-1]]
        parts.append("(" + " OR ".join(f'"{each}"*' for each in last) + ")")
        match = text("search_index MATCH :match").bindparams(match=" AND ".join(parts))
        rowid: ColumnElement[int] = literal_column("rowid")
        found = select(rowid).select_from(text("search_index")).where(match)
        return select(SearchEntry).where(SearchEntry.id.in_(found.scalar_subquery()))
    parts = [f"'{stem}'" for stem in stems[:-1]]
    parts.append("(" + " | ".join(f"'{each}':*" for each in last) + ")")
    vector = func.to_tsvector(literal_column("'simple'"), SearchEntry.tokens)
    query = func.to_tsquery(literal_column("'simple'"), " & ".join(parts))
    matches: ColumnElement[bool] = vector.op("@@")(query)
    return select(SearchEntry).where(matches)


def _found(entry: SearchEntry, query: str, language: str) -> Found:
    return Found(
        kind=entry.kind,
        key=entry.key,
        block=entry.block,
        title=entry.title,
        heading=entry.heading,
        excerpt=excerpt(entry.body, query, language),
    )


def _hit(piece: str, wanted: set[str], begun: str, language: str) -> bool:
    """Whether a piece of text has a word that was looked for, or begins like the last one."""
    stems, plain = _forms(piece, language)
    return bool(begun and plain.startswith(begun)) or not wanted.isdisjoint(stems)


@lru_cache(maxsize=50_000)  # a course has some ten thousand different words
def _forms(piece: str, language: str) -> tuple[frozenset[str], str]:
    """Return the stems of a piece of text between two blanks, and its last word without accents."""
    return frozenset(tokens(piece, language)), (words(piece)[-1:] or [""])[0]


def excerpt(body: str, query: str, language: str) -> Markup:
    """Return a cut of a text around the first word found, escaped, the words marked."""
    wanted, begun = set(tokens(query, language)), (words(query)[-1:] or [""])[0]
    pieces = body.split(" ")
    hits = (at for at, piece in enumerate(pieces) if _hit(piece, wanted, begun, language))
    begin = max(0, next(hits, 0) - AROUND)
    shown = [
        MARKED.format(piece) if _hit(piece, wanted, begun, language) else escape(piece)
        for piece in pieces[begin : begin + 2 * AROUND]
    ]
    if begin + 2 * AROUND < len(pieces):
        shown.append(ELLIPSIS)
    return (ELLIPSIS + " " if begin else EMPTY) + Markup(" ").join(shown)
