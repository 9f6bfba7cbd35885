"""Events of the provider: each is stored once, with its effect, in one transaction.

What does not match is quarantined: it has no effect, and a person looks at it. The event's row is
inserted first, so that a second copy waits for the first and then finds it.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.card_providers.messages import (
    DISPUTE_PREFIX,
    CheckoutSession,
    ProviderEvent,
    ProviderRefund,
)
from learning.fees.card_models import (
    CardSession,
    EventOutcome,
    QuarantineReason,
    StoredEvent,
)
from learning.fees.commands.card_refunds import apply_refund
from learning.fees.commands.card_sessions import apply_checkout
from learning.fees.problems import CardProblem
from learning.fees.queries.card_payments import card_refund_of_provider, session_of_provider
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.idempotency import insert_if_absent

FETCHED = "fetched"
"""The type of what the provider told when it was fetched, where it does not match."""
PURGED = 100  # events in a transaction


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Which provider says something, and when we heard it."""

    provider: str
    now: datetime


def receive_event(session: Session, event: ProviderEvent, arrival: Arrival) -> StoredEvent | None:
    """Store an event and carry out its effect; return it, None if it was stored before."""
    stored = _insert(session, event, arrival)
    if stored is None:
        return None
    _close(session, stored, _effect(session, event, stored, arrival), arrival.now)
    return stored


def take_fetched(
    session: Session, card_session: CardSession, checkout: CheckoutSession, *, now: datetime
) -> None:
    """Take over what the provider told about a session when it was fetched.

    What does not match is quarantined once, like an event.
    """
    reason = apply_checkout(session, card_session, checkout, now=now)
    if reason is None:
        return
    card_session.checked_at = now
    event = ProviderEvent(
        id=f"{FETCHED} {card_session.uid}",
        type=FETCHED,
        created_at=now,
        livemode=checkout.livemode,
        session=checkout,
    )
    stored = _insert(session, event, Arrival(provider=card_session.provider, now=now))
    if stored is not None:
        stored.card_session_id = card_session.id
        _close(session, stored, reason, now)


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """What a person did about a quarantined event; `version` is that of the page they saw."""

    note: str
    version: int
    by: int
    now: datetime


def resolve_event(session: Session, stored: StoredEvent, done: Resolution) -> None:
    """Take note of what a person did about a quarantined event; raise RuleViolation."""
    lock_row(session, stored)
    is_open = stored.outcome is EventOutcome.QUARANTINED and stored.resolved_at is None
    if not is_open or stored.version != done.version:
        raise RuleViolation(CardProblem.RESOLVED)
    stored.note, stored.resolved_at, stored.resolved_by_id = done.note, done.now, done.by
    stored.version += 1
    session.flush()
    record(session, "provider event resolved", _subject(stored), by=done.by, now=done.now)


def purge_events(session: Session, *, before: datetime) -> int:
    """Delete some old events; return how many. One that waits for a person stays."""
    old = (
        select(StoredEvent.id)
        .where(
            StoredEvent.received_at < before,
            (StoredEvent.outcome != EventOutcome.QUARANTINED)
            | StoredEvent.resolved_at.is_not(None),
        )
        .order_by(StoredEvent.id)
        .limit(PURGED)
    )
    ids = session.scalars(old).all()
    if ids:
        session.execute(delete(StoredEvent).where(StoredEvent.id.in_(ids)))
    return len(ids)


def _effect(
    session: Session, event: ProviderEvent, stored: StoredEvent, arrival: Arrival
) -> QuarantineReason | None:
    """Carry out the effect of an event; return why it has none though it should."""
    if event.session is not None:
        return _session_effect(session, event.session, stored, arrival)
    if event.refund is not None:
        return _refund_effect(session, event.refund, stored, arrival)
    return QuarantineReason.DISPUTE if event.type.startswith(DISPUTE_PREFIX) else None


def _session_effect(
    session: Session, checkout: CheckoutSession, stored: StoredEvent, arrival: Arrival
) -> QuarantineReason | None:
    known = session_of_provider(session, arrival.provider, checkout.id, checkout.reference)
    if known is None:
        return QuarantineReason.UNKNOWN_SESSION
    reason = apply_checkout(session, known, checkout, now=arrival.now)
    # Not before: the reference locks the session's row, which comes after its account.
    stored.card_session_id, stored.outcome = known.id, EventOutcome.APPLIED
    return reason


def _refund_effect(
    session: Session, answer: ProviderRefund, stored: StoredEvent, arrival: Arrival
) -> QuarantineReason | None:
    known = card_refund_of_provider(session, arrival.provider, answer.id, answer.reference)
    if known is None:
        return QuarantineReason.UNKNOWN_REFUND
    reason = apply_refund(session, known, answer, now=arrival.now)
    stored.refund_id, stored.outcome = known.refund_id, EventOutcome.APPLIED
    return reason


def _insert(session: Session, event: ProviderEvent, arrival: Arrival) -> StoredEvent | None:
    """Insert the row of an event; None if it is there already, once its first copy is done."""
    new = insert_if_absent(
        session,
        StoredEvent,
        provider=arrival.provider,
        event_id=event.id,
        type=event.type,
        created_at=event.created_at,
        received_at=arrival.now,
        facts=json.dumps(_facts(event)),
        outcome=EventOutcome.IGNORED,
        reason="",
        note="",
        version=0,
    )
    if not new:
        return None
    own = (StoredEvent.provider == arrival.provider) & (StoredEvent.event_id == event.id)
    return session.scalars(select(StoredEvent).where(own)).one()


def _close(
    session: Session, stored: StoredEvent, reason: QuarantineReason | None, now: datetime
) -> None:
    """Write down what became of an event; one that is quarantined is in the audit trail."""
    if reason is not None:
        stored.outcome, stored.reason = EventOutcome.QUARANTINED, reason
    session.flush()
    if reason is not None:
        record(
            session,
            "provider event quarantined",
            _subject(stored),
            by=None,
            now=now,
            reason=str(reason),
            type=stored.type,
        )


def _facts(event: ProviderEvent) -> dict[str, Any]:
    if event.session is not None:
        return _session_facts(event.session)
    if event.refund is not None:
        answer = event.refund
        return {
            "refund": answer.id,
            "payment": answer.payment_id,
            "state": answer.state,
            "amount": f"{answer.amount.major} {answer.amount.currency}",
            "failure": answer.failure,
            "livemode": event.livemode,
        }
    return {"livemode": event.livemode}


def _session_facts(checkout: CheckoutSession) -> dict[str, Any]:
    return {
        "session": checkout.id,
        "payment": checkout.payment_id,
        "state": checkout.state,
        "amount": f"{checkout.amount.major} {checkout.amount.currency}",
        "livemode": checkout.livemode,
    }


def _subject(stored: StoredEvent) -> str:
    return f"provider event {stored.id}"
