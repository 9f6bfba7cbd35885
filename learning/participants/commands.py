"""Commands of staff on enrolments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from learning.accounts import actions as accounts
from learning.accounts import queries as people
from learning.accounts import registration
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.accounts.person_emails import recipient_of, send_email_to
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.enrolment import commands, queries, seats
from learning.enrolment.commands import Admission, EnrolmentChange
from learning.enrolment.emails import days_of
from learning.enrolment.events import EnrolmentPlanned
from learning.enrolment.models import Enrolment, EnrolmentMethod
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentGuard
from learning.kit.email_addresses import normal_email
from learning.kit.errors import RuleViolation
from learning.kit.events import publish_event
from learning.kit.time import start_of_day
from learning.mail.actions import EmailRequest, Recipient, enqueue_emails
from learning.participants import people_lists
from learning.participants.people_lists import ListRow, Outcome
from learning.participants.problems import EnrolProblem


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A line of a list, its outcome, and the person with its address, if any."""

    line: ListRow
    outcome: Outcome
    known_as: str = ""

    @property
    def is_other_name(self) -> bool:
        """Whether a person of another name has this address and would be enrolled by it."""
        return self.outcome in BY_ADDRESS and not people_lists.is_same_name(
            self.known_as, self.line.name
        )


BY_ADDRESS = frozenset({Outcome.KNOWN_PERSON, Outcome.RETURNS})
COMING = people_lists.ENROLS | {Outcome.NO_SEAT}


def plan(session: Session, edition: Edition, lines: Sequence[ListRow]) -> list[Planned]:
    """Return the outcome of each line of a list, without doing it; the last ones may not fit."""
    known = people.people_by_email(session, [line.email for line in lines])
    ids = [person.id for person in known.values()]
    enrolments = queries.enrolments_by_person(session, edition, ids)
    planning = EnrolmentPlanned(edition_id=edition.id, people_ids=frozenset(ids))
    publish_event(session, planning)
    free_seats = seats.free(session, edition)
    planned = []
    for line in lines:
        person = known.get(line.email)
        enrolment = enrolments.get(person.id) if person else None
        status = enrolment.status if enrolment else None
        what = people_lists.outcome(line, has_account=person is not None, status=status)
        if person and person.id in planning.pending and what in people_lists.ENROLS:
            what = Outcome.APPLIED
        if what in people_lists.ENROLS:
            free_seats -= 1
            what = what if free_seats >= 0 else Outcome.NO_SEAT
        planned.append(Planned(line=line, outcome=what, known_as=person.name if person else ""))
    return planned


def confirmation(planned: Sequence[Planned]) -> str:
    """Return a digest of the people with other names, to confirm; "" if there are none."""
    strangers = [(each.line.email, each.known_as) for each in planned if each.is_other_name]
    return sha256(repr(strangers).encode()).hexdigest() if strangers else ""


def enrol_all(
    session: Session, edition: Edition, lines: Sequence[ListRow], *, by: int, now: datetime
) -> list[Planned]:
    """Carry out a whole list or raise RuleViolation; return each line's outcome."""
    planned = plan_whole(session, edition, lines)
    enqueue_emails(session, enrol_planned(session, edition, planned, by=by, now=now), now=now)
    return planned


def plan_whole(session: Session, edition: Edition, lines: Sequence[ListRow]) -> list[Planned]:
    """Return the outcome of all lines; the edition is locked."""
    lock_edition(session, edition.id)
    planned = plan(session, edition, lines)
    if any(p.outcome in people_lists.REFUSED for p in planned):
        raise RuleViolation(EnrolProblem.LINES)
    if any(p.outcome is Outcome.NO_SEAT for p in planned):
        raise RuleViolation(EnrolProblem.SEATS)
    return planned


