"""Search over lessons, documents, glossary: equal results on both databases.

User input never reaches the full-text syntax of a database: it is reduced to stems first, and each
stem is quoted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, literal_column, select, text
from sqlalchemy.orm import Session

from learning.content.course import Course
from learning.content.excerpts import excerpt
from learning.content.models import SearchEntry
from learning.kit.search import STOP, tokens, words

MAX_QUERY_WORDS = 12
# Statements are built once: building costs more than the database does.
HITS = select(
    SearchEntry.id,
    SearchEntry.kind,
    SearchEntry.key,
    SearchEntry.block,
    SearchEntry.title,
    SearchEntry.heading,
    SearchEntry.body,
).where(SearchEntry.id.in_(bindparam("ids", expanding=True)))


class FoundEntry(NamedTuple):
    """An entry of the index that matches: its id and its kind."""

    id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """A search result; `excerpt` has the words marked."""

    kind: str
    key: str
    block: str
    title: str
    heading: str
    excerpt: Markup


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search query: the stems of its words, and the last one as typed so far; "" for none."""

    language: str
    stems: Sequence[str]
    begun: str


def parse_query(typed: str, language: str) -> Query:
    """Return the query of a text; stop words are left out."""
    meant = [word for word in words(typed) if word not in STOP[language]][:MAX_QUERY_WORDS]
    stems = [stem for word in meant for stem in tokens(word, language)]
    return Query(language=language, stems=stems, begun=meant[-1] if meant else "")


def find_entries(
    session: Session, course: Course, query: Query, modules: Collection[str]
) -> list[FoundEntry]:
    """Return the entries that match all words of a query, the best first.

    Only what belongs to `modules` is searched, those that are open to the reader, and what
    belongs to no module. More words never match more. Entries whose title has the words come
    first, then glossary terms, then the order of the course.
    """
    if not query.stems:
        return []
    dialect = session.get_bind().dialect.name
    parameters = {
        "course": course.key,
        "language": query.language,
        "modules": ["", *modules],
        "match": _match_text(dialect, query),
    }
    rows = session.connection().execute(_found_by(dialect), parameters).all()
    stems = set(query.stems)

    def rank(row: Row[int, str, str, int]) -> tuple[int, int, int]:
        return (
            -len(stems.intersection(row.title_tokens.split())),
            row.kind != "term",
            row.position,
        )

    return [FoundEntry(row.id, row.kind) for row in sorted(rows, key=rank)]


def load_hits(session: Session, query: Query, ids: Sequence[int]) -> list[SearchHit]:
    """Return search hits for these ids, in their order."""
    rows = {row.id: row for row in session.connection().execute(HITS, {"ids": ids})}
    return [
        SearchHit(
            kind=row.kind,
            key=row.key,
            block=row.block,
            title=row.title,
            heading=row.heading,
            excerpt=excerpt(row.body, query.stems, query.begun, query.language),
        )
        for row in (rows[each] for each in ids)
    ]


@lru_cache
def _found_by(dialect: str) -> Select[int, str, str, int]:
    """Return the query for entries whose stems fit a text of `_match_text`."""
    if dialect == "sqlite":
        rowid: ColumnElement[int] = literal_column("rowid")
        matching = select(rowid).select_from(text("search_index"))
        rows = matching.where(text("search_index MATCH :match"))
        matches: ColumnElement[bool] = SearchEntry.id.in_(rows.scalar_subquery())
    else:
        vector: ColumnElement[object] = literal_column("search_entries.vector")
        expression = func.to_tsquery(literal_column("'simple'"), bindparam("match"))
        matches = vector.op("@@")(expression)
    return select(
        SearchEntry.id, SearchEntry.kind, SearchEntry.title_tokens, SearchEntry.position
    ).where(
        SearchEntry.course == bindparam("course"),
        SearchEntry.language == bindparam("language"),
        SearchEntry.module.in_(bindparam("modules", expanding=True)),
        matches,
    )


def _match_text(dialect: str, query: Query) -> str:
    """Return what asks the index for every stem, the last one also as a prefix."""
    *whole, stem = query.stems
    last = sorted({stem, query.begun})
    if dialect == "sqlite":
        parts = [f'"{each}"' for each in whole]
        parts.append("(" + " OR ".join(f'"{each}"*' for each in last) + ")")
        return " AND ".join(parts)
    parts = [f"'{each}'" for each in whole]
    parts.append("(" + " | ".join(f"'{each}':*" for each in last) + ")")
    return " & ".join(parts)
