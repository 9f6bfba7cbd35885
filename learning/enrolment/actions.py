"""What staff do with places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts import joining
from learning.accounts import queries as people
from learning.accounts.actions import HeldRole, NewPerson
from learning.accounts.models import Person
from learning.audit.actions import record, record_all
from learning.catalogue.models import Edition
from learning.enrolment import lists, queries
from learning.enrolment.lists import Line, Outcome
from learning.enrolment.models import Enrolment, EnrolmentStatus
from learning.enrolment.moving import lock
from learning.enrolment.place_letters import days_of
from learning.kit.db import insert_all
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.mail.actions import Outgoing, Recipient, post_all


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
    planned = plan_whole(session, edition, lines)
    post_all(session, enrol_planned(session, edition, planned, by=by, now=now), now=now)
    return planned


def plan_whole(session: Session, edition: Edition, lines: Sequence[Line]) -> list[Planned]:
    """Return what each line will do, all of them; nobody else counts the seats meanwhile."""
    lock(session, edition.id)
    planned = plan(session, edition, lines)
    if any(p.outcome in lists.REFUSED for p in planned):
        raise Refused(N_("Some lines cannot be carried out; nothing was changed."))
    if any(p.outcome is Outcome.NO_PLACE for p in planned):
        raise Refused(N_("There are not enough places left in this edition; nothing was changed."))
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


def enrol_planned(
    session: Session, edition: Edition, planned: Sequence[Planned], *, by: int, now: datetime
) -> list[tuple[Recipient, Outgoing]]:
    """Enrol those lines that enrol somebody, in a few statements; the edition is locked.

    Return the letters that tell them.
    """
    lines = [each.line for each in planned if each.outcome in lists.ENROLS]
    known = people.people_by_email(session, [line.email for line in lines])
    new = [_person_of(line, edition) for line in lines if line.email not in known]
    added = accounts.add_people(session, new, by=by, now=now)
    everybody = [*known.values(), *added]
    give_places(session, edition, everybody, by=by, now=now)
    strangers = [person for person in everybody if person.password_hash is None]
    letters = joining.invitations(session, strangers, by=by, now=now)
    given = Outgoing(kind="enrolment.place-given", params=days_of(edition))
    return letters + [(joining.recipient(person), given) for person in everybody]


def _person_of(line: Line, edition: Edition) -> NewPerson:
    return NewPerson(
        email=line.email,
        name=line.name,
        language=line.language or "en",
        zone=edition.zone,
        institution=line.institution,
    )


def give_place(
    session: Session, edition: Edition, person: Person, *, by: int | None, now: datetime
) -> Enrolment:
    """Give a person a place, or give back the one that was withdrawn."""
    return give_places(session, edition, [person], by=by, now=now)[0]


def give_places(
    session: Session,
    edition: Edition,
    receivers: Sequence[Person],
    *,
    by: int | None,
    now: datetime,
) -> list[Enrolment]:
    """Do as `give_place` for many, in a few statements."""
    ids = [person.id for person in receivers]
    held = queries.places_by_person(session, edition, ids)
    new = [
        Enrolment(person_id=each, edition_id=edition.id, enrolled_at=now)
        for each in ids
        if each not in held
    ]
    for place in held.values():
        place.status, place.withdrawn_at, place.enrolled_at = EnrolmentStatus.ACTIVE, None, now
    if new:
        insert_all(session, new)
        held = queries.places_by_person(session, edition, ids)
    if ids:
        role = HeldRole(person_id=ids[0], role=Role.PARTICIPANT, edition_id=edition.id)
        accounts.grant_to_all(session, ids, role, by=by, now=now)
    given = [held[person_id] for person_id in ids]
    subjects = (f"enrolment {place.id}" for place in given)
    record_all(session, "enrolled", subjects, by=by, now=now, edition=edition.code)
    return given


def take_back(
    session: Session, edition: Edition, place: Enrolment, *, by: int | None, now: datetime
) -> None:
    """End a person's access to an edition; their work stays, out of sight."""
    place.status, place.withdrawn_at = EnrolmentStatus.WITHDRAWN, now
    held = HeldRole(person_id=place.person_id, role=Role.PARTICIPANT, edition_id=edition.id)
    accounts.withdraw_role(session, held, by=by, now=now)
    record(session, "withdrawn", f"enrolment {place.id}", by=by, now=now, edition=edition.code)
