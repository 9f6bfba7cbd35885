"""The course as one reader sees it: what is open, what is done, what comes next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from learning.catalogue.models import EditionStatus
from learning.content.course import Course, Lesson, Module
from learning.lessons import rules
from learning.lessons.queries import Here, Kept
from learning.lessons.rules import Step


@dataclass(frozen=True, kw_only=True)
class LessonLine:
    """One lesson in the outline; `size` is the page's text in bytes, before compression."""

    key: str
    title: str
    minutes: int
    size: int
    written: bool
    opened: bool
    done: bool
    bookmarked: bool
    block: str | None


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
    """Six modules, and the lesson to go on with; None when all that is open is done."""

    modules: Sequence[ModuleLine]
    next: LessonLine | None

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

    def module_of(self, lesson: str) -> ModuleLine | None:
        """Return the module that a lesson belongs to."""
        return next((module for module, line in self.lessons() if line.key == lesson), None)


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
    steps = [
        Step(lesson=line.key, open=module.open and line.written, done=line.done)
        for module in modules
        for line in module.lessons
    ]
    onward = rules.next_step(steps, reader.here.lesson)
    lines = {line.key: line for module in modules for line in module.lessons}
    return Outline(modules=modules, next=lines[onward] if onward else None)


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
        lessons=[_lesson(lesson, reader) for lesson in module.lessons],
    )


def _lesson(lesson: Lesson, reader: Reader) -> LessonLine:
    progress = reader.kept.progress.get(lesson.key)
    text = lesson.texts.get(reader.language)
    return LessonLine(
        key=lesson.key,
        title=lesson.title[reader.language],
        minutes=lesson.minutes,
        size=text.size if text else 0,
        written=text is not None,
        opened=progress is not None,
        done=bool(progress and progress.done),
        bookmarked=bool(progress and progress.bookmarked),
        block=progress.block if progress else None,
    )
