"""What is read of the provider's JSON, and what is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from learning.card_providers.messages import (
    CheckoutState,
    MessageError,
    ProviderRefundState,
    read_event,
    read_json,
    read_refund,
    read_session,
)
from learning.kit.money import Money

SESSION: dict[str, Any] = {
    "id": "cs_1", "status": "open", "payment_status": "unpaid", "amount_total": 98000,
    "currency": "eur", "livemode": False, "client_reference_id": "abc", "payment_intent": None,
    "url": "https://pay.example/cs_1", "expires_at": 1_700_000_000,
}  # fmt: skip
REFUND: dict[str, Any] = {
    "id": "re_1", "status": "pending", "amount": 49000, "currency": "eur",
    "payment_intent": "pi_1", "metadata": {"reference": "abc-1"}, "failure_reason": None,
}  # fmt: skip


def event(kind: str, about: dict[str, Any], **more: Any) -> bytes:
    found = {
        "id": "evt_1", "type": kind, "created": 1_700_000_000, "livemode": False,
        "data": {"object": about},
    }  # fmt: skip
    return json.dumps(found | more).encode()


def test_a_session() -> None:
    found = read_session(SESSION)
    assert (found.id, found.state, found.amount) == ("cs_1", "open", Money(98000, "EUR"))
    assert (found.reference, found.payment_id, found.url) == ("abc", "", SESSION["url"])
    assert found.expires_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert read_session(SESSION | {"expires_at": None, "url": None}).expires_at is None


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"status": "expired"}, CheckoutState.EXPIRED),
        ({"status": "complete", "payment_status": "paid"}, CheckoutState.PAID),
        ({"status": "complete", "payment_intent": "pi_1"}, CheckoutState.PENDING),
        ({"status": "complete", "payment_intent": None}, CheckoutState.PENDING),
        (
            {"status": "complete", "payment_intent": {"id": "pi_1", "status": "processing"}},
            CheckoutState.PENDING,
        ),
        (
            {
                "status": "complete",
                "payment_intent": {"id": "pi_1", "status": "requires_payment_method"},
            },
            CheckoutState.FAILED,
        ),
    ],
)
def test_the_state_of_a_session(changes: dict[str, Any], state: CheckoutState) -> None:
    assert read_session(SESSION | changes).state is state


@pytest.mark.parametrize("payment", ["pi_1", {"id": "pi_1", "status": "succeeded"}])
def test_the_payment_may_be_expanded(payment: Any) -> None:
    assert read_session(SESSION | {"payment_intent": payment}).payment_id == "pi_1"


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None}, {"id": ""}, {"id": "x" * 256}, {"status": "strange"},
        {"status": "complete", "payment_status": "no_payment_required"},
        {"payment_status": None}, {"amount_total": "98000"}, {"amount_total": -1},
        {"amount_total": True}, {"amount_total": 10**13}, {"amount_total": None},
        {"currency": 3}, {"livemode": "false"}, {"livemode": None}, {"client_reference_id": 5},
        {"payment_intent": ["pi_1"]}, {"payment_intent": {"status": "succeeded"}},
        {"url": 1}, {"expires_at": "soon"}, {"expires_at": 10**12},
    ],
)  # fmt: skip
def test_a_session_in_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        read_session(SESSION | changes)


def test_a_refund() -> None:
    found = read_refund(REFUND)
    assert (found.id, found.state, found.amount) == ("re_1", "pending", Money(49000, "EUR"))
    assert (found.payment_id, found.reference, found.failure) == ("pi_1", "abc-1", "")
    assert read_refund(REFUND | {"metadata": None, "payment_intent": None}).reference == ""


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("requires_action", ProviderRefundState.PENDING),
        ("succeeded", ProviderRefundState.SUCCEEDED),
        ("failed", ProviderRefundState.FAILED),
        ("canceled", ProviderRefundState.FAILED),
    ],
)
def test_the_state_of_a_refund(status: str, state: ProviderRefundState) -> None:
    assert read_refund(REFUND | {"status": status}).state is state


def test_a_refund_in_another_shape_is_refused() -> None:
    for changes in ({"status": "strange"}, {"amount": None}, {"metadata": {"reference": 1}}):
        with pytest.raises(MessageError):
            read_refund(REFUND | changes)


def test_events() -> None:
    found = read_event(event("checkout.session.completed", SESSION))
    assert (found.id, found.type, found.livemode) == ("evt_1", "checkout.session.completed", False)
    assert found.created_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert found.session is not None
    assert found.refund is None
    about_refund = read_event(event("refund.updated", REFUND))
    assert about_refund.refund is not None
    assert about_refund.session is None
    other = read_event(event("charge.dispute.created", {"anything": 1}))
    assert (other.session, other.refund) == (None, None)


def test_only_the_type_says_that_a_payment_failed_afterwards() -> None:
    complete = SESSION | {"status": "complete", "payment_intent": "pi_1"}
    kind = "checkout.session.async_payment_failed"
    failed = read_event(event(kind, complete)).session
    assert failed is not None
    assert (failed.state, failed.payment_id) == (CheckoutState.FAILED, "pi_1")
    paid = read_event(event(kind, complete | {"payment_status": "paid"})).session
    assert paid is not None
    assert paid.state is CheckoutState.PAID


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"\xff", b"{", b'{"id": "evt_1"}', b"[" * 100_000,
        event("refund.updated", REFUND, livemode=1),
        event("refund.updated", REFUND, created=-1),
        event("refund.updated", REFUND, data=None),
        event("refund.updated", REFUND, data={"object": []}),
        event("refund.updated", REFUND, id=7),
    ],
)  # fmt: skip
def test_an_event_in_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(MessageError):
        read_event(body)


def test_json_is_an_object() -> None:
    assert read_json(b'{"a": 1}') == {"a": 1}
