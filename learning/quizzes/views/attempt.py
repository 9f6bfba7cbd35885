"""The pages of an attempt: its questions, what is missing, and submitting it."""

from collections.abc import Collection
from datetime import datetime
from textwrap import shorten

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from learning.access.form_post import form_post, per_person
from learning.access.permissions import Permission
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now
from learning.quizzes import actions, limits, queries, words
from learning.quizzes.forms import SubmitForm
from learning.quizzes.models import AttemptEnd, QuizAttempt
from learning.quizzes.pages import AttemptHead, GridItem, QuestionsPage, ReviewPage
from learning.quizzes.queries import Attempt
from learning.quizzes.question_views import QuestionState, question_view, state_of
from learning.quizzes.views.blueprint import OpenQuiz, bp, open_quiz, own_attempt
from learning.quizzes.views.sent import sent_answers

PER_PAGE = 3
PROMPT = 90  # characters of a question in a list
REVIEW = "review"
AFTER_TIME = N_(
    "An answer arrived after the time was up. It is kept with its time, and does not count unless "
    "your tutor accepts it."
)
AFTER_SUBMIT = N_(
    "An answer arrived after you submitted the attempt. It is kept with its time, and does not "
    "count unless your tutor accepts it."
)


@bp.get("/<module>/attempts/<int:number>", needs=Permission.TAKE_QUIZZES)
def show_attempt(edition: str, module: str, number: int) -> ResponseReturnValue:
    """Lead to the first question without a complete answer, or to the result."""
    where = open_quiz(edition, module)
    row = own_attempt(where, number)
    if row.ended_at is not None:
        return _lead_on(where, row)
    questions = queries.load_attempt(db(), row).questions
    first = next((each.position for each in questions if not each.is_complete), 0)
    return _to_question(where, number, first) if first else _lead_on(where, row)


@bp.get("/<module>/attempts/<int:number>/questions/<int:question>", needs=Permission.TAKE_QUIZZES)
def show_questions(edition: str, module: str, number: int, question: int) -> ResponseReturnValue:
    """Show the page that begins with a question; any other question leads to its page."""
    never_store()
    where, moment = open_quiz(edition, module), now()
    row = own_attempt(where, number)
    if row.ended_at is not None or moment >= row.ends_at:
        return _lead_on(where, row)
    if not 1 <= question <= row.max_points or question != first_on_page(question):
        return _to_question(where, number, min(max(question, 1), row.max_points))
    attempt = queries.load_attempt(db(), row)
    shown = range(question, question + PER_PAGE)
    last = len(attempt.questions)
    page = QuestionsPage(
        edition=where.context.edition,
        head=_head(where, attempt, moment),
        grid=[
            GridItem(each.position, state_of(each), each.flagged, each.position in shown)
            for each in attempt.questions
        ],
        questions=[
            question_view(each, row.seed, current_i18n())
            for each in attempt.questions
            if each.position in shown
        ],
        previous=max(0, question - PER_PAGE),
        next=question + PER_PAGE if question + PER_PAGE <= last else 0,
    )
    return render_page(page)


@bp.post("/<module>/attempts/<int:number>/questions/<int:question>", needs=Permission.TAKE_QUIZZES)
@form_post(limit=per_person(limits.ANSWERS), has_form=False)
def save_questions(edition: str, module: str, number: int, question: int) -> ResponseReturnValue:
    """Save what a page sends, and go on to where its button leads."""
    shown = range(question, question + PER_PAGE)
    where, attempt, late = _save(edition, module, number, shown)
    row = attempt.row
    target = request.form.get("go", "")
    if late or row.ended_at is not None or target == REVIEW:
        return _lead_on(where, row)
    following = int(target) if target in {str(n + 1) for n in range(row.max_points)} else question
    return _to_question(where, number, following)


@bp.post("/<module>/attempts/<int:number>/answers/<int:question>", needs=Permission.TAKE_QUIZZES)
@form_post(limit=per_person(limits.ANSWERS), has_form=False)
def save_answer(edition: str, module: str, number: int, question: int) -> ResponseReturnValue:
    """Save the answer to one question, which a script sends while the page stays.

    The script shows what counts now: how far the question is answered, and which number was read.
    """
    where, attempt, late = _save(edition, module, number, [question])
    row = attempt.row
    if late or row.ended_at is not None:
        return _lead_on(where, row)
    saved = queries.answer_in(db(), attempt, question) or abort(404)
    view = question_view(saved, row.seed, current_i18n())
    return {"state": view.state, "read_as": view.read_as}


