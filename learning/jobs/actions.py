"""Adding jobs, claiming them, ending them."""

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    false,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from learning.jobs.models import Job, JobState, ScheduledRun, WorkerHeartbeat
from learning.jobs.queries import is_lost, next_id
from learning.jobs.rules import ALL_QUEUES, DEFAULT_LEASE, Priority, Queue, ScheduledJob, last_due
from learning.kit.email_addresses import without_addresses
from learning.kit.idempotency import insert_if_absent

EMPTY_JSON = "{}"
log = logging.getLogger("learning.worker")


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to add, which is due now if there is no later `due_at`."""

    kind: str
    payload: Mapping[str, Any]
    now: datetime
    due_at: datetime | None = None
    unique_key: str | None = None
    queue: Queue = Queue.DEFAULT
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, kw_only=True)
class ClaimedJob:
    """A job that a worker has claimed."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    worker: str
    queue: str = Queue.DEFAULT
    priority: int = Priority.NORMAL


def add_job(session: Session, job: NewJob) -> bool:
    """Add a job in this transaction; return False if its `unique_key` exists."""
    return insert_if_absent(session, Job, **_values(job))


def add_jobs(session: Session, jobs: Sequence[NewJob]) -> None:
    """Add many jobs; none of their `unique_key` may exist."""
    if jobs:
        session.execute(insert(Job), [_values(job) for job in jobs])


def add_unless_waiting(session: Session, jobs: Sequence[NewJob]) -> None:
    """Add jobs, but none of a kind and payload of which one waits for its first attempt.

    That one is held until this transaction ends, so that it finds what the transaction writes. One
    that a worker is taking at this moment, or another transaction holds, does not count.
    """
    first_attempt = Job.state == JobState.WAITING, Job.attempts == 0
    same = [
        and_(
            Job.queue == job.queue,
            Job.priority == Priority(job.priority),
            Job.kind == job.kind,
            Job.payload == json.dumps(job.payload),
        )
        for job in jobs
    ]
    waiting = select(Job.kind, Job.payload).where(*first_attempt, or_(false(), *same))
    held = {tuple(row) for row in session.execute(waiting.with_for_update(skip_locked=True))}
    add_jobs(session, [job for job in jobs if (job.kind, json.dumps(job.payload)) not in held])


def _values(job: NewJob) -> dict[str, Any]:
    return {
        "kind": job.kind,
        "payload": json.dumps(job.payload),
        "created_at": job.now,
        "due_at": job.due_at or job.now,
        "unique_key": job.unique_key,
        "state": JobState.WAITING,
        "attempts": 0,
        "worker": "",
        "error": "",
        "queue": job.queue,
        "priority": Priority(job.priority),  # a job of another one would never be taken
    }


@dataclass(frozen=True, kw_only=True)
class ClaimTerms:
    """The queues to claim from, the lease, and the ids of jobs to skip.

    `leases` are those of single kinds, where they differ.
    """

    lease: timedelta = DEFAULT_LEASE
    leases: Mapping[str, timedelta] = field(default_factory=dict[str, timedelta])
    queues: Collection[Queue] = ALL_QUEUES
    excluded: Collection[int] = ()


