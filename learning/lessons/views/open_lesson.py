"""A lesson that a reader has open: what the pages about it have in common."""

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from learning.content import registry
from learning.content.course import Lesson, LessonText
from learning.kit.background_forms import BACKGROUND
from learning.kit.languages import current_i18n
from learning.lessons import queries
from learning.lessons.actions import ReadingPosition
from learning.lessons.outline import LessonItem, ModuleItem, Outline
from learning.lessons.queries import LearnerContext
from learning.lessons.views.blueprint import context_of, outline_of


def line_of(outline: Outline, lesson: str) -> tuple[ModuleItem, LessonItem]:
    pairs = (pair for pair in outline.lessons() if pair[1].key == lesson)
    return next(pairs, None) or abort(404)


def open_lesson(edition: str, lesson: str) -> tuple[LearnerContext, LessonItem, LessonText]:
    """Return the reader's context for a lesson that they may write in; else 404.

    Their record is read only if the module is not open to all: then it may be to them.
    """
    context = context_of(edition)
    outline = outline_of(context, queries.EMPTY_RECORD)
    if not line_of(outline, lesson)[0].open:
        outline = outline_of(context)
    line, text = written_in(context, outline, lesson)
    return context, line, text


def written_in(
    context: LearnerContext, outline: Outline, lesson: str
) -> tuple[LessonItem, LessonText]:
    module, line = line_of(outline, lesson)
    known: Lesson = registry.course(context.edition.course).lessons[lesson]
    text = known.texts.get(current_i18n().language)
    if context.enrolment_id is None or not module.open or text is None:
        abort(404)
    return line, text


def neighbours(outline: Outline, lesson: str) -> tuple[LessonItem | None, LessonItem | None]:
    """Return the readable lessons before and after one."""
    lines = [line for module, line in outline.lessons() if module.open and line.is_written]
    keys = [line.key for line in lines]
    at = keys.index(lesson)
    before = lines[at - 1] if at else None
    return before, lines[at + 1] if at + 1 < len(lines) else None


def position_in(context: LearnerContext, lesson: str, block: str | None = None) -> ReadingPosition:
    return ReadingPosition(
        enrolment_id=context.enrolment_id or 0,
        edition_id=context.edition.id,
        lesson=lesson,
        block=block,
    )


def is_without_script() -> bool:
    """Whether a form is sent without a script, which keeps the reading position itself."""
    return not request.headers.get(BACKGROUND)


def redirect_to_block(edition: str, lesson: str, block: str | None = None) -> Response:
    anchor = f"b-{block}" if block else None
    return redirect(url_for(".show_lesson", edition=edition, lesson=lesson, _anchor=anchor), 303)
