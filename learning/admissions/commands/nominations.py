"""Nominations: people whom a sponsor names on its page, and what it sees of them.

Until the nominee submits, a sponsor sees only what it typed itself: neither whether an address is
known, nor whose it is, nor whether they have applied already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.accounts import actions as accounts
from learning.accounts import registration
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.accounts.person_emails import recipient_of
from learning.admissions.commands import applications, sponsorships
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application, Nomination, Sponsorship
from learning.admissions.problems import SponsorshipProblem
from learning.admissions.queries.stages import stage_column
from learning.admissions.rules import deadlines
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import queries
from learning.enrolment.rules import ActorRole
from learning.kit.email_addresses import email_spellings, normal_email
from learning.kit.errors import RuleViolation
from learning.kit.idempotency import insert_if_absent
from learning.kit.names import plain_name
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

MAX_NOMINEES = 20


@dataclass(frozen=True, kw_only=True)
class Nominee:
    name: str
    email: str
    language: str


@dataclass(frozen=True, kw_only=True)
class NomineeStatus:
    """What a sponsor sees of a nominee; `stage` is None until they have submitted."""

    name: str
    stage: Stage | None


def nominate(
    session: Session, sponsorship: Sponsorship, nominee: Nominee, *, now: datetime
) -> None:
    """Create an application for a person whom a sponsor names (T1); they fill it in themselves.

    Naming a person again changes nothing. A person who has applied already, or is enrolled,
    only gets an e-mail.
    """
    sponsorships.lock_active(session, sponsorship, now=now)
    edition = session.get_one(Edition, sponsorship.edition_id)
    request = TransitionRequest(
        event=ApplicationEvent.CREATE, actor_role=ActorRole.SPONSOR, by=None, now=now
    )
    applications.require_open(edition, request)
    email = normal_email(nominee.email)
    if not _add(session, sponsorship, nominee, email=email, now=now):
        return
    person = _person(session, sponsorship, nominee, edition=edition, now=now)
    application = _begin(session, sponsorship, person, edition=edition, request=request)
    if application is not None:
        named = Nomination.sponsorship_id == sponsorship.id, Nomination.email == email
        mine = update(Nomination).where(*named).values(application_id=application.id)
        session.execute(mine)
    _notify(session, sponsorship, person, application, now=now)
    subject = f"sponsorship {sponsorship.id}"
    record(session, "person nominated", subject, by=None, now=now, person=person.id)


def nominee_statuses(session: Session, sponsorship: Sponsorship) -> list[NomineeStatus]:
    """Return the status of a sponsor's nominees, and nothing else of them."""
    asking = _named_by_themselves(session, sponsorship)
    rows = session.execute(
        select(Nomination.name, stage_column().label("stage"), Person.name.label("own"))
        .outerjoin(
            Application,
            (Application.id == Nomination.application_id)
            & (Application.sponsorship_id == Nomination.sponsorship_id)
            & (Application.state != ApplicationState.DRAFT),
        )
        .outerjoin(Person, Person.id == Application.person_id)
        .where(Nomination.sponsorship_id == sponsorship.id)
        .order_by(Nomination.id)
    )
    return [
        *asking,
        *(
            NomineeStatus(name=row.own or row.name, stage=row.stage and Stage(row.stage))
            for row in rows
        ),
    ]


def _named_by_themselves(session: Session, sponsorship: Sponsorship) -> Sequence[NomineeStatus]:
    """Return the candidates who named this sponsor themselves: name and state."""
    nominated = select(Nomination.id).where(Nomination.application_id == Application.id)
    rows = session.execute(
        select(Person.name, stage_column().label("stage"))
        .select_from(Application)
        .join(Person, Person.id == Application.person_id)
        .where(Application.sponsorship_id == sponsorship.id, ~nominated.exists())
        .order_by(Application.id)
    )
    return [NomineeStatus(name=row.name, stage=Stage(row.stage)) for row in rows]


def _add(
    session: Session, sponsorship: Sponsorship, nominee: Nominee, *, email: str, now: datetime
) -> bool:
    """Add a nomination; False if this sponsorship has named the address before.

    The sponsorship's row is locked, so that simultaneous requests keep to the limit.
    """
    own = Nomination.sponsorship_id == sponsorship.id
    same = Nomination.email.in_(email_spellings(email))
    if session.scalar(select(Nomination.id).where(own, same)):
        return False
    count = session.scalar(select(func.count()).select_from(Nomination).where(own)) or 0
    if count >= MAX_NOMINEES:
        raise RuleViolation(SponsorshipProblem.TOO_MANY)
    return insert_if_absent(
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
    """Return the person with an address, a new one if there is none."""
    new = NewPerson(
        email=nominee.email,
        name=nominee.name,
        language=nominee.language,
        zone=edition.zone,
        institution=sponsorship.organisation,
    )
    return accounts.find_or_add_person(session, new, by=None, now=now)


def _begin(
    session: Session,
    sponsorship: Sponsorship,
    person: Person,
    *,
    edition: Edition,
    request: TransitionRequest,
) -> Application | None:
    """Create an application, None for a person who has one here already or is enrolled."""
    if queries.is_enrolled(session, person.id, edition.id):
        return None
    application = applications.add_application(session, edition, person, request)
    if application is None:
        return None
    application.sponsorship_id = sponsorship.id
    sponsorships.copy_statement(application, sponsorship, request.now)
    return application


def _notify(
    session: Session,
    sponsorship: Sponsorship,
    person: Person,
    application: Application | None,
    *,
    now: datetime,
) -> None:
    """E-mail a nominee.

    Without an own answer from them, the e-mail does not use the name from the sponsor.
    """
    new = person.password_hash is None
    if new:
        registration.invite(session, person, by=None, now=now)
    edition = session.get_one(Edition, sponsorship.edition_id)
    params = {
        "organisation": plain_name(sponsorship.organisation),
        "starts_on": edition.starts_on.isoformat(),
        "until": deadlines.last_second(edition.apply_until, edition.zone).isoformat(),
        "reference": application.reference if application else "",
        "invited": new,
    }
    to: Recipient = recipient_of(person)
    if new:
        to = replace(to, name="")
    enqueue_email(session, to, EmailRequest(kind="admissions.nominated", params=params), now=now)
