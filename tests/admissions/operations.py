"""Carrying out what was started on many people, as a worker would."""

from datetime import timedelta

from learning.admissions.commands.bulk_decisions import UNDO_PERIOD
from learning.admissions.jobs import HANDLERS
from learning.batches.actions import RUN_JOB
from learning.batches.jobs import make_handler
from learning.jobs.rules import Queue
from learning.jobs.worker import Handler, Worker
from learning.kit.database import Database
from learning.kit.time import now
from learning.tutors import jobs as tutor_jobs
from learning.wiring import BATCH_HANDLERS


def run_operations(database: Database) -> int:
    """Do every job of operations, of admissions and of tutors, those that wait for the others, too.

    Return how many.
    """
    handlers = {RUN_JOB: make_handler(BATCH_HANDLERS)} | HANDLERS | tutor_jobs.HANDLERS
    queues = frozenset({Queue.SLOW})  # letters stay in the outbox
    return sum(_run(database, handlers, queues, number * UNDO_PERIOD) for number in (1, 2))


def _run(
    database: Database, handlers: dict[str, Handler], queues: frozenset[Queue], later: timedelta
) -> int:
    """Do every job that is due some time later; return how many."""
    worker = Worker(
        database=database,
        handlers=handlers,
        queues=queues,
        clock=lambda: now() + later,
        name="many",
    )
    done = 0
    while step := worker.step():
        done += step
    return done
