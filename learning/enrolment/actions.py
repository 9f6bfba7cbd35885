"""What staff do with places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts import joining
from learning.accounts import queries as people
from learning.accounts.actions import HeldRole, NewPerson
from learning.accounts.models import Person
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import lists, queries
from learning.enrolment.lists import Line, Outcome
from learning.enrolment.models import Enrolment, EnrolmentStatus
from learning.enrolment.moving import lock
from learning.enrolment.place_letters import days_of
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.mail.actions import Outgoing


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A line of a list, what it will do, and whose the address is if we know it."""

    line: Line
    outcome: Outcome
    known_as: str = ""

    @property
    def is_other_name(self) -> bool:
        """Whether somebody of another name has this address and would be enrolled by it."""
        return self.outcome in BY_ADDRESS and not lists.is_same_name(self.known_as, self.line.name)


BY_ADDRESS = frozenset({Outcome.KNOWN_PERSON, Outcome.COMES_BACK})
COMING = lists.ENROLS | {Outcome.NO_PLACE}


def plan(session: Session, edition: Edition, lines: Sequence[Line]) -> list[Planned]:
    """Return what each line of a list will do, without doing it; the last ones may not fit."""
    known = people.people_by_email(session, [line.email for line in lines])
    ids = [person.id for person in known.values()]
    places = queries.places_by_person(session, edition, ids)
    applied = queries.applied_by_person(session, edition, ids)
    left = queries.seats_left(session, edition)
    planned = []
    for line in lines:
        person = known.get(line.email)
        place = places.get(person.id) if person else None
        status = str(place.status) if place else None
        what = lists.outcome(line, known=person is not None, place=status)
        if person and person.id in applied and what in lists.ENROLS:
            what = Outcome.APPLIED
        if what in lists.ENROLS:
            left -= 1
            what = what if left >= 0 else Outcome.NO_PLACE
        planned.append(Planned(line=line, outcome=what, known_as=person.name if person else ""))
    return planned


def confirmation(planned: Sequence[Planned]) -> str:
    """Return what stands for having looked at whose addresses these are; empty if none need be."""
    strangers = [(each.line.email, each.known_as) for each in planned if each.is_other_name]
    return sha256(repr(strangers).encode()).hexdigest() if strangers else ""


def enrol_all(
    session: Session, edition: Edition, lines: Sequence[Line], *, by: int, now: datetime
) -> list[Planned]:
    """Carry out a list whole, or refuse it whole; return what each line did."""
    lock(session, edition.id)
    planned = plan(session, edition, lines)
    if any(p.outcome in lists.REFUSED for p in planned):
        raise Refused(N_("Some lines cannot be carried out; nothing was changed."))
    if any(p.outcome is Outcome.NO_PLACE for p in planned):
        raise Refused(N_("There are not enough places left in this edition; nothing was changed."))
    for line in (p.line for p in planned if p.outcome in COMING):
        _enrol_line(session, edition, line, by=by, now=now)
    return planned


def enrol(session: Session, edition: Edition, new: NewPerson, *, by: int, now: datetime) -> Planned:
    """Give one person a place, adding the person if nobody has that address; say what happened."""
    line = line_of(new)
    if plan(session, edition, [line])[0].outcome is Outcome.APPLIED:
        raise Refused(N_("Has applied to this edition: decide about the application instead"))
    return enrol_all(session, edition, [line], by=by, now=now)[0]


def line_of(new: NewPerson) -> Line:
    """Return one person given by hand as the only line of a list."""
    return Line(
        number=1,
        email=normal_email(new.email),
        name=new.name,
        language=new.language,
        institution=new.institution,
        fault=None,
    )


def _enrol_line(session: Session, edition: Edition, line: Line, *, by: int, now: datetime) -> None:
    person = people.person_by_email(session, line.email)
    if person is None:
        new = NewPerson(
            email=line.email,
            name=line.name,
            language=line.language or "en",
            zone=edition.zone,
            institution=line.institution,
        )
        person = accounts.add_person(session, new, by=by, now=now)
    if person.password_hash is None:
        joining.invite(session, person, by=by, now=now)
    give_place(session, edition, person, by=by, now=now)
    letter = Outgoing(kind="enrolment.place-given", params=days_of(edition))
    joining.tell(session, person, letter, now=now)


def give_place(
    session: Session, edition: Edition, person: Person, *, by: int | None, now: datetime
) -> Enrolment:
    """Give a person a place, or give back the one that was withdrawn."""
    place = session.scalar(
        select(Enrolment).where(
            Enrolment.person_id == person.id, Enrolment.edition_id == edition.id
        )
    )
    if place is None:
        place = Enrolment(person_id=person.id, edition_id=edition.id, enrolled_at=now)
        session.add(place)
    place.status, place.withdrawn_at, place.enrolled_at = EnrolmentStatus.ACTIVE, None, now
    session.flush()  # the trail names the enrolment by id
    held = HeldRole(person_id=person.id, role=Role.PARTICIPANT, edition_id=edition.id)
    accounts.grant_role(session, held, by=by, now=now)
    record(session, "enrolled", f"enrolment {place.id}", by=by, now=now, edition=edition.code)
    return place


def take_back(
    session: Session, edition: Edition, place: Enrolment, *, by: int | None, now: datetime
) -> None:
    """End a person's access to an edition; their work stays, out of sight."""
    place.status, place.withdrawn_at = EnrolmentStatus.WITHDRAWN, now
    held = HeldRole(person_id=place.person_id, role=Role.PARTICIPANT, edition_id=edition.id)
    accounts.withdraw_role(session, held, by=by, now=now)
    record(session, "withdrawn", f"enrolment {place.id}", by=by, now=now, edition=edition.code)
