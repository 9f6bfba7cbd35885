"""Staff pages of e-mails: found by person, address or subject, and what each of them said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue

from learning.access.actor import Actor
from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.accounts.personal_data import person_ref
from learning.accounts.queries import person_by_uid
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import now
from learning.mail import copies, email_lists
from learning.mail import queries as mail_queries
from learning.mail.email_lists import EmailFilter, EmailLine
from learning.mail.models import EmailCopy, EmailState, OutgoingEmail

COURSE_KINDS = ("admissions.", "deadlines.", "enrolment.", "lessons.")
"""How the kinds of e-mails begin that registrars may read: those of accounts are not among them."""
bp = GuardedBlueprint("emails", __name__, url_prefix="/staff/emails")


@dataclass(frozen=True, kw_only=True)
class EmailsPage(Page):
    template: ClassVar[str] = "admin/emails.html"

    lines: Sequence[EmailLine]
    counts: Mapping[EmailState, int]
    filters: EmailFilter
    recipient: Person | None
    older: int | None
    may_see_jobs: bool
    now: datetime


@dataclass(frozen=True, kw_only=True)
class SentEmailPage(Page):
    template: ClassVar[str] = "admin/sent_email.html"

    mail: OutgoingEmail
    copy: EmailCopy
    parts: Sequence[str]


@bp.get("/", needs=Permission.READ_COURSE_EMAILS)
def show_emails() -> ResponseReturnValue:
    """Show a page of e-mails, the latest first.

    `q` is part of a name, an address or a subject; `state` an `EmailState`; `person` the uid of
    whom they were to, at any address of their time; `before` the id of the last e-mail of the page
    before.
    """
    never_store()
    state, recipient = request.args.get("state", ""), _recipient()
    filters = EmailFilter(
        person=person_ref(db(), recipient) if recipient else None,
        words=request.args.get("q", "").strip(),
        state=EmailState(state) if state in set(EmailState) else None,
        kinds=readable_kinds(current_actor()),
        before=query_number("before"),
    )
    lines = email_lists.list_emails(db(), filters)
    page = EmailsPage(
        lines=lines,
        counts=email_lists.count_emails(db(), filters),
        filters=filters,
        recipient=recipient,
        older=lines[-1].email.id if len(lines) == email_lists.PAGE_SIZE else None,
        may_see_jobs=current_actor().may(Permission.SEE_HEALTH),
        now=now(),
    )
    return render_page(page)


@bp.get("/<int:mail_id>", needs=Permission.READ_COURSE_EMAILS)
def show_email(mail_id: int) -> ResponseReturnValue:
    """Show what an e-mail said when it was sent, without its links."""
    never_store()
    sent = mail_queries.email_by_id(db(), mail_id) or abort(404)
    kinds = readable_kinds(current_actor())
    if kinds is not None and not sent.kind.startswith(tuple(kinds)):
        abort(404)
    copy = copies.copy_of(db(), mail_id) or abort(404)
    return render_page(SentEmailPage(mail=sent, copy=copy, parts=copy.parts.splitlines()))


def _recipient() -> Person | None:
    """Return the person of the address; 404 for one that does not exist."""
    uid = request.args.get("person", "")
    return (person_by_uid(db(), uid) or abort(404)) if uid else None


def readable_kinds(actor: Actor) -> Collection[str] | None:
    """Return how the kinds begin of which somebody may read what was sent; None for all kinds."""
    if actor.may(Permission.READ_SENT_EMAILS):
        return None
    return COURSE_KINDS if actor.may(Permission.READ_COURSE_EMAILS) else ()
