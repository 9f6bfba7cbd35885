"""The worker: takes jobs, does them, writes down how it went. Any number may run."""

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

from sqlalchemy.orm import Session

from learning.jobs import actions, queries
from learning.jobs.actions import ALL_QUEUES, Taken, Terms
from learning.jobs.rules import (
    BEAT,
    LEASE,
    PATIENCE,
    Priority,
    Queue,
    Regular,
    as_error,
    rest_after,
    wait_after,
)
from learning.kit.db import Database
from learning.kit.time import now

AT_ONCE = 10
PAUSE = 1.0  # seconds, when there is nothing to do
CHANCE = secrets.SystemRandom()
log = logging.getLogger("learning.worker")


class Hopeless(Exception):  # noqa: N818 it is what the work says of itself
    """Trying again will not help."""


class Postpone(Exception):  # noqa: N818 it is what the work says of itself
    """It is to be tried again after `wait`, however often that was done before."""

    def __init__(self, reason: str, wait: timedelta) -> None:
        super().__init__(reason)
        self.wait = wait


class LeaseLost(Exception):  # noqa: N818 it is what happened
    """The job was given to somebody else, because it took longer than its lease."""


def _keep() -> None:
    """Keep a task that nobody else can take."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a handler is given. It may be given the same task twice, and must not mind.

    Work that may outlast its lease calls `extend` between its transactions; LeaseLost ends it.
    """

    id: int
    payload: Mapping[str, Any]
    database: Database
    now: datetime
    extend: Callable[[], None] = _keep


Handler = Callable[[Task], None]
Chore = Callable[[Database], int]
"""Small work that comes again every second and needs no job; returns how much it did."""
Outcome = Callable[[Session], bool]
"""Writes down how a job ended; False if its lease was lost."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One loop over the jobs of each queue; `handlers` says who does which kind."""

    database: Database
    handlers: Mapping[str, Handler]
    timetable: Sequence[Regular] = ()
    chores: Sequence[Chore] = ()
    queues: frozenset[Queue] = ALL_QUEUES
    patience: Sequence[timedelta] = PATIENCE
    lease: timedelta = LEASE
    leases: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])
    clock: Callable[[], datetime] = now
    rest: Callable[[float], None] = time.sleep
    name: str = ""

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop, each queue in a thread of its own.

        The timetable and the chores belong to the default queue's thread.
        """
        slow = replace(self, queues=frozenset({Queue.SLOW}), timetable=(), chores=())
        beside = threading.Thread(target=slow.loop, args=[stop], name="learning-slow-queue")
        beside.start()
        replace(self, queues=frozenset({Queue.DEFAULT})).loop(stop)
        beside.join()

    def loop(self, stop: threading.Event) -> None:
        """Work until told to stop; a fault of the database is waited out."""
        queue = Queue.SLOW if self.queues == {Queue.SLOW} else Queue.DEFAULT
        beat_at = None
        while not stop.is_set():
            try:
                beat_at = self._beat(beat_at) if queue is Queue.DEFAULT else None
                done = self.step() + self._tend()
            except Exception:
                log.exception("the worker could not go on")
                done = 0
            if not done:
                stop.wait(PAUSE)
        if queue is Queue.DEFAULT:
            with suppress(Exception), self.database.transaction() as session:
                actions.note_gone(session, self.name)

    def _rest(self, began: float, queue: str, priority: int) -> None:
        one_writer = self.database.engine.dialect.name == "sqlite"
        seconds = time.monotonic() - began
        self.rest(rest_after(seconds, queue, priority, one_writer=one_writer))

    def _tend(self) -> int:
        """Do what comes again every second; rest as long as it took."""
        began = time.monotonic()
        done = sum(chore(self.database) for chore in self.chores)
        if done:
            self._rest(began, Queue.SLOW, Priority.LOW)
        return done

    def _beat(self, last: datetime | None) -> datetime:
        """Say every few seconds that this worker is alive; return when it last did."""
        moment = self.clock()
        if last is not None and moment - last < BEAT:
            return last
        with self.database.transaction() as session:
            actions.note_alive(session, self.name, now=moment)
        return moment

    def step(self) -> int:
        """Do what can be done now, up to a handful of jobs; return how many were taken.

        Each is taken when it begins, so that its lease is its own and what matters more goes first.
        """
        job = self._first()
        done: list[int] = []
        while job is not None:
            began = time.monotonic()
            outcome = self._do(job)
            self._rest(began, job.queue, job.priority)
            done.append(job.id)
            with self.database.transaction() as session:
                if not outcome(session):
                    log.warning("job %s (%s): its lease was lost meanwhile", job.id, job.kind)
                job = self._take(session, done) if len(done) < self._at_once else None
        return len(done)

    @property
    def _at_once(self) -> int:
        return 1 if self.queues == {Queue.SLOW} else AT_ONCE

    def _first(self) -> Taken | None:
        moment = self.clock()
        with self.database.reading() as reading:
            due = queries.anything_due(reading, self.timetable, now=moment)
            ready = due or queries.anything_ready(reading, now=moment, queues=self.queues)
        if not ready:
            return None
        with self.database.transaction() as session:
            if due:
                actions.tick(session, self.timetable, now=moment)
            return self._take(session, ())

    def _take(self, session: Session, done: Sequence[int]) -> Taken | None:
        """Take the next job, none of those that this step did already."""
        terms = Terms(lease=self.lease, leases=self.leases, queues=self.queues, without=done)
        return actions.take(session, self.name, now=self.clock(), terms=terms)

    def _do(self, job: Taken) -> Outcome:
        """Carry a job out; return how it ended."""
        task = Task(
            id=job.id,
            payload=job.payload,
            database=self.database,
            now=self.clock(),
            extend=partial(self._extend, job),
        )
        try:
            self.handlers[job.kind](task)
        except Hopeless as fault:
            return partial(actions.give_up, job=job, now=self.clock(), error=str(fault))
        except Postpone as fault:
            later = self.clock() + fault.wait
            return partial(actions.put_back, job=job, due_at=later, error=as_error(fault))
        except LeaseLost:
            return _lost
        except Exception as fault:
            log.warning("job %s (%s), attempt %s: %s", job.id, job.kind, job.attempts, type(fault))
            wait = wait_after(job.attempts, CHANCE.random(), self.patience)
            if wait is None:
                return partial(actions.give_up, job=job, now=self.clock(), error=as_error(fault))
            later = self.clock() + wait
            return partial(actions.put_back, job=job, due_at=later, error=as_error(fault))
        return partial(actions.finish, job=job, now=self.clock())

    def _extend(self, job: Taken) -> None:
        with self.database.transaction() as session:
            if not actions.extend(session, job, until=self.clock() + self.lease):
                raise LeaseLost


def _lost(_session: Session) -> bool:
    return False


def new_name() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
