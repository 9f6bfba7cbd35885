"""Carrying out what was started on many people, as a worker would."""

from learning.batches.actions import RUN
from learning.batches.jobs import run
from learning.enrolment.jobs import BATCHES, HANDLERS
from learning.jobs.rules import Queue
from learning.jobs.worker import Worker
from learning.kit.db import Database
from learning.kit.time import now


def run_operations(database: Database) -> int:
    """Do every job of operations and of enrolment; return how many."""
    handlers = {RUN: run(BATCHES)} | HANDLERS
    queues = frozenset({Queue.SLOW})  # letters stay in the outbox
    worker = Worker(database=database, handlers=handlers, queues=queues, clock=now, name="many")
    done = 0
    while step := worker.step():
        done += step
    return done
