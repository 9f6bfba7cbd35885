"""One payer’s part of a fee account: a page for one payer never reads the part of the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import (
    InvoiceBalance,
    balance_of,
    invoices_of,
    payments_of,
)
from learning.fees.refund_models import Refund
from learning.fees.rules.balances import PayerBalance
from learning.fees.rules.shares import Shares, shares_of


@dataclass(frozen=True, kw_only=True)
class PayerPart:
    """What one payer of a fee account agreed to, was invoiced, has paid and gets back.

    `sponsor_open` says, of the other payer, only whether something is still open.
    """

    payer: Payer
    agreement: FeeAgreement
    shares: Shares
    balance: PayerBalance
    invoices: Sequence[InvoiceBalance]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    sponsor_open: bool

    @property
    def to_pay(self) -> Sequence[InvoiceBalance]:
        """The invoices of which something is open, the one that is due first in front."""
        left = [each for each in self.invoices if each.open.minor > 0]
        return sorted(left, key=lambda each: each.invoice.due_on or each.invoice.issued_on)


def part_of(session: Session, account: FeeAccount, payer: Payer) -> PayerPart:
    """Return the part of a payer, in a fixed number of statements."""
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    balances = balance_of(session, account)
    return PayerPart(
        payer=payer,
        agreement=agreement,
        shares=shares_of(agreement.price, agreement.sponsor_percent),
        balance=balances.of(payer),
        invoices=[e for e in invoices_of(session, [account.id]) if e.invoice.payer is payer],
        payments=[each for each in payments_of(session, [account.id]) if each.payer is payer],
        refunds=refunds_of(session, account, payer),
        sponsor_open=balances.of(Payer.SPONSOR).open.minor > 0,
    )


def refunds_of(session: Session, account: FeeAccount, payer: Payer) -> Sequence[Refund]:
    """Return the refunds of what a payer has paid, in order of their numbers."""
    of_payer = select(Refund).join(Payment, Payment.id == Refund.payment_id)
    return session.scalars(
        of_payer.where(Refund.fee_account_id == account.id, Payment.payer == payer).order_by(
            Refund.id
        )
    ).all()
