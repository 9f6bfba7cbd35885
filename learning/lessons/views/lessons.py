"""Pages of lessons, and what a reader does in them."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response

from learning.access.form_post import form_post
from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.content import registry
from learning.content.check_snapshots import check_content
from learning.content.course import Check, Kind, LessonText
from learning.extension_points.page_lines import PageKind, PageLine
from learning.kit import conditional_get
from learning.kit.database import end_read
from learning.kit.db import database, db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n, keep_place
from learning.kit.pages import render_page
from learning.kit.time import now
from learning.lessons import actions, fragments, queries, rules
from learning.lessons.actions import Answer, ReadingPosition
from learning.lessons.marks import LessonMarks
from learning.lessons.pages import ClosedPage, LessonPage
from learning.lessons.queries import LearnerContext
from learning.lessons.views.blueprint import bp, context_of, lines_of, outline_of, today_of
from learning.lessons.views.module_nav import outline_entries
from learning.lessons.views.open_lesson import (
    is_without_script,
    line_of,
    neighbours,
    open_lesson,
    position_in,
    redirect_to_block,
    written_in,
)


@bp.get("/lessons/<lesson>", needs=Permission.READ_LESSONS)
def show_lesson(edition: str, lesson: str) -> ResponseReturnValue:
    context = context_of(edition)
    course = registry.course(context.edition.course)
    lines = _lines(context, lesson)
    keys = (course.revision, context.keys, today_of(context), lines)
    if same := conditional_get.not_modified(lesson, *keys):
        return same
    moved = context.lesson != lesson and lesson in course.written_lessons
    if context.enrolment_id and moved and not current_actor().read_only:
        _record_opened(position_in(context, lesson))
    return conditional_get.with_etag(_lesson_page(context, lesson, lines=lines))


def _record_opened(position: ReadingPosition) -> None:
    """Remember which lesson was opened last, in a transaction of its own."""
    end_read(db())  # on SQLite our own open read would keep the write waiting
    with database().transaction() as session:
        actions.record_opened(session, position, now=now())


def _lesson_page(
    context: LearnerContext,
    key: str,
    unanswered: str | None = None,
    late: tuple[str, Sequence[int]] | None = None,
    lines: Sequence[PageLine] | None = None,
) -> str | tuple[str, int]:
    course, record = (
        registry.course(context.edition.course),
        queries.learner_record(db(), context.enrolment_id, key),
    )
    outline = outline_of(context, record)
    lesson = course.lessons.get(key) or abort(404)
    module, line = line_of(outline, key)
    text = lesson.texts.get(current_i18n().language)
    if text is None or not module.open:
        return render_page(ClosedPage(edition=context.edition, module=module, line=line)), 403
    if line.block:  # a script knows the paragraph that is being read; without one, the last one
        keep_place(f"b-{line.block}")
    before, after = neighbours(outline, key)
    marks = replace(record.marks, unanswered=unanswered, late=late)
    page = LessonPage(
        edition=context.edition,
        line=line,
        module=module,
        number=module.lessons.index(line) + 1,
        outline=outline_entries(context, module, lines or _lines(context, key), record),
        headings=[(f"b-{b.key}", b.plain) for b in text.blocks if b.kind is Kind.HEADING],
        previous=before,
        next=after,
        blocks=_blocks(context, text, key, marks),
        references=fragments.render_references(_variant(context, text, key)),
        position=line.block,
        position_heading=text.section_of(line.block),
        percent=rules.percent_read(text.keys, line.block, done=line.done),
        studying=bool(context.enrolment_id),
        unanswered=marks.rejected,
    )
    return render_page(page)


def _blocks(context: LearnerContext, text: LessonText, key: str, marks: LessonMarks) -> Markup:
    """Return the text with the reader's marks; their notes are never shown to an impersonator."""
    if current_actor().read_only:
        marks = replace(marks, notes={})
    reader = str(context.enrolment_id or "")
    return fragments.render_blocks(_variant(context, text, key), marks, reader)


