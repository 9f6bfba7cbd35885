"""Whether a place is settled: its fee is paid, or a second person has approved a settlement."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.models import FeeAccount, FeeSettlement
from learning.fees.queries.accounts import agreements_of_account, latest_agreement_of
from learning.fees.queries.balances import balance_of, invoiced_fee, invoices_of
from learning.fees.rules.balances import AccountBalance, is_paid


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


def is_settled(
    session: Session, account: FeeAccount, balance: AccountBalance | None = None
) -> bool:
    """Whether the place of an account is paid, or settled in another approved way.

    `balance` is that of the account, if it was read before.
    """
    agreement = latest_agreement_of(session, account)
    invoiced = invoiced_fee(invoices_of(session, [account.id]))
    balance = balance or balance_of(session, account)
    if is_paid(agreement.price.minor, invoiced, balance.open.minor):
        return True
    return valid_settlement(session, account) is not None


def _holds(settlement: FeeSettlement, agreements: Sequence[FeeAgreement]) -> bool:
    """Whether a settlement holds for the first of some agreements, which are the latest first."""
    latest = agreements[0]
    for agreement in agreements:
        if (agreement.price, _payers(agreement)) != (latest.price, _payers(latest)):
            return False
        if settlement.decided_at is not None and agreement.agreed_at <= settlement.decided_at:
            return True
    return False


def _payers(agreement: FeeAgreement) -> tuple[int, int | None, int | None]:
    return agreement.sponsor_percent, agreement.party_id, agreement.sponsor_party_id
