"""The table of transitions of a refund, and what an approval is bound to."""

import pytest

from learning.fees.rules.refund_digest import PayeeAccount, approval_text
from learning.fees.rules.refunds import (
    EDITABLE,
    LIABILITIES,
    OPEN_STATES,
    RefundEvent,
    RefundSource,
    RefundState,
    allows_bank_charge,
    possible_events,
    state_after,
    state_pairs,
)
from learning.kit.money import Money

S, E = RefundState, RefundEvent
ALLOWED = {
    (S.DRAFT, E.PREPARE): S.PENDING_APPROVAL,
    (S.PENDING_APPROVAL, E.PREPARE): S.PENDING_APPROVAL,
    (S.APPROVED, E.PREPARE): S.PENDING_APPROVAL,
    (S.RETURNED, E.PREPARE): S.PENDING_APPROVAL,
    (S.DRAFT, E.SET_CHARGE): S.DRAFT,
    (S.PENDING_APPROVAL, E.SET_CHARGE): S.PENDING_APPROVAL,
    (S.APPROVED, E.SET_CHARGE): S.PENDING_APPROVAL,
    (S.PENDING_APPROVAL, E.APPROVE): S.APPROVED,
    (S.PENDING_APPROVAL, E.RETURN_TO_PREPARER): S.DRAFT,
    (S.APPROVED, E.RETURN_TO_PREPARER): S.DRAFT,
    (S.APPROVED, E.EXPORT): S.EXPORTED,
    (S.APPROVED, E.SETTLE): S.SETTLED,
    (S.EXPORTED, E.SETTLE): S.SETTLED,
    (S.EXPORTED, E.RETURNED_BY_BANK): S.RETURNED,
    (S.SETTLED, E.RETURNED_BY_BANK): S.RETURNED,
    (S.DRAFT, E.CANCEL): S.CANCELLED,
    (S.PENDING_APPROVAL, E.CANCEL): S.CANCELLED,
    (S.APPROVED, E.CANCEL): S.CANCELLED,
    (S.RETURNED, E.CANCEL): S.CANCELLED,
}


@pytest.mark.parametrize("state", RefundState)
@pytest.mark.parametrize("event", RefundEvent)
def test_every_event_in_every_state(state: RefundState, event: RefundEvent) -> None:
    assert state_after(state, event) is ALLOWED.get((state, event))
    assert (event in possible_events(state)) is ((state, event) in ALLOWED)


def test_the_pairs_of_the_database() -> None:
    expected = {(before, after) for (before, _), after in ALLOWED.items() if before is not after}
    assert set(state_pairs()) == expected


def test_only_a_person_approves() -> None:
    """No event but the approval leads to what is payable."""
    into = {event for (_, event), after in ALLOWED.items() if after is S.APPROVED}
    assert into == {E.APPROVE}
    assert {S.APPROVED, S.EXPORTED} == LIABILITIES
    assert {S.SETTLED, S.CANCELLED} == set(S) - OPEN_STATES
    assert S.EXPORTED not in EDITABLE


@pytest.mark.parametrize(
    ("source", "kept", "allowed"),
    [
        (RefundSource.CANCELLATION, 0, True),
        (RefundSource.CANCELLATION, 50, True),
        (RefundSource.CANCELLATION, 99, True),
        (RefundSource.CANCELLATION, 100, False),
        (RefundSource.OVERPAYMENT, None, True),
        (RefundSource.OTHER, None, True),
        (RefundSource.EDITION_CANCELLED, None, False),
        (RefundSource.EDITION_CANCELLED, 0, False),
    ],
)
def test_the_charge_of_the_bank(source: RefundSource, kept: int | None, allowed: bool) -> None:
    assert allows_bank_charge(source, kept) is allowed


ACCOUNT = PayeeAccount(holder_name="Ana Ruiz", iban="ES9121000418450200051332", bank_country="ES")
AMOUNTS = Money(49000, "EUR"), Money(47500, "EUR")


@pytest.mark.parametrize(
    "other",
    [
        ("b", 7, AMOUNTS, ACCOUNT),
        ("a", 8, AMOUNTS, ACCOUNT),
        ("a", 7, (Money(49001, "EUR"), AMOUNTS[1]), ACCOUNT),
        ("a", 7, (AMOUNTS[0], Money(47501, "EUR")), ACCOUNT),
        ("a", 7, (Money(49000, "USD"), Money(47500, "USD")), ACCOUNT),
        ("a", 7, AMOUNTS, PayeeAccount(holder_name="Ana Ruiz", iban="DE89370400440532013000")),
        ("a", 7, AMOUNTS, PayeeAccount(holder_name="Ana R", iban=ACCOUNT.iban, bank_country="ES")),
        ("a", 7, AMOUNTS, PayeeAccount(holder_name="Ana Ruiz", account_number="1", bic="X")),
    ],
)
def test_an_approval_holds_for_one_amount_payee_and_account(other: tuple) -> None:
    approved = approval_text("a", 7, AMOUNTS, ACCOUNT)
    assert approved == approval_text("a", 7, AMOUNTS, ACCOUNT)
    assert approval_text(*other) != approved
