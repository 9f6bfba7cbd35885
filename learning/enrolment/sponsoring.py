"""What a sponsoring institution does, by a signed link and without an account.

It uploads or signs the letter, states who pays what and where the invoice goes, and nominates
several people. It sees where each nominee's application stands, and nothing else of them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts import actions as accounts
from learning.accounts import joining
from learning.accounts import queries as people
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.accounts.rules import token_hash
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import applying, deadlines, queries
from learning.enrolment.answers import MOST_SHARE, Funding
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, State, Who
from learning.files import actions as files
from learning.files.models import StoredFile
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.mail.actions import Outgoing, Recipient, post

LASTS = timedelta(days=60)
MOST_NOMINEES = 20
BEGUN = N_("This person has begun an application of their own. In it they can name you as sponsor.")
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


@dataclass(frozen=True, kw_only=True)
class Nominee:
    name: str
    email: str
    language: str


def ask_sponsor(
    session: Session, application: Application, contact: Contact, *, now: datetime
) -> Sponsorship:
    """Send an institution a link of its own for this application."""
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
    )
    session.add(sponsorship)
    session.flush()  # the application names it by id
    application.sponsorship_id = sponsorship.id
    application.changed_at = now
    person = people.person(session, application.person_id)
    to = Recipient(
        email=contact.email, name=contact.name, language=contact.language, zone=edition.zone
    )
    params = {
        "path": f"/sponsor/{token}",
        "candidate": person.name if person else "",
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
        .where(Sponsorship.token_hash == token_hash(token))
        .options(joinedload(Sponsorship.edition), joinedload(Sponsorship.letter))
    )
    return found if found is not None and now < found.ends_at else None


def is_known(session: Session, token: str) -> bool:
    """Whether a link ever opened something; one that has ended is told from one that never was."""
    known = select(Sponsorship.id).where(Sponsorship.token_hash == token_hash(token))
    return session.scalar(known) is not None


def add_letter(
    session: Session, sponsorship: Sponsorship, file: StoredFile, *, now: datetime
) -> None:
    """Keep a letter that has come, in place of the one before; the trail remembers both."""
    before = session.get(StoredFile, sponsorship.letter_id) if sponsorship.letter_id else None
    sponsorship.letter_id = file.id
    session.flush()  # nothing refers to the letter before any more
    if before is not None:
        files.remove(session, before, now=now)
    subject = f"sponsorship {sponsorship.id}"
    record(session, "nomination letter received", subject, by=None, now=now, sha256=file.sha256)


def state(session: Session, sponsorship: Sponsorship, said: Statement, *, now: datetime) -> None:
    """Keep what a sponsor states; raise Refused where somebody else did meanwhile."""
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
    for application in nominees(session, sponsorship):
        _pass_on(application, sponsorship, now)
    record(session, "sponsor stated", f"sponsorship {sponsorship.id}", by=None, now=now)


def nominate(
    session: Session, sponsorship: Sponsorship, nominee: Nominee, *, now: datetime
) -> Application:
    """Begin an application for somebody whom a sponsor names (T1); they fill it in themselves."""
    if len(nominees(session, sponsorship)) >= MOST_NOMINEES:
        raise Refused(N_("That is as many people as one link can nominate."))
    edition = session.get_one(Edition, sponsorship.edition_id)
    person = people.person_by_email(session, nominee.email)
    if person is None:
        new = NewPerson(
            email=nominee.email,
            name=nominee.name,
            language=nominee.language,
            zone=edition.zone,
            institution=sponsorship.organisation,
        )
        person = accounts.add_person(session, new, by=None, now=now)
    known = queries.live_application(session, person.id, edition.id)
    if known is not None and known.sponsorship_id == sponsorship.id:
        return known
    if known is not None:  # it is theirs: who pays is for them to say
        raise Refused(BEGUN)
    deed = Deed(event=Event.CREATE, who=Who.SPONSOR, by=None, now=now)
    application = applying.begin(session, edition, person, deed)
    application.sponsorship_id = sponsorship.id
    _pass_on(application, sponsorship, now)
    if person.password_hash is None:
        joining.invite(session, person, by=None, now=now)
    params = {
        "organisation": sponsorship.organisation,
        "starts_on": edition.starts_on.isoformat(),
        "until": deadlines.closes_at(edition.apply_until, edition.zone).isoformat(),
        "reference": application.reference,
    }
    joining.tell(session, person, Outgoing(kind="enrolment.nominated", params=params), now=now)
    return application


def nominees(session: Session, sponsorship: Sponsorship) -> list[Application]:
    """Return the applications that a sponsor stands behind, oldest first."""
    own = select(Application).where(Application.sponsorship_id == sponsorship.id)
    return list(session.scalars(own.order_by(Application.id)))


def standings(session: Session, sponsorship: Sponsorship) -> list[tuple[str, State]]:
    """Return what a sponsor sees of those it stands behind: name and state, and nothing else."""
    rows = session.execute(
        select(Person.name, Application.state)
        .join(Person, Person.id == Application.person_id)
        .where(Application.sponsorship_id == sponsorship.id)
        .order_by(Application.id)
    )
    return [(row.name, row.state) for row in rows]


def _pass_on(application: Application, sponsorship: Sponsorship, now: datetime) -> None:
    """Let an unsent application say of its funding what the sponsor states."""
    if application.state is State.DRAFT:
        full = sponsorship.share == MOST_SHARE
        application.funding = Funding.SPONSOR if full else Funding.MIXED
        application.sponsor_share = sponsorship.share
        application.changed_at = now
