"""Looking through somebody's eyes: with a reason, read-only, with both names on the trail."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, me
from learning.access.permissions import Permission
from learning.accounts import impersonation, login, queries, rules
from learning.accounts.actions import Decision
from learning.admin.forms import AccountForm
from learning.admin.staff.people import person_page
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.pages import show
from learning.kit.time import now

room = Room("watching", __name__, url_prefix="/desk/see-as")


@room.post("/<int:person_id>", needs=Permission.SEE_AS)
def begin(person_id: int) -> ResponseReturnValue:
    """Show every page as somebody sees it, until `stop`."""
    never_store()
    person = queries.person(db(), person_id) or abort(404)
    signed_in, form = login.whoever(), AccountForm(request.form)
    if signed_in is None or person_id == me():
        abort(404)
    if not rules.may_impersonate(
        has_right=True,
        administrator=queries.is_administrator(db(), person_id),
        closed=person.locked_at is not None,
    ):
        raise Refused(
            N_("Nobody looks through the eyes of an administrator, or of a closed account.")
        )
    if not form.validate():
        return show(person_page(person, reason_form=form)), 422
    decision = Decision(by=me(), why=form.reason.data or "")
    impersonation.see_as(db(), signed_in.token_hash, person, decision, now=now())
    return redirect(url_for("home.this_week"), 303)


@room.post("/stop", needs=Permission.OPEN_TO_ALL)
def stop() -> ResponseReturnValue:
    """Be oneself again."""
    never_store()
    signed_in = login.whoever()
    if signed_in and signed_in.seen_by is not None:
        impersonation.stop_seeing(db(), signed_in.token_hash, now=now())
    return redirect(url_for("home.show_desk"), 303)
