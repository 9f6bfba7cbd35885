"""Tables of jobs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from learning.jobs.rules import Priority, Queue
from learning.kit.database import Base


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"  # by a worker, until its lease ends
    DONE = "done"
    DEAD = "dead"  # failed for good; staff have to look
    DISCARDED = "discarded"  # staff have looked, and it is not needed


class Job(Base):
    """One job. `payload` is JSON; `unique_key` is unique among all jobs.

    `lease_until` is counted from the start of the job.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_due_at", "state", "due_at"),
        Index("ix_jobs_next", "state", "queue", "priority", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    payload: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    unique_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(default="")
    queue: Mapped[Queue] = mapped_column(default=Queue.DEFAULT, server_default=Queue.DEFAULT)
    priority: Mapped[int] = mapped_column(
        default=Priority.NORMAL, server_default=str(int(Priority.NORMAL))
    )


class WorkerHeartbeat(Base):
    """A running worker, and when it last reported."""

    __tablename__ = "worker_heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class ScheduledRun(Base):
    """A run of a scheduled job that was enqueued; the key makes it happen once."""

    __tablename__ = "scheduled_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
