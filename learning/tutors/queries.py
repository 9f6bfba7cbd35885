"""Reads of who teaches in an edition and what they cover, and of who is whose tutor."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager

from learning.access.actor import Actor
from learning.access.permissions import TEACHING_ROLES, Role
from learning.accounts.models import Person, RoleGrant
from learning.accounts.queries import MAX_STAFF, staff_of
from learning.accounts.rules import languages_read
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PeopleFilter, page_of, visible_enrolments
from learning.enrolment.rules import EnrolmentStatus
from learning.kit.i18n import LANGUAGES
from learning.tutors.models import Competence, TutorAssignment
from learning.tutors.rules import ALL, Cover, Participant, TutorLoad, teaching_languages


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """Somebody who teaches in an edition: their roles in it, and what they cover, in order."""

    person: Person
    roles: Sequence[Role]
    covers: Sequence[Cover]


@dataclass(frozen=True, kw_only=True)
class Tutor:
    """Somebody with the role of tutor in an edition, and an open account."""

    person: Person
    load: TutorLoad


@dataclass(frozen=True, kw_only=True)
class ParticipantFilter(PeopleFilter):
    """As of people; of one tutor's participants, or of those without a tutor."""

    tutor_id: int | None = None
    without_tutor: bool = False


ACTIVE_TUTORS = (
    select(RoleGrant.person_id, RoleGrant.edition_id)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(RoleGrant.role == Role.TUTOR, Person.closed_at.is_(None))
    .subquery("active_tutors")
)
"""Who is a tutor of which edition."""
ASSIGNMENTS = select(TutorAssignment).join(
    ACTIVE_TUTORS,
    (ACTIVE_TUTORS.c.person_id == TutorAssignment.tutor_id)
    & (ACTIVE_TUTORS.c.edition_id == TutorAssignment.edition_id),
)
"""The assignments that count."""
HAS_TUTOR = (
    ASSIGNMENTS.where(TutorAssignment.enrolment_id == Enrolment.id).correlate(Enrolment).exists()
)
"""Whether an enrolment of the query has a tutor."""


def with_tutor(found: Select[*tuple[Any, ...]], tutor: type[Person]) -> Select[*tuple[Any, ...]]:
    """Join the tutor of each enrolment of a query, if it has one; `tutor` is an alias of Person.

    Each join finds one row by a unique key, so that its cost does not hang on statistics: joined
    as one subquery, PostgreSQL without statistics read all assignments for each enrolment.
    """
    return (
        found.outerjoin(TutorAssignment, TutorAssignment.enrolment_id == Enrolment.id)
        .outerjoin(
            RoleGrant,
            (RoleGrant.person_id == TutorAssignment.tutor_id)
            & (RoleGrant.edition_id == TutorAssignment.edition_id)
            & (RoleGrant.role == Role.TUTOR),
        )
        .outerjoin(tutor, (tutor.id == RoleGrant.person_id) & tutor.closed_at.is_(None))
    )


def experts_for(session: Session, edition: Edition, module: str, language: str) -> Sequence[Person]:
    """Return who covers a module in a language, by name; nobody whose account is closed."""
    covers = exists().where(
        Competence.person_id == Person.id,
        Competence.edition_id == edition.id,
        Competence.module.in_((ALL, module)),
        Competence.language.in_((ALL, language)),
    )
    found = select(Person).where(covers, teaches(edition), Person.closed_at.is_(None))
    return session.scalars(found.order_by(Person.sort_key, Person.id).limit(MAX_STAFF)).all()


def teaches(edition: Edition) -> ColumnElement[bool]:
    """Return whether somebody has a role in an edition beside that of participant."""
    return exists().where(
        RoleGrant.person_id == Person.id,
        RoleGrant.edition_id == edition.id,
        RoleGrant.role.in_(TEACHING_ROLES),
    )


def teachers(
    session: Session, edition: Edition, *conditions: ColumnElement[bool]
) -> Sequence[Teacher]:
    """Return who teaches in an edition, by name, in two queries; `conditions` choose people."""
    roles: defaultdict[Person, list[Role]] = defaultdict(list)
    for person, role in staff_of(session, edition, *conditions):
        roles[person].append(role)
    covers = _covers(session, edition, Competence.person_id.in_([each.id for each in roles]))
    return [
        Teacher(person=person, roles=held, covers=covers.get(person.id, ()))
        for person, held in roles.items()
    ]


def teacher(session: Session, edition: Edition, uid: str) -> Teacher | None:
    """Return who teaches in an edition by the uid of the person."""
    return next(iter(teachers(session, edition, Person.uid == uid)), None)


