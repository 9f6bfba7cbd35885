"""Regular work of enrolment, and what follows in batches."""

from learning.batches.jobs import BatchHandler
from learning.enrolment import (
    batch_decisions,
    batch_enrolment,
    cancelling,
    change_notices,
    waiting,
)
from learning.jobs.worker import Handler, Task

BATCHES: dict[str, BatchHandler] = {
    batch_enrolment.KIND: batch_enrolment.HANDLER,
    batch_decisions.KIND: batch_decisions.HANDLER,
    cancelling.KIND: cancelling.HANDLER,
}


def expire_offers(task: Task) -> None:
    """End the offers whose time is over, each in a transaction of its own, and offer them on."""
    with task.database.reading() as session:
        over = waiting.over(session, now=task.now)
    for offer_id in over:
        with task.database.transaction() as session:
            waiting.expire_one(session, offer_id, now=task.now)
        task.extend()


def fill_seats(task: Task) -> None:
    """Offer more of the seats that are free in an edition."""
    with task.database.transaction() as session:
        waiting.fill(session, task.payload["edition"], now=task.now)


HANDLERS: dict[str, Handler] = {
    "enrolment.expire-offers": expire_offers,
    waiting.FILL: fill_seats,
    change_notices.JOB: change_notices.write_notices,
}
