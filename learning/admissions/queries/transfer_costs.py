"""The cost of a transfer or a substitution on a day: the price that follows, what is open of it.

Pages and the execution use this one function, so that they agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from learning.admissions.events import PayerDifference, TransferPlanned
from learning.admissions.models import Application
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.terms import Terms, terms_of
from learning.admissions.rules.answers import Funding
from learning.catalogue.cancellation import Window
from learning.catalogue.models import Edition
from learning.enrolment import seats
from learning.kit.events import publish_event
from learning.kit.money import Money


class TransferViolation(StrEnum):
    """Why a place cannot be transferred or handed over; each has a label."""

    NOTICE = "notice"
    CURRENCY = "currency"
    ELSEWHERE = "elsewhere"
    NO_SEAT = "no_seat"


@dataclass(frozen=True, kw_only=True)
class TransferNotice:
    """The day on which a notice arrives; `late` if two people allow it although it is too late."""

    received_on: date
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class TransferCost:
    """The cost of a transfer to an edition, or of a substitution, whose notice arrives on a day.

    `agreed` is the price of the place so far, `price` that of the agreement that follows, with
    `first_day` and `policy_version`; under it a cancellation charges `penalty_floor` percent of
    what was paid at least. `late` as in a notice. `differences` are those of each payer, none
    where nobody pays.
    """

    received_on: date
    window: Window
    agreed: Money
    price: Money
    first_day: date
    policy_version: str
    penalty_floor: int = 0
    late: bool = False
    differences: tuple[PayerDifference, ...] = ()

    @property
    def violation(self) -> TransferViolation | None:
        """Why it is not possible; another person may still refuse a seat."""
        if self.agreed.currency != self.price.currency:
            return TransferViolation.CURRENCY
        return None if self.late or self.window.may_transfer else TransferViolation.NOTICE

    @property
    def open(self) -> Money:
        """What is left to pay before the place is confirmed."""
        return self._sum([each.open for each in self.differences])

    @property
    def credit(self) -> Money:
        """What was paid too much."""
        return self._sum([each.credit for each in self.differences])

    @property
    def key(self) -> str:
        """What a form carries: another one when it arrives means that the page was another."""
        amounts = [
            f"{each.payer} {each.price.minor} {each.paid.minor}" for each in self.differences
        ]
        agreed = (
            self.price.minor,
            self.price.currency,
            self.first_day,
            self.policy_version,
            self.penalty_floor,
        )
        return " ".join([*map(str, agreed), *amounts])

    def _sum(self, amounts: Sequence[Money]) -> Money:
        return sum(amounts, Money(0, self.price.currency))


@dataclass(frozen=True, kw_only=True)
class TransferOption:
    """An edition to which a place may be transferred, or why not."""

    edition: Edition
    cost: TransferCost
    violation: TransferViolation | None


def transfer_cost(
    session: Session,
    application: Application,
    target: Edition,
    notice: TransferNotice,
    terms: Terms | None = None,
) -> TransferCost:
    """Return the cost of a transfer; `terms` are those of the application, if read before."""
    terms = terms or _terms(session, application)
    costs = _transfer_costs(session, application, [target], notice, terms)
    return costs[target.id]


def transfer_options(
    session: Session, application: Application, received_on: date, terms: Terms
) -> list[TransferOption]:
    """Return the editions that begin after a day, with what a transfer to each costs.

    The number of statements does not grow with the editions.
    """
    own = session.get_one(Edition, application.edition_id)
    targets = application_queries.editions_ahead(session, own, received_on)
    costs = _transfer_costs(
        session, application, targets, TransferNotice(received_on=received_on), terms
    )
    free = seats.free_in(session, targets)
    taken = application_queries.editions_of(session, application.person_id)
    return [
        TransferOption(
            edition=target,
            cost=costs[target.id],
            violation=costs[target.id].violation
            or (TransferViolation.ELSEWHERE if target.id in taken else None)
            or (TransferViolation.NO_SEAT if free[target.id] <= 0 else None),
        )
        for target in targets
    ]


def substitution_cost(
    session: Session,
    application: Application,
    notice: TransferNotice,
    terms: Terms | None = None,
) -> TransferCost:
    """Return the cost of a substitution: price, payers, first day and policy stay as agreed."""
    terms = terms or _terms(session, application)
    agreement = agreement_of(session, application)
    percent = agreement.sponsor_percent if agreement else application.sponsor_share
    planned = _planned(session, application, {terms.fee}, percent)
    return TransferCost(
        received_on=notice.received_on,
        window=terms.window(notice.received_on),
        agreed=terms.fee,
        price=terms.fee,
        first_day=terms.first_day,
        policy_version=terms.policy.version,
        penalty_floor=floor_of(terms, notice),
        late=notice.late,
        differences=planned.differences.get(terms.fee, ()),
    )


def floor_of(terms: Terms, notice: TransferNotice) -> int:
    """Return the least that a later cancellation charges, in percent of what was paid.

    Of a late notice it is what a cancellation on that day would have charged.
    """
    return terms.window(notice.received_on).percent if notice.late else terms.penalty_floor


def _transfer_costs(
    session: Session,
    application: Application,
    targets: Sequence[Edition],
    notice: TransferNotice,
    terms: Terms,
) -> dict[int, TransferCost]:
    """Return the cost of a transfer to each edition, by its id, in a fixed number of statements."""
    prices = {each.fee for each in targets if each.fee.currency == terms.fee.currency}
    planned = _planned(session, application, prices, application.sponsor_share)
    return {
        each.id: TransferCost(
            received_on=notice.received_on,
            window=terms.window(notice.received_on),
            agreed=terms.fee,
            price=each.fee,
            first_day=each.starts_on,
            policy_version=each.policy_version,
            penalty_floor=floor_of(terms, notice),
            late=notice.late,
            differences=planned.differences.get(each.fee, ()),
        )
        for each in targets
    }


def _planned(
    session: Session, application: Application, prices: Iterable[Money], sponsor_percent: int
) -> TransferPlanned:
    """Ask the package of the money what is open of prices; of a fellow's place nothing is."""
    planned = TransferPlanned(
        application_id=application.id, prices=frozenset(prices), sponsor_percent=sponsor_percent
    )
    if application.funding != Funding.FELLOWSHIP:
        publish_event(session, planned)
    return planned


def _terms(session: Session, application: Application) -> Terms:
    return terms_of(session, application, session.get_one(Edition, application.edition_id))
