"""The states of a card payment and of a refund to a card, whatever order its events come in.

A provider sends events late, twice, in any order, or never. So the state is the highest of all that
was ever observed: each state has a place in one order, and an observation never moves it back. Any
order and any repetition of the same observations ends in the same state.
"""

from collections.abc import Sequence
from enum import StrEnum

from learning.card_providers.messages import CheckoutSession, CheckoutState, ProviderRefundState
from learning.kit.money import Money


class CardSessionState(StrEnum):
    """Where a card payment is, in the order of what overrules what."""

    CREATED = "created"  # the provider was not asked yet, or its answer was lost
    OPEN = "open"
    EXPIRED = "expired"
    PENDING = "pending"  # completed; the bank of the payer has not confirmed it yet
    FAILED = "failed"
    PAID = "paid"


class CardRefundState(StrEnum):
    """Where a refund to a card is. One that succeeded may still fail: the card was closed."""

    SUBMITTED = "submitted"  # the answer of the provider is not known yet
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class QuarantineReason(StrEnum):
    """Why an event has no effect, and a person looks at it."""

    UNKNOWN_SESSION = "unknown_session"
    OTHER_SESSION = "other_session"
    OTHER_AMOUNT = "other_amount"
    OTHER_CURRENCY = "other_currency"
    OTHER_MODE = "other_mode"  # of a test where money is moved, or the other way round
    UNKNOWN_REFUND = "unknown_refund"
    OTHER_PAYMENT = "other_payment"
    FAILED_REFUND = "failed_refund"  # the provider makes one that it refused before
    DISPUTE = "dispute"


SESSION_ORDER: Sequence[CardSessionState] = tuple(CardSessionState)
REFUND_ORDER: Sequence[CardRefundState] = tuple(CardRefundState)
WAITING = frozenset({CardSessionState.CREATED, CardSessionState.OPEN, CardSessionState.PENDING})
"""The states of a session that may still be paid."""


def session_state_after(state: CardSessionState, observed: CheckoutState) -> CardSessionState:
    """Return the state of a session after the provider told its own."""
    return max(state, CardSessionState(observed), key=SESSION_ORDER.index)


def refund_state_after(state: CardRefundState, observed: ProviderRefundState) -> CardRefundState:
    """Return the state of a refund after the provider told its own."""
    return max(state, CardRefundState(observed), key=REFUND_ORDER.index)


def session_mismatch(
    known_id: str | None, amount: Money, checkout: CheckoutSession, *, livemode: bool
) -> QuarantineReason | None:
    """Return what of a session differs from what was asked for, None if nothing does.

    `known_id` is the provider's id of it, None where its answer was lost.
    """
    if known_id is not None and known_id != checkout.id:
        return QuarantineReason.OTHER_SESSION
    return money_mismatch(amount, checkout.amount, (livemode, checkout.livemode))


def money_mismatch(
    expected: Money, answer: Money, modes: tuple[bool, bool]
) -> QuarantineReason | None:
    """Return whether mode, currency or amount differ; `modes` are ours and the provider's."""
    if modes[0] != modes[1]:
        return QuarantineReason.OTHER_MODE
    if expected.currency != answer.currency:
        return QuarantineReason.OTHER_CURRENCY
    return QuarantineReason.OTHER_AMOUNT if expected.minor != answer.minor else None
