"""Pages for staff: people, their roles, invitations, closing an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from learning.access.guard import Room, actor, me
from learning.access.permissions import EDITION_ROLES, Permission, Role
from learning.accounts import actions, factors, joining, queries, rules
from learning.accounts.actions import Decision, HeldRole
from learning.accounts.models import Person, RoleGrant
from learning.admin import limits
from learning.admin.forms import AccountForm, InviteForm, RoleForm
from learning.admin.words import ROLE_FAULTS, ROLES
from learning.audit.models import AuditRow
from learning.audit.queries import about
from learning.audit.words import DEEDS
from learning.catalogue import queries as catalogue
from learning.kit import once, versions
from learning.kit.db import db
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.forms import offer
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.rate_limit import attempt, check_and_count, is_limited
from learning.kit.requests import asked_number
from learning.kit.time import now

CHANGED = N_("This account was changed meanwhile. Look at it, then decide again.")

room = Room("people", __name__, url_prefix="/desk/people")


@dataclass(frozen=True, kw_only=True)
class DirectoryPage(Page):
    template: ClassVar[str] = "admin/people.html"

    people: Sequence[Person]
    roles: Mapping[int, Sequence[Role]]
    asked: str
    older: int | None
    words: Mapping[Role, str]
    may_invite: bool


@dataclass(frozen=True, kw_only=True)
class InvitePage(Page):
    template: ClassVar[str] = "admin/invite.html"

    form: InviteForm
    known: Person | None = None  # who has the address already


@dataclass(frozen=True, kw_only=True)
class PersonPage(Page):
    template: ClassVar[str] = "admin/person.html"

    person: Person
    grants: Sequence[RoleGrant]
    role_form: RoleForm
    reason_form: AccountForm
    trail: Sequence[AuditRow]
    sent_to: str  # the form whose reason was refused, by its address
    words: Mapping[Role, str]
    deeds: Mapping[str, str]
    may_manage: bool
    may_see_as: bool


@room.get("/", needs=Permission.READ_PEOPLE)
def show_people() -> ResponseReturnValue:
    """Show people by name, a page at a time; `q` is part of a name, an address, an institution."""
    never_store()
    asked = request.args.get("q", "").strip()
    found = queries.people(db(), asked, after=asked_number("after"))
    page = DirectoryPage(
        people=found,
        roles=queries.roles_of(db(), [person.id for person in found]),
        asked=asked,
        older=found[-1].id if len(found) == queries.PAGE else None,
        words=ROLES,
        may_invite=actor().may(Permission.MANAGE_PEOPLE),
    )
    return show(page)


@room.get("/invite", needs=Permission.MANAGE_PEOPLE)
def show_invite() -> ResponseReturnValue:
    never_store()
    return show(InvitePage(form=_invite_form()))


@room.post("/invite", needs=Permission.MANAGE_PEOPLE)
def invite() -> ResponseReturnValue:
    """Add somebody, give them a role, and send them a link to choose a password."""
    never_store()
    form = _invite_form(request.form)
    if not form.validate():
        return show(InvitePage(form=form)), 422
    if is_limited(attempt(limits.INVITE, normal_email(form.email.data or "")), form):
        return show(InvitePage(form=form)), 422
    before = once.claim(db(), me(), form.form_key.data or "", now=now())
    if before is not None:
        return redirect(before, 303)
    if known := queries.person_by_email(db(), form.email.data or ""):
        message = current().gettext(N_("This address belongs to %(name)s."))
        form.email.errors = [message % {"name": known.name}]
        return show(InvitePage(form=form, known=known)), 422
    person = actions.add_person(db(), form.values(), by=me(), now=now())
    edition_id = _edition_id(form.role.data, form.edition.data)
    _grant(person, Role(form.role.data), edition_id, form.reason.data or "")
    joining.invite(db(), person, by=me(), now=now())
    flash(current().gettext(N_("The invitation is on its way.")))
    onward = url_for(".show_person", person_id=person.id)
    return redirect(once.settle(db(), me(), form.form_key.data or "", onward), 303)


@room.get("/<int:person_id>", needs=Permission.READ_PEOPLE)
def show_person(person_id: int) -> ResponseReturnValue:
    return show(person_page(_person(person_id)))


@room.post("/<int:person_id>/roles", needs=Permission.MANAGE_PEOPLE)
def grant(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    form = _with_editions(RoleForm(request.form))
    if not form.validate():
        return show(person_page(person, role_form=form)), 422
    edition_id = _edition_id(form.role.data, form.edition.data)
    _grant(person, Role(form.role.data), edition_id, form.reason.data or "")
    given = current().gettext(N_("%(name)s has this role now: %(role)s."))
    flash(given % {"name": person.name, "role": current().gettext(ROLES[Role(form.role.data)])})
    return _back(person_id)


@room.post("/<int:person_id>/roles/<int:grant_id>/withdraw", needs=Permission.MANAGE_PEOPLE)
def withdraw(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away, with a reason; nobody their own, nobody the last administrator's."""
    person, form = _person(person_id), AccountForm(request.form)
    held = queries.grant(db(), grant_id)
    if held is None or held.person_id != person_id:
        abort(404)
    if not form.validate():
        return show(person_page(person, reason_form=form)), 422
    administrators = queries.lock_administrators(db())
    fault = rules.may_withdraw(held.role, administrators=administrators, own=person_id == me())
    if fault:
        raise Refused(ROLE_FAULTS[fault])
    gone = HeldRole(
        person_id=person_id,
        role=held.role,
        edition_id=held.edition_id,
        why=form.reason.data or "",
    )
    actions.withdraw_role(db(), gone, by=me(), now=now())
    flash(current().gettext(N_("The role is withdrawn.")))
    return _back(person_id)


