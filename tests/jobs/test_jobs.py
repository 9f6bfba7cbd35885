"""Jobs: written with what they belong to, done by somebody, never lost, never by two."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.jobs import actions, queries
from learning.jobs.models import Job, JobState
from learning.jobs.rules import RETRY_DELAYS, ScheduledJob, error_text, last_due, retry_delay
from learning.jobs.worker import PermanentFailure, Task, Worker
from learning.kit.database import Database

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
HOURLY = ScheduledJob(name="hourly", kind="say", every=timedelta(hours=1))


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


class Recorder:
    """A handler that remembers what it was given, and fails as often as it is told to."""

    def __init__(self, *issues: Exception) -> None:
        self.issues = list(issues)
        self.heard: list[object] = []

    def __call__(self, task: Task) -> None:
        if self.issues:
            raise self.issues.pop(0)
        self.heard.append(dict(task.payload))


def a_worker(
    database: Database, recorder: Recorder, clock: Clock, name: str = "one", **more
) -> Worker:
    return Worker(database=database, handlers={"say": recorder}, clock=clock, name=name, **more)


def only_job(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def test_a_job_is_done_once_and_forgets_what_it_carried(database, session) -> None:
    recorder, clock = Recorder(), Clock()
    actions.add_job(session, actions.NewJob(kind="say", payload={"word": "hello"}, now=NOW))
    session.commit()
    worker = a_worker(database, recorder, clock)
    assert [worker.step(), worker.step()] == [1, 0]
    assert recorder.heard == [{"word": "hello"}]
    job = only_job(session)
    assert (job.state, job.payload, job.ended_at) == (JobState.DONE, "{}", NOW)


def test_a_job_that_is_rolled_back_with_its_reason_is_never_done(database, session) -> None:
    recorder = Recorder()
    actions.add_job(session, actions.NewJob(kind="say", payload={}, now=NOW))
    session.rollback()
    assert a_worker(database, recorder, Clock()).step() == 0


def test_a_job_waits_for_its_time(database, session) -> None:
    recorder, clock = Recorder(), Clock()
    actions.add_job(
        session, actions.NewJob(kind="say", payload={}, now=NOW, due_at=NOW + timedelta(minutes=5))
    )
    session.commit()
    (job,) = session.scalars(select(Job))
    assert (job.created_at, job.due_at) == (NOW, NOW + timedelta(minutes=5))
    worker = a_worker(database, recorder, clock)
    assert worker.step() == 0
    clock.at += timedelta(minutes=5)
    assert worker.step() == 1


def test_the_same_key_is_enqueued_once(session) -> None:
    written = [
        actions.add_job(
            session, actions.NewJob(kind="say", payload={}, now=NOW, unique_key="announce 1 m4")
        )
        for _ in range(3)
    ]
    assert written == [True, False, False]
    assert actions.add_job(session, actions.NewJob(kind="say", payload={}, now=NOW))
    assert actions.add_job(session, actions.NewJob(kind="say", payload={}, now=NOW))


def test_what_fails_is_tried_again_later_and_then_given_up(database, session) -> None:
    recorder, clock = Recorder(*[OSError("no line")] * 9), Clock()
    actions.add_job(session, actions.NewJob(kind="say", payload={}, now=NOW))
    session.commit()
    worker = a_worker(database, recorder, clock)
    for attempt in range(1, len(RETRY_DELAYS) + 1):
        assert worker.step() == 1
        job = only_job(session)
        assert (job.state, job.attempts) == (JobState.WAITING, attempt)
        wait = job.due_at - clock.at
        assert RETRY_DELAYS[attempt - 1] * 0.8 <= wait <= RETRY_DELAYS[attempt - 1] * 1.2
        clock.at = job.due_at
    assert worker.step() == 1
    job = only_job(session)
    assert (job.state, job.error) == (JobState.DEAD, "OSError: no line")
    clock.at += timedelta(days=1)
    assert worker.step() == 0


def test_what_is_hopeless_is_given_up_at_once_and_can_be_tried_again(database, session) -> None:
    recorder, clock = Recorder(PermanentFailure("550 no such user")), Clock()
    actions.add_job(session, actions.NewJob(kind="say", payload={"word": "again"}, now=NOW))
    session.commit()
    worker = a_worker(database, recorder, clock)
    worker.step()
    job = only_job(session)
    assert (job.state, job.error) == (JobState.DEAD, "550 no such user")
    assert actions.retry(job, now=clock.at)
    assert not actions.retry(job, now=clock.at)
    session.commit()
    worker.step()
    assert recorder.heard == [{"word": "again"}]


def test_what_was_given_up_can_be_put_aside(session) -> None:
    actions.add_job(session, actions.NewJob(kind="say", payload={"secret": 1}, now=NOW))
    taken = actions.claim_next(session, "one", now=NOW)
    assert actions.mark_dead(session, taken, now=NOW, error="no")
    job = only_job(session)
    assert actions.discard(job, now=NOW)
    assert (job.state, job.payload) == (JobState.DISCARDED, "{}")
    assert not actions.discard(job, now=NOW)


def test_a_lost_worker_loses_its_job_to_the_next(session, caplog) -> None:
    actions.add_job(session, actions.NewJob(kind="say", payload={}, now=NOW))
    lost = actions.claim_next(session, "one", now=NOW)
    assert actions.claim_next(session, "two", now=NOW + timedelta(minutes=4)) is None
    assert caplog.messages == []
    later = NOW + timedelta(minutes=6)
    found = actions.claim_next(session, "two", now=later)
    assert (found.id, found.attempts) == (lost.id, 2)
    assert caplog.messages == [f"job {lost.id} (say), attempt 1: taken from one, whose lease ended"]
    assert not actions.mark_done(session, lost, now=later)
    assert not actions.reschedule(session, lost, due_at=later, error="too late")
    assert not actions.mark_dead(session, lost, now=later, error="too late")
    assert not actions.extend_lease(session, lost, until=later + timedelta(hours=1))
    assert actions.mark_done(session, found, now=later)


def test_the_schedule_fires_once_whatever_the_number_of_workers(database) -> None:
    recorder, clock = Recorder(), Clock()
    workers = [
        a_worker(database, recorder, clock, name=name, schedule=[HOURLY])
        for name in ("a", "b", "c")
    ]
    for worker in workers * 3:
        worker.step()
    assert len(recorder.heard) == 1
    clock.at += timedelta(minutes=45)
    for worker in workers:
        worker.step()
    assert len(recorder.heard) == 2


def test_a_broken_job_does_not_stop_the_next(database, session) -> None:
    recorder, clock = Recorder(ValueError("bad")), Clock()
    for word in "ab":
        actions.add_job(session, actions.NewJob(kind="say", payload={"word": word}, now=NOW))
    actions.add_job(session, actions.NewJob(kind="unknown", payload={}, now=NOW))
    session.commit()
    assert a_worker(database, recorder, clock).step() == 3
    assert recorder.heard == [{"word": "b"}]
    assert queries.counts(session)[JobState.WAITING] == 2


def test_old_jobs_are_swept_and_dead_ones_stay(session) -> None:
    for number in range(2):
        actions.add_job(
            session, actions.NewJob(kind="say", payload={}, now=NOW, unique_key=str(number))
        )
    done, dead = (
        actions.claim_next(session, "one", now=NOW),
        actions.claim_next(session, "one", now=NOW),
    )
    actions.mark_done(session, done, now=NOW)
    actions.mark_dead(session, dead, now=NOW, error="no")
    actions.purge_jobs(session, before=NOW + timedelta(days=1))
    assert only_job(session).state is JobState.DEAD


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 24, 1, 0, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
)
def test_daily_work_is_due_at_a_time_of_its_zone_whatever_the_clocks_do(now, due) -> None:
    daily = ScheduledJob(name="daily", kind="say", at=time(3, 0), zone="Europe/Rome")
    assert last_due(daily, now) == due


@given(st.datetimes(datetime(2026, 1, 6), datetime(2030, 1, 1)), st.integers(1, 100_000))  # noqa: DTZ001 made aware below
def test_regular_work_was_due_at_most_one_span_ago(moment, seconds) -> None:
    now = moment.replace(tzinfo=UTC)
    often = ScheduledJob(name="often", kind="say", every=timedelta(seconds=seconds))
    assert timedelta(0) <= now - last_due(often, now) < timedelta(seconds=seconds)


@given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
def test_waits_are_spread_by_a_fifth(attempts, chance) -> None:
    wait = retry_delay(attempts, chance)
    if attempts > len(RETRY_DELAYS):
        assert wait is None
    else:
        assert wait is not None
        assert 0.79 <= wait / RETRY_DELAYS[attempts - 1] <= 1.21


def test_an_error_is_one_short_line() -> None:
    assert error_text(OSError("two\nlines")) == "OSError: two lines"
    assert error_text(TimeoutError()) == "TimeoutError"
    assert len(error_text(ValueError("x" * 900))) == 300
