"""Fee accounts: opened by an acceptance, and continued by the next agreement of the same place.

A place keeps one account: a transfer, a substitution or another acceptance after a lapse adds an
agreement to it. What was invoiced is credited, what was paid counts for the new invoices.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.admissions.rules.answers import Funding
from learning.audit.actions import record
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.invoicing import credit_invoice, issue_invoices
from learning.fees.models import FeeAccount
from learning.fees.queries.accounts import account_of_agreement, lock_account
from learning.fees.queries.balances import invoices_of
from learning.fees.queries.settlements import is_remitted


def follow_agreement(
    session: Session, agreement: FeeAgreement, *, now: datetime
) -> FeeAccount | None:
    """Open the account of an agreement, or continue that of the agreement that it continues.

    Return None where nobody pays and nothing was paid before.
    """
    earlier = (
        account_of_agreement(session, agreement.continues_id) if agreement.continues_id else None
    )
    if earlier is not None:
        return continue_account(session, earlier, agreement, now=now)
    if not is_payable(session, agreement):
        return None
    return open_account(session, agreement, now=now)


def is_payable(session: Session, agreement: FeeAgreement) -> bool:
    """Whether somebody pays for an agreement: no fellowship, and no price of 0."""
    application = session.get_one(Application, agreement.application_id)
    return agreement.price.minor > 0 and application.funding != Funding.FELLOWSHIP


def open_account(session: Session, agreement: FeeAgreement, *, now: datetime) -> FeeAccount:
    """Open an account and issue its invoices."""
    account = FeeAccount(
        edition_id=agreement.edition_id, fee_agreement_id=agreement.id, opened_at=now
    )
    session.add(account)
    session.flush()  # invoices refer to it by id
    issue_invoices(session, account, agreement, now=now)
    subject = f"fee account {account.id}"
    record(session, "fee account opened", subject, by=None, now=now, **_detail(agreement))
    return account


def continue_account(
    session: Session, account: FeeAccount, agreement: FeeAgreement, *, now: datetime
) -> FeeAccount:
    """Go on with another agreement: credit notes, new invoices, what was paid counts for them.

    If that is all of it, the place is activated. A fee that was waived is not invoiced again, as
    long as price and payers stay.
    """
    account = lock_account(session, account.id)
    credit_invoices(session, account, by=None, now=now)
    account.fee_agreement_id, account.edition_id = agreement.id, agreement.edition_id
    account.version += 1
    session.flush()  # invoices are those of the new agreement
    if is_payable(session, agreement) and not is_remitted(session, account):
        issue_invoices(session, account, agreement, now=now)
    allocate_payments(session, account)
    activate_if_settled(session, account, now=now)
    subject = f"fee account {account.id}"
    record(session, "fee account continued", subject, by=None, now=now, **_detail(agreement))
    return account


def credit_invoices(
    session: Session, account: FeeAccount, *, by: int | None, now: datetime
) -> None:
    """Issue a credit note for each invoice of a fee that is not credited; charges stay."""
    for each in invoices_of(session, [account.id]):
        if each.is_of_fee:
            credit_invoice(session, each.invoice, by=by, now=now)


def _detail(agreement: FeeAgreement) -> dict[str, int]:
    """Return what the audit trail says of an agreement that an account follows."""
    return {"application": agreement.application_id, "agreement": agreement.id}
