"""Reads of jobs."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from learning.jobs.models import Job, JobState, ScheduledRun, WorkerHeartbeat
from learning.jobs.rules import ALL_QUEUES, Priority, Queue, ScheduledJob, last_due

PAGE_SIZE = 50


def is_ready(now: datetime) -> ColumnElement[bool]:
    """Whether a job may be taken: its time has come, or its worker was lost."""
    waiting = and_(Job.state == JobState.WAITING, Job.due_at <= now)
    return or_(waiting, is_lost(now))


def is_lost(now: datetime) -> ColumnElement[bool]:
    """Whether a job's lease ended before the job did."""
    return and_(Job.state == JobState.RUNNING, Job.lease_until < now)


def next_id(
    *, now: datetime, queues: Collection[Queue], excluded: Collection[int] = (), lock: bool = False
) -> ColumnElement[int | None]:
    """Return the expression for the id of the next waiting job; NULL where none is due.

    Each priority is asked for by itself, the more urgent first: whatever waits behind or is due
    later, one entry of the index `ix_jobs_next` is read. With `lock` a job that somebody else is
    taking is passed over.
    """
    due = select(Job.id).where(Job.state == JobState.WAITING, Job.due_at <= now)
    due = due.where(Job.queue == queue if (queue := only(queues)) else Job.queue.in_(queues))
    due = due.where(Job.id.not_in(excluded)).order_by(Job.due_at, Job.id).limit(1)
    if lock:
        due = due.with_for_update(skip_locked=True)
    each = [due.where(Job.priority == priority).scalar_subquery() for priority in sorted(Priority)]
    return func.coalesce(*each)


def only(queues: Collection[Queue]) -> Queue | None:
    """Return the one queue that there is, None if there are several."""
    return next(iter(queues)) if len(queues) == 1 else None


def has_ready(session: Session, *, now: datetime, queues: Collection[Queue] = ALL_QUEUES) -> bool:
    """Whether there is a job to take, of whatever priority, or one whose worker was lost."""
    lost = exists().where(is_lost(now), Job.queue.in_(queues))
    return bool(session.scalar(select(or_(next_id(now=now, queues=queues).is_not(None), lost))))


def has_due(session: Session, schedule: Iterable[ScheduledJob], *, now: datetime) -> bool:
    """Return whether a run of the schedule has not been enqueued yet."""
    newest = select(ScheduledRun.name, func.max(ScheduledRun.due_at)).group_by(ScheduledRun.name)
    latest = dict(session.execute(newest).all())
    return any(latest.get(line.name) != last_due(line, now) for line in schedule)


def counts(session: Session) -> dict[JobState, int]:
    """Return the number of jobs by state."""
    rows = session.execute(select(Job.state, func.count()).group_by(Job.state))
    return dict.fromkeys(JobState, 0) | dict(rows.all())


def latest_in_state(session: Session, state: JobState) -> Sequence[Job]:
    """Return the latest jobs in a state."""
    rows = select(Job).where(Job.state == state).order_by(Job.id.desc()).limit(PAGE_SIZE)
    return session.scalars(rows).all()


def retried(session: Session) -> Sequence[Job]:
    """Return the jobs that failed and wait for another attempt, the next one first."""
    again = select(Job).where(Job.state == JobState.WAITING, Job.attempts > 0)
    return session.scalars(again.order_by(Job.due_at, Job.id).limit(PAGE_SIZE)).all()


def waiting_by_kind(session: Session) -> dict[str, int]:
    """Return how many jobs of each kind wait, the most first."""
    number = func.count()
    rows = select(Job.kind, number).where(Job.state == JobState.WAITING).group_by(Job.kind)
    return dict(session.execute(rows.order_by(number.desc(), Job.kind)).all())


def job(session: Session, job_id: int) -> Job | None:
    return session.get(Job, job_id, with_for_update=True)


def max_wait(session: Session, *, now: datetime) -> timedelta:
    """Return for how long the oldest due job has been waiting."""
    due = session.scalar(select(func.min(Job.due_at)).where(is_ready(now)))
    return now - due if due else timedelta(0)


def last_heartbeat(session: Session, *, now: datetime) -> datetime | None:
    """Return when a worker was last active: now, if one has claimed a job; None for never."""
    in_hand = select(Job.id).where(Job.state == JobState.RUNNING, Job.lease_until > now).limit(1)
    if session.scalar(in_hand) is not None:
        return now
    return session.scalar(select(func.max(WorkerHeartbeat.seen_at)))
