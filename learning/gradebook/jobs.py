"""Counting a cohort again: each person in a transaction of their own, some people a job."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import UNENROLLED
from learning.gradebook import completions
from learning.gradebook.sources import GradebookSources
from learning.jobs.actions import NewJob, add_unless_waiting
from learning.jobs.rules import Priority, Queue
from learning.jobs.worker import Handler, Task

RECOMPUTE_JOB, RECOMPUTE_ALL_JOB = "gradebook.recompute", "gradebook.recompute-all"
PEOPLE_PER_JOB = 50


def enqueue_recomputation(session: Session, edition_id: int, *, now: datetime) -> None:
    """Leave the cohort of an edition to jobs, unless the first of them waits already."""
    add_unless_waiting(session, [_job({"edition": edition_id, "after": 0}, now)])


def _job(payload: Mapping[str, Any], now: datetime) -> NewJob:
    return NewJob(
        kind=RECOMPUTE_JOB, payload=payload, now=now, queue=Queue.SLOW, priority=Priority.LOW
    )


def recompute_all(task: Task) -> None:
    """Count every running edition again: a package may have changed a result without saying so."""
    running = select(Edition.id).where(Edition.status == EditionStatus.RUNNING)
    with task.database.transaction() as session:
        for edition_id in session.scalars(running.order_by(Edition.id)).all():
            enqueue_recomputation(session, edition_id, now=task.now)


def recompute(sources: GradebookSources, task: Task) -> None:
    """Count some people again, one at a time, and leave the others to the next job.

    Nobody waits longer than for one person. A second attempt finds the same, and changes nothing.
    """
    edition_id, after = task.payload["edition"], task.payload["after"]
    with task.database.read_transaction() as session:
        ids = _following(session, edition_id, after)
    for enrolment_id in ids:
        with task.database.transaction() as session:
            edition = session.get_one(Edition, edition_id)
            cohort = completions.lock_cohort(session, edition, [enrolment_id])
            completions.recompute(session, sources, cohort, now=task.now)
        task.extend()
    if len(ids) == PEOPLE_PER_JOB:
        with task.database.transaction() as session:
            following = _job({"edition": edition_id, "after": ids[-1]}, task.now)
            add_unless_waiting(session, [following])


def _following(session: Session, edition_id: int, after: int) -> Sequence[int]:
    people = select(Enrolment.id).where(
        Enrolment.edition_id == edition_id,
        Enrolment.status.not_in(UNENROLLED),
        Enrolment.id > after,
    )
    return session.scalars(people.order_by(Enrolment.id).limit(PEOPLE_PER_JOB)).all()


def handlers(sources: GradebookSources) -> dict[str, Handler]:
    return {
        RECOMPUTE_JOB: partial(recompute, sources),
        RECOMPUTE_ALL_JOB: recompute_all,
    }