@bp.get("/<module>/attempts/<int:number>/review", needs=Permission.TAKE_QUIZZES)
def show_review(edition: str, module: str, number: int) -> ResponseReturnValue:
    """Show what is missing, before the attempt is submitted."""
    never_store()
    where, moment = open_quiz(edition, module), now()
    row = own_attempt(where, number)
    if row.ended_at is not None:
        return _lead_on(where, row)
    attempt, i18n = queries.load_attempt(db(), row), current_i18n()
    prompts = {
        each.position: shorten(each.question.texts[i18n.language].prompt, PROMPT, placeholder="…")
        for each in attempt.questions
    }
    page = ReviewPage(
        edition=where.context.edition,
        head=_head(where, attempt, moment),
        missing=[
            (each.position, prompts[each.position], state_of(each))
            for each in attempt.questions
            if state_of(each) is not QuestionState.SAVED
        ],
        flagged=[(q.position, prompts[q.position]) for q in attempt.questions if q.flagged],
        submits_at=words.clock(i18n, row.accepted_until, moment),
        form=SubmitForm(),
    )
    return render_page(page)


@bp.post("/<module>/attempts/<int:number>/submit", needs=Permission.TAKE_QUIZZES)
@form_post(limit=per_person(limits.START), idempotent=True, has_form=False)
def submit_attempt(edition: str, module: str, number: int) -> ResponseReturnValue:
    """End an attempt; one that has ended already keeps its mark."""
    where = open_quiz(edition, module)
    actions.lock_enrolment(db(), where.key.enrolment_id)
    row = own_attempt(where, number, lock=True)
    actions.end_attempt(db(), row, AttemptEnd.SUBMITTED, now=now())
    return _lead_on(where, row)


def first_on_page(question: int) -> int:
    return question - (question - 1) % PER_PAGE


def _save(
    edition: str, module: str, number: int, positions: Collection[int]
) -> tuple[OpenQuiz, Attempt, bool]:
    """Store what was sent; return the attempt as it was before.

    What came too late is kept, and the next page says so.
    """
    where = open_quiz(edition, module)
    actions.lock_enrolment(db(), where.key.enrolment_id)  # which each answer refers to
    row = own_attempt(where, number, lock=True)
    attempt = queries.load_attempt(db(), row)
    late = actions.save(db(), attempt, sent_answers(attempt, positions), now=now())
    if late:
        flash(current_i18n().gettext(AFTER_SUBMIT if row.is_submitted_in_time else AFTER_TIME))
    return where, attempt, late


def _to_question(where: OpenQuiz, number: int, question: int) -> Response:
    first = first_on_page(question)
    return redirect(
        url_for(
            ".show_questions",
            edition=where.context.edition.code,
            module=where.module.key,
            number=number,
            question=first,
            _anchor=f"question-{question}" if question != first else None,
        ),
        303,
    )


def _lead_on(where: OpenQuiz, row: QuizAttempt) -> Response:
    """Lead to the result of an attempt that has ended, else to the page before it is submitted."""
    target = ".show_result" if row.ended_at is not None else ".show_review"
    code, module = where.context.edition.code, where.module.key
    return redirect(url_for(target, edition=code, module=module, number=row.number), 303)


def _head(where: OpenQuiz, attempt: Attempt, moment: datetime) -> AttemptHead:
    i18n, row = current_i18n(), attempt.row
    minutes = (row.ends_at - row.started_at) // words.MINUTE if row.usual_minutes else None
    saved_at = attempt.saved_at
    return AttemptHead(
        module=where.head,
        number=row.number,
        attempts=where.number_of_attempts,
        questions=len(attempt.questions),
        complete=sum(each.is_complete for each in attempt.questions),
        minutes=words.time_sum(i18n, row.usual_minutes, minutes, row.extra_time),
        adjusted=row.usual_minutes is None or bool(row.extra_time),
        timed=row.usual_minutes is not None,
        now=moment,
        ends_at=row.ends_at,
        ends=words.clock(i18n, row.ends_at, moment),
        left=i18n.hours(words.minutes_left(row.ends_at, moment)),
        saved=words.clock(i18n, saved_at, moment) if saved_at else "",
        time_up=moment >= row.ends_at,
    )
