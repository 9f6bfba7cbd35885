"""Builders for tests of bank statements: files read and stored, and a worker that books."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.bank_formats.camt import read_statements
from learning.batches.actions import RUN_JOB
from learning.batches.jobs import make_handler
from learning.fees.commands.statement_booking import Matcher, batch_handlers, leave_unmatched
from learning.fees.commands.statements import StatementFile, import_statements
from learning.fees.statement_models import BankEntry, BankStatement
from learning.jobs.rules import Queue
from learning.jobs.worker import Worker
from learning.kit.database import Database
from tests.bank_formats.camt_builder import Ntry, Stmt, Tx, camt
from tests.fees.scenes import the_centre
from tests.world import NOW, World


def receipts(*amounts: int, text: str = "fee") -> list[Ntry]:
    return [Ntry(amount=each, details=[Tx(lines=[text])]) for each in amounts]


def import_file(session: Session, world: World, *statements: Stmt) -> list[BankStatement]:
    """Import a file with statements, as finance does."""
    the_centre(session)
    data = camt(*statements)
    finance = world.staff[Role.FINANCE]
    file = StatementFile(
        name="statement.xml", sha256=sha256(data).hexdigest(), by=finance.id, now=NOW
    )
    return import_statements(session, read_statements(data), file)


def entries(session: Session, statement: BankStatement) -> Sequence[BankEntry]:
    session.expire_all()
    query = select(BankEntry).where(BankEntry.statement_id == statement.id)
    return session.scalars(query.order_by(BankEntry.position)).all()


def booking_worker(
    database: Database,
    match: Matcher = leave_unmatched,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Worker:
    return Worker(
        database=database,
        handlers={RUN_JOB: make_handler(batch_handlers(match))},
        queues=frozenset({Queue.SLOW}),
        clock=clock,
        name="books",
    )


def work(worker: Worker) -> int:
    """Let a worker do all there is; return the number of its jobs."""
    done = 0
    while step := worker.step():
        done += step
    return done
