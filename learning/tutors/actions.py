"""What staff state about who covers what, and assigning tutors to participants."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.events import AccountClosed, AccountReopened, RolesGranted, RolesRevoked
from learning.accounts.models import Person, RoleGrant
from learning.audit.actions import record, record_all
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment.events import PeopleEnrolled
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.jobs.actions import NewJob, add_unless_waiting
from learning.jobs.rules import Queue
from learning.kit.database import bulk_insert
from learning.kit.errors import RuleViolation
from learning.kit.i18n import LANGUAGES
from learning.tutors import queries, rules
from learning.tutors.models import Competence, TutorAssignment
from learning.tutors.problems import TutorProblem
from learning.tutors.rules import Cover

ASSIGN_JOB = "tutors.assign"
ASSIGN_ALL_JOB = "tutors.assign-all"
BATCH_SIZE = 50  # participants in one transaction
ENROLLED_DELAY = timedelta(seconds=20)  # a list enrols some at a time: one job finds tutors for all
CURRENT = frozenset({EditionStatus.OPEN, EditionStatus.RUNNING})
OVER = frozenset({EditionStatus.FINISHED, EditionStatus.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class NewCompetences:
    """What somebody covers from now on."""

    person: Person
    covers: Sequence[Cover]


def set_competences(
    session: Session, edition: Edition, new: NewCompetences, *, by: int, now: datetime
) -> None:
    """State what somebody covers in an edition, in place of what was; the person is locked.

    Raise RuleViolation for somebody who does not teach in it.
    """
    person = new.person
    if queries.teacher(session, edition, person.uid) is None:
        raise RuleViolation(TutorProblem.NO_ROLE)
    own = Competence.person_id == person.id, Competence.edition_id == edition.id
    session.execute(delete(Competence).where(*own))
    simplest = rules.simplest(new.covers, LANGUAGES)
    rows = [
        Competence(person_id=person.id, edition_id=edition.id, module=module, language=language)
        for module, language in simplest
    ]
    bulk_insert(session, rows)
    detail = {"edition": edition.code, "covers": [":".join(cover) for cover in simplest]}
    record(session, "competences changed", f"person {person.id}", by=by, now=now, **detail)


def copy_competences(session: Session, source: Edition, target: Edition) -> None:
    """State for a new edition what is stated for another; its teachers come from there, too."""
    rows = select(
        Competence.person_id, literal(target.id), Competence.module, Competence.language
    ).where(Competence.edition_id == source.id)
    columns = ["person_id", "edition_id", "module", "language"]
    session.execute(insert(Competence).from_select(columns, rows))


def assign_tutors(
    session: Session, edition_id: int, *, now: datetime, by: int | None = None
) -> bool:
    """Assign tutors to some participants who have none; return whether there may be more.

    `by` is who asked for it, None if nobody did. Who left and comes back keeps their tutor, and
    who is a tutor no longer loses all participants.
    """
    edition = lock_edition(session, edition_id)
    if edition.status in OVER:
        return False
    participants = queries.without_tutor(session, edition, BATCH_SIZE)
    if not participants:
        return False
    loads = [each.load for each in queries.tutors(session, edition)]
    tutor_by_enrolment = rules.balance(participants, loads)
    _assign(session, edition, tutor_by_enrolment, by=by, now=now)
    return len(participants) == BATCH_SIZE and bool(tutor_by_enrolment)


def change_tutor(
    session: Session, enrolment: Enrolment, tutor: Person, *, by: int, now: datetime
) -> None:
    """Give a participant another tutor; the edition and the enrolment are locked.

    Raise RuleViolation for somebody who is no tutor of the edition, or takes no part in it, and
    for their own.
    """
    edition = session.get_one(Edition, enrolment.edition_id)
    if enrolment.status is not EnrolmentStatus.ACTIVE:
        raise RuleViolation(TutorProblem.NO_PARTICIPANT, field="tutor")
    if not queries.is_tutor(session, edition, tutor.id):
        raise RuleViolation(TutorProblem.NO_TUTOR, field="tutor")
    if tutor.id == enrolment.person_id:
        raise RuleViolation(TutorProblem.OWN_TUTOR, field="tutor")
    _assign(session, edition, {enrolment.id: tutor.id}, by=by, now=now)


def _assign(
    session: Session,
    edition: Edition,
    tutor_by_enrolment: Mapping[int, int],
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Store the tutors of enrolments, in place of earlier ones; record them for each tutor."""
    earlier = TutorAssignment.enrolment_id.in_(tutor_by_enrolment)
    session.execute(delete(TutorAssignment).where(earlier))
    rows = [
        TutorAssignment(
            enrolment_id=enrolment_id, edition_id=edition.id, tutor_id=tutor_id, assigned_at=now
        )
        for enrolment_id, tutor_id in tutor_by_enrolment.items()
    ]
    bulk_insert(session, rows)
    for tutor_id in sorted(set(tutor_by_enrolment.values())):
        own = [row.enrolment_id for row in rows if row.tutor_id == tutor_id]
        subjects = [f"enrolment {each}" for each in own]
        detail = {"edition": edition.code, "tutor": tutor_id}
        record_all(session, "tutor assigned", subjects, by=by, now=now, **detail)


def enqueue_assignments(
    session: Session, edition_ids: Collection[int], *, now: datetime, by: int | None = None
) -> None:
    """Let the worker look for participants without a tutor, an edition in each job.

    Of the jobs of one edition that nobody asked for, one waits at a time.
    """
    requester = {"by": by} if by is not None else {}
    jobs = [
        NewJob(kind=ASSIGN_JOB, payload={"edition": each, **requester}, now=now, queue=Queue.SLOW)
        for each in edition_ids
    ]
    add_unless_waiting(session, jobs)


def enqueue_all_assignments(session: Session, *, now: datetime) -> None:
    """Let the worker look through the open and running editions, whatever has happened in them.

    Participants who were enrolled before there were tutors, and whose job failed, get theirs so.
    """
    current = select(Edition.id).where(Edition.status.in_(CURRENT)).order_by(Edition.id)
    enqueue_assignments(session, session.scalars(current).all(), now=now)


def follow_enrolled_people(session: Session, event: PeopleEnrolled) -> None:
    """Find tutors for new participants, in a moment."""
    enqueue_assignments(session, [event.edition_id], now=event.at + ENROLLED_DELAY)


def follow_tutor_role(session: Session, event: RolesGranted | RolesRevoked) -> None:
    """Find tutors for who has none, when an edition has a tutor more or less."""
    if event.role is Role.TUTOR and event.edition_id is not None:
        enqueue_assignments(session, [event.edition_id], now=event.at)


def follow_tutor_account(session: Session, event: AccountClosed | AccountReopened) -> None:
    """Find tutors for who has none, when a tutor cannot sign in any more, or can again."""
    own = RoleGrant.person_id == event.person_id, RoleGrant.role == Role.TUTOR
    editions = session.scalars(select(RoleGrant.edition_id).where(*own)).all()
    enqueue_assignments(session, [each for each in editions if each is not None], now=event.at)
