"""What each page of studying shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from learning.catalogue.models import Edition
from learning.content.course import Block, Course, Source, Term
from learning.kit.pages import Page
from learning.lessons.forms import NoteForm
from learning.lessons.models import Note
from learning.lessons.outline import LessonLine, ModuleLine, Outline


@dataclass(frozen=True, kw_only=True)
class CoursePage(Page):
    template: ClassVar[str] = "lessons/course.html"

    edition: Edition
    course: Course
    outline: Outline
    studying: bool
    modules: Markup
    rest: Markup


@dataclass(frozen=True, kw_only=True)
class LessonPage(Page):
    template: ClassVar[str] = "lessons/lesson.html"

    edition: Edition
    line: LessonLine
    module: ModuleLine
    previous: LessonLine | None
    next: LessonLine | None
    blocks: Markup
    tail: Markup
    place: str | None
    place_heading: str
    studying: bool
    unanswered: str | None


@dataclass(frozen=True, kw_only=True)
class ClosedPage(Page):
    """A lesson that is not open yet, or not written yet."""

    template: ClassVar[str] = "lessons/closed.html"

    edition: Edition
    module: ModuleLine
    line: LessonLine


@dataclass(frozen=True, kw_only=True)
class NotePage(Page):
    template: ClassVar[str] = "lessons/note.html"

    edition: Edition
    line: LessonLine
    block: Block
    form: NoteForm
    other: str = ""


@dataclass(frozen=True, kw_only=True)
class NotesPage(Page):
    template: ClassVar[str] = "lessons/notes.html"

    edition: Edition
    notes: Sequence[tuple[LessonLine, Sequence[Note]]]
    bookmarked: Sequence[LessonLine]


@dataclass(frozen=True, kw_only=True)
class GlossaryPage(Page):
    template: ClassVar[str] = "lessons/glossary.html"

    edition: Edition
    terms: Sequence[Term]
    sources: Mapping[str, Source]
