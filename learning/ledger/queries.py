"""Balances of the ledger's accounts; transactions that are not sealed do not count."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select
from sqlalchemy.orm import Session

from learning.kit.money import Money
from learning.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction

COLUMNS = LedgerEntry.__table__.c
MINOR, CURRENCY = COLUMNS.amount_minor, COLUMNS.amount_currency


@dataclass(frozen=True, kw_only=True)
class TrialBalanceLine:
    """One account of the trial balance, in one currency; debits and credits without signs."""

    account: LedgerAccount
    debits: Money
    credits: Money

    @property
    def balance(self) -> Money:
        """Debits less credits."""
        return self.debits - self.credits


def balance(
    session: Session,
    account: LedgerAccount,
    reference: str | None = None,
    *,
    currency: str = "EUR",
) -> Money:
    """Return debits less credits of an account in a currency: of one reference, or of all."""
    query = (
        select(_sum(MINOR))
        .join_from(LedgerEntry, LedgerTransaction)
        .where(LedgerTransaction.sealed, LedgerEntry.account == account, _is_in(currency))
    )
    if reference is not None:
        query = query.where(LedgerEntry.reference == reference)
    return Money(session.scalar(query) or 0, currency)


def trial_balance(session: Session) -> Sequence[TrialBalanceLine]:
    """Return the accounts with entries, by currency and then in the order of `LedgerAccount`.

    In each currency the balances sum to zero.
    """
    rows = session.execute(
        select(
            LedgerEntry.account,
            CURRENCY,
            _sum(case((MINOR > 0, MINOR), else_=0)),
            _sum(case((MINOR < 0, -MINOR), else_=0)),
        )
        .join_from(LedgerEntry, LedgerTransaction)
        .where(LedgerTransaction.sealed)
        .group_by(LedgerEntry.account, CURRENCY)
    ).all()
    order = list(LedgerAccount)
    return [
        TrialBalanceLine(
            account=account, debits=Money(debit, currency), credits=Money(credit, currency)
        )
        for account, currency, debit, credit in sorted(
            rows, key=lambda row: (row[1], order.index(row[0]))
        )
    ]


def balances_by_reference(
    session: Session, account: LedgerAccount, currency: str = "EUR"
) -> dict[str, Money]:
    """Return the balance of each reference of an account that is not zero, in a currency."""
    total = _sum(MINOR)
    rows = session.execute(
        select(LedgerEntry.reference, total)
        .join_from(LedgerEntry, LedgerTransaction)
        .where(LedgerTransaction.sealed, LedgerEntry.account == account, _is_in(currency))
        .group_by(LedgerEntry.reference)
        .having(total != 0)
    )
    return {reference: Money(minor, currency) for reference, minor in rows}


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    """Return a sum as a whole number; PostgreSQL sums to NUMERIC."""
    return cast(func.sum(column), BigInteger)


def _is_in(currency: str) -> ColumnElement[bool]:
    return CURRENCY.in_((currency,))
