"""Staff page: marking a quiz again after questions were corrected, with who gains or loses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.quizzes import regrade, words
from learning.quizzes.decisions import Decision
from learning.quizzes.forms import RegradeForm
from learning.quizzes.pages import ModuleHead
from learning.quizzes.regrade import Change
from learning.quizzes.staff.blueprint import StaffQuiz, bp, staff_quiz


@dataclass(frozen=True, kw_only=True)
class RegradePage(Page):
    """What marking again would do: prompts of the corrected questions, and changed attempts.

    Each attempt that changes is there with its marks before and after, in words.
    """

    template: ClassVar[str] = "quizzes/regrade.html"

    edition: Edition
    module: ModuleHead
    questions: Sequence[tuple[str, str]]
    attempts: int
    gains: int
    losses: int
    changes: Sequence[tuple[Change, str, str]]
    form: RegradeForm


@bp.get("/<module>/regrade", needs=Permission.DECIDE_QUIZZES)
def show_regrade(edition: str, module: str) -> ResponseReturnValue:
    return render_page(_page(staff_quiz(edition, module), RegradeForm()))


@bp.post("/<module>/regrade", needs=Permission.DECIDE_QUIZZES)
@form_post(idempotent=True)
def start_regrade(edition: str, module: str) -> ResponseReturnValue:
    """Mark the attempts again in the background."""
    where, form = staff_quiz(edition, module), RegradeForm(request.form)
    if not form.validate():
        return render_page(_page(where, form)), 422
    decision = Decision(reason=form.reason.data or "", by=current_person_id(), at=now())
    if regrade.start(db(), where.edition, where.module, decision):
        flash(current_i18n().gettext(N_("The quiz is being marked again, person by person.")))
    else:
        flash(current_i18n().gettext(N_("No question was corrected: every mark stays.")))
    return redirect(url_for(".show_regrade", edition=edition, module=module), 303)


def _page(where: StaffQuiz, form: RegradeForm) -> RegradePage:
    i18n, plan = current_i18n(), regrade.plan(db(), where.edition.id, where.module)
    return RegradePage(
        edition=where.edition,
        module=where.head,
        questions=[(q.key, q.texts[i18n.language].prompt) for q in plan.questions],
        attempts=plan.attempts,
        gains=sum(each.after > each.before for each in plan.changes),
        losses=sum(each.after < each.before for each in plan.changes),
        changes=[
            (each, words.percent(i18n, each.before), words.percent(i18n, each.after))
            for each in plan.changes
        ],
        form=form,
    )
