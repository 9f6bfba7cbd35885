"""Scheduled jobs of admissions, and batches of seat offers."""

from learning.admissions.commands import (
    bulk_decisions,
    edition_cancellation,
    edition_notices,
    waitlist,
)
from learning.batches.jobs import BatchHandler
from learning.jobs.worker import Handler, Task

BATCHES: dict[str, BatchHandler] = {
    bulk_decisions.KIND: bulk_decisions.HANDLER,
    edition_cancellation.CANCELLATION: edition_cancellation.HANDLER,
}


def expire_offers(task: Task) -> None:
    """End expired offers, each in a transaction of its own, and offer their seats to the next."""
    with task.database.read_transaction() as session:
        over = waitlist.expired_offers(session, now=task.now)
    for offer_id in over:
        with task.database.transaction() as session:
            waitlist.expire_offer(session, offer_id, now=task.now)
        task.extend()


def fill_seats(task: Task) -> None:
    """Offer more of the seats that are free in an edition."""
    with task.database.transaction() as session:
        waitlist.offer_free_seats(session, task.payload["edition"], now=task.now)


HANDLERS: dict[str, Handler] = {
    "admissions.expire-offers": expire_offers,
    waitlist.FILL_JOB: fill_seats,
    edition_notices.NOTICE_JOB: edition_notices.enqueue_notices,
}
