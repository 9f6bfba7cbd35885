"""The money of one sponsor: what it was quoted, invoiced and paid back, what it has paid."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.models import Sponsorship
from learning.fees.models import Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import InvoiceBalance, invoices_of, payments_of
from learning.fees.queries.invoice_details import sponsors_invoices
from learning.fees.queries.joint_invoices import (
    JointDetail,
    joint_details,
    waiting_account_ids,
)
from learning.fees.queries.sponsor_quotes import QuotePlace, billing_of, quote_source, quotes_of
from learning.fees.quote_models import Quote, SponsorBilling
from learning.fees.refund_models import Refund, RefundState
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class SponsorMoney:
    """What concerns one sponsor; `places` are those of nominees who are not invoiced.

    `has_address` says whether it is known where an invoice goes, `waiting` how many places can be
    invoiced now. Lines of `joints` are among the invoices, too.
    """

    billing: SponsorBilling | None
    quotes: Sequence[Quote]
    places: Sequence[QuotePlace]
    has_address: bool
    invoices: Sequence[InvoiceBalance]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    joints: Sequence[JointDetail]
    waiting: int

    @property
    def may_quote(self) -> bool:
        """Whether a quote can be asked for."""
        return self.has_address and bool(self.places)

    @property
    def to_pay(self) -> Sequence[InvoiceBalance]:
        """The invoices of which something is open."""
        return [each for each in self.invoices if each.open.minor > 0]

    @property
    def to_pay_singly(self) -> Sequence[InvoiceBalance]:
        """The invoices to pay that are no lines of a joint invoice, which is paid as one."""
        return [each for each in self.to_pay if each.invoice.joint_id is None]

    @property
    def open(self) -> Sequence[Money]:
        """What is open in all, by currency."""
        sums: dict[str, int] = {}
        for each in self.to_pay:
            sums[each.open.currency] = sums.get(each.open.currency, 0) + each.open.minor
        return [Money(minor, currency) for currency, minor in sorted(sums.items())]


def sponsor_money(session: Session, sponsorship: Sponsorship) -> SponsorMoney:
    """Return the money of a sponsor, in a number of statements that no row changes."""
    issued = sponsors_invoices(session, sponsorship)
    ids, accounts = {each.id for each in issued}, {each.fee_account_id for each in issued}
    source = quote_source(session, sponsorship)
    balances = [each for each in invoices_of(session, accounts) if each.invoice.id in ids]
    return SponsorMoney(
        billing=billing_of(session, sponsorship.id),
        quotes=quotes_of(session, sponsorship.id),
        places=source.places,
        has_address=source.sides is not None,
        invoices=balances,
        joints=joint_details(session, balances),
        waiting=len(waiting_account_ids(session, sponsorship.id)),
        payments=[
            each
            for each in payments_of(session, accounts)
            if each.payer is Payer.SPONSOR and each.reversed_at is None
        ],
        refunds=session.scalars(
            select(Refund)
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Refund.fee_account_id.in_(accounts),
                Payment.payer == Payer.SPONSOR,
                Refund.state != RefundState.CANCELLED,
            )
            .order_by(Refund.id)
        ).all(),
    )
