"""The course as one reader sees it: what is open, what is done, what comes next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from learning.catalogue.models import EditionStatus
from learning.content.course import Course, Lesson, Module
from learning.lessons import rules
from learning.lessons.queries import Here, Kept, Progress
from learning.lessons.rules import Step


@dataclass(frozen=True)
class LessonLine:
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
        return self.lesson.texts[self.language].size if self.written else 0

    @property
    def written(self) -> bool:
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
class ModuleLine:
    """One module in the outline."""

    key: str
    week: int
    title: str
    objectives: Sequence[str]
    opens_on: date
    open: bool
    lessons: Sequence[LessonLine]

    @property
    def done(self) -> int:
        return sum(lesson.done for lesson in self.lessons)

    @property
    def written(self) -> int:
        return sum(lesson.written for lesson in self.lessons)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def finished(self) -> bool:
        return bool(self.written) and self.done == self.written


@dataclass(frozen=True, kw_only=True)
class Outline:
    """Six modules, and which lesson was open last."""

    modules: Sequence[ModuleLine]
    last: str | None

    @cached_property
    def next(self) -> LessonLine | None:
        """The lesson to go on with; None when all that is open is done."""
        steps = [
            Step(lesson=line.key, open=module.open and line.written, done=line.done)
            for module, line in self.lessons()
        ]
        onward = rules.next_step(steps, self.last)
        return next((line for _, line in self.lessons() if line.key == onward), None)

    @property
    def done(self) -> int:
        return sum(module.done for module in self.modules)

    @property
    def written(self) -> int:
        return sum(module.written for module in self.modules)

    def lessons(self) -> Iterator[tuple[ModuleLine, LessonLine]]:
        for module in self.modules:
            for lesson in module.lessons:
                yield module, lesson


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads, where they are, in which language, on which day of the edition."""

    here: Here
    kept: Kept
    language: str
    today: date


def draw_outline(course: Course, reader: Reader) -> Outline:
    """Return the outline of a course for one reader."""
    modules = [_module(module, reader) for module in course.modules]
    return Outline(modules=modules, last=reader.here.lesson)


def _module(module: Module, reader: Reader) -> ModuleLine:
    edition = reader.here.edition
    day = rules.opens_on(edition.starts_on, module.week, reader.kept.openings.get(module.key))
    staff = reader.here.enrolment_id is None
    return ModuleLine(
        key=module.key,
        week=module.week,
        title=module.title[reader.language],
        objectives=module.objectives[reader.language],
        opens_on=day,
        open=staff or reader.today >= day or edition.status is EditionStatus.FINISHED,
        lessons=[
            LessonLine(lesson, reader.language, reader.kept.progress.get(lesson.key))
            for lesson in module.lessons
        ],
    )