def covers_of(session: Session, edition: Edition, person_id: int) -> Sequence[Cover]:
    """Return what somebody covers in an edition, in order."""
    return _covers(session, edition, Competence.person_id == person_id).get(person_id, ())


def _covers(
    session: Session, edition: Edition, *conditions: ColumnElement[bool]
) -> Mapping[int, Sequence[Cover]]:
    rows = select(Competence.person_id, Competence.module, Competence.language)
    found: defaultdict[int, list[Cover]] = defaultdict(list)
    here = rows.where(Competence.edition_id == edition.id, *conditions)
    for person_id, module, language in session.execute(
        here.order_by(Competence.module, Competence.language)
    ):
        found[person_id].append((module, language))
    return found


def tutor_of(session: Session, enrolment_ids: Collection[int]) -> dict[int, Person]:
    """Return the tutors of enrolments, by enrolment; those without a tutor are left out."""
    assigned = ASSIGNMENTS.join(Person, Person.id == TutorAssignment.tutor_id)
    rows = session.execute(
        assigned.where(TutorAssignment.enrolment_id.in_(enrolment_ids)).with_only_columns(
            TutorAssignment.enrolment_id, Person
        )
    )
    return dict(rows.all())


def participants_of(tutor_id: int) -> Select[int]:
    """Return the enrolments of a tutor's participants by id, in all editions."""
    own = ASSIGNMENTS.where(TutorAssignment.tutor_id == tutor_id)
    return own.with_only_columns(TutorAssignment.enrolment_id)


def tutors(session: Session, edition: Edition) -> list[Tutor]:
    """Return the tutors of an edition, by name, in three queries."""
    counts = _counts(session, edition)
    return [
        Tutor(
            person=each.person,
            load=TutorLoad(
                tutor_id=each.person.id,
                languages=_languages(each),
                participants=counts.get(each.person.id, 0),
            ),
        )
        for each in teachers(session, edition)
        if Role.TUTOR in each.roles and each.person.closed_at is None
    ]


def _languages(teacher_: Teacher) -> frozenset[str]:
    person = teacher_.person
    read = languages_read(person.language, person.reading_languages)
    return teaching_languages(teacher_.covers, read, list(LANGUAGES))


def _counts(session: Session, edition: Edition) -> dict[int, int]:
    """Return how many participants each tutor has."""
    rows = session.execute(
        ASSIGNMENTS.join(Enrolment, Enrolment.id == TutorAssignment.enrolment_id)
        .where(*_taking_part(edition))
        .with_only_columns(TutorAssignment.tutor_id, func.count())
        .group_by(TutorAssignment.tutor_id)
    )
    return dict(rows.all())


def is_tutor(session: Session, edition: Edition, person_id: int) -> bool:
    """Whether somebody is a tutor of an edition, with an open account."""
    own = select(ACTIVE_TUTORS.c.person_id).where(
        ACTIVE_TUTORS.c.person_id == person_id, ACTIVE_TUTORS.c.edition_id == edition.id
    )
    return session.scalar(own) is not None


def without_tutor(session: Session, edition: Edition, limit: int) -> list[Participant]:
    """Return some participants without a tutor, in the order of their enrolments."""
    found = select(Enrolment.id, Person.id, Person.language).join(Enrolment.person)
    rows = session.execute(
        found.where(*_taking_part(edition), ~HAS_TUTOR).order_by(Enrolment.id).limit(limit)
    )
    return [
        Participant(enrolment_id=enrolment_id, person_id=person_id, language=language)
        for enrolment_id, person_id, language in rows
    ]


def number_without_tutor(session: Session, edition: Edition) -> int:
    found = select(func.count()).select_from(Enrolment)
    return session.scalar(found.where(*_taking_part(edition), ~HAS_TUTOR)) or 0


def participants(
    session: Session, actor: Actor, edition: Edition, filters: ParticipantFilter
) -> Sequence[Enrolment]:
    """Return a page of the active enrolments of an edition with their people, by name."""
    found = visible_enrolments(actor, edition).join(Enrolment.person).where(*_taking_part(edition))
    if filters.tutor_id is not None:
        found = found.where(Enrolment.id.in_(participants_of(filters.tutor_id)))
    if filters.without_tutor:
        found = found.where(~HAS_TUTOR)
    page = page_of(session, found, filters).options(contains_eager(Enrolment.person))
    return session.scalars(page).all()


def _taking_part(edition: Edition) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for participants who need a tutor."""
    return Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
