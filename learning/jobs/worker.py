"""The worker: takes jobs, does them, writes down how it went. Any number may run."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from learning.jobs import actions, queries
from learning.jobs.actions import Taken
from learning.jobs.rules import LEASE, PATIENCE, Regular, as_error, wait_after
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


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a handler is given. It may be given the same task twice, and must not mind."""

    id: int
    payload: Mapping[str, Any]
    database: Database
    now: datetime


Handler = Callable[[Task], None]
Chore = Callable[[Database], int]
"""Small work that comes again every second and needs no job; returns how much it did."""


@dataclass(frozen=True, kw_only=True)
class Worker:
    """One loop over the jobs; `handlers` says who does which kind."""

    database: Database
    handlers: Mapping[str, Handler]
    timetable: Sequence[Regular] = ()
    chores: Sequence[Chore] = ()
    patience: Sequence[timedelta] = PATIENCE
    lease: timedelta = LEASE
    clock: Callable[[], datetime] = now
    name: str = ""

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; a fault of the database is waited out."""
        while not stop.is_set():
            try:
                done = self.step() + sum(chore(self.database) for chore in self.chores)
            except Exception:
                log.exception("the worker could not go on")
                done = 0
            if not done:
                stop.wait(PAUSE)

    def step(self) -> int:
        """Do what can be done now, up to a handful of jobs; return how many were taken."""
        moment = self.clock()
        with self.database.reading() as reading:
            due = queries.anything_due(reading, self.timetable, now=moment)
            ready = due or queries.anything_ready(reading, now=moment)
        if not ready:
            return 0
        with self.database.transaction() as session:
            if due:
                actions.tick(session, self.timetable, now=moment)
            taken = actions.take(session, self.name, now=moment, at_most=AT_ONCE, lease=self.lease)
        for job in taken:
            self._do(job)
        return len(taken)

    def _do(self, job: Taken) -> None:
        task = Task(id=job.id, payload=job.payload, database=self.database, now=self.clock())
        try:
            self.handlers[job.kind](task)
        except Hopeless as fault:
            self._give_up(job, str(fault))
        except Postpone as fault:
            later = self.clock() + fault.wait
            with self.database.transaction() as session:
                actions.put_back(session, job, due_at=later, error=as_error(fault))
        except Exception as fault:
            log.warning("job %s (%s), attempt %s: %s", job.id, job.kind, job.attempts, type(fault))
            wait = wait_after(job.attempts, CHANCE.random(), self.patience)
            if wait is None:
                self._give_up(job, as_error(fault))
                return
            with self.database.transaction() as session:
                later = self.clock() + wait
                actions.put_back(session, job, due_at=later, error=as_error(fault))
        else:
            with self.database.transaction() as session:
                actions.finish(session, job, now=self.clock())

    def _give_up(self, job: Taken, error: str) -> None:
        with self.database.transaction() as session:
            actions.give_up(session, job, now=self.clock(), error=error)


def new_name() -> str:
    """Return a name that no other worker has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
