"""Staff form to correct a person's name, address or institution.

A new address is shown with what follows from it, and changes once that is confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import flash, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, refund_attempt
from learning.access.guard import current_person_id
from learning.access.permissions import POWERFUL_ROLES, Permission
from learning.accounts import queries
from learning.accounts.actions import AccountDecision
from learning.accounts.corrections import FieldChange, changes_of, correct_account
from learning.accounts.models import Person
from learning.admin import limits
from learning.admin.forms import CorrectionForm
from learning.admin.problems import AdminProblem
from learning.admin.staff.person import bp, find_person, redirect_to_person
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import now

NO_CHANGE = N_("Nothing differs from what is stored.")
CORRECTED = N_("The account is corrected, and the person is told by e-mail.")
ADDRESS_PENDING = N_("Saved. The address changes once the person opens the link sent to it.")
ADDRESS_OF = N_("This address belongs to %(name)s.")


@dataclass(frozen=True, kw_only=True)
class CorrectionPage(Page):
    """The form; with `changes`, what happens once it is confirmed."""

    template: ClassVar[str] = "admin/person_edit.html"

    person: Person
    form: CorrectionForm
    changes: Sequence[FieldChange] = ()


def _correction_attempt(person_uid: str) -> Attempt:
    """Count each correction: it sends e-mails. A new address that is only shown is given back."""
    return attempt(limits.CORRECT_ACCOUNT, person_uid)


@bp.get("/<person_uid>/edit", needs=Permission.MANAGE_PEOPLE)
def show_correction(person_uid: str) -> ResponseReturnValue:
    person = find_person(person_uid)
    form = CorrectionForm.of(person)
    form.with_version()
    return render_page(CorrectionPage(person=person, form=form))


@bp.post("/<person_uid>/edit", needs=Permission.MANAGE_PEOPLE)
@form_post(limit=_correction_attempt)
def correct(person_uid: str) -> ResponseReturnValue:
    """Correct an account; a new address only once it is confirmed (`confirmed=1`)."""
    person, form = find_person(person_uid), CorrectionForm(request.form)
    page = CorrectionPage(person=person, form=form)
    if not form.validate():
        return render_page(page), 422
    lock_row(db(), person)
    _refuse_account(person)
    if not form.is_current(CorrectionForm.of(person)):
        return render_page(page), 409
    changes = changes_of(person, form.values())
    if not changes:
        form.add_error(NO_CHANGE)
        return render_page(page), 422
    if _belongs_to_another(person, form):
        return render_page(page), 409
    new_email = any(change.field == "email" for change in changes)
    if new_email:
        _refuse_powerful(person)
    if new_email and request.form.get("confirmed") != "1":
        refund_attempt(db())
        return render_page(CorrectionPage(person=person, form=form, changes=changes))
    decision = AccountDecision(by=current_person_id(), why=form.reason.data or "")
    correct_account(db(), person, changes, decision, now=now())
    pending = new_email and person.password_hash is not None
    flash(current_i18n().gettext(ADDRESS_PENDING if pending else CORRECTED))
    return redirect_to_person(person_uid)


def _refuse_account(person: Person) -> None:
    """Raise RuleViolation for one's own account, and for a closed one."""
    if person.id == current_person_id():
        raise RuleViolation(AdminProblem.OWN_DETAILS)
    if person.closed_at is not None:
        raise RuleViolation(AdminProblem.CLOSED)


def _refuse_powerful(person: Person) -> None:
    """Raise RuleViolation for an account with which much can be done: its address is its key."""
    roles = queries.roles_of(db(), [person.id]).get(person.id, [])
    if POWERFUL_ROLES.intersection(roles):
        raise RuleViolation(AdminProblem.POWERFUL_ADDRESS, field="email")


def _belongs_to_another(person: Person, form: CorrectionForm) -> bool:
    """Whether the address is another person's; the form then says whose."""
    known = queries.person_by_email(db(), form.email.data or "")
    if known is None or known.id == person.id:
        return False
    form.email.errors = [current_i18n().gettext(ADDRESS_OF) % {"name": known.name}]
    return True
