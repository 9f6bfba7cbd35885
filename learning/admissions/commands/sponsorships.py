"""What a sponsoring institution does, through a signed link and without an account.

It uploads or signs the nomination letter, states who pays what and who is billed, and nominates
several people. It sees the state of each nominee's application, and nothing else of them.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts.models import Person
from learning.accounts.rules import token_hash
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.admissions.models import Application, Nomination, Sponsorship
from learning.admissions.problems import SponsorshipProblem
from learning.admissions.rules import deadlines
from learning.admissions.rules.answers import MAX_SHARE, Funding
from learning.admissions.rules.billing import BillingDetails
from learning.admissions.rules.states import ApplicationState
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.files import actions as files
from learning.files.models import StoredFile
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.names import plain_name
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

LINK_LIFETIME = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The contact at an institution that a candidate names."""

    organisation: str
    name: str
    email: str
    language: str


@dataclass(frozen=True, kw_only=True)
class SponsorStatement:
    """What a sponsor states: its share of the fee in percent, and its billing party.

    `signed_by` is a name typed instead of a nomination letter; empty if a letter is or was
    uploaded.
    """

    share: int
    signed_by: str
    billing: BillingDetails
    version: int


def invite_sponsor(
    session: Session, application: Application, contact: Contact, *, now: datetime
) -> Sponsorship:
    """Send an institution a new link for this application; the one before stops working."""
    _replace(session, application, now)
    token = secrets.token_urlsafe(24)
    sponsorship = Sponsorship(
        edition_id=application.edition_id,
        token_hash=token_hash(token),
        organisation=contact.organisation,
        contact_name=contact.name,
        contact_email=contact.email,
        language=contact.language,
        created_at=now,
        ends_at=now + LINK_LIFETIME,
        requested_by_id=application.person_id,
    )
    session.add(sponsorship)
    session.flush()  # the application refers to it by id
    application.sponsorship_id = sponsorship.id
    application.changed_at = now
    candidate = session.get_one(Person, application.person_id)
    _send_link(session, sponsorship, candidate, token, now=now)
    subject = f"application {application.id}"
    record(session, "nomination requested", subject, by=application.person_id, now=now)
    return sponsorship


def _send_link(
    session: Session, sponsorship: Sponsorship, candidate: Person, token: str, *, now: datetime
) -> None:
    """E-mail the link of a sponsorship to its contact; only there its token is in the clear."""
    edition = session.get_one(Edition, sponsorship.edition_id)
    contact = Recipient(
        email=sponsorship.contact_email, name="", language=sponsorship.language, zone=edition.zone
    )
    until = deadlines.sponsor_until(sponsorship.ends_at, edition.apply_until, edition.zone)
    params = {
        "path": f"/sponsor/{token}",
        "candidate": plain_name(candidate.name),
        "starts_on": edition.starts_on.isoformat(),
        "until": until.isoformat(),
    }
    email = EmailRequest(kind="admissions.sponsor-invited", params=params, category=SPONSORSHIP)
    enqueue_email(session, contact, email, now=now)


def sponsorship_by_token(session: Session, token: str, *, now: datetime) -> Sponsorship | None:
    """Return the sponsorship of a token, None if there is none or it has ended."""
    sponsorship = session.scalar(
        select(Sponsorship)
        .where(Sponsorship.token_hash == token_hash(token), Sponsorship.replaced_at.is_(None))
        .options(
            joinedload(Sponsorship.edition),
            joinedload(Sponsorship.letter),
            joinedload(Sponsorship.billing_party),
        )
    )
    return sponsorship if sponsorship is not None and now < sponsorship.ends_at else None


def lock_active(session: Session, sponsorship: Sponsorship, *, now: datetime) -> None:
    """Lock a sponsorship; raise RuleViolation if its link has ended or was replaced."""
    lock_row(session, sponsorship)
    if sponsorship.replaced_at is not None or now >= sponsorship.ends_at:
        raise RuleViolation(SponsorshipProblem.LINK_EXPIRED)


def has_answered(sponsorship: Sponsorship | None) -> bool:
    """Whether a sponsor has uploaded or signed the letter."""
    return sponsorship is not None and bool(sponsorship.letter_id or sponsorship.signed_at)


