"""The figures of the control page and of the health checks, in a fixed number of statements.

Each check compares the ledger with the documents, reference by reference: an error in one account
is found also where another one makes up for it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from learning.fees.card_models import CardPayout
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.refund_models import Refund, RefundState
from learning.fees.rules.control import MAX_NAMED, ControlCheck, ControlLine, problem_text
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from learning.ledger.queries import TrialBalanceLine, trial_balance

BOOKS_CHECK = "books"  # of the health checks; each night its result is stored
DEFAULT_CURRENCY = "EUR"  # of a check without any row
APPROVED = (RefundState.APPROVED, RefundState.EXPORTED, RefundState.SETTLED)
PAYABLE = (RefundState.APPROVED, RefundState.EXPORTED)
INVOICES, PAYMENTS, REFUNDS = Invoice.__table__.c, Payment.__table__.c, Refund.__table__.c
PAYOUTS = CardPayout.__table__.c
ENTRIES, STATEMENTS = LedgerEntry.__table__.c, BankStatement.__table__.c
LINES = BankEntry.__table__.c
BOOKED_ENTRIES = (EntryState.UNMATCHED, EntryState.MATCHED, EntryState.IGNORED)
TO_CARD = and_(Payment.method == PaymentMethod.CARD, Refund.holder_name == "")
"""Refunds that the card provider sends back, joined with their payments."""
THROUGH_THE_BANK = (PaymentMethod.BANK_TRANSFER, PaymentMethod.MANUAL)


def control_lines(session: Session) -> list[ControlLine]:
    """Return the checks in their order; of a currency each, all of EUR where nothing is booked."""
    return [
        *trial_balance_lines(trial_balance(session)),
        *_compared(session, ControlCheck.RECEIVABLES, _receivables()),
        *_compared(session, ControlCheck.REFUNDS_PAYABLE, _refunds_payable()),
        *_compared(session, ControlCheck.UNMATCHED_RECEIPTS, _unmatched_receipts()),
        *_compared(session, ControlCheck.BANK, _bank()),
        *_compared(session, ControlCheck.CARD, _card()),
        *_compared(session, ControlCheck.REFUNDS, _refunds()),
    ]


def broken_books(session: Session) -> list[str]:
    """Return what of the books does not agree, for the health checks."""
    return [text for line in control_lines(session) if (text := problem_text(line))]


def trial_balance_lines(lines: Sequence[TrialBalanceLine]) -> list[ControlLine]:
    """Return the check of the trial balance: its debits beside its credits."""
    sums: dict[str, tuple[int, int]] = {}
    for line in lines:
        debits, credits_ = sums.get(line.debits.currency, (0, 0))
        sums[line.debits.currency] = debits + line.debits.minor, credits_ + line.credits.minor
    return [
        ControlLine(
            check=ControlCheck.TRIAL_BALANCE,
            ledger=Money(debits, currency),
            documents=Money(credits_, currency),
        )
        for currency, (debits, credits_) in (sums or {DEFAULT_CURRENCY: (0, 0)}).items()
    ]


def last_booked_day(session: Session) -> date | None:
    """Return the last day of the statements that are booked, None before the first."""
    booked = BankStatement.state == StatementState.BOOKED
    return session.scalar(select(func.max(BankStatement.until_on)).where(booked))


def _compared(session: Session, check: ControlCheck, rows: Any) -> list[ControlLine]:  # noqa: ANN401 a union of selects
    """Return the lines of a check from rows (reference, currency, ledger, documents)."""
    part = rows.subquery()
    by_reference = (
        select(
            part.c.reference,
            part.c.currency,
            _whole(func.sum(part.c.ledger)).label("ledger"),
            _whole(func.sum(part.c.documents)).label("documents"),
        )
        .group_by(part.c.reference, part.c.currency)
        .subquery()
    )
    differs = case((by_reference.c.ledger != by_reference.c.documents, 1), else_=0)
    rows_of_totals = session.execute(
        select(
            by_reference.c.currency,
            _whole(func.sum(by_reference.c.ledger)),
            _whole(func.sum(by_reference.c.documents)),
            _whole(func.sum(differs)),
        )
        .group_by(by_reference.c.currency)
        .order_by(by_reference.c.currency)
    )
    totals = [tuple(row) for row in rows_of_totals] or [(DEFAULT_CURRENCY, 0, 0, 0)]
    return [
        ControlLine(
            check=check,
            ledger=Money(ledger, currency),
            documents=Money(documents, currency),
            differences=differences,
            named=_names(session, by_reference, currency) if differences else (),
        )
        for currency, ledger, documents, differences in totals
    ]


def _names(session: Session, by_reference: Subquery, currency: str) -> list[str]:
    found = (
        select(by_reference.c.reference)
        .where(
            by_reference.c.currency == currency,
            by_reference.c.ledger != by_reference.c.documents,
        )
        .order_by(by_reference.c.reference)
    )
    return list(session.scalars(found.limit(MAX_NAMED)))


def _receivables() -> Any:  # noqa: ANN401 a union of selects
    """Return what is open less what is a credit, by fee account."""
    credited = Invoice.kind == InvoiceKind.CREDIT_NOTE
    invoiced = case((credited, -INVOICES.total_minor), else_=INVOICES.total_minor)
    return union_all(
        _booked(LedgerAccount.RECEIVABLES, 1),
        _documents(_account(INVOICES), INVOICES.total_currency, invoiced),
        _documents(_account(PAYMENTS), PAYMENTS.amount_currency, -PAYMENTS.amount_minor).where(
            Payment.reversed_at.is_(None)
        ),
        _documents(_account(REFUNDS), REFUNDS.gross_currency, REFUNDS.gross_minor).where(
            Refund.state.in_(APPROVED)
        ),
    )


def _refunds_payable() -> Any:  # noqa: ANN401 a union of selects
    """Return what is to be sent of refunds, by fee account."""
    net = REFUNDS.gross_minor - Refund.bank_charge_minor
    return union_all(
        _booked(LedgerAccount.REFUNDS_PAYABLE, -1),
        _documents(_account(REFUNDS), REFUNDS.gross_currency, net).where(Refund.state.in_(PAYABLE)),
    )


def _unmatched_receipts() -> Any:  # noqa: ANN401 a union of selects
    """Return what statements brought and nothing took yet, by entry, payment and refund.

    A payment takes its amount, recorded by hand or not, until it is taken back. A refund that is
    settled gives back what its transfer took. A charge of the bank is booked whole.
    """
    sent = REFUNDS.gross_minor - Refund.bank_charge_minor
    paid_out = PAYOUTS.gross_minor - CardPayout.charge_minor
    return union_all(
        select(
            LedgerTransaction.subject.label("reference"),
            ENTRIES.amount_currency.label("currency"),
            _whole(-ENTRIES.amount_minor).label("ledger"),
            _whole(literal(0)).label("documents"),
        )
        .join_from(LedgerEntry, LedgerTransaction)
        .where(LedgerTransaction.sealed, LedgerEntry.account == LedgerAccount.UNMATCHED_RECEIPTS),
        _documents(
            _named("bank entry", BankEntry.id), LINES.amount_currency, LINES.amount_minor
        ).where(BankEntry.state.in_(BOOKED_ENTRIES), ~BankEntry.is_charge),
        _documents(
            _named("payment", Payment.id), PAYMENTS.amount_currency, -PAYMENTS.amount_minor
        ).where(Payment.reversed_at.is_(None), Payment.method.in_(THROUGH_THE_BANK)),
        _documents(_named("refund", Refund.id), REFUNDS.gross_currency, sent)
        .join_from(Refund, Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == RefundState.SETTLED, ~TO_CARD),
        _documents(_named("card payout", CardPayout.id), PAYOUTS.gross_currency, -paid_out).where(
            CardPayout.reversed_at.is_(None)
        ),
    )


def _bank() -> Any:  # noqa: ANN401 a union of selects
    """Return the closing balance of the last booked statement, by IBAN."""
    booked = BankStatement.state == StatementState.BOOKED
    last = func.row_number().over(
        partition_by=STATEMENTS.iban, order_by=(STATEMENTS.until_on.desc(), STATEMENTS.id.desc())
    )
    latest = (
        select(
            STATEMENTS.iban, STATEMENTS.closing_currency, STATEMENTS.closing_minor,
            last.label("place"),
        )
        .where(booked)
        .subquery()
    )  # fmt: skip
    return union_all(
        _booked(LedgerAccount.BANK, 1),
        _documents(latest.c.iban, latest.c.closing_currency, latest.c.closing_minor).where(
            latest.c.place == 1
        ),
    )


def _card() -> Any:  # noqa: ANN401 a union of selects
    """Return what the card provider has captured, less its refunds and its payouts."""
    captured = (Payment.method == PaymentMethod.CARD) & Payment.reversed_at.is_(None)
    net = REFUNDS.gross_minor - Refund.bank_charge_minor
    return union_all(
        _booked(LedgerAccount.CARD_CLEARING, 1),
        _documents(literal(""), PAYMENTS.amount_currency, PAYMENTS.amount_minor).where(captured),
        _documents(literal(""), REFUNDS.gross_currency, -net)
        .join_from(Refund, Payment, Payment.id == Refund.payment_id)
        .where(Refund.state == RefundState.SETTLED, TO_CARD),
        _documents(literal(""), PAYOUTS.gross_currency, -PAYOUTS.gross_minor).where(
            CardPayout.reversed_at.is_(None)
        ),
    )


def _refunds() -> Any:  # noqa: ANN401 a union of selects
    """Return what payments have reserved beside the refunds that are not cancelled, by payment."""
    refunded = Payment.refunded_minor
    return union_all(
        select(
            _named("payment", Payment.id).label("reference"),
            PAYMENTS.amount_currency.label("currency"),
            _whole(refunded).label("ledger"),
            _whole(literal(0)).label("documents"),
        ).where(refunded != 0),
        _documents(
            _named("payment", Refund.payment_id), REFUNDS.gross_currency, REFUNDS.gross_minor
        ).where(Refund.state != RefundState.CANCELLED),
    )


def _booked(account: LedgerAccount, sign: int) -> Any:  # noqa: ANN401 a select
    """Return what the ledger says of an account, by reference; `sign` -1 for a liability."""
    return (
        select(
            type_coerce(LedgerEntry.reference, Text).label("reference"),
            ENTRIES.amount_currency.label("currency"),
            _whole(ENTRIES.amount_minor * sign).label("ledger"),
            _whole(literal(0)).label("documents"),
        )
        .join_from(LedgerEntry, LedgerTransaction)
        .where(LedgerTransaction.sealed, LedgerEntry.account == account)
    )


def _documents(
    reference: ColumnElement[str], currency: ColumnElement[str], minor: ColumnElement[int]
) -> Any:  # noqa: ANN401 a select
    return select(
        reference.label("reference"),
        currency.label("currency"),
        _whole(literal(0)).label("ledger"),
        _whole(minor).label("documents"),
    )


def _account(columns: Any) -> ColumnElement[str]:  # noqa: ANN401 the columns of a table
    """Return the reference of a fee account, as postings write it."""
    return _named("account", columns.fee_account_id)


def _named(kind: str, row_id: Any) -> ColumnElement[str]:  # noqa: ANN401 a column of ids
    return literal(f"{kind} ") + cast(row_id, Text)


def _whole(column: Any) -> ColumnElement[int]:  # noqa: ANN401 any number
    """Return a whole number; PostgreSQL sums to NUMERIC."""
    return cast(column, BigInteger)
