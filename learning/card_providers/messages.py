"""What a provider says, from its JSON: the state of a checkout session, of a refund, an event.

Only what we compare and need is read: no name, no address and no number of a card. The shape is
that of Stripe's API: https://docs.stripe.com/api/checkout/sessions/object.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from learning.kit.money import Money

MAX_ID = 255  # characters, as Stripe promises
MAX_AMOUNT = 10**12  # minor units
MAX_SECONDS = 10**11


class MessageError(ValueError):
    """A message that is not in the shape that was agreed."""


class CheckoutState(StrEnum):
    """Where a checkout is. The order is that of `fees.rules.card_states`."""

    OPEN = "open"
    EXPIRED = "expired"
    PENDING = "pending"  # completed, and the bank of the payer has not confirmed it yet
    FAILED = "failed"  # completed, and the bank has refused it afterwards
    PAID = "paid"


class ProviderRefundState(StrEnum):
    """Where a refund is at the provider."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class CheckoutSession:
    """A checkout session as the provider tells it. `reference` is our own id of it.

    `url` is its page, "" when it is over; `payment_id` is the provider's id of the payment, ""
    before there is one.
    """

    id: str
    state: CheckoutState
    amount: Money
    livemode: bool
    reference: str
    payment_id: str = ""
    url: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderRefund:
    """A refund as the provider tells it; `reference` is our own key of it."""

    id: str
    state: ProviderRefundState
    amount: Money
    payment_id: str
    reference: str
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class ProviderEvent:
    """An event: about a session, a refund, or something that we do not read."""

    id: str
    type: str
    created_at: datetime
    livemode: bool
    session: CheckoutSession | None = None
    refund: ProviderRefund | None = None


COMPLETED, EXPIRED = "checkout.session.completed", "checkout.session.expired"
SUCCEEDED = "checkout.session.async_payment_succeeded"
FAILED = "checkout.session.async_payment_failed"
SESSION_EVENTS = frozenset({COMPLETED, EXPIRED, SUCCEEDED, FAILED})
REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed"})
DISPUTE_PREFIX = "charge.dispute."
REFUND_STATES = {
    "pending": ProviderRefundState.PENDING,
    "requires_action": ProviderRefundState.PENDING,
    "succeeded": ProviderRefundState.SUCCEEDED,
    "failed": ProviderRefundState.FAILED,
    "canceled": ProviderRefundState.FAILED,
}
REFUSED_PAYMENTS = frozenset({"requires_payment_method", "canceled"})
"""States of a payment whose bank has refused it, after the checkout was completed."""


def read_json(body: bytes) -> Mapping[str, Any]:
    """Return the object in a body; raise MessageError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageError("no JSON") from error
    if not isinstance(found, dict):
        raise MessageError("no object")
    return found


def read_event(body: bytes) -> ProviderEvent:
    """Return the event in a body whose signature was checked; raise MessageError."""
    found = read_json(body)
    kind, livemode = _text(found, "type"), _flag(found, "livemode")
    about = _object(_object(found, "data"), "object")
    session = read_session(about) if kind in SESSION_EVENTS else None
    if session is not None and kind == FAILED and session.state is CheckoutState.PENDING:
        session = _failed(session)
    return ProviderEvent(
        id=_id(found, "id"),
        type=kind[:MAX_ID],
        created_at=_moment(found, "created"),
        livemode=livemode,
        session=session,
        refund=read_refund(about) if kind in REFUND_EVENTS else None,
    )


def read_session(found: Mapping[str, Any]) -> CheckoutSession:
    """Return a checkout session; raise MessageError."""
    payment = found.get("payment_intent") or ""
    return CheckoutSession(
        id=_id(found, "id"),
        state=_state(found),
        amount=_money(found, "amount_total"),
        livemode=_flag(found, "livemode"),
        reference=_optional(found, "client_reference_id"),
        payment_id=_id(payment, "id") if isinstance(payment, dict) else _short(payment),
        url=_optional(found, "url"),
        expires_at=_moment(found, "expires_at") if found.get("expires_at") else None,
    )


def read_refund(found: Mapping[str, Any]) -> ProviderRefund:
    """Return a refund; raise MessageError."""
    state = REFUND_STATES.get(_text(found, "status"))
    if state is None:
        raise MessageError("status of the refund")
    metadata = found.get("metadata")
    return ProviderRefund(
        id=_id(found, "id"),
        state=state,
        amount=_money(found, "amount"),
        payment_id=_optional(found, "payment_intent"),
        reference=_optional(metadata, "reference") if isinstance(metadata, dict) else "",
        failure=_optional(found, "failure_reason"),
    )


def _state(found: Mapping[str, Any]) -> CheckoutState:
    status, payment = _text(found, "status"), _text(found, "payment_status")
    if payment == "paid":
        return CheckoutState.PAID
    if status in {"open", "expired"}:
        return CheckoutState(status)
    if status != "complete" or payment != "unpaid":
        raise MessageError("status of the session")
    intent = found.get("payment_intent")
    refused = isinstance(intent, dict) and intent.get("status") in REFUSED_PAYMENTS
    return CheckoutState.FAILED if refused else CheckoutState.PENDING


def _failed(session: CheckoutSession) -> CheckoutSession:
    """Return a session as failed: only the type of its event says so."""
    return CheckoutSession(**(vars(session) | {"state": CheckoutState.FAILED}))


def _object(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = found.get(name)
    if not isinstance(value, dict):
        raise MessageError(name)
    return value


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise MessageError(name)
    return value


def _id(found: Mapping[str, Any], name: str) -> str:
    return _short(_text(found, name))


def _optional(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise MessageError(name)
    return value or ""


def _short(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_ID:
        raise MessageError("id")
    return value


def _flag(found: Mapping[str, Any], name: str) -> bool:
    value = found.get(name)
    if not isinstance(value, bool):
        raise MessageError(name)
    return value


def _whole(found: Mapping[str, Any], name: str, limit: int) -> int:
    value = found.get(name)
    if type(value) is not int or not 0 <= value <= limit:
        raise MessageError(name)
    return value


def _moment(found: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(_whole(found, name, MAX_SECONDS), UTC)


def _money(found: Mapping[str, Any], name: str) -> Money:
    currency = _text(found, "currency").upper()
    return Money(_whole(found, name, MAX_AMOUNT), currency)
