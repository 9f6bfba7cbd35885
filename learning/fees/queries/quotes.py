"""Quotes: what cancelling costs, on any day.

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
class PlaceQuotes:
    """What is known about a place and its money, read once: quotes for any number of days.

    `account` is None where nobody pays.
    """

    account: FeeAccount | None
    terms: Terms
    pays: bool
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


def place_quotes(session: Session, application: Application, edition: Edition) -> PlaceQuotes:
    """Return what quotes for a place are made of, in a fixed number of statements."""
    account = account_of(session, application.id)
    return PlaceQuotes(
        account=account,
        terms=terms_of(session, application, edition),
        pays=application.funding != Funding.FELLOWSHIP,
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
