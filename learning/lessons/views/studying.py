"""Pages of studying: the course home, lessons, what a reader keeps while reading."""

from collections.abc import Sequence
from dataclasses import replace

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from learning.access.guard import actor
from learning.access.permissions import Permission
from learning.content import shelf
from learning.content.course import Block, Check, Lesson, LessonText
from learning.kit import fresh
from learning.kit.db import database, db, end_reading
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.time import now
from learning.lessons import actions, fragments, home_fragments, queries, rules
from learning.lessons.actions import Answer, Place
from learning.lessons.forms import NoteForm
from learning.lessons.outline import LessonLine, ModuleLine, Outline
from learning.lessons.pages import (
    ClosedPage,
    CoursePage,
    GlossaryPage,
    LessonPage,
    NotePage,
    NotesPage,
)
from learning.lessons.queries import Here
from learning.lessons.views.room import here_in, outline_of, room, today_in


@room.get("/", needs=Permission.READ_LESSONS)
def show_course(edition: str) -> ResponseReturnValue:
    here = here_in(edition)
    course, today = shelf.course(here.edition.course), today_in(here)
    keys = (course.revision, here.keys, today, _teaching(edition))
    if same := fresh.unchanged(*keys):
        return same
    outline, week = outline_of(here), (today - here.edition.starts_on).days // 7 + 1
    home = home_fragments.home_of(here, current().language, teaching=_teaching(edition))
    page = CoursePage(
        edition=here.edition,
        course=course,
        outline=outline,
        studying=home.studying,
        modules=home_fragments.draw_modules(home, outline, week),
        rest=home_fragments.draw_rest(home),
    )
    return fresh.stamped(show(page))


def _teaching(edition: str) -> bool:
    return actor().may(Permission.READ_EXPERT_NOTES, edition)


@room.get("/lessons/<lesson>", needs=Permission.READ_LESSONS)
def show_lesson(edition: str, lesson: str) -> ResponseReturnValue:
    here = here_in(edition)
    course = shelf.course(here.edition.course)
    keys = (course.revision, here.keys, today_in(here))
    if same := fresh.unchanged(lesson, *keys):
        return same
    moved = here.lesson != lesson and lesson in course.written
    if here.enrolment_id and moved and not actor().read_only:
        _note_opened(here.enrolment_id, lesson)
    return fresh.stamped(_lesson_page(here, lesson))


def _note_opened(enrolment_id: int, lesson: str) -> None:
    """Remember which lesson was opened last, in a transaction of its own."""
    end_reading(db())  # on SQLite our own open read would keep the write waiting
    with database().transaction() as session:
        place = Place(enrolment_id=enrolment_id, lesson=lesson)
        actions.open_lesson(session, place, now=now())


def _lesson_page(
    here: Here,
    key: str,
    unanswered: str | None = None,
    late: tuple[str, Sequence[int]] | None = None,
) -> str | tuple[str, int]:
    course, kept = shelf.course(here.edition.course), queries.kept(db(), here.enrolment_id, key)
    outline = outline_of(here, kept)
    lesson = course.lessons.get(key) or abort(404)
    module, line = _line(outline, key)
    text = lesson.texts.get(current().language)
    if text is None or not module.open:
        return show(ClosedPage(edition=here.edition, module=module, line=line)), 403
    before, after = _neighbours(outline, key)
    where = _drawn_at(here, text, key)
    marks = replace(kept.marks, unanswered=unanswered, late=late)
    if actor().read_only:
        marks = replace(marks, notes={})  # for nobody else's eyes
    page = LessonPage(
        edition=here.edition,
        line=line,
        module=module,
        previous=before,
        next=after,
        blocks=fragments.draw_blocks(where, marks),
        tail=fragments.draw_tail(where),
        place=line.block,
        place_heading=_heading_before(text, line.block),
        studying=bool(here.enrolment_id),
        unanswered=marks.refused,
    )
    return show(page)


