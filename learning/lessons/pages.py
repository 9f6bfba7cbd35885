"""Page values of lessons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from learning.content.course import Block, Course, Source, Term
from learning.extension_points.page_lines import PageLine
from learning.kit.pages import Page
from learning.lessons.forms import NoteForm
from learning.lessons.note_list import NotedLesson
from learning.lessons.outline import LessonItem, ModuleItem, Outline
from learning.lessons.queries import LearnerEdition


@dataclass(frozen=True, kw_only=True)
class CoursePage(Page):
    template: ClassVar[str] = "lessons/course.html"

    edition: LearnerEdition
    course: Course
    outline: Outline
    studying: bool
    modules: Markup
    lines: Sequence[tuple[str, Sequence[PageLine]]]  # under their headings
    common_documents: Markup


class OutlineEntry(NamedTuple):
    """An entry of a module's outline: its address, "" while it is closed."""

    address: str
    title: str
    done: bool
    current: bool


@dataclass(frozen=True, kw_only=True)
class LessonPage(Page):
    """A lesson; `headings` are (anchor, title), `percent` is the share read."""

    template: ClassVar[str] = "lessons/lesson.html"

    edition: LearnerEdition
    line: LessonItem
    module: ModuleItem
    number: int
    outline: Sequence[OutlineEntry]
    headings: Sequence[tuple[str, str]]
    previous: LessonItem | None
    next: LessonItem | None
    blocks: Markup
    references: Markup
    position: str | None
    position_heading: str
    percent: int
    studying: bool
    unanswered: str | None


@dataclass(frozen=True, kw_only=True)
class ClosedPage(Page):
    """A lesson that is not open yet, or not written yet."""

    template: ClassVar[str] = "lessons/closed.html"

    edition: LearnerEdition
    module: ModuleItem
    line: LessonItem


@dataclass(frozen=True, kw_only=True)
class NotePlacesPage(Page):
    """The blocks of a lesson that can have a note, by the heading above them."""

    template: ClassVar[str] = "lessons/note_places.html"

    edition: LearnerEdition
    line: LessonItem
    sections: Sequence[tuple[str, Sequence[Block]]]


@dataclass(frozen=True, kw_only=True)
class NotePage(Page):
    """A note and its form; `back` is where its links lead, `other` what is stored meanwhile."""

    template: ClassVar[str] = "lessons/note.html"

    edition: LearnerEdition
    line: LessonItem
    block: Block
    form: NoteForm
    back: str
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class NotesPage(Page):
    """The notes that fit `query`, by lesson, of `total`; the lessons with a bookmark."""

    template: ClassVar[str] = "lessons/notes.html"

    edition: LearnerEdition
    query: str
    lessons: Sequence[NotedLesson]
    total: int
    now: datetime
    bookmarked: Sequence[tuple[ModuleItem, LessonItem]]

    @property
    def number(self) -> int:
        return sum(len(lesson.entries) for lesson in self.lessons)


class TermUse(NamedTuple):
    """A place in a lesson that links to a term; `path` is relative, for the page is long.

    `number` counts the module, then the lesson in it.
    """

    number: str
    path: str


@dataclass(frozen=True, kw_only=True)
class GlossaryPage(Page):
    """The terms that fit `query` by their first letter, and the sources that they name.

    `terms` are all, by key; `uses` are the places in lessons that link to them.
    """

    template: ClassVar[str] = "lessons/glossary.html"

    edition: LearnerEdition
    query: str
    number: int
    letters: Sequence[tuple[str, Sequence[Term]]]
    terms: Mapping[str, Term]
    sources: Mapping[str, Source]
    uses: Mapping[str, Sequence[TermUse]]
