"""Staff pages: how the quizzes of an edition went, and the item analysis of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.quizzes import cohort
from learning.quizzes.cohort import NOTHING_YET, QuizSummary
from learning.quizzes.item_views import ItemView, item_view
from learning.quizzes.pages import ModuleHead
from learning.quizzes.rules.statistics import ENOUGH_ANSWERS, MIN_ANSWERS
from learning.quizzes.staff.blueprint import bp, module_head, staff_quiz


@dataclass(frozen=True, kw_only=True)
class QuizzesPage(Page):
    """The quizzes of an edition, with how they went."""

    template: ClassVar[str] = "quizzes/staff_quizzes.html"

    edition: Edition
    quizzes: Sequence[tuple[ModuleHead, QuizSummary]]


@dataclass(frozen=True, kw_only=True)
class AnalysisPage(Page):
    """The questions of a quiz with their numbers; those that are worth a look come first."""

    template: ClassVar[str] = "quizzes/item_analysis.html"

    edition: Edition
    module: ModuleHead
    summary: QuizSummary
    answered: int  # first attempts that have ended
    flagged: Sequence[ItemView]
    others: Sequence[ItemView]
    unasked: int
    may_decide: bool
    min_answers: int
    enough_answers: int


@bp.get("/", needs=Permission.ANALYSE_QUIZZES)
def show_quizzes(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    found = cohort.summaries(db(), where.id)
    modules = [each for each in registry.course(where.course).modules if each.bank]
    quizzes = [(module_head(each), found.get(each.key, NOTHING_YET)) for each in modules]
    return render_page(QuizzesPage(edition=where, quizzes=quizzes))


@bp.get("/<module>", needs=Permission.ANALYSE_QUIZZES)
def show_analysis(edition: str, module: str) -> ResponseReturnValue:
    where, i18n = staff_quiz(edition, module), current_i18n()
    bank = {question.key: question for question in where.module.bank}
    found = cohort.answered_questions(db(), where.edition.id, module)
    items = sorted(
        (item_view(each, bank, i18n) for each in found), key=lambda item: (item.key, item.older)
    )
    summary = cohort.summaries(db(), where.edition.id).get(module, NOTHING_YET)
    page = AnalysisPage(
        edition=where.edition,
        module=where.head,
        summary=summary,
        answered=sum(len(each.responses) for each in found) // where.rules.questions,
        flagged=[item for item in items if item.flags],
        others=[item for item in items if not item.flags],
        unasked=len(bank.keys() - {item.key for item in items}),
        may_decide=current_actor().may(Permission.DECIDE_QUIZZES, edition),
        min_answers=MIN_ANSWERS,
        enough_answers=ENOUGH_ANSWERS,
    )
    return render_page(page)
