"""Reads of jobs."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.jobs.actions import ALL_QUEUES, is_ready
from learning.jobs.models import Job, JobState, RegularRun, WorkerSeen
from learning.jobs.rules import Queue, Regular, last_due

PAGE = 50


def anything_ready(
    session: Session, *, now: datetime, queues: Collection[Queue] = ALL_QUEUES
) -> bool:
    ready = select(Job.id).where(is_ready(now), Job.queue.in_(sorted(queues)))
    return session.scalar(ready.limit(1)) is not None


def anything_due(session: Session, timetable: Iterable[Regular], *, now: datetime) -> bool:
    """Whether a line of the timetable has not been turned into a job yet."""
    newest = select(RegularRun.name, func.max(RegularRun.due_at)).group_by(RegularRun.name)
    latest = dict(session.execute(newest).all())
    return any(latest.get(line.name) != last_due(line, now) for line in timetable)


def counts(session: Session) -> dict[JobState, int]:
    """Return how many jobs are in each state."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return dict.fromkeys(JobState, 0) | dict(rows.all())


def in_state(session: Session, state: JobState) -> Sequence[Job]:
    """Return the latest jobs in a state."""
    rows = select(Job).where(Job.state == state).order_by(Job.id.desc()).limit(PAGE)
    return session.scalars(rows).all()


def job(session: Session, job_id: int) -> Job | None:
    return session.get(Job, job_id, with_for_update=True)


def oldest_wait(session: Session, *, now: datetime) -> timedelta:
    """Return for how long the oldest job that could be done has been waiting."""
    due = session.scalar(select(func.min(Job.due_at)).where(is_ready(now)))
    return now - due if due else timedelta(0)


def last_sign_of_life(session: Session, *, now: datetime) -> datetime | None:
    """Return when a worker was last seen: now, if one has a job in hand; None for never."""
    in_hand = select(Job.id).where(Job.state == JobState.TAKEN, Job.lease_until > now).limit(1)
    if session.scalar(in_hand) is not None:
        return now
    return session.scalar(select(func.max(WorkerSeen.seen_at)))
