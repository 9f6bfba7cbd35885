"""A list of people is carried out exactly as it was shown, some people at a time."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.batches.actions import RUN_JOB
from learning.batches.jobs import make_handler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.jobs.actions import payload_of
from learning.jobs.models import Job, JobState
from learning.jobs.rules import Priority
from learning.jobs.worker import Task
from learning.kit.errors import RuleViolation
from learning.mail.models import OutgoingEmail
from learning.participants import bulk_enrol
from learning.participants.commands import enrol_person, withdraw
from learning.participants.people_lists import ListRow
from learning.tutors.actions import ASSIGN_JOB
from learning.tutors.models import TutorAssignment
from tests.admissions.factories import NOW
from tests.admissions.operations import run_operations
from tests.participants.test_list_pages import form_of
from tests.world import World, make_person, sign_in, trail_is_whole

PEOPLE = "/en/staff/editions/reintegration-running/people/"


def line(number: int, **more: str) -> ListRow:
    values = {"email": f"p{number}@example.net", "name": f"Person {number}", "language": "fr"}
    return ListRow(number=number, institution="", problem=None, **(values | more))


def start(session: Session, world: World, *lines: ListRow) -> BatchOperation:
    by = world.staff[Role.REGISTRAR].id
    operation = bulk_enrol.start(session, world.running, lines, by=by, now=NOW)
    session.commit()
    return operation


def outcomes(session: Session) -> dict[str, tuple[ItemState, str]]:
    session.expire_all()
    return {item.label: (item.state, item.reason) for item in session.scalars(select(BatchItem))}


def mails(session: Session, kind: str) -> int:
    return session.scalar(select(func.count()).where(OutgoingEmail.kind == kind)) or 0


def test_a_list_enrols_each_once_with_everything_that_belongs_to_it(
    database, session: Session, world: World
) -> None:
    gone = make_person(session, "Gone Before", email="gone@example.net")
    place = enrol_person(session, world.running, gone, by=None, now=NOW)
    withdraw(session, place, by=world.staff[Role.REGISTRAR].id, now=NOW)
    gone.password_hash = "x"
    world.running.capacity = 100
    lines = [line(number) for number in range(40)]
    lines += [line(98, email=gone.email, name=gone.name), line(99, email=world.awa.email)]
    operation = start(session, world, *lines)
    assert run_operations(database) > 1, "not in one transaction"
    session.refresh(operation)
    session.refresh(place)
    assert operation.state == "finished"
    assert (place.status, place.period, place.ended_at) == (EnrolmentStatus.ACTIVE, 2, None)
    active = select(func.count()).where(
        Enrolment.edition_id == world.running.id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    assert session.scalar(active) == 42
    person = session.scalars(select(Person).where(Person.email == "p7@example.net")).one()
    assert (person.name, person.language, person.zone) == ("Person 7", "fr", "UTC")
    role = select(RoleGrant.role).where(RoleGrant.person_id == person.id)
    assert session.scalars(role).all() == [Role.PARTICIPANT]
    assert mails(session, "accounts.invitation") == 40
    assert mails(session, "enrolment.confirmed") == 41
    assert operation.emails == 81
    low = select(func.count()).where(Job.kind == "mail.send", Job.priority == Priority.LOW)
    assert session.scalar(low) == 81, "a reset overtakes them"
    assert trail_is_whole(session)
    assert run_operations(database) == 0


def test_one_job_finds_tutors_for_all_of_a_list_however_many_batches_it_has(
    database, session: Session, world: World
) -> None:
    world.running.capacity = 100
    start(session, world, *[line(number) for number in range(45)])
    run_operations(database)
    done = dict.fromkeys((RUN_JOB, ASSIGN_JOB), 0)
    for job in session.scalars(select(Job).where(Job.kind.in_(done))):
        done[job.kind] += job.state is JobState.DONE
    assert done[RUN_JOB] >= 2
    assert done[ASSIGN_JOB] == 1
    assert session.scalar(select(func.count()).select_from(TutorAssignment)) == 46


def test_who_does_not_fit_any_more_is_left_out_by_name(database, session, world: World) -> None:
    world.running.capacity = 4
    start(session, world, line(1), line(2), line(3))
    world.running.capacity = 3
    session.commit()
    run_operations(database)
    assert outcomes(session) == {
        "Person 1": ("done", ""),
        "Person 2": ("done", ""),
        "Person 3": ("failed", "EnrolProblem.no_place"),
    }
    assert session.scalar(select(Person.id).where(Person.email == "p3@example.net")) is None


def test_what_was_shown_is_what_is_done(database, session, world: World) -> None:
    """Meanwhile one got a place, one applied, one address was taken by somebody else."""
    lines = [line(n) for n in range(4)]
    start(session, world, *lines)
    here = make_person(session, "Person 0", email="p0@example.net")
    enrol_person(session, world.running, here, by=None, now=NOW)
    make_person(session, "Somebody Else", email="p2@example.net")
    make_person(session, "PERSON 3", email="p3@example.net")
    session.commit()
    run_operations(database)
    assert outcomes(session) == {
        "Person 0": ("skipped", ""),
        "Person 1": ("done", ""),
        "Person 2": ("failed", "EnrolProblem.other_name"),
        "Person 3": ("done", ""),
    }


def test_a_stranger_who_was_confirmed_is_enrolled(database, session, world: World) -> None:
    start(session, world, line(1, email=world.stranger.email, name="Ann Lee"))
    run_operations(database)
    assert outcomes(session) == {"Ann Lee": ("done", "")}


def test_a_list_that_does_not_fit_is_refused_whole(session, world: World) -> None:
    world.running.capacity = 2
    with pytest.raises(RuleViolation):
        start(session, world, line(1), line(2))
    assert session.scalars(select(BatchOperation)).all() == []


def test_the_request_takes_as_many_statements_for_1000_people_as_for_10(
    app: Flask, session, world: World, queries
) -> None:
    world.running.capacity = 5000
    session.commit()
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    registrar.get(PEOPLE + "list")
    numbers = []
    for count in (10, 1000):
        rows = "".join(f"{count}-{n}@example.net,Person {n}\n" for n in range(count))
        shown = registrar.post(PEOPLE + "list", data={"text": f"email,name\n{rows}"})
        queries.clear()
        answer = registrar.post(PEOPLE + "list/enrol", data=form_of(shown.text))
        assert answer.status_code == 303
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 60


def test_a_batch_takes_as_many_statements_for_50_people_as_for_5(
    database, session, world: World, queries
) -> None:
    world.running.capacity = 5000
    numbers = []
    for count in (5, 50):
        start(session, world, *[line(count * 100 + n) for n in range(count)])
        ready = Job.state == JobState.WAITING, Job.kind == RUN_JOB
        job = session.scalars(select(Job).where(*ready)).one()
        payload = payload_of(job) | {"size": 50}
        queries.clear()
        make_handler(wiring.BATCH_HANDLERS)(
            Task(id=job.id, payload=payload, database=database, now=NOW)
        )
        numbers.append(len(queries))
        job.state = JobState.DONE
        session.commit()
    assert numbers[1] <= numbers[0] + 2
    assert numbers[0] <= 45