def _lines(context: LearnerContext, lesson: str) -> Sequence[PageLine]:
    """Return what packages show on the page of a lesson."""
    known = registry.course(context.edition.course).lessons.get(lesson) or abort(404)
    lines = lines_of(context, PageKind.LESSON, [known.module], lesson)
    return [*lines.get(known.module, ()), *lines.get("", ())]


def _variant(context: LearnerContext, text: LessonText, key: str) -> fragments.LessonVariant:
    edition, studying = context.edition, bool(context.enrolment_id)
    return fragments.variant_of(
        edition.course, edition.code, (key, text.language), studying=studying
    )


@bp.post("/lessons/<lesson>/position", needs=Permission.SAVE_PROGRESS)
@form_post(idempotent=True, has_form=False)
def save_position(edition: str, lesson: str) -> ResponseReturnValue:
    """Store the reading position, sent by a script while reading, or by a button."""
    context, _, text = open_lesson(edition, lesson)
    block = request.form.get("block", "")
    if block not in text.keys:
        abort(404)
    actions.save_position(db(), position_in(context, lesson, block), now=now())
    if request.headers.get("X-Background"):
        return "", 204
    flash(current_i18n().gettext(N_("Your place is kept. You can go on from here on any device.")))
    return redirect_to_block(edition, lesson, block)


@bp.post("/lessons/<lesson>/done", needs=Permission.SAVE_PROGRESS)
@form_post(idempotent=True, has_form=False)
def mark_done(edition: str, lesson: str) -> ResponseReturnValue:
    """Mark a lesson as done (`done=1`) and go on, or undo it (`done=0`)."""
    context = context_of(edition)
    outline = outline_of(context)
    written_in(context, outline, lesson)
    done = request.form.get("done") == "1"
    actions.mark_done(db(), position_in(context, lesson), done=done, now=now())
    after = neighbours(outline, lesson)[1]  # what is done changes nothing in their order
    if not done:
        return redirect_to_block(edition, lesson)
    if after is None:
        flash(current_i18n().gettext(N_("Done. That was the last lesson that is open now.")))
        return redirect(url_for(".show_course", edition=edition), 303)
    flash(current_i18n().gettext(N_("Done. Here is the next lesson.")))
    return redirect_to_block(edition, after.key)


@bp.post("/lessons/<lesson>/bookmark", needs=Permission.SAVE_PROGRESS)
@form_post(idempotent=True, has_form=False)
def bookmark(edition: str, lesson: str) -> ResponseReturnValue:
    context, _, _ = open_lesson(edition, lesson)
    is_bookmarked = request.form.get("keep") == "1"
    actions.bookmark(db(), position_in(context, lesson), is_bookmarked=is_bookmarked, now=now())
    return redirect_to_block(edition, lesson)


@bp.post("/lessons/<lesson>/checks/<check>", needs=Permission.SAVE_PROGRESS)
@form_post(idempotent=True, has_form=False)
def answer_check(edition: str, lesson: str, check: str) -> ResponseReturnValue:
    """Store an answer to a knowledge check; the page then shows what is right and why."""
    context, _, text = open_lesson(edition, lesson)
    question: Check = text.checks.get(check) or abort(404)
    chosen = rules.chosen_numbers(request.form.getlist("answer"), len(question.answers)) or []
    base = rules.chosen_numbers(request.form.get("base", "").split(), len(question.answers)) or []
    position = position_in(context, lesson, check)
    if request.form.get("again"):
        done = actions.clear_answer(db(), position, check, base, now=now())
    elif chosen:
        right = rules.is_right(chosen, [a.number for a in question.answers if a.right])
        content = check_content(context.edition.course, lesson, text.language, question)
        answer = Answer(check=check, chosen=chosen, right=right, base=base, content=content)
        done = actions.answer_check(
            db(), position, answer, now=now(), keep_place=is_without_script()
        )
    else:
        return _with_status(_lesson_page(context, lesson, unanswered=check), 422)
    if not done:
        return _with_status(_lesson_page(context, lesson, late=(check, chosen)), 409)
    return redirect_to_block(edition, lesson, check)


def _with_status(page: str | tuple[str, int], status: int) -> Response:
    return make_response(page if isinstance(page, tuple) else (page, status))
