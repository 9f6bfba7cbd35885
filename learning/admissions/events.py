"""Events of applications, for packages above: fees first of all."""

from dataclasses import dataclass, field
from datetime import date, datetime

from learning.admissions.rules.states import ApplicationEvent
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class ApplicationAccepted:
    """An application was accepted: a seat is reserved and a `FeeAgreement` exists.

    The agreement of an application that was transferred, or that substitutes another, names the
    earlier agreement: what was paid for that one counts.
    """

    application_id: int
    fee_agreement_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SeatReleased:
    """The seat of an application was released or handed over, enrolled or not.

    `event` says why, `received_on` on which day a written notice arrived, if any. `by` is None for
    the system and for sponsors.
    """

    application_id: int
    event: ApplicationEvent
    at: datetime
    by: int | None
    received_on: date | None


@dataclass(frozen=True, kw_only=True)
class SeatChangesPlanned:
    """The seats of applications may be given, released or handed over in this transaction.

    Their editions are locked, and nothing is recorded yet: packages above lock their own rows.
    """

    application_ids: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class PayerAmounts:
    """What one payer paid for a place, and how much of it a cancellation charges and refunds.

    `payer` is a value of the package that adds it. `refund` is before bank charges. `is_own`: the
    person of the application has paid it, and may read of it.
    """

    payer: str
    paid: Money
    charge: Money
    refund: Money
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class CancellationPlanned:
    """A cancellation is about to be shown or executed.

    `percent` of what was paid is charged. The package that knows the payments adds the amounts of
    each payer who has paid something.
    """

    application_id: int
    percent: int
    amounts: list[PayerAmounts] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PayerDifference:
    """What one payer owes of a price, what they have paid for the place, and what follows.

    `payer` is a value of the package that adds it. One of `open` and `credit` is 0.
    """

    payer: str
    price: Money
    paid: Money
    open: Money
    credit: Money


@dataclass(frozen=True, kw_only=True)
class TransferPlanned:
    """A transfer or a substitution is about to be shown or executed: what was paid goes along.

    `prices` are those of the agreements that may follow, of which the sponsor pays
    `sponsor_percent`. The package that knows the payments adds, for each price, what each payer
    still owes of it, or has paid too much.
    """

    application_id: int
    prices: frozenset[Money]
    sponsor_percent: int
    differences: dict[Money, tuple[PayerDifference, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LapsePlanned:
    """The seat of an accepted application is about to lapse; nothing is changed yet.

    Its edition is locked, and so are the rows of packages above about it. Who knows that the
    place is held raises RuleViolation.
    """

    application_id: int
    at: datetime


@dataclass(kw_only=True)
class ActivationPlanned:
    """An accepted application may be activated if its place is settled.

    The package of the money sets `is_settled` (paid, guaranteed, waived, settled elsewhere) and
    `open`, what is left to pay; None where nothing is known about the place.
    """

    application_id: int
    is_settled: bool = False
    open: Money | None = None
