"""What a page of an attempt sends: answers by question, marks to review."""

from collections.abc import Collection
from datetime import timedelta

from flask import abort, request

from learning.kit.background_forms import waited
from learning.kit.idempotency import KEY_PATTERN
from learning.kit.languages import current_i18n
from learning.quizzes.actions import NewAnswer, Sent
from learning.quizzes.queries import Attempt, DrawnQuestion
from learning.quizzes.question_views import read_answer

BAD_REQUEST = 400
KEY_FIELD = "idempotency_key"


def sent_answers(attempt: Attempt, positions: Collection[int]) -> Sent:
    """Return what this request sends for some questions; 400 for what no page could send."""
    shown = [
        each
        for each in attempt.questions
        if each.position in positions and f"base-{each.position}" in request.form
    ]
    key = request.form.get(KEY_FIELD, "")
    try:
        answers = [_answer(each, attempt.row.seed) for each in shown]
    except ValueError:
        abort(BAD_REQUEST)
    return Sent(
        answers=answers,
        flags=_flags([each.position for each in shown]),
        key=key if KEY_PATTERN.fullmatch(key) else "",
        waited=timedelta(seconds=waited()),
        language=current_i18n().language,
    )


def _answer(drawn: DrawnQuestion, seed: int) -> NewAnswer:
    fields = request.form.getlist(f"q{drawn.position}")
    base = request.form[f"base-{drawn.position}"]
    return NewAnswer(
        position=drawn.position,
        answer=read_answer(drawn.question, seed, fields, current_i18n().language),
        base=_number(base),
    )


def _number(base: str) -> int | None:
    """Return the number of the answer that a page showed, None where a script sends a change."""
    known = base.isascii() and base.isdigit() and len(base) <= len("999999")
    return int(base) if known else None


def _flags(positions: Collection[int]) -> dict[int, bool]:
    """Return which marks to review this page has changed since it was made."""
    marked, before = request.form.getlist("flag"), request.form.getlist("flagged")
    return {
        each: str(each) in marked
        for each in positions
        if (str(each) in marked) is not (str(each) in before)
    }
