"""Staff page: a quiz as participants are asked it, and marked; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.content import registry
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.percentages import in_hundredths
from learning.kit.requests import query_number
from learning.quizzes import words
from learning.quizzes.pages import ModuleHead
from learning.quizzes.queries import DrawnQuestion, unstored_question
from learning.quizzes.question_views import QuestionView, question_view, read_answer
from learning.quizzes.rules import marking
from learning.quizzes.rules.draw import draw
from learning.quizzes.staff.blueprint import StaffQuiz, bp, staff_quiz
from learning.quizzes.verdicts import Verdict, verdict_of

MAX_DRAW = 999  # of the draws that staff can look at
BAD_REQUEST = 400


@dataclass(frozen=True, kw_only=True)
class PreviewPage(Page):
    """A draw of a quiz; `verdicts` are there once it was marked."""

    template: ClassVar[str] = "quizzes/preview.html"

    edition: Edition
    module: ModuleHead
    draw: int
    following: int
    questions: Sequence[QuestionView]
    verdicts: Sequence[Verdict]
    percent: str
    passed: bool
    pass_percent: int


@bp.get("/<module>/preview", needs=Permission.ANALYSE_QUIZZES)
def show_preview(edition: str, module: str) -> ResponseReturnValue:
    """Show a draw; `draw` is its number, from 1."""
    where, number = staff_quiz(edition, module), _draw_number()
    return render_page(_page(where, number, _drawn(where, number)))


@bp.post("/<module>/preview", needs=Permission.ANALYSE_QUIZZES)
@form_post(has_form=False)
def mark_preview(edition: str, module: str) -> ResponseReturnValue:
    """Mark the answers that were given to a draw."""
    where, number = staff_quiz(edition, module), _draw_number()
    try:
        answered = [_answered(each, number) for each in _drawn(where, number)]
    except ValueError:
        abort(BAD_REQUEST)
    return render_page(_page(where, number, answered, marked=True))


def _draw_number() -> int:
    return min(max(query_number("draw") or 1, 1), MAX_DRAW)


def _drawn(where: StaffQuiz, number: int) -> list[DrawnQuestion]:
    bank = {question.key: question for question in where.module.bank}
    keys = draw(where.module.bank, where.rules.blueprint, {}, number)
    return [unstored_question(n, bank[key], None) for n, key in enumerate(keys, start=1)]


def _answered(drawn: DrawnQuestion, seed: int) -> DrawnQuestion:
    fields = request.form.getlist(f"q{drawn.position}")
    answer = read_answer(drawn.question, seed, fields, current_i18n().language)
    return unstored_question(drawn.position, drawn.question, answer)


def _page(
    where: StaffQuiz, number: int, drawn: Sequence[DrawnQuestion], *, marked: bool = False
) -> PreviewPage:
    i18n, course = current_i18n(), registry.course(where.edition.course)
    percent = marking.percent([each.mark.fraction for each in drawn], where.rules.pass_percent)
    return PreviewPage(
        edition=where.edition,
        module=where.head,
        draw=number,
        following=number % MAX_DRAW + 1,
        questions=[question_view(each, number, i18n) for each in drawn],
        verdicts=[
            verdict_of(each, course, where.module.key, i18n, released=True)
            for each in drawn
            if marked
        ],
        percent=words.percent(i18n, in_hundredths(percent)),
        passed=percent >= where.rules.pass_percent,
        pass_percent=where.rules.pass_percent,
    )