def _drawn_at(here: Here, text: LessonText, key: str) -> fragments.Place:
    edition, studying = here.edition, bool(here.enrolment_id)
    return fragments.place_of(edition.course, edition.code, (key, text.language), studying=studying)


@room.post("/lessons/<lesson>/place", needs=Permission.KEEP_PROGRESS, once=True)
def keep_place(edition: str, lesson: str) -> ResponseReturnValue:
    """Remember the block that somebody reads. Scripts send it while reading; a button, too."""
    here, _, text = _open_lesson(edition, lesson)
    block = request.form.get("block", "")
    if block not in text.keys:
        abort(404)
    actions.keep_place(db(), _place(here, lesson, block), now=now())
    if request.headers.get("X-Quiet"):
        return "", 204
    flash(current().gettext(N_("Your place is kept. You can go on from here on any device.")))
    return _back(edition, lesson, block)


@room.post("/lessons/<lesson>/done", needs=Permission.KEEP_PROGRESS, once=True)
def mark_done(edition: str, lesson: str) -> ResponseReturnValue:
    """Mark a lesson as done (`done=1`) and go on, or take the mark back (`done=0`)."""
    here = here_in(edition)
    outline = outline_of(here)
    _written_in(here, outline, lesson)
    done = request.form.get("done") == "1"
    actions.mark_done(db(), _place(here, lesson), done=done, now=now())
    after = _neighbours(outline, lesson)[1]  # what is done changes nothing in their order
    if not done:
        return _back(edition, lesson)
    if after is None:
        flash(current().gettext(N_("Done. That was the last lesson that is open now.")))
        return redirect(url_for(".show_course", edition=edition), 303)
    flash(current().gettext(N_("Done. Here is the next lesson.")))
    return _back(edition, after.key)


@room.post("/lessons/<lesson>/bookmark", needs=Permission.KEEP_PROGRESS, once=True)
def bookmark(edition: str, lesson: str) -> ResponseReturnValue:
    here, _, _ = _open_lesson(edition, lesson)
    keep = request.form.get("keep") == "1"
    actions.bookmark(db(), _place(here, lesson), keep=keep, now=now())
    return _back(edition, lesson)


@room.post("/lessons/<lesson>/checks/<check>", needs=Permission.KEEP_PROGRESS, once=True)
def answer_check(edition: str, lesson: str, check: str) -> ResponseReturnValue:
    """Keep an answer to a knowledge check; the page then shows what is right and why."""
    here, _, text = _open_lesson(edition, lesson)
    asked: Check = text.checks.get(check) or abort(404)
    chosen = rules.chosen_numbers(request.form.getlist("answer"), len(asked.answers)) or []
    base = rules.chosen_numbers(request.form.get("base", "").split(), len(asked.answers)) or []
    place = _place(here, lesson)
    if request.form.get("again"):
        done = actions.forget_answer(db(), place, check, base, now=now())
    elif chosen:
        right = rules.is_right(chosen, [a.number for a in asked.answers if a.right])
        answer = Answer(check=check, chosen=chosen, right=right, base=base)
        done = actions.answer_check(db(), place, answer, now=now())
    else:
        return _with_status(_lesson_page(here, lesson, unanswered=check), 422)
    if not done:
        return _with_status(_lesson_page(here, lesson, late=(check, chosen)), 409)
    return _back(edition, lesson, check)


@room.get("/lessons/<lesson>/notes/<block>", needs=Permission.KEEP_PROGRESS)
def show_note(edition: str, lesson: str, block: str) -> ResponseReturnValue:
    here, line, text = _open_lesson(edition, lesson)
    note = queries.note(db(), here.enrolment_id or 0, lesson, block)
    form = NoteForm(body=note.body if note else "", version=str(note.version if note else 0))
    return show(NotePage(edition=here.edition, line=line, block=_block(text, block), form=form))


