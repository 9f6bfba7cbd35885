"""Tables of jobs."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from learning.jobs.rules import Priority, Queue
from learning.kit.db import Base


class JobState(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"  # by a worker, until its lease ends
    DONE = "done"
    DEAD = "dead"  # given up; somebody has to look
    DISCARDED = "discarded"  # somebody looked, and it is not needed


class Job(Base):
    """One piece of work. `payload` is JSON; two jobs never share a `once` key.

    `lease_until` is counted from the job's own start.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_due_at", "state", "due_at"),
        Index("ix_jobs_next", "state", "queue", "priority", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    payload: Mapped[str]
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    once: Mapped[str | None] = mapped_column(default=None, unique=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(default="")
    queue: Mapped[str] = mapped_column(default=Queue.DEFAULT, server_default=Queue.DEFAULT)
    priority: Mapped[int] = mapped_column(
        default=Priority.NORMAL, server_default=str(int(Priority.NORMAL))
    )


class WorkerSeen(Base):
    """A worker that runs, and when it last said so."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


class RegularRun(Base):
    """A line of the timetable that has been turned into a job; the key lets it happen once."""

    __tablename__ = "regular_runs"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
