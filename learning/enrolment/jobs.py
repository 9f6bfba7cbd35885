"""Regular work of enrolment."""

from learning.enrolment import change_notices, waiting
from learning.jobs.worker import Handler, Task


def expire_offers(task: Task) -> None:
    """End the offers whose time is over; their seats go to the next on the list."""
    with task.database.transaction() as session:
        waiting.expire(session, now=task.now)


HANDLERS: dict[str, Handler] = {
    "enrolment.expire-offers": expire_offers,
    change_notices.JOB: change_notices.write_notices,
}
