"""Tables of content: what is searched, made again when files change, and what was used once."""

from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.database import Base


class SearchEntry(Base):
    """A section of a lesson or a document, or a term of the glossary, in one language.

    `tokens` are the stems of heading and text; SQLite indexes them with FTS5 (the table
    search_index), PostgreSQL as a tsvector (the column vector), and both find the same.
    """

    __tablename__ = "search_entries"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    course: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    kind: Mapped[str]  # "lesson", "document" or "term"
    key: Mapped[str]  # "m4-l2", "m4-page", or the key of the term
    module: Mapped[str]  # "m4"; empty for what belongs to no module
    block: Mapped[str]  # where the section begins; empty at the top
    position: Mapped[int]  # the order of the course
    title: Mapped[str]
    heading: Mapped[str]
    body: Mapped[str]
    title_tokens: Mapped[str]
    tokens: Mapped[str]


class SearchRevision(Base):
    """The revision of a course that the index was built from."""

    __tablename__ = "search_revisions"

    course: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[str]


class CourseTitle(Base):
    """The title of a course in one language, stored with its index: for rows that copy it."""

    __tablename__ = "course_titles"

    course: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]


class ContentSnapshot(Base):
    """A piece of content as it was when somebody used it; see `content.snapshots`.

    Rows are neither changed nor deleted: what points to one is proof of what its text was.
    """

    __tablename__ = "content_snapshots"

    sha256: Mapped[str] = mapped_column(primary_key=True)  # of kind, key and json
    kind: Mapped[str]
    key: Mapped[str]
    json: Mapped[str]  # canonical: sorted keys, no spaces
