"""Whether a place is settled: its fee is paid, or a second person has approved a settlement."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.models import FeeAccount, FeeSettlement, SettlementKind
from learning.fees.queries.accounts import agreements_of_account, latest_agreement_of
from learning.fees.queries.balances import balance_of, invoiced_fee, invoices_of
from learning.fees.queries.unconfirmed_payments import unconfirmed_by_payer
from learning.fees.rules.balances import AccountBalance, is_paid

REMITTED = frozenset({SettlementKind.WAIVER, SettlementKind.ELSEWHERE})
"""Settlements for which no money will come: invoices are credited, none is issued."""

LATEST = FeeAgreement.__table__.c
TERMS = ("price_minor", "price_currency", "sponsor_percent", "party_id", "sponsor_party_id")


def settlements_of(session: Session, account: FeeAccount) -> list[FeeSettlement]:
    """Return the settlements of an account, the latest first."""
    own = select(FeeSettlement).where(FeeSettlement.fee_account_id == account.id)
    return list(session.scalars(own.order_by(FeeSettlement.id.desc())))


def settlement_by_uid(session: Session, uid: str) -> FeeSettlement | None:
    """Return the settlement with a uid, None if there is none."""
    return session.scalar(select(FeeSettlement).where(FeeSettlement.uid == uid))


def valid_settlement(session: Session, account: FeeAccount) -> FeeSettlement | None:
    """Return the approved settlement that holds for the latest agreement of an account.

    It holds for agreements that were made later only if they agree the same price and payers, as
    a substitution does; another edition needs another approval.
    """
    approved = [each for each in settlements_of(session, account) if each.approved]
    if not approved:
        return None
    agreements = agreements_of_account(session, account)
    return next((each for each in approved if _holds(each, agreements)), None)


def is_remitted(session: Session, account: FeeAccount) -> bool:
    """Whether no invoice is issued for the latest agreement: waived, or paid elsewhere."""
    settlement = valid_settlement(session, account)
    return settlement is not None and settlement.kind in REMITTED


def remitted_account() -> ColumnElement[bool]:
    """Return the same for a query of fee accounts that is joined with their latest agreement."""
    settled = FeeAgreement.__table__.alias("settled")
    same = [settled.c[name].is_not_distinct_from(LATEST[name]) for name in TERMS]
    return (
        select(FeeSettlement.id)
        .join(settled, settled.c.id == FeeSettlement.fee_agreement_id)
        .where(
            FeeSettlement.fee_account_id == FeeAccount.id,
            FeeSettlement.approved.is_(True),
            FeeSettlement.kind.in_(REMITTED),
            *same,
        )
        .correlate(FeeAccount, FeeAgreement)
        .exists()
    )


def is_settled(
    session: Session, account: FeeAccount, balance: AccountBalance | None = None
) -> bool:
    """Whether the place of an account is paid, or settled in another approved way.

    A payment that one person recorded by hand pays for the place once it is confirmed. `balance`
    is that of the account, if it was read before.
    """
    agreement = latest_agreement_of(session, account)
    invoiced = invoiced_fee(invoices_of(session, [account.id]))
    balance = balance or balance_of(session, account)
    if is_paid(agreement.price.minor, invoiced, balance.open.minor):
        unproved = unconfirmed_by_payer(session, account)
        if not any(balance.of(payer).balance.minor + each > 0 for payer, each in unproved.items()):
            return True
    return valid_settlement(session, account) is not None


def _holds(settlement: FeeSettlement, agreements: Sequence[FeeAgreement]) -> bool:
    """Whether a settlement holds for the first of some agreements, which are the latest first."""
    latest = agreements[0]
    for agreement in agreements:
        if (agreement.price, _payers(agreement)) != (latest.price, _payers(latest)):
            return False
        if agreement.id == settlement.fee_agreement_id:
            return True
    return False


def _payers(agreement: FeeAgreement) -> tuple[int, int | None, int | None]:
    return agreement.sponsor_percent, agreement.party_id, agreement.sponsor_party_id
