"""Staff forms to grant a role and to revoke one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import EDITION_ROLES, POWERFUL_ROLES, Permission, Role
from learning.accounts import actions, queries, rules
from learning.accounts.actions import RoleAssignment
from learning.accounts.models import Person
from learning.admin.forms import AccountForm, RoleForm
from learning.admin.labels import ROLE_LABELS, ROLE_POWERS
from learning.admin.staff.person import (
    bp,
    find_person,
    person_page,
    redirect_to_person,
    with_editions,
)
from learning.catalogue import queries as catalogue
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now


@dataclass(frozen=True, kw_only=True)
class RoleConfirmationPage(Page):
    """What somebody may do once they have a powerful role; the form is sent again from here."""

    template: ClassVar[str] = "admin/confirm_role.html"

    form: RoleForm
    name: str
    role: Role
    powers: Sequence[str]
    form_url: str
    back: str


@bp.post("/<person_uid>/roles", needs=Permission.MANAGE_PEOPLE)
@form_post()
def grant(person_uid: str) -> ResponseReturnValue:
    person = find_person(person_uid)
    form = with_editions(RoleForm(request.form))
    if not form.validate():
        return render_page(person_page(person, role_form=form)), 422
    back = url_for(".show_person", person_uid=person_uid)
    if confirmation := role_confirmation(form, person.name, back):
        return render_page(confirmation)
    edition_id = role_edition_id(form.role.data, form.edition.data)
    grant_role(person, Role(form.role.data), edition_id, form.reason.data or "")
    message = current_i18n().gettext(N_("%(name)s has this role now: %(role)s."))
    flash(
        message
        % {"name": person.name, "role": current_i18n().gettext(ROLE_LABELS[Role(form.role.data)])}
    )
    return redirect_to_person(person_uid)


@bp.post("/<person_uid>/roles/<int:grant_id>/revoke", needs=Permission.MANAGE_PEOPLE)
@form_post()
def revoke(person_uid: str, grant_id: int) -> ResponseReturnValue:
    """Take a role away, with a reason; nobody their own."""
    person, form = find_person(person_uid), AccountForm(request.form)
    role_grant = queries.grant(db(), grant_id)
    if role_grant is None or role_grant.person_id != person.id:
        abort(404)
    if not form.validate():
        return render_page(person_page(person, reason_form=form)), 422
    if problem := rules.revoke_problem(role_grant.role, own=person.id == current_person_id()):
        raise RuleViolation(problem)
    assignment = RoleAssignment(
        person_id=person.id,
        role=role_grant.role,
        edition_id=role_grant.edition_id,
        why=form.reason.data or "",
    )
    actions.revoke_role(db(), assignment, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The role is revoked.")))
    return redirect_to_person(person_uid)


def role_confirmation(form: RoleForm, name: str, back: str) -> RoleConfirmationPage | None:
    """Return the page that names the powers of a role; None if the role has none, or was seen.

    `back` is the page of the form, where nothing was done yet.
    """
    role = Role(form.role.data)
    if role not in POWERFUL_ROLES or request.form.get("confirmed") == str(role):
        return None
    return RoleConfirmationPage(
        form=form,
        name=name,
        role=role,
        powers=ROLE_POWERS[role],
        form_url=request.path,
        back=back,
    )


def grant_role(person: Person, role: Role, edition_id: int | None, reason: str) -> None:
    if problem := rules.grant_problem(own=person.id == current_person_id()):
        raise RuleViolation(problem)
    assignment = RoleAssignment(person_id=person.id, role=role, edition_id=edition_id, why=reason)
    actions.grant_role(db(), assignment, by=current_person_id(), now=now())


def role_edition_id(role: str, code: str) -> int | None:
    """Return the edition of a role that belongs to one; the form has validated it."""
    if Role(role) not in EDITION_ROLES:
        return None
    edition = catalogue.edition_by_code(db(), current_actor(), code)
    return edition.id if edition else abort(404)
