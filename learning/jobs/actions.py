"""Writing jobs down, taking them, ending them."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from learning.jobs.models import Job, JobState, RegularRun, WorkerSeen
from learning.jobs.rules import LEASE, Priority, Queue, Regular, last_due
from learning.kit.email_addresses import without_addresses
from learning.kit.once import insert_new

NOTHING = "{}"
ALL_QUEUES = frozenset(Queue)
log = logging.getLogger("learning.worker")


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to be written down. `due_at` is now for work that need not wait."""

    kind: str
    payload: Mapping[str, Any]
    due_at: datetime
    once: str | None = None
    queue: Queue = Queue.DEFAULT
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A job in the hands of a worker."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    worker: str
    queue: str = Queue.DEFAULT
    priority: int = Priority.NORMAL


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime,
    once: str | None = None,
) -> bool:
    """Write an ordinary job down in this transaction; with a `once` key that is taken, do nothing.

    Return whether it was written.
    """
    return add(session, NewJob(kind=kind, payload=payload, due_at=due_at, once=once))


def add(session: Session, job: NewJob) -> bool:
    """Write a job down; return False if its `once` key is taken."""
    return insert_new(session, Job, **_values(job))


def add_all(session: Session, jobs: Sequence[NewJob]) -> None:
    """Write many jobs down at once; none of their `once` keys may be taken."""
    if jobs:
        session.execute(insert(Job), [_values(job) for job in jobs])


def _values(job: NewJob) -> dict[str, Any]:
    return {
        "kind": job.kind,
        "payload": json.dumps(job.payload),
        "made_at": job.due_at,
        "due_at": job.due_at,
        "once": job.once,
        "state": JobState.WAITING,
        "attempts": 0,
        "worker": "",
        "error": "",
        "queue": job.queue,
        "priority": job.priority,
    }


def is_ready(now: datetime) -> ColumnElement[bool]:
    """Whether a job may be taken: its time has come, or its worker was lost."""
    waiting = and_(Job.state == JobState.WAITING, Job.due_at <= now)
    lost = and_(Job.state == JobState.TAKEN, Job.lease_until < now)
    return or_(waiting, lost)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """From which queues a job is taken, for how long, and which ones (by id) are left out.

    `leases` are those of single kinds, where they differ.
    """

    lease: timedelta = LEASE
    leases: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])
    queues: Collection[Queue] = ALL_QUEUES
    without: Collection[int] = ()


def take(
    session: Session, worker: str, *, now: datetime, terms: Terms | None = None
) -> Taken | None:
    """Take the next job under a lease of its own; two workers never take the same one."""
    terms = terms or Terms()
    release_lost(session, now=now)
    ready = (
        select(Job.id, Job.kind, Job.queue, Job.priority)
        .where(
            Job.state == JobState.WAITING,
            Job.queue.in_(sorted(terms.queues)),
            Job.due_at <= now,
            Job.id.not_in(terms.without),
        )
        .order_by(Job.priority, Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    found = session.execute(ready).first()
    if found is None:
        return None
    taken = (
        update(Job)
        .where(Job.id == found.id)
        .values(
            state=JobState.TAKEN,
            worker=worker,
            lease_until=now + terms.leases.get(found.kind, terms.lease),
            attempts=Job.attempts + 1,
        )
        .returning(Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(taken).one()
    return Taken(
        id=found.id,
        kind=found.kind,
        payload=json.loads(row.payload),
        attempts=row.attempts,
        worker=worker,
        queue=found.queue,
        priority=found.priority,
    )


def release_lost(session: Session, *, now: datetime) -> None:
    """Let jobs wait again whose workers were lost, and say so in the log."""
    released = (
        update(Job)
        .where(Job.state == JobState.TAKEN, Job.lease_until < now)
        .values(state=JobState.WAITING, lease_until=None)
        .returning(Job.id, Job.kind, Job.worker, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    for row in session.execute(released).all():
        log.warning(
            "job %s (%s), attempt %s: taken from %s, whose lease ended",
            row.id,
            row.kind,
            row.attempts,
            row.worker,
        )


def extend(session: Session, job: Taken, *, until: datetime) -> bool:
    """Keep a job for longer; False if the lease was lost."""
    kept = update(Job).where(*_is_mine(job)).values(lease_until=until)
    return session.scalar(kept.returning(Job.id)) is not None


def finish(session: Session, job: Taken, *, now: datetime) -> bool:
    """End a job that went well, and forget what it carried; False if the lease was lost."""
    return _end(session, job, state=JobState.DONE, ended_at=now, payload=NOTHING, error="")


def put_back(session: Session, job: Taken, *, due_at: datetime, error: str) -> bool:
    """Let a job that failed wait for its next attempt; False if the lease was lost."""
    said = without_addresses(error)
    return _end(session, job, state=JobState.WAITING, due_at=due_at, error=said)


def give_up(session: Session, job: Taken, *, now: datetime, error: str) -> bool:
    """Leave a job to people; False if the lease was lost."""
    said = without_addresses(error)
    return _end(session, job, state=JobState.DEAD, ended_at=now, error=said)


def _end(session: Session, job: Taken, **values: object) -> bool:
    ended = update(Job).where(*_is_mine(job)).values(lease_until=None, **values)
    return session.scalar(ended.returning(Job.id)) is not None


def _is_mine(job: Taken) -> tuple[ColumnElement[bool], ...]:
    """Whether a job is still in the hands of who took it; every taking counts one attempt more."""
    return (
        Job.id == job.id,
        Job.worker == job.worker,
        Job.state == JobState.TAKEN,
        Job.attempts == job.attempts,
    )


def payload_of(job: Job) -> dict[str, Any]:
    return dict(json.loads(job.payload))


def try_again(job: Job, *, now: datetime) -> bool:
    """Give a dead job all its attempts once more; False if it is not dead."""
    if job.state is not JobState.DEAD:
        return False
    job.state, job.due_at, job.attempts, job.ended_at = JobState.WAITING, now, 0, None
    return True


def discard(job: Job, *, now: datetime) -> bool:
    """Put a dead job aside, and forget what it carried; False if it is not dead."""
    if job.state is not JobState.DEAD:
        return False
    job.state, job.ended_at, job.payload = JobState.DISCARDED, now, NOTHING
    return True


def tick(session: Session, timetable: Iterable[Regular], *, now: datetime) -> None:
    """Turn what the timetable asks for into jobs, each once whatever the number of workers."""
    for line in timetable:
        due = last_due(line, now)
        if insert_new(session, RegularRun, name=line.name, due_at=due):
            payload = {"due_at": due.isoformat()}
            add(session, NewJob(kind=line.kind, payload=payload, due_at=now, queue=line.queue))


def note_alive(session: Session, worker: str, *, now: datetime) -> None:
    """Note that a worker runs."""
    if not insert_new(session, WorkerSeen, name=worker, seen_at=now):
        row = update(WorkerSeen).where(WorkerSeen.name == worker)
        session.execute(row.values(seen_at=now))


def note_gone(session: Session, worker: str) -> None:
    """Note that a worker has stopped of its own accord."""
    session.execute(delete(WorkerSeen).where(WorkerSeen.name == worker))


def sweep(session: Session, *, before: datetime) -> None:
    """Forget jobs that ended, and lines of the timetable that were carried out, long ago."""
    ended = Job.state.in_((JobState.DONE, JobState.DISCARDED))
    session.execute(delete(Job).where(ended, Job.ended_at < before))
    session.execute(delete(RegularRun).where(RegularRun.due_at < before))
    session.execute(delete(WorkerSeen).where(WorkerSeen.seen_at < before))
