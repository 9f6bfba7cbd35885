"""Staff pages of people: the list, invitations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import (
    EDITION_ROLES,
    POWERFUL_ROLES,
    SITE_ROLES,
    Permission,
    Role,
)
from learning.accounts import actions, people_search, queries, registration
from learning.accounts.models import Person
from learning.accounts.people_search import ExportedPerson
from learning.admin import limits
from learning.admin.forms import InviteForm
from learning.admin.labels import ROLE_LABELS
from learning.admin.problems import AdminProblem
from learning.admin.staff.person import (
    bp,
    find_person,
    redirect_to_person,
    with_editions,
)
from learning.admin.staff.roles import grant_role, role_confirmation, role_edition_id
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.headers import never_store
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.requests import posted_email
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import day_in, now

HEADINGS = (
    N_("Name"),
    N_("E-mail address"),
    N_("Institution"),
    N_("Language"),
    N_("Roles"),
    N_("Account since"),
    N_("Account closed"),
)


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    template: ClassVar[str] = "admin/people.html"

    people: Sequence[Person]
    roles: Mapping[int, Sequence[Role]]
    query: str
    role: Role | None
    role_counts: Mapping[Role, int]
    next_after: str
    may_invite: bool


@dataclass(frozen=True, kw_only=True)
class InvitePage(Page):
    template: ClassVar[str] = "admin/invite.html"

    form: InviteForm
    existing_person: Person | None = None  # who has the address already


@bp.get("/", needs=Permission.READ_PEOPLE)
def show_people() -> ResponseReturnValue:
    """Show a page of people by name.

    `q` is part of a name, an address or an institution; `role` is one that they have.
    """
    never_store()
    words, role = request.args.get("q", "").strip(), _chosen_role()
    after = request.args.get("after", "")
    people = people_search.find_people(db(), words, role=role, after=after)
    page = PeoplePage(
        people=people,
        roles=queries.roles_of(db(), [person.id for person in people]),
        query=words,
        role=role,
        role_counts=people_search.count_by_role(db()),
        next_after=people[-1].uid if len(people) == people_search.PAGE_SIZE else "",
        may_invite=current_actor().may(Permission.MANAGE_PEOPLE),
    )
    return render_page(page)


@bp.post("/export", needs=Permission.READ_PEOPLE)
@form_post(has_form=False)
@sheet_download
def export_people() -> Export:
    """Download everybody who passes the filters of the page."""
    words = current_i18n()
    people = people_search.exported_people(
        db(), request.args.get("q", "").strip(), role=_chosen_role()
    )
    return Export(
        sheet=Sheet(
            title=words.gettext(N_("People")),
            headings=[words.gettext(heading) for heading in HEADINGS],
            rows=(_cells(person) for person in people),
        ),
        name=words.gettext(N_("people")),
        action="people exported",
        subject="people",
        detail={"people": len(people), "language": words.language},
    )


def _cells(person: ExportedPerson) -> list[Cell]:
    words = current_i18n()
    return [
        person.name,
        person.email,
        person.institution,
        LANGUAGES.get(person.language, ""),
        ", ".join(words.gettext(ROLE_LABELS[role]) for role in person.roles),
        day_in(words.zone, person.joined_at).isoformat(),
        day_in(words.zone, person.closed_at).isoformat() if person.closed_at else "",
    ]


def _chosen_role() -> Role | None:
    """Return the role that the list is for; None for all people."""
    chosen = request.args.get("role", "")
    return Role(chosen) if chosen in SITE_ROLES | EDITION_ROLES else None


def _invitation_attempt() -> Attempt | None:
    """Count what is sent: a powerful role is shown first, and sends nothing."""
    role = request.form.get("role", "")
    shown_first = role in POWERFUL_ROLES and request.form.get("confirmed") != role
    return None if shown_first else attempt(limits.INVITE, posted_email())


def _repeated_invitation_attempt(person_uid: str) -> Attempt:
    return attempt(limits.INVITE, f"person {person_uid}")


@bp.get("/invite", needs=Permission.MANAGE_PEOPLE)
def show_invite() -> ResponseReturnValue:
    never_store()
    return render_page(InvitePage(form=_invite_form()))


@bp.post("/invite", needs=Permission.MANAGE_PEOPLE)
@form_post(limit=_invitation_attempt, idempotent=True)
def invite() -> ResponseReturnValue:
    """Add a person, grant them a role, and send them a link to choose a password."""
    never_store()
    form = _invite_form(request.form)
    if not form.validate():
        return render_page(InvitePage(form=form)), 422
    if known := queries.person_by_email(db(), form.email.data or ""):
        message = current_i18n().gettext(N_("This address belongs to %(name)s."))
        form.email.errors = [message % {"name": known.name}]
        return render_page(InvitePage(form=form, existing_person=known)), 409
    if confirmation := role_confirmation(form, form.name.data or "", url_for(".show_invite")):
        return render_page(confirmation)
    person = actions.add_person(db(), form.values(), by=current_person_id(), now=now())
    edition_id = role_edition_id(form.role.data, form.edition.data)
    grant_role(person, Role(form.role.data), edition_id, form.reason.data or "")
    registration.invite(db(), person, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The invitation is on its way.")))
    return redirect_to_person(person.uid)


@bp.post("/<person_uid>/invite", needs=Permission.MANAGE_PEOPLE)
@form_post(limit=_repeated_invitation_attempt, has_form=False)
def resend_invitation(person_uid: str) -> ResponseReturnValue:
    person = find_person(person_uid)
    if person.password_hash is not None:
        raise RuleViolation(AdminProblem.SIGNED_UP)
    registration.invite(db(), person, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The invitation is on its way.")))
    return redirect_to_person(person_uid)


def _invite_form(data: MultiDict[str, str] | None = None) -> InviteForm:
    form = InviteForm(data)
    with_editions(form)
    return form
