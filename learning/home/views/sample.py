"""The sample lesson of a course: open to everybody, read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.content import registry
from learning.content.course import Course, Lesson, LessonText, Module, Source, Term
from learning.home.views.blueprint import bp
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page


@dataclass(frozen=True, kw_only=True)
class SamplePage(Page):
    template: ClassVar[str] = "home/sample.html"

    course: Course
    module: Module
    lesson: Lesson
    text: LessonText
    terms: Sequence[Term]
    sources: Sequence[Source]


@bp.get("/courses/<course>/sample", needs=Permission.OPEN_TO_ALL)
def show_sample(course: str) -> ResponseReturnValue:
    """Show the lesson that the course opens to visitors; nothing of it is counted or kept."""
    known = registry.courses().get(course) or abort(404)
    lesson = known.lessons.get(known.sample_lesson) or abort(404)
    text = lesson.texts[current_i18n().language]
    page = SamplePage(
        course=known,
        module=next(module for module in known.modules if module.key == lesson.module),
        lesson=lesson,
        text=text,
        terms=[known.terms[key] for key in text.terms],
        sources=[known.sources[key] for key in text.sources],
    )
    return render_page(page)
