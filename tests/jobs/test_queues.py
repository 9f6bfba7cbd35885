"""One job never waits for another without need: leases, priorities, a queue for slow work."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.cli import migrate_to_head
from learning.jobs import actions
from learning.jobs.actions import NewJob
from learning.jobs.models import Job, JobState
from learning.jobs.rules import MAX_REST_SECONDS, Priority, Queue, ScheduledJob, rest_after
from learning.jobs.worker import Task, Worker
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.kit.time import now
from learning.settings import ROOT
from tests.databases import own_database
from tests.jobs.test_jobs import NOW, Clock, Recorder

PATIENT = 60  # seconds that a thread may take before the test gives up on it


@pytest.fixture
def own(database_kind: str, database_url: str, tmp_path: Path) -> Iterator[tuple[str, Database]]:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        made = wiring.database(engine)
        migrate_to_head(made)
        yield url, made
        engine.dispose()


def put(session: Session, word: str, **more: object) -> None:
    actions.add_job(session, NewJob(kind="say", payload={"word": word}, now=NOW, **more))


def words(recorder: Recorder) -> str:
    return "".join(each["word"] for each in recorder.heard)


def states(session: Session) -> list[JobState]:
    session.expire_all()
    return list(session.scalars(select(Job.state).order_by(Job.id)))


def test_each_job_has_a_lease_of_its_own(database, session) -> None:
    """Ten jobs of 45 seconds last longer than one lease; nobody else does one of them again."""
    clock, heard = Clock(), []

    def say(task: Task) -> None:
        heard.append(task.id)
        clock.at += timedelta(seconds=45)
        other.step()

    other = Worker(database=database, handlers={"say": heard.append}, clock=clock, name="two",
                   queues=frozenset({Queue.SLOW}))  # fmt: skip
    for _ in range(10):
        actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    session.commit()
    worker = Worker(database=database, handlers={"say": say}, clock=clock, name="one")
    assert worker.step() == 10
    assert len(heard) == len(set(heard)) == 10
    assert states(session) == [JobState.DONE] * 10
    assert set(session.scalars(select(Job.attempts))) == {1}


def test_long_work_keeps_its_job_as_long_as_it_says_so(database, session) -> None:
    clock, taken = Clock(), []

    def say(task: Task) -> None:
        for _ in range(5):
            clock.at += timedelta(minutes=4)
            task.extend()
            taken.append(actions.claim_next(session, "two", now=clock.at))

    actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    session.commit()
    Worker(database=database, handlers={"say": say}, clock=clock, name="one").step()
    assert taken == [None] * 5
    assert states(session) == [JobState.DONE]


def test_a_worker_that_lost_the_lease_stops_and_does_not_end_the_job(
    database, session, caplog
) -> None:
    clock, after = Clock(), []

    def say(task: Task) -> None:
        clock.at += timedelta(minutes=6)
        actions.claim_next(session, "two", now=clock.at)
        session.commit()
        task.extend()
        after.append("went on")

    actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    session.commit()
    Worker(database=database, handlers={"say": say}, clock=clock, name="one").step()
    assert after == []
    job = session.scalars(select(Job)).one()
    session.refresh(job)
    assert (job.state, job.worker) == (JobState.RUNNING, "two")
    assert caplog.messages == [
        f"job {job.id} (say), attempt 1: taken from one, whose lease ended",
        f"job {job.id} (say): its lease was lost meanwhile",
    ]


@pytest.mark.parametrize("issue", [None, ValueError("bad")])
def test_an_outcome_that_comes_too_late_is_dropped(database, session, caplog, issue) -> None:
    clock = Clock()

    def say(_task: Task) -> None:
        clock.at += timedelta(minutes=6)
        actions.claim_next(session, "two", now=clock.at)
        session.commit()
        if issue:
            raise issue

    actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    session.commit()
    Worker(database=database, handlers={"say": say}, clock=clock, name="one").step()
    job = session.scalars(select(Job)).one()
    session.refresh(job)
    assert (job.state, job.worker, job.attempts, job.error) == (JobState.RUNNING, "two", 2, "")
    assert f"job {job.id} (say): its lease was lost meanwhile" in caplog.messages


def test_what_matters_more_goes_first_even_if_it_came_last(database, session) -> None:
    recorder = Recorder()
    put(session, "l", priority=Priority.LOW)
    put(session, "n")
    put(session, "h", priority=Priority.HIGH)
    put(session, "n")
    session.commit()
    worker = Worker(database=database, handlers={"say": recorder}, clock=Clock())
    assert worker.step() == 4
    assert words(recorder) == "hnnl"


def test_what_becomes_urgent_meanwhile_is_next(database, session) -> None:
    recorder = Recorder()

    def say(task: Task) -> None:
        recorder(task)
        if task.payload["word"] == "a":
            put(session, "h", priority=Priority.HIGH)
            session.commit()

    for word in "abc":
        put(session, word, priority=Priority.LOW)
    session.commit()
    Worker(database=database, handlers={"say": say}, clock=Clock()).step()
    assert words(recorder) == "ahbc"


def test_a_thread_takes_only_from_its_own_queue(database, session) -> None:
    recorder = Recorder()
    put(session, "s", queue=Queue.SLOW)
    put(session, "d")
    session.commit()
    worker = Worker(
        database=database,
        handlers={"say": recorder},
        clock=Clock(),
        queues=frozenset({Queue.DEFAULT}),
    )
    assert [worker.step(), worker.step()] == [1, 0]
    assert words(recorder) == "d"


def test_the_schedule_names_the_queue(database, session) -> None:
    line = ScheduledJob(name="x", kind="say", every=timedelta(hours=1), queue=Queue.SLOW)
    actions.enqueue_due(session, [line], now=NOW)
    assert session.scalars(select(Job.queue)).all() == [Queue.SLOW]
    del database


@pytest.mark.parametrize(("one_writer", "share"), [(False, 1), (True, 3)])
def test_slow_work_and_letters_to_many_rest_after_they_worked(one_writer, share) -> None:
    def rest(seconds: float, queue: Queue, priority: Priority) -> float:
        return rest_after(seconds, queue, priority, one_writer=one_writer)

    assert rest(0.125, Queue.SLOW, Priority.NORMAL) == 0.125 * share
    assert rest(0.125, Queue.DEFAULT, Priority.LOW) == 0.125 * share
    assert rest(60, Queue.SLOW, Priority.LOW) == MAX_REST_SECONDS
    assert rest(60, Queue.DEFAULT, Priority.NORMAL) == 0
    assert rest(60, Queue.DEFAULT, Priority.HIGH) == 0


def test_the_worker_rests_after_what_comes_by_the_thousand(database, session) -> None:
    rested = []
    for priority in (Priority.HIGH, Priority.NORMAL, Priority.LOW):
        put(session, "w", priority=priority)
    session.commit()
    handlers = {"say": Recorder()}
    Worker(database=database, handlers=handlers, clock=Clock(), rest=rested.append).step()
    assert rested[:2] == [0, 0]
    assert rested[2] > 0


def wait_for(what: Callable[[], bool]) -> None:
    for _ in range(PATIENT * 20):
        if what():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not happen")


def test_a_large_job_does_not_hold_up_a_reset(own: tuple[str, Database]) -> None:
    """One worker: while its slow queue is in the middle of a job, the other queue is served."""
    _url, database = own
    begun, go_on, reset_done, stop = (threading.Event() for _ in range(4))

    def large(_task: Task) -> None:
        begun.set()
        assert go_on.wait(PATIENT)

    def reset(_task: Task) -> None:
        reset_done.set()

    worker = Worker(database=database, handlers={"large": large, "reset": reset})
    with database.transaction() as session:
        new = NewJob(kind="large", payload={}, now=now(), queue=Queue.SLOW)
        actions.add_job(session, new)
    thread = threading.Thread(target=worker.run, args=[stop])
    thread.start()
    try:
        assert begun.wait(PATIENT)
        with database.transaction() as session:
            actions.add_job(session, NewJob(kind="reset", payload={}, now=now()))
        assert reset_done.wait(PATIENT), "the large job is still being done"
    finally:
        go_on.set()
        stop.set()
        thread.join()
    with database.read_transaction() as session:
        assert states(session) == [JobState.DONE] * 2, "what was begun is finished before the end"


def test_a_killed_worker_s_job_is_done_by_the_next(own: tuple[str, Database], caplog) -> None:
    url, database = own
    with database.transaction() as session:
        actions.add_job(session, NewJob(kind="say", payload={"word": "w"}, now=now()))
    lost = subprocess.Popen(  # noqa: S603 our own script
        [sys.executable, "-m", "tests.jobs.lost_worker", url],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert lost.stdout
    number = lost.stdout.readline().strip()
    lost.kill()
    lost.wait()
    lost.stdout.close()
    recorder = Recorder()
    early = Worker(database=database, handlers={"say": recorder}, name="next")
    assert early.step() == 0, "its lease goes on for a while"
    late = Worker(
        database=database,
        handlers={"say": recorder},
        name="next",
        clock=lambda: now() + timedelta(minutes=6),
    )
    assert late.step() == 1
    assert words(recorder) == "w"
    assert f"job {number} (say), attempt 1: taken from lost, whose lease ended" in caplog.messages
