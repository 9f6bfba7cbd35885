"""The jobs that assign tutors to the participants of an edition, some at a time."""

from learning.jobs.worker import Handler, Task
from learning.tutors.actions import (
    ASSIGN_ALL_JOB,
    ASSIGN_JOB,
    assign_tutors,
    enqueue_all_assignments,
    enqueue_assignments,
)


def assign(task: Task) -> None:
    """Assign tutors to some participants, and leave the others to the next job.

    A second attempt finds those that are left, and changes nobody's tutor twice.
    """
    edition_id, by = task.payload["edition"], task.payload.get("by")
    with task.database.transaction() as session:
        if assign_tutors(session, edition_id, by=by, now=task.now):
            enqueue_assignments(session, [edition_id], by=by, now=task.now)


def assign_all(task: Task) -> None:
    """Leave each edition that is open or running to a job of its own."""
    with task.database.transaction() as session:
        enqueue_all_assignments(session, now=task.now)


HANDLERS: dict[str, Handler] = {ASSIGN_JOB: assign, ASSIGN_ALL_JOB: assign_all}
