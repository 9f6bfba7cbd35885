"""Staff forms to close an account, open it again and turn its two-factor authentication off."""

from flask import flash, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.accounts import actions, two_factor
from learning.accounts.actions import AccountDecision
from learning.accounts.models import Person
from learning.admin import limits
from learning.admin.forms import AccountForm
from learning.admin.problems import AdminProblem
from learning.admin.staff.person import bp, find_person, person_page, redirect_to_person
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import now

CHANGED = N_("This account was changed meanwhile. Look at it, then decide again.")


def _two_factor_attempt(person_uid: str) -> Attempt:
    return attempt(limits.RESET_TWO_FACTOR, person_uid)


@bp.post("/<person_uid>/close", needs=Permission.MANAGE_PEOPLE)
@form_post()
def close_account(person_uid: str) -> ResponseReturnValue:
    """Close an account, or open it again (`open=1`); every device is signed out at once."""
    person, form = find_person(person_uid), AccountForm(request.form)
    if not form.validate():
        return render_page(person_page(person, reason_form=form)), 422
    if person.id == current_person_id():
        raise RuleViolation(AdminProblem.OWN_ACCOUNT)
    open_again = request.form.get("open") == "1"
    if not actions.close_account(db(), person, _decision(form), reopen=open_again, now=now()):
        return _changed_page(person, form), 409
    flash(current_i18n().gettext(N_("Done.")))
    return redirect_to_person(person_uid)


@bp.post("/<person_uid>/two-factor", needs=Permission.MANAGE_PEOPLE)
@form_post(limit=_two_factor_attempt)
def reset_two_factor(person_uid: str) -> ResponseReturnValue:
    """Disable two-factor authentication for a person who lost phone and codes, with a reason."""
    person, form = find_person(person_uid), AccountForm(request.form)
    if not form.validate():
        return render_page(person_page(person, reason_form=form)), 422
    if person.id == current_person_id() or person.totp_secret is None:
        raise RuleViolation(AdminProblem.NO_TWO_FACTOR)
    if not two_factor.disable(db(), person, _decision(form), now=now()):
        return _changed_page(person, form), 409
    flash(current_i18n().gettext(N_("Done.")))
    return redirect_to_person(person_uid)


def _decision(form: AccountForm) -> AccountDecision:
    return AccountDecision(
        by=current_person_id(), why=form.reason.data or "", version=form.known_version
    )


def _changed_page(person: Person, form: AccountForm) -> str:
    """Return the page that says that the account has changed since the form was rendered."""
    form.add_error(CHANGED)
    return render_page(person_page(person, reason_form=form))
