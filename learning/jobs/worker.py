"""The worker: claims jobs, runs them, stores the outcome. Any number of workers may run."""

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session, configure_mappers

from learning.jobs import actions, queries
from learning.jobs.actions import ClaimedJob, ClaimTerms
from learning.jobs.rules import (
    ALL_QUEUES,
    DEFAULT_LEASE,
    HEARTBEAT_INTERVAL,
    RETRY_DELAYS,
    Priority,
    Queue,
    ScheduledJob,
    error_text,
    rest_after,
    retry_delay,
)
from learning.kit.database import Database
from learning.kit.time import now

JOBS_PER_STEP = 10
POLL_SECONDS = 1.0  # seconds, when there is nothing to do
RANDOM = secrets.SystemRandom()
log = logging.getLogger("learning.worker")


class PermanentFailure(Exception):  # noqa: N818 it is what the work says of itself
    """Retrying will not help."""


class RetryLater(Exception):  # noqa: N818 it is what the work says of itself
    """Retry after `wait`, for any number of attempts."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


class LeaseLost(Exception):  # noqa: N818 it is what happened
    """Another worker claimed the job, because it took longer than its lease."""


def _no_extend() -> None:
    """Do nothing: the default `extend`, for a task outside the queue, which has no lease."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """The argument of a handler. A handler must be idempotent: it may get the same task twice.

    A job that may outlast its lease calls `extend` between its transactions; LeaseLost ends it.
    """

    id: int
    payload: Mapping[str, Any]
    database: Database
    now: datetime
    extend: Callable[[], None] = _no_extend


Handler = Callable[[Task], None]
PollingTask = Callable[[Database], int]
"""Small work that comes again every second and needs no job; returns how much it did."""
Outcome = Callable[[Session], bool]
"""Writes down how a job ended; False if its lease was lost."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One loop over the jobs of each queue; `handlers` are by kind of job."""

    database: Database
    handlers: Mapping[str, Handler]
    schedule: Sequence[ScheduledJob] = ()
    polling_tasks: Sequence[PollingTask] = ()
    queues: frozenset[Queue] = ALL_QUEUES
    retry_delays: Sequence[timedelta] = RETRY_DELAYS
    lease: timedelta = DEFAULT_LEASE
    leases: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])
    clock: Callable[[], datetime] = now
    rest: Callable[[float], None] = time.sleep
    name: str = ""

    def run(self, stop: threading.Event) -> None:
        """Run until told to stop, each queue in a thread of its own.

        Schedule and heartbeat belong to the default queue's thread. Tables are mapped before the
        first transaction, which would hold its locks meanwhile.
        """
        configure_mappers()
        slow = replace(self, queues=frozenset({Queue.SLOW}), schedule=(), polling_tasks=())
        slow_thread = threading.Thread(target=slow.loop, args=[stop], name="learning-slow-queue")
        slow_thread.start()
        replace(self, queues=frozenset({Queue.DEFAULT})).loop(stop)
        slow_thread.join()

    def loop(self, stop: threading.Event) -> None:
        """Run until told to stop; after a database error it waits and continues."""
        queue = Queue.SLOW if self.queues == {Queue.SLOW} else Queue.DEFAULT
        beat_at = None
        while not stop.is_set():
            try:
                beat_at = self._send_heartbeat(beat_at) if queue is Queue.DEFAULT else None
                done = self.step() + self._run_polling_tasks()
            except Exception:
                log.exception("the worker could not go on")
                done = 0
            if not done:
                stop.wait(POLL_SECONDS)
        if queue is Queue.DEFAULT:
            with suppress(Exception), self.database.transaction() as session:
                actions.delete_heartbeat(session, self.name)

    def _rest(self, began: float, queue: str, priority: int) -> None:
        one_writer = self.database.engine.dialect.name == "sqlite"
        seconds = time.monotonic() - began
        self.rest(rest_after(seconds, queue, priority, one_writer=one_writer))

    def _run_polling_tasks(self) -> int:
        """Run the tasks of every second; rest as long as they took."""
        began = time.monotonic()
        done = sum(chore(self.database) for chore in self.polling_tasks)
        if done:
            self._rest(began, Queue.SLOW, Priority.LOW)
        return done

    def _send_heartbeat(self, last: datetime | None) -> datetime:
        """Record a heartbeat every few seconds; return when the last one was."""
        moment = self.clock()
        if last is not None and moment - last < HEARTBEAT_INTERVAL:
            return last
        with self.database.transaction() as session:
            actions.record_heartbeat(session, self.name, now=moment)
        return moment

    def step(self) -> int:
        """Run due jobs, up to a handful; return how many were claimed.

        Each is claimed when it starts, so that its lease is its own and higher priorities
        go first.
        """
        job = self._claim_first()
        done: list[int] = []
        while job is not None:
            began = time.monotonic()
            outcome = self._run_job(job)
            self._rest(began, job.queue, job.priority)
            done.append(job.id)
            with self.database.transaction() as session:
                if not outcome(session):
                    log.warning("job %s (%s): its lease was lost meanwhile", job.id, job.kind)
                job = self._claim(session, done) if len(done) < self._jobs_per_step else None
        return len(done)

    @property
    def _jobs_per_step(self) -> int:
        return 1 if self.queues == {Queue.SLOW} else JOBS_PER_STEP

    def _claim_first(self) -> ClaimedJob | None:
        moment = self.clock()
        with self.database.read_transaction() as reading:
            due = queries.has_due(reading, self.schedule, now=moment)
            ready = due or queries.has_ready(reading, now=moment, queues=self.queues)
        if not ready:
            return None
        with self.database.transaction() as session:
            if due:
                actions.enqueue_due(session, self.schedule, now=moment)
            return self._claim(session, ())

    def _claim(self, session: Session, done: Sequence[int]) -> ClaimedJob | None:
        """Claim the next job, none of those that this step ran already."""
        terms = ClaimTerms(lease=self.lease, leases=self.leases, queues=self.queues, excluded=done)
        return actions.claim_next(session, self.name, now=self.clock(), terms=terms)

    def _run_job(self, job: ClaimedJob) -> Outcome:
        """Run a job; return its outcome."""
        task = Task(
            id=job.id,
            payload=job.payload,
            database=self.database,
            now=self.clock(),
            extend=partial(self._extend, job),
        )
        try:
            self.handlers[job.kind](task)
        except PermanentFailure as error:
            return partial(actions.mark_dead, job=job, now=self.clock(), error=str(error))
        except RetryLater as error:
            later = self.clock() + error.wait
            return partial(actions.reschedule, job=job, due_at=later, error=error_text(error))
        except LeaseLost:
            return _lost
        except Exception as error:
            log.warning("job %s (%s), attempt %s: %s", job.id, job.kind, job.attempts, type(error))
            wait = retry_delay(job.attempts, RANDOM.random(), self.retry_delays)
            if wait is None:
                return partial(
                    actions.mark_dead, job=job, now=self.clock(), error=error_text(error)
                )
            later = self.clock() + wait
            return partial(actions.reschedule, job=job, due_at=later, error=error_text(error))
        return partial(actions.mark_done, job=job, now=self.clock())

    def _extend(self, job: ClaimedJob) -> None:
        until = self.clock() + self.leases.get(job.kind, self.lease)
        with self.database.transaction() as session:
            if not actions.extend_lease(session, job, until=until):
                raise LeaseLost


def _lost(_session: Session) -> bool:
    return False


def new_worker_name() -> str:
    """Return a unique name for a worker."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
