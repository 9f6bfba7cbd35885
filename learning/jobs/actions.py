"""Writing jobs down, taking them, ending them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from learning.jobs.models import Job, JobState, RegularRun
from learning.jobs.rules import LEASE, Regular, last_due
from learning.kit.once import insert_new

NOTHING = "{}"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A job in the hands of a worker."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    worker: str


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    *,
    due_at: datetime,
    once: str | None = None,
) -> bool:
    """Write a job down in this transaction; with a `once` key that is taken, do nothing.

    Return whether it was written. `due_at` is now for work that need not wait.
    """
    return insert_new(
        session,
        Job,
        kind=kind,
        payload=json.dumps(payload),
        made_at=due_at,
        due_at=due_at,
        once=once,
        state=JobState.WAITING,
        attempts=0,
        worker="",
        error="",
    )


def is_ready(now: datetime) -> ColumnElement[bool]:
    """Whether a job may be taken: its time has come, or its worker was lost."""
    waiting = and_(Job.state == JobState.WAITING, Job.due_at <= now)
    lost = and_(Job.state == JobState.TAKEN, Job.lease_until < now)
    return or_(waiting, lost)


def take(
    session: Session, worker: str, *, now: datetime, at_most: int, lease: timedelta = LEASE
) -> Sequence[Taken]:
    """Take up to so many jobs under a lease; two workers never take the same one."""
    ready = (
        select(Job.id)
        .where(is_ready(now))
        .order_by(Job.due_at, Job.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
        .cte("ready")
    )
    taken = (
        update(Job)
        .where(Job.id.in_(select(ready.c.id)))
        .values(
            state=JobState.TAKEN, worker=worker, lease_until=now + lease, attempts=Job.attempts + 1
        )
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    rows = sorted(session.execute(taken).all())
    return [
        Taken(id=id_, kind=kind, payload=json.loads(payload), attempts=attempts, worker=worker)
        for id_, kind, payload, attempts in rows
    ]


def finish(session: Session, job: Taken, *, now: datetime) -> bool:
    """End a job that went well, and forget what it carried; False if the lease was lost."""
    return _end(session, job, state=JobState.DONE, ended_at=now, payload=NOTHING, error="")


def put_back(session: Session, job: Taken, *, due_at: datetime, error: str) -> bool:
    """Let a job that failed wait for its next attempt; False if the lease was lost."""
    return _end(session, job, state=JobState.WAITING, due_at=due_at, error=error)


def give_up(session: Session, job: Taken, *, now: datetime, error: str) -> bool:
    """Leave a job to people; False if the lease was lost."""
    return _end(session, job, state=JobState.DEAD, ended_at=now, error=error)


def _end(session: Session, job: Taken, **values: object) -> bool:
    mine = Job.id == job.id, Job.worker == job.worker, Job.state == JobState.TAKEN
    ended = update(Job).where(*mine, Job.attempts == job.attempts)
    return session.scalar(ended.values(lease_until=None, **values).returning(Job.id)) is not None


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
            enqueue(session, line.kind, {"due_at": due.isoformat()}, due_at=now)


def sweep(session: Session, *, before: datetime) -> None:
    """Forget jobs that ended, and lines of the timetable that were carried out, long ago."""
    ended = Job.state.in_((JobState.DONE, JobState.DISCARDED))
    session.execute(delete(Job).where(ended, Job.ended_at < before))
    session.execute(delete(RegularRun).where(RegularRun.due_at < before))