@room.post("/lessons/<lesson>/notes/<block>", needs=Permission.KEEP_PROGRESS, once=True)
def write_note(edition: str, lesson: str, block: str) -> ResponseReturnValue:
    here, line, text = _open_lesson(edition, lesson)
    quoted, form = _block(text, block), NoteForm(request.form)
    if not form.validate():
        return show(NotePage(edition=here.edition, line=line, block=quoted, form=form)), 422
    place = _place(here, lesson, block)
    if actions.write_note(db(), place, form.values(), now=now()):
        return _back(edition, lesson, block)
    note = queries.note(db(), place.enrolment_id, lesson, block)
    form.version.data = str(note.version if note else 0)
    other = note.body if note else ""
    page = NotePage(edition=here.edition, line=line, block=quoted, form=form, other=other)
    return show(page), 409


@room.get("/notes", needs=Permission.KEEP_PROGRESS)
def show_notes(edition: str) -> ResponseReturnValue:
    """Show everything that a reader kept: notes by lesson, and bookmarks."""
    here = here_in(edition)
    notes = queries.all_notes(db(), here.enrolment_id)
    lines = [line for _, line in outline_of(here).lessons()]
    kept = [(line, [n for n in notes if n.lesson == line.key]) for line in lines]
    page = NotesPage(
        edition=here.edition,
        notes=[(line, found) for line, found in kept if found],
        bookmarked=[line for line in lines if line.bookmarked],
    )
    return show(page)


@room.get("/glossary", needs=Permission.READ_LESSONS)
def show_glossary(edition: str) -> ResponseReturnValue:
    here = here_in(edition)
    course, words = shelf.course(here.edition.course), current()
    if same := fresh.unchanged(course.revision, here.keys):
        return same
    terms = course.sorted_terms(words.language)
    page = GlossaryPage(edition=here.edition, terms=terms, sources=course.sources)
    return fresh.stamped(show(page))


def _line(outline: Outline, lesson: str) -> tuple[ModuleLine, LessonLine]:
    found = (pair for pair in outline.lessons() if pair[1].key == lesson)
    return next(found, None) or abort(404)


def _open_lesson(edition: str, lesson: str) -> tuple[Here, LessonLine, LessonText]:
    """Return where the reader is, for a lesson that they may write in; else 404.

    What they have done is read only if their module is not open to all: then it may be to them.
    """
    here = here_in(edition)
    outline = outline_of(here, queries.NOTHING)
    if not _line(outline, lesson)[0].open:
        outline = outline_of(here)
    line, text = _written_in(here, outline, lesson)
    return here, line, text


def _written_in(here: Here, outline: Outline, lesson: str) -> tuple[LessonLine, LessonText]:
    module, line = _line(outline, lesson)
    known: Lesson = shelf.course(here.edition.course).lessons[lesson]
    text = known.texts.get(current().language)
    if here.enrolment_id is None or not module.open or text is None:
        abort(404)
    return line, text


def _neighbours(outline: Outline, lesson: str) -> tuple[LessonLine | None, LessonLine | None]:
    """Return the lessons before and after one, of those that can be read now."""
    lines: Sequence[LessonLine] = [
        line for module, line in outline.lessons() if module.open and line.written
    ]
    keys = [line.key for line in lines]
    at = keys.index(lesson)
    before = lines[at - 1] if at else None
    return before, lines[at + 1] if at + 1 < len(lines) else None


def _heading_before(text: LessonText, block: str | None) -> str:
    """Return the heading of the section that a block stands in."""
    heading = ""
    for other in text.blocks:
        if other.kind == "heading":
            heading = other.plain
        if other.key == block:
            return heading
    return ""


def _block(text: LessonText, key: str) -> Block:
    return next((b for b in text.blocks if b.key == key), None) or abort(404)


def _place(here: Here, lesson: str, block: str | None = None) -> Place:
    return Place(enrolment_id=here.enrolment_id or 0, lesson=lesson, block=block)


def _back(edition: str, lesson: str, block: str | None = None) -> Response:
    anchor = f"b-{block}" if block else None
    return redirect(url_for(".show_lesson", edition=edition, lesson=lesson, _anchor=anchor), 303)


def _with_status(page: str | tuple[str, int], status: int) -> Response:
    return make_response(page if isinstance(page, tuple) else (page, status))
