"""Two workers and many jobs: each is done once, and what is urgent is found at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from learning import wiring
from learning.cli import migrate_to_head
from learning.jobs import actions, queries
from learning.jobs.actions import ClaimTerms, NewJob
from learning.jobs.models import Job, JobState
from learning.jobs.rules import DEFAULT_LEASE, Priority, Queue
from learning.jobs.worker import Task, Worker
from learning.kit.database import Database
from learning.kit.engines import make_engine
from tests.databases import own_database
from tests.jobs.test_jobs import NOW, Clock

TIMEOUT = 60  # seconds that a thread may take before the test gives up on it
DIGESTS = 10_000
DEFAULT = frozenset({Queue.DEFAULT})
STEPS = 3  # a job of 45 seconds is three steps of 15


@pytest.fixture
def own(database_kind: str, database_url: str, tmp_path: Path) -> Iterator[Database]:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        made = wiring.database(engine)
        migrate_to_head(made)
        yield made
        engine.dispose()


class TwoWorkers:
    """Two workers in threads of their own, and a clock that moves while each holds a job.

    Every step of a job ends when both have come to its end; then 15 seconds have passed. So both
    work at the same time, and no other clock has a say.
    """

    def __init__(self, database: Database, lease: timedelta, *, extends: bool) -> None:
        self.clock = Clock()
        self.extends = extends
        self.began: Counter[int] = Counter()
        self.by: Counter[str] = Counter()
        self.step_ends = threading.Barrier(2, action=self.pass_time, timeout=TIMEOUT)
        self.workers = [
            Worker(
                database=database,
                handlers={"say": self.say},
                lease=lease,
                clock=self.clock,
                name=name,
                queues=DEFAULT,
            )
            for name in ("one", "two")
        ]

    def pass_time(self) -> None:
        self.clock.at += timedelta(seconds=15)

    def say(self, task: Task) -> None:
        self.began[task.id] += 1
        self.by[threading.current_thread().name] += 1
        for _ in range(STEPS):
            self.step_ends.wait()
            if self.extends:
                task.extend()

    def run(self) -> None:
        threads = [
            threading.Thread(target=self.until_done, args=[each], name=each.name)
            for each in self.workers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT)
            assert not thread.is_alive()

    def until_done(self, worker: Worker) -> None:
        try:
            while worker.step():
                pass
        finally:
            self.step_ends.abort()  # a thread that waits for another would wait for ever


def outcome(database: Database) -> Counter[tuple[JobState, int]]:
    with database.read_transaction() as session:
        return Counter(
            (row.state, row.attempts) for row in session.execute(select(Job.state, Job.attempts))
        )


@pytest.mark.parametrize(
    ("lease", "extends"), [(DEFAULT_LEASE, False), (timedelta(seconds=20), True)]
)
def test_ten_jobs_of_45_seconds_run_once_each(own: Database, lease, extends, caplog) -> None:
    """They last 225 seconds with two workers, longer than any one of their leases."""
    with own.transaction() as session:
        for _ in range(10):
            actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    both = TwoWorkers(own, lease, extends=extends)
    both.run()
    assert set(both.began.values()) == {1}
    assert both.by == {"one": 5, "two": 5}
    assert both.clock.at == NOW + timedelta(seconds=225)
    assert outcome(own) == {(JobState.DONE, 1): 10}
    assert caplog.messages == []


def test_a_job_that_outlasts_its_lease_is_taken_and_the_log_says_from_whom(
    own: Database, caplog
) -> None:
    with own.transaction() as session:
        for _ in range(3):
            actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
        first = actions.claim_next(session, "gone", now=NOW, terms=ClaimTerms(queues=DEFAULT))
    both = TwoWorkers(own, timedelta(seconds=60), extends=True)
    both.clock.at += DEFAULT_LEASE + timedelta(seconds=1)
    with own.transaction() as session:
        actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    both.run()
    assert both.began[first.id] == 1
    assert outcome(own) == {(JobState.DONE, 2): 1, (JobState.DONE, 1): 3}
    assert caplog.messages == [
        f"job {first.id} (say), attempt 1: taken from gone, whose lease ended"
    ]


def test_a_long_lease_of_a_kind_is_extended_by_as_much(database, session) -> None:
    clock, ends = Clock(), []

    def say(task: Task) -> None:
        clock.at += timedelta(minutes=59)
        task.extend()
        session.expire_all()
        ends.append(session.scalar(select(Job.lease_until)))

    actions.add_job(session, NewJob(kind="say", payload={}, now=NOW))
    session.commit()
    kinds = {"say": timedelta(hours=1), "other": timedelta(minutes=1)}
    Worker(database=database, handlers={"say": say}, clock=clock, leases=kinds, name="one").step()
    assert ends == [NOW + timedelta(minutes=59) + timedelta(hours=1)]


def many(session: Session, *, digests: int = DIGESTS) -> None:
    """Write down digests that are due, reminders of next week, and work of the other queue."""
    now_due = [a_job(priority=Priority.LOW) for _ in range(digests)]
    later = NOW + timedelta(days=7)
    reminders = [a_job(due_at=later) for _ in range(DIGESTS)]
    urgent = [a_job(due_at=later, priority=Priority.HIGH) for _ in range(DIGESTS)]
    slow = [a_job(queue=Queue.SLOW) for _ in range(DIGESTS)]
    actions.add_jobs(session, [*now_due, *reminders, *urgent, *slow])


def a_job(due_at: datetime = NOW - timedelta(hours=1), **more: Any) -> NewJob:
    return NewJob(kind="say", payload={}, now=NOW, due_at=due_at, **more)


def test_a_reminder_that_is_due_now_is_next_behind_ten_thousand_digests(session) -> None:
    many(session)
    reminder = NewJob(kind="remind", payload={"person": 7}, now=NOW)
    actions.add_job(session, reminder)
    terms = ClaimTerms(queues=DEFAULT)
    kinds = [actions.claim_next(session, "one", now=NOW, terms=terms).kind for _ in range(2)]
    assert kinds == ["remind", "say"]


class WorkDone:
    """How much a function reads of the database: pages on PostgreSQL, steps on SQLite."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connection = session.connection()
        self.steps = 0
        self.seen: list[tuple[str, Any]] = []

    def __enter__(self) -> Self:
        if self.connection.dialect.name == "sqlite":
            self._driver.set_progress_handler(self._step, 1)
        event.listen(self.connection, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self.connection, "before_cursor_execute", self._note)
        if self.connection.dialect.name == "sqlite":
            self._driver.set_progress_handler(None, 0)

    @property
    def _driver(self) -> Any:
        return self.connection.connection.dbapi_connection

    def _step(self) -> None:
        self.steps += 1

    def _note(self, _c: object, _cursor: object, statement: str, data: Any, *_: object) -> None:
        self.seen.append((statement, data))

    def amount(self) -> int:
        """Return the pages that the statements read, of tables and indexes, or their steps."""
        if self.connection.dialect.name == "sqlite":
            return self.steps
        return sum(self._pages(*each) for each in self.seen)

    def _pages(self, statement: str, data: Any) -> int:
        query = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        plan = self.connection.exec_driver_sql(query, data).scalar_one()[0]["Plan"]
        return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