@room.post("/<int:person_id>/invite", needs=Permission.MANAGE_PEOPLE)
def invite_again(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    if person.password_hash is not None:
        raise Refused(N_("This person has a password already, and can ask for a new one."))
    check_and_count(attempt(limits.INVITE, person.email))
    joining.invite(db(), _person(person_id), by=me(), now=now())
    flash(current().gettext(N_("The invitation is on its way.")))
    return _back(person_id)


@room.post("/<int:person_id>/lock", needs=Permission.MANAGE_PEOPLE)
def lock(person_id: int) -> ResponseReturnValue:
    """Close an account, or open it again (`open=1`); every device is signed out at once."""
    person, form = _person(person_id), AccountForm(request.form)
    if not form.validate():
        return show(person_page(person, reason_form=form)), 422
    if person_id == me():
        raise Refused(N_("Nobody closes their own account here."))
    open_again = request.form.get("open") == "1"
    _insist_on_an_administrator(person_id, open_again=open_again)  # locks all of them, in order
    if not _is_current(person, form):
        return show(person_page(person, reason_form=form)), 409
    actions.lock(db(), person, _decision(form), open_again=open_again, now=now())
    flash(current().gettext(N_("Done.")))
    return _back(person_id)


@room.post("/<int:person_id>/second-step", needs=Permission.MANAGE_PEOPLE)
def reset_second_step(person_id: int) -> ResponseReturnValue:
    """Switch off the second step of somebody who has lost phone and codes, with a reason."""
    person, form = _person(person_id), AccountForm(request.form)
    if not form.validate():
        return show(person_page(person, reason_form=form)), 422
    if person_id == me() or person.totp_secret is None:
        raise Refused(N_("There is nothing to switch off here."))
    check_and_count(attempt(limits.RESET_SECOND_STEP, person_id))
    person = _person(person_id)
    if not _is_current(person, form):
        return show(person_page(person, reason_form=form)), 409
    factors.switch_off(db(), person, _decision(form), now=now())
    flash(current().gettext(N_("Done.")))
    return _back(person_id)


def _insist_on_an_administrator(person_id: int, *, open_again: bool) -> None:
    """Refuse to close the last administrator's account: two may close each other's at once."""
    if open_again or not queries.is_administrator(db(), person_id):
        return
    fault = rules.may_withdraw(
        Role.ADMINISTRATOR, administrators=queries.lock_administrators(db()), own=False
    )
    if fault:
        raise Refused(ROLE_FAULTS[fault])


def _grant(person: Person, role: Role, edition_id: int | None, reason: str) -> None:
    if fault := rules.may_grant(own=person.id == me()):
        raise Refused(ROLE_FAULTS[fault])
    held = HeldRole(person_id=person.id, role=role, edition_id=edition_id, why=reason)
    actions.grant_role(db(), held, by=me(), now=now())


def _edition_id(role: str, code: str) -> int | None:
    """Return the edition of a role that belongs to one; the form has checked that it is there."""
    if Role(role) not in EDITION_ROLES:
        return None
    edition = catalogue.edition_by_code(db(), actor(), code)
    return edition.id if edition else abort(404)


def _with_editions(form: RoleForm) -> RoleForm:
    """Let a form offer the editions that a role may be for."""
    editions = catalogue.staffed_editions(db(), actor(), Permission.READ_EDITIONS)
    form.edition.choices = offer([("", "—"), *((e.code, e.code) for e in editions)])
    return form


def _invite_form(data: MultiDict[str, str] | None = None) -> InviteForm:
    form = InviteForm(data)
    _with_editions(form)
    return form


def _decision(form: AccountForm) -> Decision:
    return Decision(by=me(), why=form.reason.data or "")


def _is_current(person: Person, form: AccountForm) -> bool:
    """Whether a form was shown with the account as it is; otherwise say so in it."""
    versions.lock(db(), person)
    if form.version.data == str(person.credentials_version):
        return True
    form.refuse(CHANGED)
    return False


def _person(person_id: int) -> Person:
    never_store()
    return queries.person(db(), person_id) or abort(404)


def person_page(
    person: Person, *, role_form: RoleForm | None = None, reason_form: AccountForm | None = None
) -> PersonPage:
    """Return the page of a person, with the form that was refused if one was."""
    may_see_as = rules.may_impersonate(
        has_right=actor().may(Permission.SEE_AS) and person.id != me(),
        administrator=queries.is_administrator(db(), person.id),
        closed=person.locked_at is not None,
    )
    return PersonPage(
        person=person,
        grants=queries.grants_of(db(), person.id),
        role_form=_with_editions(role_form or RoleForm()),
        reason_form=reason_form or AccountForm(),
        sent_to=request.path if reason_form else "",
        trail=about(db(), f"person {person.id}"),
        words=ROLES,
        deeds=DEEDS,
        may_manage=actor().may(Permission.MANAGE_PEOPLE),
        may_see_as=may_see_as,
    )


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show_person", person_id=person_id), 303)
