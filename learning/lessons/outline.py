"""The course as one reader sees it: what is open, what is done, what comes next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from learning.catalogue.models import EditionStatus
from learning.content.course import Course, Lesson, Module
from learning.lessons import rules
from learning.lessons.queries import LearnerContext, LearnerRecord, Progress
from learning.lessons.rules import LessonStep


@dataclass(frozen=True)
class LessonItem:
    """One lesson in the outline; `size` is the page's text in bytes, before compression."""

    lesson: Lesson
    language: str
    progress: Progress | None

    @property
    def key(self) -> str:
        return self.lesson.key

    @property
    def title(self) -> str:
        return self.lesson.title[self.language]

    @property
    def minutes(self) -> int:
        return self.lesson.minutes

    @property
    def size(self) -> int:
        return self.lesson.texts[self.language].size if self.is_written else 0

    @property
    def is_written(self) -> bool:
        return self.language in self.lesson.texts

    @property
    def opened(self) -> bool:
        return self.progress is not None

    @property
    def done(self) -> bool:
        return self.progress is not None and self.progress.done

    @property
    def bookmarked(self) -> bool:
        return self.progress is not None and self.progress.bookmarked

    @property
    def block(self) -> str | None:
        return self.progress.block if self.progress else None


@dataclass(frozen=True, kw_only=True)
class ModuleItem:
    """One module in the outline."""

    key: str
    week: int
    title: str
    objectives: Sequence[str]
    opens_on: date
    open: bool
    lessons: Sequence[LessonItem]

    @property
    def done(self) -> int:
        return sum(lesson.done for lesson in self.lessons)

    @property
    def written_count(self) -> int:
        return sum(lesson.is_written for lesson in self.lessons)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def minutes_left(self) -> int:
        """Return how many minutes the lessons take that are not done."""
        return sum(line.minutes for line in self.lessons if line.is_written and not line.done)

    @property
    def finished(self) -> bool:
        return bool(self.written_count) and self.done == self.written_count


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The modules, and the lesson that was open last."""

    modules: Sequence[ModuleItem]
    last: str | None

    @cached_property
    def next(self) -> LessonItem | None:
        """The next lesson; None when all that is open is done."""
        steps = [
            LessonStep(lesson=line.key, open=module.open and line.is_written, done=line.done)
            for module, line in self.lessons()
        ]
        onward = rules.next_lesson(steps, self.last)
        return next((line for _, line in self.lessons() if line.key == onward), None)

    @property
    def done(self) -> int:
        return sum(module.done for module in self.modules)

    @property
    def written_count(self) -> int:
        return sum(module.written_count for module in self.modules)

    @property
    def minutes(self) -> int:
        """Return how many minutes the lessons take that are written."""
        return sum(line.minutes for _, line in self.lessons() if line.is_written)

    @property
    def minutes_done(self) -> int:
        return sum(line.minutes for _, line in self.lessons() if line.done)

    def lessons(self) -> Iterator[tuple[ModuleItem, LessonItem]]:
        for module in self.modules:
            for lesson in module.lessons:
                yield module, lesson


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The reader: state, language, day in the edition."""

    context: LearnerContext
    record: LearnerRecord
    language: str
    today: date


def build_outline(course: Course, reader: Reader) -> Outline:
    """Return the outline of a course for one reader."""
    modules = [_module(module, reader) for module in course.modules]
    return Outline(modules=modules, last=reader.context.lesson)


def _module(module: Module, reader: Reader) -> ModuleItem:
    edition = reader.context.edition
    day = rules.opens_on(edition.starts_on, module.week, reader.record.overrides.get(module.key))
    staff = reader.context.enrolment_id is None
    return ModuleItem(
        key=module.key,
        week=module.week,
        title=module.title[reader.language],
        objectives=module.objectives[reader.language],
        opens_on=day,
        open=staff or reader.today >= day or edition.status is EditionStatus.FINISHED,
        lessons=[
            LessonItem(lesson, reader.language, reader.record.progress.get(lesson.key))
            for lesson in module.lessons
        ],
    )