MAX = {"postgresql": 60, "sqlite": 1000}  # pages; steps


@pytest.mark.parametrize("digests", [DIGESTS, 0])
def test_finding_a_job_reads_the_same_however_many_wait(own: Database, digests) -> None:
    """Where one look finds all priorities, SQLite takes 160,000 steps and more."""
    kind = own.engine.dialect.name
    with own.transaction() as session:
        many(session, digests=digests)
        if kind == "postgresql":  # as it does by itself after a while
            session.execute(text("ANALYZE jobs"))
    with own.transaction() as session:
        with WorkDone(session) as work:
            found = queries.has_ready(session, now=NOW, queues=DEFAULT)
            taken = actions.claim_next(session, "one", now=NOW, terms=ClaimTerms(queues=DEFAULT))
        assert found is (taken is not None) is bool(digests)
        assert work.amount() < MAX[kind]


def test_a_worker_that_ends_a_late_job_keeps_nobody_waiting(own: Database) -> None:
    """Its lease is over; it is ending the job when another worker looks for lost ones."""
    if own.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time there")
    later = NOW + DEFAULT_LEASE + timedelta(seconds=1)
    with own.transaction() as session:
        actions.add_jobs(session, [a_job(), a_job(priority=Priority.LOW)])
        late = actions.claim_next(session, "one", now=NOW)
    with own.transaction() as ending:
        assert actions.mark_done(ending, late, now=later)
        with own.transaction() as session:
            taken = actions.claim_next(session, "two", now=later)
    assert taken.priority == Priority.LOW
    assert outcome(own) == {(JobState.DONE, 1): 1, (JobState.RUNNING, 1): 1}


def test_a_job_that_nobody_would_take_is_not_written_down(session) -> None:
    with pytest.raises(ValueError, match="20"):
        actions.add_job(session, a_job(priority=20))
