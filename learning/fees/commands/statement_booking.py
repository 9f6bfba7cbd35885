"""Booking a statement: a job posts its entries and matches them, in small transactions.

An entry that was matched ends its transaction, because what it pays was locked and recorded; the
next one begins with locks of its own (docs/architecture.md, lock order).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.batches.queries import operations, params_of, payload_of
from learning.fees.commands.matching import match_entry
from learning.fees.queries.statements import new_entry_ids, previous_statement
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState
from learning.fees.statement_problems import ImportProblem
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.ledger.actions import Entry, Posting, post
from learning.ledger.models import LedgerAccount
from learning.ledger.rules import opposite

KIND = "fees.book-statement"
ENTRY_KIND, CHARGE_KIND, OPENING_KIND = "bank_entry", "bank_charge", "opening_balance"


class Matcher(Protocol):
    """Finds what a booked entry is for; what it finds, it records, and sets the entry's state."""

    def __call__(self, session: Session, entry: BankEntry, /, *, now: datetime) -> None: ...


def leave_unmatched(_session: Session, _entry: BankEntry, /, *, now: datetime) -> None:
    """Leave an entry for a person to match."""


def scope_of(statement: BankStatement) -> str:
    """Return the `scope` of the operations that book a statement."""
    return f"bank statement {statement.id}"


def start_booking(
    session: Session, statement: BankStatement, *, by: int, now: datetime
) -> BatchOperation:
    """Start to book a statement: each of its entries that is not booked yet.

    The first statement of an account posts its opening balance. Raise RuleViolation if it is put
    aside, booked or being booked, or if the one before it is not booked.
    """
    session.refresh(statement, with_for_update=True)
    if not is_bookable(session, statement):
        raise RuleViolation(ImportProblem.NOT_OPEN)
    previous = previous_statement(session, statement)
    if previous is not None and previous.state is not StatementState.BOOKED:
        raise RuleViolation(ImportProblem.EARLIER_NOT_BOOKED)
    if previous is None:
        _post_opening(session, statement, by=by, now=now)
    statement.state = StatementState.BOOKING
    statement.version += 1
    session.flush()
    new = NewOperation(
        kind=KIND,
        label=N_("Book a bank statement"),
        scope=scope_of(statement),
        params={"statement": statement.id},
        by=by,
    )
    items = [
        NewItem(label=str(position), payload={"entry": entry_id})
        for entry_id, position in new_entry_ids(session, statement.id)
    ]
    return batches.start_operation(session, new, items, now=now)


def is_bookable(session: Session, statement: BankStatement) -> bool:
    """Whether a statement was not booked, or some of its entries were left out."""
    if statement.state is StatementState.BOOKING:
        latest = operations(session, scope_of(statement))
        return all(each.state != OperationState.RUNNING for each in latest)
    return statement.state is StatementState.READ


def _post_opening(session: Session, statement: BankStatement, *, by: int, now: datetime) -> None:
    if not statement.opening.minor:
        return
    posting = Posting(
        key=f"bank-opening {statement.iban}",
        kind=OPENING_KIND,
        subject=scope_of(statement),
        occurred_on=statement.from_on,
        entries=[
            Entry(LedgerAccount.BANK, statement.opening, statement.iban),
            Entry(LedgerAccount.OPENING_BALANCE, opposite(statement.opening)),
        ],
        by=by,
        now=now,
    )
    post(session, posting)


def _book_some(
    match: Matcher,
    session: Session,
    operation: BatchOperation,
    items: Sequence[BatchItem],
    now: datetime,
) -> None:
    """Book entries until one is matched; each once, whatever became of an earlier attempt."""
    statement = _lock_statement(session, operation)
    by_id = _lock_entries(session, [payload_of(item)["entry"] for item in items])
    for item in items:
        entry = by_id[payload_of(item)["entry"]]
        if entry.state is not EntryState.NEW:
            finish_item(item, ItemState.SKIPPED, now=now)
            continue
        book_entry(session, statement, entry, by=operation.started_by, now=now)
        is_matched = not entry.is_charge and _is_matched(session, entry, match, now=now)
        finish_item(item, ItemState.DONE, now=now)
        if is_matched:
            break


def _lock_statement(session: Session, operation: BatchOperation) -> BankStatement:
    statement_id = params_of(operation)["statement"]
    return session.get_one(BankStatement, statement_id, with_for_update=True)


def _lock_entries(session: Session, ids: Sequence[int]) -> dict[int, BankEntry]:
    query = select(BankEntry).where(BankEntry.id.in_(ids)).order_by(BankEntry.id)
    return {entry.id: entry for entry in session.scalars(query.with_for_update())}


def book_entry(
    session: Session, statement: BankStatement, entry: BankEntry, *, by: int | None, now: datetime
) -> None:
    """Post an entry to the bank; what the bank takes for itself is posted as charges at once."""
    posting = Posting(
        key=f"bank-entry {entry.id}",
        kind=ENTRY_KIND,
        subject=f"bank entry {entry.id}",
        occurred_on=entry.booked_on,
        entries=[
            Entry(LedgerAccount.BANK, entry.amount, statement.iban),
            Entry(LedgerAccount.UNMATCHED_RECEIPTS, opposite(entry.amount)),
        ],
        by=by,
        now=now,
    )
    post(session, posting)
    entry.state = EntryState.UNMATCHED
    if entry.is_charge:
        charges = [
            Entry(LedgerAccount.UNMATCHED_RECEIPTS, entry.amount),
            Entry(LedgerAccount.BANK_CHARGES, opposite(entry.amount)),
        ]
        key = f"bank-charge {entry.id}"
        post(session, replace(posting, key=key, kind=CHARGE_KIND, entries=charges))
        entry.state = EntryState.MATCHED
    entry.version += 1
    session.flush()


def _is_matched(session: Session, entry: BankEntry, match: Matcher, *, now: datetime) -> bool:
    """Match an entry, and return whether it is; one that a rule refuses stays unmatched."""
    try:
        with session.begin_nested():
            match(session, entry, now=now)
    except RuleViolation:
        session.refresh(entry)
    return entry.state is not EntryState.UNMATCHED


def _finish(session: Session, operation: BatchOperation, now: datetime) -> None:
    """Close the statement once all of its entries are booked."""
    statement = _lock_statement(session, operation)
    if new_entry_ids(session, statement.id):
        return
    statement.state, statement.booked_at = StatementState.BOOKED, now
    statement.version += 1
    session.flush()
    record(session, "statement booked", scope_of(statement), by=operation.started_by, now=now)


def batch_handlers(match: Matcher = leave_unmatched) -> dict[str, BatchHandler]:
    """Return the handler that books statements and matches their entries."""
    return {KIND: BatchHandler(process_items=partial(_book_some, match), on_finish=_finish)}


BATCHES = batch_handlers(match_entry)
