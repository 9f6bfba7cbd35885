"""The job of each attempt: at its end it is submitted with what is saved."""

from sqlalchemy import select

from learning.jobs.worker import Handler, RetryLater, Task
from learning.quizzes import actions
from learning.quizzes.models import AttemptEnd, QuizAttempt


def close_attempt(task: Task) -> None:
    """End an attempt whose time is up; one that was submitted, or is gone, stays as it is."""
    attempt_id = task.payload["attempt"]
    with task.database.transaction() as session:
        enrolment_id = session.scalar(
            select(QuizAttempt.enrolment_id).where(QuizAttempt.id == attempt_id)
        )
        if enrolment_id is None:
            return
        actions.lock_enrolment(session, enrolment_id)
        row = session.get_one(QuizAttempt, attempt_id, with_for_update=True)
        if row.ended_at is None and task.now < row.accepted_until:  # it has got more time since
            raise RetryLater("the attempt has not ended yet", row.accepted_until - task.now)
        actions.end_attempt(session, row, AttemptEnd.TIME_UP, now=task.now)


def handlers() -> dict[str, Handler]:
    return {actions.CLOSE_JOB: close_attempt}
