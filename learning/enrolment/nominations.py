"""Nominations: whom a sponsor names by its link, and what it sees of them.

A sponsor sees what it typed itself until the nominee sends the application: it learns neither
whether an address is known here, nor whose it is, nor whether they have applied already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.accounts import actions as accounts
from learning.accounts import joining
from learning.accounts import queries as people
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import applying, deadlines, queries, sponsoring
from learning.enrolment.models import Application, Nomination, Sponsorship
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, State, Who
from learning.kit.email_addresses import email_spellings, normal_email
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.names import plain_name
from learning.kit.once import insert_new
from learning.mail.actions import Outgoing, Recipient, post

MOST_NOMINEES = 20


@dataclass(frozen=True, kw_only=True)
class Nominee:
    name: str
    email: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a sponsor sees of somebody; `state` is None until they have sent an application."""

    name: str
    state: State | None


def nominate(
    session: Session, sponsorship: Sponsorship, nominee: Nominee, *, now: datetime
) -> None:
    """Begin an application for somebody whom a sponsor names (T1); they fill it in themselves.

    Naming somebody again changes nothing. Whoever applies already, or has a place, only gets word.
    """
    sponsoring.lock_living(session, sponsorship, now=now)
    edition = session.get_one(Edition, sponsorship.edition_id)
    deed = Deed(event=Event.CREATE, who=Who.SPONSOR, by=None, now=now)
    applying.insist_open(edition, deed)
    email = normal_email(nominee.email)
    if not _add(session, sponsorship, nominee, email=email, now=now):
        return
    person = _person(session, sponsorship, nominee, edition=edition, now=now)
    application = _begin(session, sponsorship, person, edition=edition, deed=deed)
    if application is not None:
        named = Nomination.sponsorship_id == sponsorship.id, Nomination.email == email
        mine = update(Nomination).where(*named).values(application_id=application.id)
        session.execute(mine)
    _tell(session, sponsorship, person, application, now=now)
    subject = f"sponsorship {sponsorship.id}"
    record(session, "person nominated", subject, by=None, now=now, person=person.id)


def standings(session: Session, sponsorship: Sponsorship) -> list[Standing]:
    """Return what a sponsor sees of those it stands behind, and nothing else of them."""
    asking = _named_by_themselves(session, sponsorship)
    rows = session.execute(
        select(Nomination.name, Application.state, Person.name.label("own"))
        .outerjoin(
            Application,
            (Application.id == Nomination.application_id)
            & (Application.sponsorship_id == Nomination.sponsorship_id)
            & (Application.state != State.DRAFT),
        )
        .outerjoin(Person, Person.id == Application.person_id)
        .where(Nomination.sponsorship_id == sponsorship.id)
        .order_by(Nomination.id)
    )
    return [*asking, *(Standing(name=row.own or row.name, state=row.state) for row in rows)]


def _named_by_themselves(session: Session, sponsorship: Sponsorship) -> Sequence[Standing]:
    """Return the candidates who named this sponsor; they gave it their name and their state."""
    nominated = select(Nomination.id).where(Nomination.application_id == Application.id)
    rows = session.execute(
        select(Person.name, Application.state)
        .join(Person, Person.id == Application.person_id)
        .where(Application.sponsorship_id == sponsorship.id, ~nominated.exists())
        .order_by(Application.id)
    )
    return [Standing(name=row.name, state=row.state) for row in rows]


def _add(
    session: Session, sponsorship: Sponsorship, nominee: Nominee, *, email: str, now: datetime
) -> bool:
    """Write a nomination down; False if this link has named the address before.

    The sponsorship's row is locked: of many at once, no more than may be are counted.
    """
    own = Nomination.sponsorship_id == sponsorship.id
    same = Nomination.email.in_(email_spellings(email))
    if session.scalar(select(Nomination.id).where(own, same)):
        return False
    count = session.scalar(select(func.count()).select_from(Nomination).where(own)) or 0
    if count >= MOST_NOMINEES:
        raise Refused(N_("That is as many people as one link can nominate."))
    return insert_new(
        session,
        Nomination,
        sponsorship_id=sponsorship.id,
        email=email,
        name=nominee.name,
        nominated_at=now,
    )


def _person(
    session: Session, sponsorship: Sponsorship, nominee: Nominee, *, edition: Edition, now: datetime
) -> Person:
    """Return whose the address is, somebody new if nobody's."""
    new = NewPerson(
        email=nominee.email,
        name=nominee.name,
        language=nominee.language,
        zone=edition.zone,
        institution=sponsorship.organisation,
    )
    known = people.person_by_email(session, nominee.email)
    if known is not None:
        return known
    try:
        with session.begin_nested():
            return accounts.add_person(session, new, by=None, now=now)
    except IntegrityError:  # somebody else named the same address in this very moment
        known = people.person_by_email(session, nominee.email)
        if known is None:
            raise
        return known


def _begin(
    session: Session, sponsorship: Sponsorship, person: Person, *, edition: Edition, deed: Deed
) -> Application | None:
    """Begin an application, None for whoever applies here already or has a place: it is theirs."""
    if queries.live_application(session, person.id, edition.id):
        return None
    if queries.has_place(session, person.id, edition.id):
        return None
    application = applying.begin(session, edition, person, deed)
    if application.made_at != deed.now:  # they have begun one themselves in this very moment
        return None
    application.sponsorship_id = sponsorship.id
    sponsoring.pass_on(application, sponsorship, deed.now)
    return application


def _tell(
    session: Session,
    sponsorship: Sponsorship,
    person: Person,
    application: Application | None,
    *,
    now: datetime,
) -> None:
    """Write to a nominee; whoever has never answered us is not greeted by a name we were given."""
    new = person.password_hash is None
    if new:
        joining.invite(session, person, by=None, now=now)
    edition = session.get_one(Edition, sponsorship.edition_id)
    params = {
        "organisation": plain_name(sponsorship.organisation),
        "starts_on": edition.starts_on.isoformat(),
        "until": deadlines.closes_at(edition.apply_until, edition.zone).isoformat(),
        "reference": application.reference if application else "",
    }
    to: Recipient = joining.recipient(person)
    if new:
        to = replace(to, name="")
    post(session, to, Outgoing(kind="enrolment.nominated", params=params), now=now)
