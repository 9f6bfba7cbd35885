"""The booking of bank statements: each entry once, whatever happens to the worker."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.rules.states import ApplicationState
from learning.batches.actions import RUN_JOB
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.fees.commands.matching import match_entry
from learning.fees.commands.statement_booking import start_booking
from learning.fees.queries.balances import invoices_of
from learning.fees.statement_models import BankStatement, EntryState, StatementState
from learning.fees.statement_problems import ImportProblem
from learning.jobs.actions import claim_next
from learning.jobs.worker import Task
from learning.kit.errors import RuleViolation
from learning.ledger.models import LedgerAccount, LedgerTransaction
from learning.ledger.queries import balance
from tests.bank_formats.camt_builder import OWN_IBAN, Ntry, Stmt, Tx
from tests.fees import scenes
from tests.fees.statement_scenes import booking_worker, entries, import_file, receipts, work
from tests.world import NOW, World


def book(session: Session, world: World, statement: BankStatement) -> BatchOperation:
    operation = start_booking(session, statement, by=world.staff[Role.FINANCE].id, now=NOW)
    session.commit()
    return operation


def bank(session: Session) -> int:
    session.expire_all()
    return balance(session, LedgerAccount.BANK, OWN_IBAN).minor


def test_booking_posts_each_entry_once_and_the_bank_is_the_closing_balance(
    database, session, world
) -> None:
    charge = Ntry(amount=-1_250, code="PMNT/MDOP/CHRG")
    (row,) = import_file(session, world, Stmt(entries=[*receipts(*range(1, 31)), charge]))
    book(session, world, row)
    work(booking_worker(database))
    found = entries(session, row)
    assert {each.state for each in found[:-1]} == {EntryState.UNMATCHED}
    assert found[-1].state is EntryState.MATCHED
    session.refresh(row)
    assert (row.state, row.booked_at) == (StatementState.BOOKED, NOW)
    assert bank(session) == row.closing.minor
    assert balance(session, LedgerAccount.BANK_CHARGES).minor == 1_250
    assert balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor == -sum(range(1, 31))
    assert balance(session, LedgerAccount.OPENING_BALANCE).minor == -100_000
    second = Stmt(statement_id="2", opening=row.closing.minor, entries=receipts(7))
    (following,) = import_file(session, world, second)
    book(session, world, following)
    work(booking_worker(database))
    assert bank(session) == following.closing.minor


def test_duplicates_are_not_booked_again(database, session, world) -> None:
    (first,) = import_file(session, world, Stmt(entries=receipts(100)))
    (second,) = import_file(session, world, Stmt(statement_id="2", entries=receipts(100, 200)))
    for row in (first, second):
        book(session, world, row)
        work(booking_worker(database))
    assert bank(session) == second.closing.minor == 100_300


def test_a_job_that_was_killed_and_runs_again_books_nothing_twice(database, session, world) -> None:
    """The worker died after its transaction was committed and before the job was ended."""
    (row,) = import_file(session, world, Stmt(entries=receipts(*range(1, 41))))
    book(session, world, row)
    worker = booking_worker(database)
    job = claim_next(session, "killed", now=NOW)
    session.commit()
    task = Task(id=job.id, payload=job.payload, database=database, now=NOW)
    handle = worker.handlers[RUN_JOB]
    handle(task)
    booked = session.scalar(select(func.count()).select_from(LedgerTransaction))
    assert 1 < booked < 41
    handle(task)
    assert session.scalar(select(func.count()).select_from(LedgerTransaction)) == booked
    work(worker)
    assert session.scalar(select(func.count()).select_from(LedgerTransaction)) == 41
    assert bank(session) == row.closing.minor


def test_a_transaction_ends_with_the_entry_that_was_matched(database, session, world) -> None:
    (row,) = import_file(session, world, Stmt(entries=receipts(*range(1, 13))))
    operation = book(session, world, row)

    def match(_session, entry, **_) -> None:
        entry.state = EntryState.MATCHED

    assert work(booking_worker(database, match)) == 12
    items = session.scalars(select(BatchItem.state).where(BatchItem.operation_id == operation.id))
    assert set(items) == {ItemState.DONE}
    assert bank(session) == row.closing.minor


def test_an_entry_that_a_rule_refuses_to_match_is_booked_and_unmatched(
    database, session, world
) -> None:
    (row,) = import_file(session, world, Stmt(entries=receipts(100)))
    book(session, world, row)

    def match(_session, entry, **_) -> None:
        entry.state = EntryState.MATCHED
        _session.flush()
        raise RuleViolation(ImportProblem.NOT_OPEN)

    work(booking_worker(database, match))
    assert [each.state for each in entries(session, row)] == [EntryState.UNMATCHED]
    assert bank(session) == row.closing.minor


def test_what_could_not_be_booked_is_booked_later(database, session, world) -> None:
    (row,) = import_file(session, world, Stmt(entries=receipts(100, 200, 300)))
    book(session, world, row)

    def fail(_session, entry, **_) -> None:
        if entry.amount.minor == 200:
            raise ValueError("bad")

    work(booking_worker(database, fail))
    session.refresh(row)
    assert row.state is StatementState.BOOKING
    assert [each.state for each in entries(session, row)] == ["unmatched", "new", "unmatched"]
    book(session, world, row)
    work(booking_worker(database))
    session.refresh(row)
    assert row.state is StatementState.BOOKED
    assert bank(session) == row.closing.minor


def test_statements_are_booked_in_their_order(session, world) -> None:
    import_file(session, world, Stmt(entries=receipts(100)))
    (second,) = import_file(session, world, Stmt(statement_id="2", opening=100_100))
    with pytest.raises(RuleViolation) as refused:
        book(session, world, second)
    assert refused.value.code is ImportProblem.EARLIER_NOT_BOOKED


def test_a_statement_without_entries_is_booked(database, session, world) -> None:
    (row,) = import_file(session, world, Stmt())
    book(session, world, row)
    work(booking_worker(database))
    session.refresh(row)
    assert row.state is StatementState.BOOKED
    assert bank(session) == 100_000


def test_a_statement_is_booked_by_one_operation_at_a_time(session, world) -> None:
    (row,) = import_file(session, world, Stmt(entries=receipts(100)))
    book(session, world, row)
    with pytest.raises(RuleViolation) as refused:
        book(session, world, row)
    assert refused.value.code is ImportProblem.NOT_OPEN


def test_an_import_takes_few_statements_for_ten_thousand_entries(
    database, session, world, queries
) -> None:
    (row,) = import_file(session, world, Stmt(entries=receipts(*range(1, 10_001))))
    session.commit()
    queries.clear()
    many = receipts(*range(1, 10_001), text="new")
    made = Stmt(statement_id="2", opening=row.closing.minor, entries=many)
    import_file(session, world, made)
    assert len(queries) <= 40  # one for each 500 keys
    session.commit()
    start_booking(session, row, by=world.staff[Role.FINANCE].id, now=NOW)
    session.commit()
    queries.clear()
    booking_worker(database).step()
    assert len(queries) <= 150, "one transaction books ten entries at first, never all of them"


def test_a_statement_pays_invoices_and_enrols_with_the_application_as_it_is_wired(
    database, session, world
) -> None:
    """With the matcher of the application: two places paid by number, one transfer unknown."""
    places = [scenes.accepted(session, world) for _ in range(2)]
    accounts = [scenes.the_account(session, each) for each in places]
    for account in accounts:
        if not invoices_of(session, [account.id]):
            scenes.an_invoice(session, account, number=f"INV-2026-{account.id + 500:06}")
    issued = invoices_of(session, [account.id for account in accounts])
    lines = [
        Ntry(amount=each.invoice.total.minor, details=[Tx(lines=[each.invoice.number])])
        for each in issued
    ]
    (row,) = import_file(session, world, Stmt(entries=[lines[0], *receipts(7), lines[1]]))
    book(session, world, row)
    work(booking_worker(database, match_entry))
    states = [each.state for each in entries(session, row)]
    assert states == [EntryState.MATCHED, EntryState.UNMATCHED, EntryState.MATCHED]
    for place in places:
        session.refresh(place)
    assert {place.state for place in places} == {ApplicationState.ENROLLED}
    assert bank(session) == row.closing.minor
    assert balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor == -7
