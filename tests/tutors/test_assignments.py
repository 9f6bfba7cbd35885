"""Whose tutor somebody is: who is found by the worker, and what happens when a tutor leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts.actions import AccountDecision, RoleAssignment
from learning.accounts.models import Person
from learning.audit.models import AuditEntry
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import commands, seats
from learning.enrolment.commands import EnrolmentChange
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole, EnrolmentEvent
from learning.jobs.actions import NewJob, add_job
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.kit.database import Database
from learning.kit.errors import RuleViolation
from learning.participants import commands as participants
from learning.schedule import SCHEDULE
from learning.tutors import actions, queries
from learning.tutors import jobs as tutor_jobs
from learning.tutors.actions import ASSIGN_JOB, BATCH_SIZE, NewCompetences
from tests.admissions.factories import a_person
from tests.world import NOW, World, make_person

LATER = NOW + timedelta(days=1)


@pytest.fixture
def worker(database: Database) -> Worker:
    return Worker(
        database=database,
        handlers=tutor_jobs.HANDLERS,
        clock=lambda: LATER,
        rest=lambda _seconds: None,
        name="test",
    )


def work(worker: Worker, session: Session) -> int:
    """Carry out all jobs; return how many looked for participants without a tutor."""
    done = select(func.count()).where(Job.kind == ASSIGN_JOB, Job.state == JobState.DONE)
    before = session.scalar(done) or 0
    session.execute(delete(Job).where(Job.kind != ASSIGN_JOB))
    session.commit()
    while worker.step():
        pass
    session.expire_all()
    return (session.scalar(done) or 0) - before


def tutor_role(world: World, person: Person) -> RoleAssignment:
    return RoleAssignment(person_id=person.id, role=Role.TUTOR, edition_id=world.running.id)


def make_tutor(session: Session, world: World, name: str, *languages: str) -> Person:
    person = make_person(session, name)
    accounts.grant_role(session, tutor_role(world, person), by=None, now=NOW)
    new = NewCompetences(person=person, covers=[("", each) for each in languages])
    by = world.staff[Role.REGISTRAR].id
    actions.set_competences(session, world.running, new, by=by, now=NOW)
    return person


def enrol(session: Session, edition: Edition, language: str, number: int = 1) -> list[Enrolment]:
    people = [a_person(session, language=language) for _ in range(number)]
    edition.capacity += number
    session.flush()
    return participants.enrol_people_of_list(session, edition, people, by=None, now=NOW)


def names(session: Session, enrolments: list[Enrolment]) -> list[str]:
    found = queries.tutor_of(session, [each.id for each in enrolments])
    return [found[each.id].name if each.id in found else "" for each in enrolments]


def test_new_participants_get_tutors_of_their_language_in_turn(
    session: Session, world: World, worker: Worker
) -> None:
    make_tutor(session, world, "Ana", "es")
    make_tutor(session, world, "Eva", "es", "en")
    new = enrol(session, world.running, "es", 3) + enrol(session, world.running, "en")
    assert names(session, new) == [""] * 4
    work(worker, session)
    assert names(session, new) == ["Ana", "Eva", "Ana", "Eva"]
    rows = session.scalars(select(AuditEntry).where(AuditEntry.action == "tutor assigned")).all()
    assert {row.subject for row in rows} == {f"enrolment {e.id}" for e in new}
    assert {row.actor_id for row in rows} == {None}


def test_participants_are_done_some_at_a_time(
    session: Session, world: World, worker: Worker
) -> None:
    new = enrol(session, world.running, "fr", BATCH_SIZE + 3)
    assert work(worker, session) == 2, "one for the enrolments, one for who was left"
    assert set(names(session, new)) == {"Tutor Person"}
    assert work(worker, session) == 0


def test_enrolling_leaves_one_job_to_the_worker_for_any_number(
    session: Session, world: World
) -> None:
    enrol(session, world.running, "fr", 9)
    jobs = session.scalars(select(Job.payload).where(Job.kind == ASSIGN_JOB)).all()
    assert jobs == [f'{{"edition": {world.running.id}}}']


def test_one_job_of_an_edition_waits_at_a_time(
    session: Session, world: World, worker: Worker
) -> None:
    waits = select(func.count()).where(Job.kind == ASSIGN_JOB, Job.state == JobState.WAITING)
    for _ in range(3):
        enrol(session, world.running, "fr", 2)
    assert session.scalar(waits) == 1
    enrol(session, world.open, "fr")
    make_tutor(session, world, "Ana", "fr")
    assert session.scalar(waits) == 2, "another edition has its own"
    by = world.staff[Role.LEAD].id
    for _ in range(2):
        actions.enqueue_assignments(session, [world.running.id], now=NOW, by=by)
    assert session.scalar(waits) == 3, "and so has who asked for it"
    assert work(worker, session) == 3
    enrol(session, world.running, "fr")
    assert session.scalar(waits) == 1


def test_a_batch_takes_as_many_statements_for_many_as_for_one(
    session: Session, world: World, queries: list[str]
) -> None:
    counts = []
    for number in (1, 2, 20):
        enrol(session, world.running, "fr", number)
        session.commit()
        queries.clear()
        actions.assign_tutors(session, world.running.id, now=NOW)
        session.flush()
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_without_a_tutor_people_wait_for_the_first(
    session: Session, world: World, worker: Worker
) -> None:
    (place,) = enrol(session, world.open, "fr")
    assert work(worker, session) == 1, "it does not look for one for ever"
    assert names(session, [place]) == [""]
    role = RoleAssignment(person_id=world.awa.id, role=Role.TUTOR, edition_id=world.open.id)
    accounts.grant_role(session, role, by=None, now=NOW)
    work(worker, session)
    assert names(session, [place]) == ["Awa Koné"]


def test_a_tutor_who_takes_part_is_never_their_own(
    session: Session, world: World, worker: Worker
) -> None:
    tutor = world.staff[Role.TUTOR]
    own = participants.enrol_person(session, world.running, tutor, by=None, now=NOW)
    new = enrol(session, world.running, "fr", BATCH_SIZE)
    assert work(worker, session) == 2, "who gets nobody does not end it for the others"
    assert set(names(session, new)) == {"Tutor Person"}
    assert names(session, [own]) == [""]
    with pytest.raises(RuleViolation, match="own_tutor"):
        actions.change_tutor(session, own, tutor, by=tutor.id, now=NOW)
    make_tutor(session, world, "Ana", "es")
    work(worker, session)
    assert names(session, [own]) == ["Ana"]


def test_each_night_who_was_enrolled_before_there_were_jobs_gets_a_tutor(
    session: Session, world: World, worker: Worker
) -> None:
    make_tutor(session, world, "Ana", "fr")
    new = enrol(session, world.running, "fr", 2)
    session.execute(delete(Job))
    session.commit()
    assert work(worker, session) == 0
    (line,) = [each for each in SCHEDULE if each.name == "tutors"]
    add_job(session, NewJob(kind=line.kind, payload={}, now=NOW))
    session.commit()
    while worker.step():
        pass
    session.expire_all()
    assert "" not in names(session, new)


@pytest.mark.parametrize(
    ("status", "jobs"),
    [
        (EditionStatus.DRAFT, 1),
        (EditionStatus.OPEN, 2),
        (EditionStatus.RUNNING, 2),
        (EditionStatus.FINISHED, 1),
        (EditionStatus.CANCELLED, 1),
    ],
)
def test_only_open_and_running_editions_are_looked_through(
    session: Session, world: World, status: EditionStatus, jobs: int
) -> None:
    world.open.status = status
    actions.enqueue_all_assignments(session, now=NOW)
    session.flush()
    assert len(session.scalars(select(Job.id).where(Job.kind == ASSIGN_JOB)).all()) == jobs


@pytest.mark.parametrize("how", ["role", "account"])
def test_when_a_tutor_leaves_participants_get_another(
    session: Session, world: World, worker: Worker, how: str
) -> None:
    new = enrol(session, world.running, "fr", 3)
    work(worker, session)
    leaver = world.staff[Role.TUTOR]
    eva = make_tutor(session, world, "Eva", "es")
    assert names(session, new) == ["Tutor Person"] * 3
    if how == "role":
        accounts.revoke_role(session, tutor_role(world, leaver), by=None, now=NOW)
    else:
        decision = AccountDecision(by=eva.id, why="gone")
        accounts.close_account(session, leaver, decision, reopen=False, now=NOW)
    assert names(session, new) == [""] * 3, "not even before the worker comes"
    assert not queries.is_tutor(session, world.running, leaver.id)
    work(worker, session)
    assert names(session, [world.place, *new]) == ["Eva"] * 4


def test_a_role_of_another_kind_is_nothing_to_do(
    session: Session, world: World, worker: Worker
) -> None:
    expert = RoleAssignment(
        person_id=world.staff[Role.EXPERT].id, role=Role.EXPERT, edition_id=world.running.id
    )
    accounts.revoke_role(session, expert, by=None, now=NOW)
    accounts.grant_role(session, expert, by=None, now=NOW)
    decision = AccountDecision(by=world.awa.id, why="gone")
    accounts.close_account(session, world.stranger, decision, reopen=False, now=NOW)
    assert work(worker, session) == 0


def leave(session: Session, enrolment: Enrolment, event: EnrolmentEvent) -> None:
    role = ActorRole.REGISTRAR
    change = EnrolmentChange(event=event, actor_role=role, by=None, now=NOW, reason="because")
    with seats.seat_changes(session, enrolment.edition_id, now=NOW):
        commands.apply_transition(session, enrolment, change)


def test_who_left_needs_no_tutor_and_who_comes_back_has_the_same(
    session: Session, world: World, worker: Worker
) -> None:
    first, second = enrol(session, world.running, "fr", 2)
    make_tutor(session, world, "Ana", "fr")
    leave(session, second, EnrolmentEvent.CANCEL)
    work(worker, session)
    assert names(session, [world.place, first, second]) == ["Tutor Person", "Ana", ""]
    leave(session, first, EnrolmentEvent.WITHDRAW)
    loads = {each.person.name: each.load.participants for each in tutors_of(session, world)}
    assert loads == {"Ana": 0, "Tutor Person": 1}
    person = session.get_one(Person, first.person_id)
    participants.enrol_person(session, world.running, person, by=None, now=NOW)
    work(worker, session)
    assert names(session, [first]) == ["Ana"]


def tutors_of(session: Session, world: World) -> list[queries.Tutor]:
    return queries.tutors(session, world.running)


@pytest.mark.parametrize("status", [EditionStatus.FINISHED, EditionStatus.CANCELLED])
def test_an_edition_that_is_over_needs_no_tutors(
    session: Session, world: World, worker: Worker, status: EditionStatus
) -> None:
    new = enrol(session, world.running, "fr")
    world.running.status = status
    work(worker, session)
    assert names(session, new) == [""]


def test_only_a_tutor_is_chosen_and_only_for_who_takes_part(session, world: World) -> None:
    by = world.staff[Role.LEAD].id
    for role in (Role.EXPERT, Role.LEAD, Role.REGISTRAR):
        with pytest.raises(RuleViolation, match="no_tutor"):
            actions.change_tutor(session, world.place, world.staff[role], by=by, now=NOW)
    leave(session, world.place, EnrolmentEvent.WITHDRAW)
    with pytest.raises(RuleViolation, match="no_participant"):
        actions.change_tutor(session, world.place, world.staff[Role.TUTOR], by=by, now=NOW)
    assert names(session, [world.place]) == ["Tutor Person"]
