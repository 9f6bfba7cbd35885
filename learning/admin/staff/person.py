"""The staff page of a person, and what its forms share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts import queries, rules
from learning.accounts.corrections import corrections_of
from learning.accounts.models import AccountCorrection, Person, RoleGrant, UserSession
from learning.accounts.personal_data import person_ref
from learning.admin.forms import AccountForm, CorrectionForm, RoleForm
from learning.admin.staff.edition_names import edition_name
from learning.admin.staff.emails import readable_kinds
from learning.admissions.models import Application
from learning.admissions.queries.applications import submitted_applications
from learning.admissions.rules.stages import Stage
from learning.audit.models import AuditEntry
from learning.audit.queries import entries_about, last_entry
from learning.catalogue import queries as catalogue
from learning.content import registry
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import enrolments_of
from learning.kit.db import db
from learning.kit.forms import select_choices
from learning.kit.headers import never_store
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.mail.email_lists import EmailFilter, EmailLine, count_emails, list_emails
from learning.mail.models import EmailState
from learning.mail.queries import is_suppressed

LATEST = 10  # e-mails and audit rows on the page of a person
bp = GuardedBlueprint("people", __name__, url_prefix="/staff/people")


@dataclass(frozen=True, kw_only=True)
class PersonEmails:
    """The latest e-mails to all addresses of a person, and how many there are by state."""

    latest: Sequence[EmailLine]
    counts: Mapping[EmailState, int]
    suppressed: bool  # nothing is sent to the present address
    readable: Collection[int]  # of the latest, the ids of those whose text the reader may read


@dataclass(frozen=True, kw_only=True)
class PersonPage(Page):
    """What is known about one person, and the forms of administrators."""

    template: ClassVar[str] = "admin/person.html"

    person: Person
    grants: Sequence[RoleGrant]
    applications: Sequence[tuple[Application, Stage]]
    enrolments: Sequence[Enrolment]
    emails: PersonEmails
    devices: Sequence[UserSession]
    last_sign_in: datetime | None
    corrections: Sequence[AccountCorrection]
    audit_entries: Sequence[AuditEntry]
    courses: Mapping[str, Course]
    names: Mapping[int, tuple[str, str]]  # of those who acted: name and uid, by id
    role_form: RoleForm
    reason_form: AccountForm
    form_url: str  # the URL of the form whose reason was invalid
    may_manage: bool
    correction_form: CorrectionForm | None  # None if the reader may not correct
    may_impersonate: bool
    may_read_applications: bool
    may_read_enrolments: bool
    now: datetime


@bp.get("/<person_uid>", needs=Permission.READ_PEOPLE)
def show_person(person_uid: str) -> ResponseReturnValue:
    return render_page(person_page(find_person(person_uid)))


def person_page(
    person: Person, *, role_form: RoleForm | None = None, reason_form: AccountForm | None = None
) -> PersonPage:
    """Return the page of a person, with the invalid form if there was one."""
    session, actor, subject = db(), current_actor(), f"person {person.id}"
    own, may_manage = person.id == current_person_id(), actor.may(Permission.MANAGE_PEOPLE)
    entries = entries_about(session, subject)[:LATEST]
    corrections = corrections_of(session, person.id)
    signed_in = last_entry(session, "signed in", subject)
    actors = {each.actor_id for each in entries} | {each.corrected_by_id for each in corrections}
    return PersonPage(
        person=person,
        grants=queries.grants_of(session, person.id),
        applications=submitted_applications(session, person.id),
        enrolments=enrolments_of(session, person.id),
        emails=_emails_of(person),
        devices=queries.active_sessions(session, person.id, now=now()),
        last_sign_in=signed_in.at if signed_in else None,
        corrections=corrections,
        audit_entries=entries,
        courses=registry.courses(),
        names=queries.names_of(session, [each for each in actors if each]),
        role_form=with_editions(role_form or RoleForm()),
        reason_form=reason_form or AccountForm(),
        form_url=request.path if reason_form else "",
        may_manage=may_manage,
        correction_form=_correction_form(person) if may_manage and not own else None,
        may_impersonate=_may_impersonate(person, own=own),
        may_read_applications=actor.may(Permission.READ_APPLICATIONS),
        may_read_enrolments=actor.may(Permission.READ_ENROLMENTS),
        now=now(),
    )


def _correction_form(person: Person) -> CorrectionForm | None:
    """Return the form with what is stored; a closed account is not corrected."""
    if person.closed_at is not None:
        return None
    form = CorrectionForm.of(person)
    form.with_version()
    return form


def _may_impersonate(person: Person, *, own: bool) -> bool:
    return rules.may_impersonate(
        has_right=current_actor().may(Permission.IMPERSONATE) and not own,
        administrator=queries.is_administrator(db(), person.id),
        closed=person.closed_at is not None,
    )


def _emails_of(person: Person) -> PersonEmails:
    filters = EmailFilter(person=person_ref(db(), person))
    latest, kinds = list_emails(db(), filters, limit=LATEST), readable_kinds(current_actor())
    return PersonEmails(
        latest=latest,
        readable=[
            line.email.id
            for line in latest
            if line.subject is not None
            and (kinds is None or line.email.kind.startswith(tuple(kinds)))
        ],
        counts=count_emails(db(), filters),
        suppressed=is_suppressed(db(), person.email),
    )


def find_person(person_uid: str) -> Person:
    """Return the person of an address, else 404; no cache keeps the page that answers."""
    never_store()
    return queries.person_by_uid(db(), person_uid) or abort(404)


def redirect_to_person(person_uid: str) -> ResponseReturnValue:
    return redirect(url_for(".show_person", person_uid=person_uid), 303)


def with_editions(form: RoleForm) -> RoleForm:
    """Fill a form's choices with the editions that a role may be for."""
    editions = catalogue.staffed_editions(db(), current_actor(), Permission.READ_EDITIONS)
    named = [(each.code, edition_name(each, current_i18n())) for each in editions]
    form.edition.choices = select_choices([("", "—"), *named])
    return form
