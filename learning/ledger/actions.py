"""Posting transactions to the ledger, and reversing them.

A transaction is written whole, in the database transaction of what it is about: inserted open,
given its entries, sealed. Triggers refuse the rest (docs/ledger.md). The ledger is a trail of its
own: callers who `record` a change in the audit trail do it after the posting.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learning.kit.database import bulk_insert
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from learning.ledger.rules import check_entries, opposite


@dataclass(frozen=True)
class Entry:
    """One entry of a posting: a debit is positive, a credit negative."""

    account: LedgerAccount
    amount: Money
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Posting:
    """What is posted: `key` makes it unique (“invoice 12”), `kind` says why, `subject` for what.

    `occurred_on` is the day that counts for the books, in the centre's zone; `by` the id of the
    person who acts, None for the system; `now` in UTC.
    """

    key: str
    kind: str
    subject: str
    occurred_on: date
    entries: Sequence[Entry]
    by: int | None
    now: datetime
    edition_id: int | None = None


def post(session: Session, posting: Posting) -> LedgerTransaction:
    """Post a transaction; with a key that is posted already, return that one and write nothing.

    Raise ValueError if the entries do not balance, or if the key was posted with other entries.
    """
    return _post(session, posting, reverses_id=None)


def reverse(
    session: Session,
    transaction: LedgerTransaction,
    *,
    occurred_on: date,
    by: int | None,
    now: datetime,
) -> LedgerTransaction:
    """Post the opposite of a transaction, on a day of its own, with the same kind and subject.

    A transaction is reversed once; a second time returns the first reversal.
    """
    posting = Posting(
        key=f"reversal of {transaction.key}",
        kind=transaction.kind,
        subject=transaction.subject,
        occurred_on=occurred_on,
        entries=[
            Entry(each.account, opposite(each.amount), each.reference)
            for each in _entries(session, transaction.id)
        ],
        by=by,
        now=now,
        edition_id=transaction.edition_id,
    )
    return _post(session, posting, reverses_id=transaction.id)


def _post(session: Session, posting: Posting, *, reverses_id: int | None) -> LedgerTransaction:
    check_entries([entry.amount for entry in posting.entries])
    session.flush()  # what it refers to
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(LedgerTransaction).values(
        key=posting.key,
        kind=posting.kind,
        subject=posting.subject,
        occurred_on=posting.occurred_on,
        recorded_at=posting.now,
        recorded_by_id=posting.by,
        edition_id=posting.edition_id,
        reverses_id=reverses_id,
        sealed=False,
    )
    statement = new.on_conflict_do_nothing(index_elements=["key"]).returning(LedgerTransaction)
    transaction: LedgerTransaction | None = session.scalars(statement).one_or_none()
    if transaction is None:  # posted before, or by somebody else just now
        return _posted(session, posting)
    rows = [
        LedgerEntry(
            transaction_id=transaction.id,
            account=entry.account,
            amount=entry.amount,
            reference=entry.reference,
        )
        for entry in posting.entries
    ]
    bulk_insert(session, rows)
    own = LedgerTransaction.id == transaction.id
    session.execute(update(LedgerTransaction).where(own).values(sealed=True))
    return transaction


def _posted(session: Session, posting: Posting) -> LedgerTransaction:
    """Return the transaction that has this key already."""
    own = LedgerTransaction.key == posting.key
    transaction = session.scalars(select(LedgerTransaction).where(own)).one()
    entries = _entries(session, transaction.id)
    if sorted(entries, key=repr) != sorted(posting.entries, key=repr):
        raise ValueError(f"{posting.key} was posted with other entries")
    return transaction


def _entries(session: Session, transaction_id: int) -> list[Entry]:
    rows = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.transaction_id == transaction_id)
        .order_by(LedgerEntry.id)
    )
    return [Entry(row.account, row.amount, row.reference) for row in rows]
