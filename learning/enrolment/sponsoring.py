"""What a sponsoring institution does, by a signed link and without an account.

It uploads or signs the letter, states who pays what and where the invoice goes, and nominates
several people. It sees where each nominee's application stands, and nothing else of them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts import queries as people
from learning.accounts.rules import token_hash
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import deadlines
from learning.enrolment.answers import MOST_SHARE, Funding
from learning.enrolment.models import Application, Nomination, Sponsorship
from learning.enrolment.rules import State
from learning.files import actions as files
from learning.files.models import StoredFile
from learning.kit import versions
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.names import plain_name
from learning.mail.actions import Outgoing, Recipient, post

LASTS = timedelta(days=60)
ANSWERED = N_("Your institution has answered already.")
ENDED = N_("This link does not work any more.")
MEANWHILE = N_(
    "Somebody changed this meanwhile. What is kept now stands above; send yours to replace it."
)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom a candidate names at the institution that sponsors them."""

    organisation: str
    name: str
    email: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a sponsor states: its share of the fee in percent, and where the invoice goes.

    `signed_by`: a name typed instead of a letter; empty where a letter is or was uploaded.
    """

    share: int
    signed_by: str
    billing_name: str
    billing_address: str
    billing_country: str
    vat_id: str
    po_number: str
    version: int


def ask_sponsor(
    session: Session, application: Application, contact: Contact, *, now: datetime
) -> Sponsorship:
    """Send an institution a link of its own for this application; the one before opens nothing."""
    _replace(session, application, now)
    edition = session.get_one(Edition, application.edition_id)
    token = secrets.token_urlsafe(24)
    sponsorship = Sponsorship(
        edition_id=edition.id,
        token_hash=token_hash(token),
        organisation=contact.organisation,
        contact_name=contact.name,
        contact_email=contact.email,
        language=contact.language,
        made_at=now,
        ends_at=now + LASTS,
        asked_by_id=application.person_id,
    )
    session.add(sponsorship)
    session.flush()  # the application names it by id
    application.sponsorship_id = sponsorship.id
    application.changed_at = now
    person = people.person(session, application.person_id)
    to = Recipient(email=contact.email, name="", language=contact.language, zone=edition.zone)
    params = {
        "path": f"/sponsor/{token}",
        "candidate": plain_name(person.name) if person else "",
        "starts_on": edition.starts_on.isoformat(),
        "until": min(
            sponsorship.ends_at, deadlines.closes_at(edition.apply_until, edition.zone)
        ).isoformat(),
    }
    post(session, to, Outgoing(kind="enrolment.sponsor", params=params), now=now)
    subject = f"application {application.id}"
    record(session, "sponsor asked", subject, by=application.person_id, now=now)
    return sponsorship


def find(session: Session, token: str, *, now: datetime) -> Sponsorship | None:
    """Return what a signed link opens, None if it never was or has ended."""
    found = session.scalar(
        select(Sponsorship)
        .where(Sponsorship.token_hash == token_hash(token), Sponsorship.replaced_at.is_(None))
        .options(joinedload(Sponsorship.edition), joinedload(Sponsorship.letter))
    )
    return found if found is not None and now < found.ends_at else None


def lock_living(session: Session, sponsorship: Sponsorship, *, now: datetime) -> None:
    """Let nobody else act by this link meanwhile; raise Refused if it has ended or was replaced."""
    versions.lock(session, sponsorship)
    if sponsorship.replaced_at is not None or now >= sponsorship.ends_at:
        raise Refused(ENDED)


def has_answered(sponsorship: Sponsorship | None) -> bool:
    """Whether a sponsor has sent or signed the letter."""
    return sponsorship is not None and bool(sponsorship.letter_id or sponsorship.signed_at)


def let_go(session: Session, application: Application, *, now: datetime) -> None:
    """End the link of a draft that is thrown away, unless the institution has acted by it."""
    sponsorship = _lock_behind(session, application)
    if sponsorship is None or has_answered(sponsorship):
        return
    named = select(Nomination.id).where(Nomination.sponsorship_id == sponsorship.id)
    if session.scalar(named.limit(1)) is None:
        _end(sponsorship, application, now)


def is_known(session: Session, token: str) -> bool:
    """Whether a link ever opened something; one that has ended is told from one that never was."""
    known = select(Sponsorship.id).where(Sponsorship.token_hash == token_hash(token))
    return session.scalar(known) is not None


def add_letter(
    session: Session, sponsorship: Sponsorship, file: StoredFile, *, now: datetime
) -> None:
    """Keep a letter that has come, in place of the one before; the trail remembers both."""
    lock_living(session, sponsorship, now=now)
    before = session.get(StoredFile, sponsorship.letter_id) if sponsorship.letter_id else None
    sponsorship.letter_id = file.id
    session.flush()  # nothing refers to the letter before any more
    if before is not None:
        files.remove(session, before, now=now)
    subject = f"sponsorship {sponsorship.id}"
    record(session, "nomination letter received", subject, by=None, now=now, sha256=file.sha256)


def state(session: Session, sponsorship: Sponsorship, said: Statement, *, now: datetime) -> None:
    """Keep what a sponsor states; raise Refused where somebody else did meanwhile."""
    lock_living(session, sponsorship, now=now)
    if said.version != sponsorship.version:
        raise Refused(MEANWHILE)
    if not (said.signed_by or sponsorship.letter_id or sponsorship.signed_at):
        raise Refused(N_("Add the letter, or sign here by typing your name."))
    if said.signed_by:
        sponsorship.signed_by, sponsorship.signed_at = said.signed_by, now
    sponsorship.share = said.share
    for name in ("billing_name", "billing_address", "billing_country", "vat_id", "po_number"):
        setattr(sponsorship, name, getattr(said, name))
    sponsorship.stated_at = now
    sponsorship.version += 1
    own = select(Application).where(Application.sponsorship_id == sponsorship.id)
    for application in session.scalars(own.order_by(Application.id)):
        pass_on(application, sponsorship, now)
    record(session, "sponsor stated", f"sponsorship {sponsorship.id}", by=None, now=now)


def _replace(session: Session, application: Application, now: datetime) -> None:
    """End the link that this application had; raise Refused where it was used meanwhile."""
    before = _lock_behind(session, application)
    behind = select(Application.sponsorship_id).where(Application.id == application.id)
    if session.scalar(behind.with_for_update()) != application.sponsorship_id:
        raise Refused(MEANWHILE)
    if has_answered(before):
        raise Refused(ANSWERED)
    if before is not None:
        _end(before, application, now)


def _end(sponsorship: Sponsorship, application: Application, now: datetime) -> None:
    """Let a link open nothing any more; the link of whoever nominated somebody is not theirs."""
    if sponsorship.asked_by_id == application.person_id:
        sponsorship.replaced_at = now


def _lock_behind(session: Session, application: Application) -> Sponsorship | None:
    """Return the sponsorship behind an application, locked: first this row, then others."""
    if application.sponsorship_id is None:
        return None
    sponsorship = session.get_one(Sponsorship, application.sponsorship_id)
    versions.lock(session, sponsorship)
    return sponsorship


def pass_on(application: Application, sponsorship: Sponsorship, now: datetime) -> None:
    """Let an unsent application say of its funding what the sponsor states."""
    if application.state is State.DRAFT:
        full = sponsorship.share == MOST_SHARE
        application.funding = Funding.SPONSOR if full else Funding.MIXED
        application.sponsor_share = sponsorship.share
        application.changed_at = now
