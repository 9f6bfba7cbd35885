"""On the morning a module opens, everybody who studies is told once."""

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select

from learning.content.course_cache import load_once
from learning.enrolment.rules import EnrolmentStatus
from learning.jobs.models import Job
from learning.jobs.worker import Task, Worker
from learning.lessons.jobs import ANNOUNCE_JOB, handlers
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from learning.schedule import SCHEDULE
from learning.settings import ROOT
from tests.conftest import CACHE
from tests.world import NOW, World, make_person


def work(database, moment: datetime, times: int = 1) -> None:
    own = handlers(lambda key: load_once(ROOT / "courses" / key, CACHE)) | dict.fromkeys(
        ("mail.send", "purge", "catalogue.update-statuses"), lambda _task: None
    )
    for _ in range(times):
        worker = Worker(database=database, handlers=own, schedule=SCHEDULE, clock=lambda: moment)
        while worker.step():
            pass


def morning(world: World, week: int, hour: int = 8) -> datetime:
    day = world.running.starts_on + timedelta(weeks=week - 1)
    return datetime.combine(day, time(hour), UTC)


def letters(session) -> list[OutgoingEmail]:
    session.expire_all()
    return list(
        session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind == "lessons.module-open"))
    )


def test_everybody_who_studies_is_told_once(database, session, world: World) -> None:
    work(database, morning(world, 4), times=3)
    work(database, morning(world, 4) + timedelta(hours=5))
    (letter,) = letters(session)
    assert (letter.email, letter.language) == (world.awa.email, "fr")
    assert (letter.category, letter.topic) == ("course", "module-open")
    assert '"week": 4' in letter.params
    work(database, morning(world, 5))
    assert len(letters(session)) == 2


def test_nobody_is_woken_and_other_days_are_quiet(database, session, world: World) -> None:
    work(database, morning(world, 4, hour=6))
    work(database, morning(world, 4) + timedelta(days=1))
    assert letters(session) == []


def test_who_has_left_is_not_written_to(database, session, world: World) -> None:
    world.place.status = EnrolmentStatus.WITHDRAWN
    make_person(session, "Only An Account")
    session.commit()
    work(database, morning(world, 4))
    assert letters(session) == []


def test_a_large_cohort_is_told_some_at_a_time_and_nobody_twice(
    database, session, world: World, monkeypatch
) -> None:
    monkeypatch.setattr("learning.lessons.jobs.BATCH_SIZE", 3)
    for number in range(7):
        person = make_person(session, f"Person{number}")
        enrol_person(session, world.running, person, by=None, now=NOW)
    session.commit()
    work(database, morning(world, 4), times=2)
    messages = [letter.email for letter in letters(session)]
    assert len(messages) == len(set(messages)) == 8
    done = select(Job).where(Job.kind == ANNOUNCE_JOB).order_by(Job.id)
    jobs = session.scalars(done).all()
    assert len(jobs) == 4, "three batches and the end"
    payload = {"edition": world.running.id, "course": "reintegration", "module": "m4"}
    again = Task(id=1, payload=payload, database=database, now=morning(world, 4))
    handlers(lambda key: load_once(ROOT / "courses" / key, CACHE))[ANNOUNCE_JOB](again)
    assert len(letters(session)) == 8, "done again after a kill, it writes to nobody"
