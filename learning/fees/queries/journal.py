"""The journal: the transactions of the ledger by month, and what they are about in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from learning.fees.invoice_models import Invoice
from learning.fees.payment_models import Payment
from learning.fees.refund_models import Refund
from learning.fees.statement_models import BankEntry, BankStatement
from learning.ledger.models import LedgerEntry, LedgerTransaction

PAGE_SIZE = 50
YEARS = range(2000, 2100)  # of the months that addresses may name


@dataclass(frozen=True, kw_only=True)
class JournalTransaction:
    """A transaction with its entries, debits first as they were posted."""

    transaction: LedgerTransaction
    entries: Sequence[LedgerEntry]


@dataclass(frozen=True, kw_only=True)
class Month:
    """A calendar month: of the days on which transactions occurred."""

    first: date

    @property
    def following(self) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month, 12)
        return Month(first=date(year, month + 1, 1))

    @property
    def previous(self) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month - 2, 12)
        return Month(first=date(year, month + 1, 1))

    @property
    def key(self) -> str:
        """The month in addresses: “2026-11”."""
        return f"{self.first:%Y-%m}"


def month_of(key: str, today: date) -> Month:
    """Return the month of a key such as “2026-11”, this month for any other text."""
    try:
        first = date.fromisoformat(f"{key}-01")
    except ValueError:
        first = today.replace(day=1)
    return Month(first=first if first.year in YEARS else today.replace(day=1))


def journal_page(session: Session, month: Month, *, start: int) -> list[JournalTransaction]:
    """Return a page of a month, the latest day first, in two statements."""
    latest = _in(month).order_by(LedgerTransaction.occurred_on.desc(), LedgerTransaction.id.desc())
    return _with_entries(session, session.scalars(latest.offset(start).limit(PAGE_SIZE)).all())


def whole_journal(session: Session, month: Month) -> list[JournalTransaction]:
    """Return all transactions of a month, the earliest first, in two statements."""
    earliest = _in(month).order_by(LedgerTransaction.occurred_on, LedgerTransaction.id)
    transactions = session.scalars(earliest).all()
    entries = (
        select(LedgerEntry)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(*_conditions(month))
    )
    return _grouped(session, transactions, entries)


def count_transactions(session: Session, month: Month) -> int:
    counted = select(func.count()).select_from(LedgerTransaction).where(*_conditions(month))
    return session.scalar(counted) or 0


def documents_of(session: Session, subjects: Iterable[str]) -> Mapping[str, str]:
    """Return what transactions are about by subject: the number of an invoice, a payer’s name.

    At most one statement for each kind of subject; what is unknown is missing.
    """
    by_kind: dict[str, set[int]] = {}
    for subject in subjects:
        kind, _, number = subject.rpartition(" ")
        if number.isascii() and number.isdigit():
            by_kind.setdefault(kind, set()).add(int(number))
    found: dict[str, str] = {}
    for kind, query in _document_queries().items():
        if ids := by_kind.get(kind):
            column = query.selected_columns[0]
            found |= {
                f"{kind} {row_id}": text
                for row_id, text in session.execute(query.where(column.in_(ids)))
            }
    return found


def _document_queries() -> Mapping[str, Select[int, str]]:
    return {
        "invoice": select(Invoice.id, Invoice.number),
        "payment": select(Payment.id, Payment.payer_name),
        "refund": select(Refund.id, Refund.number),
        "bank entry": select(BankEntry.id, BankEntry.counterparty),
        "bank statement": select(BankStatement.id, BankStatement.statement_id),
        "statement": select(BankStatement.id, BankStatement.statement_id),
    }


def _conditions(month: Month) -> list[ColumnElement[bool]]:
    return [
        LedgerTransaction.sealed.is_(true()),
        LedgerTransaction.occurred_on >= month.first,
        LedgerTransaction.occurred_on < month.following.first,
    ]


def _in(month: Month) -> Select[LedgerTransaction]:
    return select(LedgerTransaction).where(*_conditions(month))


def _with_entries(
    session: Session, transactions: Sequence[LedgerTransaction]
) -> list[JournalTransaction]:
    ids = [each.id for each in transactions]
    return _grouped(
        session, transactions, select(LedgerEntry).where(LedgerEntry.transaction_id.in_(ids))
    )


def _grouped(
    session: Session, transactions: Sequence[LedgerTransaction], entries: Select[LedgerEntry]
) -> list[JournalTransaction]:
    by_transaction: dict[int, list[LedgerEntry]] = {}
    for entry in session.scalars(entries.order_by(LedgerEntry.id)):
        by_transaction.setdefault(entry.transaction_id, []).append(entry)
    return [
        JournalTransaction(transaction=each, entries=by_transaction.get(each.id, []))
        for each in transactions
    ]
