"""The front page of a quiz, and the beginning of an attempt."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.permissions import Permission
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import render_page
from learning.kit.time import now
from learning.quizzes import actions, limits
from learning.quizzes.forms import StartForm
from learning.quizzes.pages import QuizPage
from learning.quizzes.views.blueprint import (
    OpenQuiz,
    attempt_lines,
    bp,
    next_of,
    open_quiz,
    terms_of,
)


@bp.get("/<module>", needs=Permission.READ_LESSONS)
def show_quiz(edition: str, module: str) -> ResponseReturnValue:
    never_store()
    return render_page(_page(open_quiz(edition, module), StartForm()))


@bp.post("/<module>/attempts", needs=Permission.TAKE_QUIZZES)
@form_post(limit=per_person(limits.START), idempotent=True)
def start_attempt(edition: str, module: str) -> ResponseReturnValue:
    """Begin an attempt, or lead to the one that is in progress."""
    never_store()
    where, form = open_quiz(edition, module), StartForm(request.form)
    if not form.validate():
        return render_page(_page(where, form)), 422
    row = actions.start(db(), where.key, where.quiz, now=now())
    address = url_for(
        ".show_questions", edition=edition, module=module, number=row.number, question=1
    )
    return redirect(address, 303)


def _page(where: OpenQuiz, form: StartForm) -> QuizPage:
    return QuizPage(
        edition=where.context.edition,
        module=where.head,
        terms=terms_of(where),
        next=next_of(where),
        attempts=attempt_lines(where),
        form=form,
    )
