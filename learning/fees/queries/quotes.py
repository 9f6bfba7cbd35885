"""Quotes: what cancelling, transferring or sending a substitute costs, on any day.

Pages, e-mails and the execution use these functions, so that a quote is what happens. A quote is
for one day and for the payments of now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.admissions.queries.terms import Terms, terms_of
from learning.admissions.rules.answers import Funding
from learning.catalogue.cancellation import Quote, Window
from learning.catalogue.models import Edition
from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.queries.accounts import account_of
from learning.fees.queries.balances import invoices_of, payments_of
from learning.fees.rules.refund_outcome import (
    PayerMoney,
    PayerOutcome,
    PaymentLeft,
    refund_outcomes,
)
from learning.fees.rules.shares import shares_of
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class CancellationQuote:
    """The cost of a cancellation whose notice is received on a day.

    `payers` are those to whom something was invoiced, or who have paid something; none where
    nobody pays. `quote` has the percentage and the sentence, `window` the days.
    """

    received_on: date
    window: Window
    quote: Quote
    payers: tuple[PayerOutcome, ...]

    @property
    def paid(self) -> Money:
        return self._sum([each.paid for each in self.payers])

    @property
    def charge(self) -> Money:
        """What is kept of what was paid."""
        return self._sum([each.penalty for each in self.payers])

    @property
    def refund(self) -> Money:
        """What goes back, before bank charges."""
        return self._sum([each.gross for each in self.payers])

    @property
    def credited(self) -> Money:
        """What is not paid yet, and is no longer owed (choice C1)."""
        return self._sum([each.credited for each in self.payers])

    def _sum(self, amounts: Sequence[Money]) -> Money:
        return sum(amounts, Money(0, self.quote.base.currency))


@dataclass(frozen=True, kw_only=True)
class PayerDifference:
    """What one payer still pays after a transfer, or has paid too much; one of the two is 0."""

    payer: Payer
    open: Money
    credit: Money


@dataclass(frozen=True, kw_only=True)
class TransferQuote:
    """The cost of a transfer to another edition whose notice is received on a day.

    It is possible until `until`. `price` is that of the other edition, `difference` is less than 0
    where it costs less. Nothing is charged: what was paid counts there.
    """

    possible: bool
    until: date
    price: Money
    difference: Money
    payers: tuple[PayerDifference, ...]


@dataclass(frozen=True, kw_only=True)
class SubstitutionQuote:
    """Whether a substitute can be sent, and until when: it costs nothing, the money stays."""

    possible: bool
    until: date


@dataclass(frozen=True, kw_only=True)
class PlaceQuotes:
    """What is known about a place and its money, read once: quotes for any number of days.

    `account` is None where nobody pays.
    """

    account: FeeAccount | None
    terms: Terms
    pays: bool
    sponsor_percent: int
    money: tuple[PayerMoney, ...]

    def cancellation(self, received_on: date) -> CancellationQuote:
        """Return the cost of a cancellation."""
        quote = self.terms.quote(received_on, pays=self.pays)
        return CancellationQuote(
            received_on=received_on,
            window=self.terms.window(received_on),
            quote=quote,
            payers=refund_outcomes(self.money, quote.percent),
        )

    def transfer(self, target: Edition, received_on: date) -> TransferQuote:
        """Return the cost of a transfer; to an edition in another currency it is not possible."""
        window, fee = self.terms.window(received_on), self.terms.fee
        comparable = target.fee.currency == fee.currency
        return TransferQuote(
            possible=window.may_transfer and comparable,
            until=window.transfer_until,
            price=target.fee,
            difference=target.fee - fee if comparable else target.fee,
            payers=self._differences(target.fee) if comparable and self.pays else (),
        )

    def substitution(self, received_on: date) -> SubstitutionQuote:
        """Return whether a substitute can be sent."""
        window = self.terms.window(received_on)
        return SubstitutionQuote(possible=window.may_transfer, until=window.transfer_until)

    def _differences(self, price: Money) -> tuple[PayerDifference, ...]:
        shares = shares_of(price, self.sponsor_percent)
        owed = {Payer.PARTICIPANT: shares.participant, Payer.SPONSOR: shares.sponsor}
        paid = {
            each.payer: sum(payment.amount.minor for payment in each.payments)
            for each in self.money
        }
        differences = {payer: each.minor - paid.get(payer, 0) for payer, each in owed.items()}
        return tuple(
            PayerDifference(
                payer=payer,
                open=Money(max(0, minor), price.currency),
                credit=Money(max(0, -minor), price.currency),
            )
            for payer, minor in differences.items()
            if minor or payer in paid
        )


def place_quotes(session: Session, application: Application, edition: Edition) -> PlaceQuotes:
    """Return what quotes for a place are made of, in a fixed number of statements."""
    account = account_of(session, application.id)
    return PlaceQuotes(
        account=account,
        terms=terms_of(session, application, edition),
        pays=application.funding != Funding.FELLOWSHIP,
        sponsor_percent=application.sponsor_share,
        money=money_of(session, account),
    )


def cancellation_quote(
    session: Session, application: Application, received_on: date
) -> CancellationQuote:
    """Return the cost of a cancellation whose notice is received on a day."""
    edition = session.get_one(Edition, application.edition_id)
    return place_quotes(session, application, edition).cancellation(received_on)


def money_of(session: Session, account: FeeAccount | None) -> tuple[PayerMoney, ...]:
    """Return what is invoiced to each payer of an account, and what is left of their payments.

    Credited invoices do not count, nor do payments that the bank took back.
    """
    if account is None:
        return ()
    invoices = [each for each in invoices_of(session, [account.id]) if not each.is_credited]
    payments = [each for each in payments_of(session, [account.id]) if each.reversed_at is None]
    fees = [each.invoice for each in invoices if each.invoice.kind is InvoiceKind.INVOICE]
    known = {each.payer for each in fees} | {each.payer for each in payments}
    if not known:
        return ()
    zero = Money(0, (fees[0].total if fees else payments[0].amount).currency)
    return tuple(
        PayerMoney(
            payer=payer,
            invoiced=sum((each.total for each in fees if each.payer is payer), zero),
            payments=tuple(
                PaymentLeft(
                    payment_id=each.id,
                    amount=Money(each.amount.minor - each.refunded_minor, zero.currency),
                    bank_charge=zero,
                )
                for each in payments
                if each.payer is payer
            ),
        )
        for payer in Payer
        if payer in known
    )
