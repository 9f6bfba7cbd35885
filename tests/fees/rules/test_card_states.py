"""The state of a card payment is the highest that was ever observed, in any order."""

import itertools

from learning.card_providers.messages import CheckoutSession, CheckoutState, ProviderRefundState
from learning.fees.rules.card_states import (
    WAITING,
    CardRefundState,
    CardSessionState,
    QuarantineReason,
    money_mismatch,
    refund_state_after,
    session_mismatch,
    session_state_after,
)
from learning.kit.money import Money

PRICE = Money(98000, "EUR")


def test_what_overrules_what() -> None:
    order = ["created", "open", "expired", "pending", "failed", "paid"]
    assert [str(each) for each in CardSessionState] == order
    for state, observed in itertools.product(CardSessionState, CheckoutState):
        after = session_state_after(state, observed)
        assert order.index(after) == max(order.index(state), order.index(observed))


def test_any_order_and_repetition_ends_in_the_same_state() -> None:
    for seen in itertools.combinations_with_replacement(CheckoutState, 3):
        ends = set()
        for order in itertools.permutations(seen):
            state = CardSessionState.CREATED
            for each in order:
                state = session_state_after(state, each)
            ends.add(state)
        assert len(ends) == 1


def test_a_refund_that_succeeded_may_still_fail() -> None:
    submitted = CardRefundState.SUBMITTED
    pending = refund_state_after(submitted, ProviderRefundState.PENDING)
    succeeded = refund_state_after(pending, ProviderRefundState.SUCCEEDED)
    failed = refund_state_after(succeeded, ProviderRefundState.FAILED)
    assert [pending, succeeded, failed] == ["pending", "succeeded", "failed"]
    assert refund_state_after(failed, ProviderRefundState.SUCCEEDED) is CardRefundState.FAILED


def test_what_may_still_be_paid() -> None:
    assert {"created", "open", "pending"} == WAITING


def checkout(**changes: object) -> CheckoutSession:
    values = {
        "id": "cs_1", "state": CheckoutState.PAID, "amount": PRICE, "livemode": False,
        "reference": "abc",
    }  # fmt: skip
    return CheckoutSession(**(values | changes))  # type: ignore[arg-type]


def test_what_does_not_match() -> None:
    for known in (None, "cs_1"):
        assert session_mismatch(known, PRICE, checkout(), livemode=False) is None
    cases = (
        ({"id": "cs_2"}, QuarantineReason.OTHER_SESSION),
        ({"amount": Money(97999, "EUR")}, QuarantineReason.OTHER_AMOUNT),
        ({"amount": Money(98000, "USD")}, QuarantineReason.OTHER_CURRENCY),
        ({"livemode": True}, QuarantineReason.OTHER_MODE),
    )
    for changes, reason in cases:
        assert session_mismatch("cs_1", PRICE, checkout(**changes), livemode=False) is reason
    assert money_mismatch(PRICE, PRICE, (True, True)) is None
