"""Staff pages to start and stop impersonation: with a reason, read-only, both names audited."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_person_id
from learning.access.permissions import Permission
from learning.accounts import impersonation, login, queries, rules
from learning.accounts.actions import AccountDecision
from learning.admin.forms import AccountForm
from learning.admin.problems import AdminProblem
from learning.admin.staff.person import person_page
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.headers import never_store
from learning.kit.pages import render_page
from learning.kit.time import now

bp = GuardedBlueprint("impersonation", __name__, url_prefix="/staff/impersonation")


@bp.post("/<person_uid>", needs=Permission.IMPERSONATE)
@form_post()
def start(person_uid: str) -> ResponseReturnValue:
    """Show every page as somebody sees it, until `stop`."""
    never_store()
    person = queries.person_by_uid(db(), person_uid) or abort(404)
    signed_in, form = login.current_session(), AccountForm(request.form)
    if signed_in is None or person.id == current_person_id():
        abort(404)
    if not rules.may_impersonate(
        has_right=True,
        administrator=queries.is_administrator(db(), person.id),
        closed=person.closed_at is not None,
    ):
        raise RuleViolation(AdminProblem.NOT_IMPERSONABLE)
    if not form.validate():
        return render_page(person_page(person, reason_form=form)), 422
    decision = AccountDecision(by=current_person_id(), why=form.reason.data or "")
    impersonation.start_impersonation(db(), signed_in.token_hash, person, decision, now=now())
    return redirect(url_for("home.this_week"), 303)


@bp.post("/stop", needs=Permission.OPEN_TO_ALL, impersonator_needs=Permission.OPEN_TO_ALL)
@form_post(has_form=False)
def stop() -> ResponseReturnValue:
    """End the impersonation."""
    never_store()
    signed_in = login.current_session()
    if signed_in and signed_in.impersonator_name is not None:
        impersonation.stop_impersonation(db(), signed_in.token_hash, now=now())
    return redirect(url_for("home.show_staff_area"), 303)