def release(session: Session, application: Application, *, now: datetime) -> None:
    """End the link of a discarded draft, unless the institution has used it."""
    sponsorship = _lock_behind(session, application)
    if sponsorship is None or has_answered(sponsorship):
        return
    named = select(Nomination.id).where(Nomination.sponsorship_id == sponsorship.id)
    if session.scalar(named.limit(1)) is None:
        _end(sponsorship, application, now)


def is_known(session: Session, token: str) -> bool:
    """Whether a token was ever valid, ended ones included."""
    query = select(Sponsorship.id).where(Sponsorship.token_hash == token_hash(token))
    return session.scalar(query) is not None


def add_letter(
    session: Session, sponsorship: Sponsorship, file: StoredFile, *, now: datetime
) -> None:
    """Store a nomination letter in place of the one before; the audit trail records both."""
    lock_active(session, sponsorship, now=now)
    before, sponsorship.letter_id = sponsorship.letter_id, file.id
    files.delete_unreferenced(session, before, now=now)
    subject = f"sponsorship {sponsorship.id}"
    record(session, "nomination letter received", subject, by=None, now=now, sha256=file.sha256)


def save_statement(
    session: Session, sponsorship: Sponsorship, statement: SponsorStatement, *, now: datetime
) -> None:
    """Store a sponsor's statement; raise RuleViolation if another request was faster."""
    lock_active(session, sponsorship, now=now)
    if statement.version != sponsorship.version:
        raise RuleViolation(SponsorshipProblem.CHANGED_MEANWHILE)
    if not (statement.signed_by or sponsorship.letter_id or sponsorship.signed_at):
        raise RuleViolation(SponsorshipProblem.NO_LETTER)
    if statement.signed_by:
        sponsorship.signed_by, sponsorship.signed_at = statement.signed_by, now
    sponsorship.share = statement.share
    sponsorship.billing_party_id = save_party(
        session, sponsorship.billing_party_id, sponsorship.edition_id, statement.billing
    )
    sponsorship.stated_at = now
    sponsorship.version += 1
    for application in _lock_applications(session, sponsorship):
        copy_statement(application, sponsorship, now)
    record(session, "sponsor statement received", f"sponsorship {sponsorship.id}", by=None, now=now)


def _lock_applications(session: Session, sponsorship: Sponsorship) -> Sequence[Application]:
    """Return the applications of a sponsorship, locked: none is submitted meanwhile."""
    own = select(Application).where(Application.sponsorship_id == sponsorship.id)
    locked = own.order_by(Application.id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def _replace(session: Session, application: Application, now: datetime) -> None:
    """End the present link of an application; raise RuleViolation if it was used meanwhile."""
    before = _lock_behind(session, application)
    behind = select(Application.sponsorship_id).where(Application.id == application.id)
    if session.scalar(behind.with_for_update()) != application.sponsorship_id:
        raise RuleViolation(SponsorshipProblem.CHANGED_MEANWHILE)
    if has_answered(before):
        raise RuleViolation(SponsorshipProblem.ANSWERED)
    if before is not None:
        _end(before, application, now)


def _end(sponsorship: Sponsorship, application: Application, now: datetime) -> None:
    """End a link; a link that was used to nominate people stays."""
    if sponsorship.requested_by_id == application.person_id:
        sponsorship.replaced_at = now


def _lock_behind(session: Session, application: Application) -> Sponsorship | None:
    """Return the sponsorship of an application, locked: this row first, then others."""
    if application.sponsorship_id is None:
        return None
    sponsorship = session.get_one(Sponsorship, application.sponsorship_id)
    lock_row(session, sponsorship)
    return sponsorship


def copy_statement(application: Application, sponsorship: Sponsorship, now: datetime) -> None:
    """Copy the sponsor's statement about funding into a draft."""
    if application.state is ApplicationState.DRAFT:
        full = sponsorship.share == MAX_SHARE
        application.funding = Funding.SPONSOR if full else Funding.MIXED
        application.sponsor_share = sponsorship.share
        application.changed_at = now
