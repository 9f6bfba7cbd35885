"""The cost of a cancellation on a day: the percentage of the policy, and amounts once paid.

Pages, previews, e-mails and the execution use this one function, so that they agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add

from sqlalchemy.orm import Session

from learning.admissions.events import CancellationPlanned, PayerAmounts
from learning.admissions.models import Application
from learning.admissions.queries.terms import Terms, terms_of
from learning.admissions.rules.answers import Funding
from learning.catalogue.cancellation import Quote, Window
from learning.catalogue.models import Edition
from learning.kit.events import publish_event
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """What was paid for a place in all, and how much of it is charged and refunded."""

    paid: Money
    charge: Money
    refund: Money


@dataclass(frozen=True, kw_only=True)
class CancellationCost:
    """The cost of a cancellation whose notice is received on a day.

    `payers` are those who have paid something.
    """

    quote: Quote
    window: Window
    received_on: date
    payers: tuple[PayerAmounts, ...] = ()

    @property
    def amounts(self) -> Amounts | None:
        """The sums over all payers, None while nothing is paid."""
        return sums_of(self.payers)

    @property
    def own_amounts(self) -> Amounts | None:
        """The sums of what the person has paid, None while that is nothing."""
        return sums_of([each for each in self.payers if each.is_own])

    @property
    def key(self) -> str:
        """What a form carries: another one when it arrives means that the page was another."""
        paid = [
            f"{each.payer} {each.paid.minor} {each.charge.minor} {each.refund.minor}"
            for each in self.payers
        ]
        return " ".join([str(self.quote.percent), *paid])


def sums_of(payers: Sequence[PayerAmounts]) -> Amounts | None:
    """Return the sums over payers, None without any."""
    if not payers:
        return None
    return Amounts(
        paid=reduce(add, (each.paid for each in payers)),
        charge=reduce(add, (each.charge for each in payers)),
        refund=reduce(add, (each.refund for each in payers)),
    )


def cancellation_cost(
    session: Session,
    application: Application,
    edition: Edition,
    received_on: date,
    terms: Terms | None = None,
) -> CancellationCost:
    """Return the cost of a cancellation; `terms` are those of the application, if read before."""
    terms = terms or terms_of(session, application, edition)
    quote = terms.quote(received_on, pays=application.funding != Funding.FELLOWSHIP)
    planned = CancellationPlanned(application_id=application.id, percent=quote.percent)
    publish_event(session, planned)
    return CancellationCost(
        quote=quote,
        window=terms.window(received_on),
        received_on=received_on,
        payers=tuple(planned.amounts),
    )