def enrol(session: Session, edition: Edition, new: NewPerson, *, by: int, now: datetime) -> Planned:
    """Enrol one person, adding the person if no account has that address; return the outcome."""
    line = line_of(new)
    if plan(session, edition, [line])[0].outcome is Outcome.APPLIED:
        raise RuleViolation(EnrolProblem.APPLIED)
    return enrol_all(session, edition, [line], by=by, now=now)[0]


def line_of(new: NewPerson) -> ListRow:
    """Return one person entered by hand as the only line of a list."""
    return ListRow(
        number=1,
        email=normal_email(new.email),
        name=new.name,
        language=new.language,
        institution=new.institution,
        problem=None,
    )


def enrol_planned(
    session: Session, edition: Edition, planned: Sequence[Planned], *, by: int | None, now: datetime
) -> list[tuple[Recipient, EmailRequest]]:
    """Enrol the people of those lines that enrol, in a few statements; the edition is locked.

    Return their e-mails.
    """
    lines = [each.line for each in planned if each.outcome in people_lists.ENROLS]
    known = people.people_by_email(session, [line.email for line in lines])
    new = [_person_of(line, edition) for line in lines if line.email not in known]
    added = accounts.add_people(session, new, by=by, now=now)
    everyone = [*known.values(), *added]
    enrol_people_of_list(session, edition, everyone, by=by, now=now)
    strangers = [person for person in everyone if person.password_hash is None]
    invitations = registration.create_invitations(session, strangers, by=by, now=now)
    confirmation = EmailRequest(kind="enrolment.confirmed", params=days_of(edition))
    return invitations + [(recipient_of(person), confirmation) for person in everyone]


def _person_of(line: ListRow, edition: Edition) -> NewPerson:
    return NewPerson(
        email=line.email,
        name=line.name,
        language=line.language or "en",
        zone=edition.zone,
        institution=line.institution,
    )


def enrol_person(
    session: Session, edition: Edition, person: Person, *, by: int | None, now: datetime
) -> Enrolment:
    """Enrol a person by hand, or enrol a former one again; the edition is locked."""
    return enrol_people_of_list(session, edition, [person], by=by, now=now)[0]


def enrol_people_of_list(
    session: Session,
    edition: Edition,
    receivers: Sequence[Person],
    *,
    by: int | None,
    now: datetime,
) -> list[Enrolment]:
    """Do as `enrol_person` for many, in a few statements."""
    role = ActorRole.SYSTEM if by is None else ActorRole.REGISTRAR
    admission = Admission(method=EnrolmentMethod.MANUAL, actor_role=role, by=by, now=now)
    ids = [person.id for person in receivers]
    return commands.enrol_people(session, edition, ids, admission)


def withdraw(session: Session, enrolment: Enrolment, *, by: int, now: datetime) -> None:
    """Withdraw a person who was enrolled by hand, and notify them; their work stays, hidden.

    Raise RuleViolation for an enrolment by application: that is cancelled, which needs a
    reason.
    """
    with seats.seat_changes(session, enrolment.edition_id, now=now):
        session.refresh(enrolment)
        if enrolment.method is EnrolmentMethod.APPLICATION:
            raise RuleViolation(EnrolProblem.BY_APPLICATION)
        change = EnrolmentChange(
            event=EnrolmentEvent.WITHDRAW, actor_role=ActorRole.REGISTRAR, by=by, now=now
        )
        commands.apply_transition(session, enrolment, change)
        person = session.get_one(Person, enrolment.person_id)
        email = EmailRequest(kind="enrolment.withdrawn")
        send_email_to(session, person, email, now=now)


def change(session: Session, enrolment: Enrolment, requested: EnrolmentChange) -> None:
    """Execute a staff decision on one enrolment; raise RuleViolation."""
    with seats.seat_changes(session, enrolment.edition_id, now=requested.now) as edition:
        session.refresh(enrolment)
        begun = requested.now >= start_of_day(edition.starts_on, edition.zone)
        satisfied = frozenset({EnrolmentGuard.BEGUN} if begun else ())
        commands.apply_transition(session, enrolment, requested, satisfied)
