"""One payer’s part of a fee account: a page for one payer never reads the part of the other.

After a substitution, two people have had the participant's part. Each reads their own invoices and
payments; of what the other one paid, only how much of it pays for the own place.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentAllocation
from learning.fees.queries.balances import (
    InvoiceBalance,
    balance_of,
    invoices_of,
    payments_of,
)
from learning.fees.queries.payers import own_agreements
from learning.fees.refund_models import Refund
from learning.fees.rules.balances import PayerBalance, zero_balance
from learning.fees.rules.shares import Shares, shares_of
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class PayerPart:
    """What one payer of a fee account agreed to, was invoiced, has paid and gets back.

    `paid_before` is what earlier participants have paid of these invoices, `handed_on` what of
    these payments pays for the place of a person who came later. `sponsor_open` says, of the other
    payer, only whether something is still open. `is_handed_on`: the place is another person's now.
    """

    payer: Payer
    agreement: FeeAgreement
    shares: Shares
    balance: PayerBalance
    invoices: Sequence[InvoiceBalance]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    sponsor_open: bool
    paid_before: Money
    handed_on: Money
    is_handed_on: bool

    @property
    def to_pay(self) -> Sequence[InvoiceBalance]:
        """The invoices of which something is open, the one that is due first in front."""
        left = [each for each in self.invoices if each.open.minor > 0]
        return sorted(left, key=lambda each: each.invoice.due_on or each.invoice.issued_on)


def part_of(session: Session, account: FeeAccount, payer: Payer, person_id: int) -> PayerPart:
    """Return the part of a payer, in a fixed number of statements.

    Of the participant's part, what concerns a person who has the place or has had it.
    """
    invoices = [e for e in invoices_of(session, [account.id]) if e.invoice.payer is payer]
    payments = [each for each in payments_of(session, [account.id]) if each.payer is payer]
    own = _own(session, account, (invoices, payments), person_id)
    if payer is Payer.SPONSOR:
        own = {each.invoice.fee_agreement_id for each in invoices} | _agreements(payments) | own
    agreement = session.get_one(FeeAgreement, max(own, default=account.fee_agreement_id))
    paid_before, handed_on = _crossed(session, own, invoices, payments)
    part = PayerPart(
        payer=payer,
        agreement=agreement,
        shares=shares_of(agreement.price, agreement.sponsor_percent),
        balance=zero_balance(agreement.price.currency),
        invoices=[each for each in invoices if each.invoice.fee_agreement_id in own],
        payments=[each for each in payments if each.fee_agreement_id in own],
        refunds=[
            refund
            for refund, agreement_id in refunds_of(session, account, payer)
            if agreement_id in own
        ],
        sponsor_open=balance_of(session, account).of(Payer.SPONSOR).open.minor > 0,
        paid_before=Money(paid_before, agreement.price.currency),
        handed_on=Money(handed_on, agreement.price.currency),
        is_handed_on=payer is Payer.PARTICIPANT and account.fee_agreement_id not in own,
    )
    return replace(part, balance=_balance(part))


def _agreements(payments: Sequence[Payment]) -> set[int]:
    return {each.fee_agreement_id for each in payments}


def _own(
    session: Session,
    account: FeeAccount,
    rows: tuple[Sequence[InvoiceBalance], Sequence[Payment]],
    person_id: int,
) -> set[int]:
    """Return the agreements of an account that are of places of a person."""
    invoices, payments = rows
    known = {each.invoice.fee_agreement_id for each in invoices} | _agreements(payments)
    return set(own_agreements(session, known | {account.fee_agreement_id}, person_id))


def _crossed(
    session: Session,
    own: Collection[int],
    invoices: Sequence[InvoiceBalance],
    payments: Sequence[Payment],
) -> tuple[int, int]:
    """Return what others have paid of own invoices, and own payments of those of others."""
    own_invoices = {e.invoice.id for e in invoices if e.invoice.fee_agreement_id in own}
    own_payments = {each.id for each in payments if each.fee_agreement_id in own}
    if len(own_payments) == len(payments) and len(own_invoices) == len(invoices):
        return 0, 0
    allocations = session.scalars(
        select(PaymentAllocation).where(
            PaymentAllocation.payment_id.in_([each.id for each in payments])
        )
    ).all()
    before = [
        each.amount.minor
        for each in allocations
        if each.invoice_id in own_invoices and each.payment_id not in own_payments
    ]
    after = [
        each.amount.minor
        for each in allocations
        if each.payment_id in own_payments and each.invoice_id not in own_invoices
    ]
    return sum(before), sum(after)


def _balance(part: PayerPart) -> PayerBalance:
    """Return the sums of a part; what pays from one person to the next counts as received."""
    zero = Money(0, part.paid_before.currency)
    by_kind = {
        kind: sum((e.invoice.total for e in part.invoices if e.invoice.kind is kind), zero)
        for kind in InvoiceKind
    }
    received = sum((each.amount for each in part.payments if each.reversed_at is None), zero)
    return PayerBalance(
        invoiced=by_kind[InvoiceKind.INVOICE],
        credited=by_kind[InvoiceKind.CREDIT_NOTE],
        charged=by_kind[InvoiceKind.CANCELLATION_CHARGE],
        received=received + part.paid_before - part.handed_on,
        refunded=Money(sum(each.refunded_minor for each in part.payments), zero.currency),
    )


def refunds_of(session: Session, account: FeeAccount, payer: Payer) -> Sequence[tuple[Refund, int]]:
    """Return the refunds of what a payer has paid, in order, with the agreement of the payment."""
    of_payer = select(Refund, Payment.fee_agreement_id).join(
        Payment, Payment.id == Refund.payment_id
    )
    rows = session.execute(
        of_payer.where(Refund.fee_account_id == account.id, Payment.payer == payer).order_by(
            Refund.id
        )
    )
    return [(refund, agreement_id) for refund, agreement_id in rows]