def claim_next(
    session: Session, worker: str, *, now: datetime, terms: ClaimTerms | None = None
) -> ClaimedJob | None:
    """Claim the next job under a lease; two workers never claim the same one."""
    terms = terms or ClaimTerms()
    release_expired(session, now=now)
    found = next_id(now=now, queues=terms.queues, excluded=terms.excluded, lock=True)
    claim = (
        update(Job)
        .where(Job.id == found)
        .values(
            state=JobState.RUNNING,
            worker=worker,
            lease_until=_lease_ends(now, terms),
            attempts=Job.attempts + 1,
        )
        .returning(Job.id, Job.kind, Job.payload, Job.attempts, Job.queue, Job.priority)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(claim).first()
    if row is None:
        return None
    return ClaimedJob(**row._asdict() | {"payload": json.loads(row.payload), "worker": worker})


def _lease_ends(now: datetime, terms: ClaimTerms) -> ColumnElement[Any]:
    """Return when a job's lease ends, which may depend on the job's kind."""
    usual = literal(now + terms.lease, Job.lease_until.type)
    if not terms.leases:
        return usual
    ends = {k: literal(now + lease, Job.lease_until.type) for k, lease in terms.leases.items()}
    return case(ends, value=Job.kind, else_=usual)


def release_expired(session: Session, *, now: datetime) -> None:
    """Return jobs of lost workers to the queue, and log it.

    One that its worker is ending at this moment is passed over: two workers never wait for each
    other.
    """
    lost = select(Job.id).where(is_lost(now)).with_for_update(skip_locked=True)
    released = (
        update(Job)
        .where(Job.id.in_(lost))
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


def extend_lease(session: Session, job: ClaimedJob, *, until: datetime) -> bool:
    """Extend the lease of a job; False if it was lost."""
    statement = update(Job).where(*_is_mine(job)).values(lease_until=until)
    return session.scalar(statement.returning(Job.id)) is not None


def mark_done(session: Session, job: ClaimedJob, *, now: datetime) -> bool:
    """Mark a job as done, and delete its payload; False if the lease was lost."""
    return _end(session, job, state=JobState.DONE, ended_at=now, payload=EMPTY_JSON, error="")


def reschedule(session: Session, job: ClaimedJob, *, due_at: datetime, error: str) -> bool:
    """Schedule the next attempt of a failed job; False if the lease was lost."""
    message = without_addresses(error)
    return _end(session, job, state=JobState.WAITING, due_at=due_at, error=message)


def mark_dead(session: Session, job: ClaimedJob, *, now: datetime, error: str) -> bool:
    """Mark a job as failed for good, for staff to handle; False if the lease was lost."""
    message = without_addresses(error)
    return _end(session, job, state=JobState.DEAD, ended_at=now, error=message)


def _end(session: Session, job: ClaimedJob, **values: object) -> bool:
    ended = update(Job).where(*_is_mine(job)).values(lease_until=None, **values)
    return session.scalar(ended.returning(Job.id)) is not None


def _is_mine(job: ClaimedJob) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that a job is still claimed by this worker.

    Each claim counts an attempt.
    """
    return (
        Job.id == job.id,
        Job.worker == job.worker,
        Job.state == JobState.RUNNING,
        Job.attempts == job.attempts,
    )


def payload_of(job: Job) -> dict[str, Any]:
    return dict(json.loads(job.payload))


def retry(job: Job, *, now: datetime) -> bool:
    """Give a dead job all its attempts again; False if it is not dead."""
    if job.state is not JobState.DEAD:
        return False
    job.state, job.due_at, job.attempts, job.ended_at = JobState.WAITING, now, 0, None
    return True


def discard(job: Job, *, now: datetime) -> bool:
    """Discard a dead job, and delete its payload; False if it is not dead."""
    if job.state is not JobState.DEAD:
        return False
    job.state, job.ended_at, job.payload = JobState.DISCARDED, now, EMPTY_JSON
    return True


def enqueue_due(session: Session, schedule: Iterable[ScheduledJob], *, now: datetime) -> None:
    """Enqueue the scheduled jobs that are due, each once for any number of workers."""
    for line in schedule:
        due = last_due(line, now)
        if insert_if_absent(session, ScheduledRun, name=line.name, due_at=due):
            payload = {"due_at": due.isoformat()}
            add_job(session, NewJob(kind=line.kind, payload=payload, now=now, queue=line.queue))


def record_heartbeat(session: Session, worker: str, *, now: datetime) -> None:
    """Record that a worker is alive."""
    if not insert_if_absent(session, WorkerHeartbeat, name=worker, seen_at=now):
        row = update(WorkerHeartbeat).where(WorkerHeartbeat.name == worker)
        session.execute(row.values(seen_at=now))


def delete_heartbeat(session: Session, worker: str) -> None:
    """Record that a worker has stopped normally."""
    session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.name == worker))


def purge_jobs(session: Session, *, before: datetime) -> None:
    """Delete jobs and scheduled runs that ended long ago."""
    ended = Job.state.in_((JobState.DONE, JobState.DISCARDED))
    session.execute(delete(Job).where(ended, Job.ended_at < before))
    session.execute(delete(ScheduledRun).where(ScheduledRun.due_at < before))
    session.execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.seen_at < before))
