"""Card payments: sessions by invoice, by the provider's ids, and those that are to be asked for."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from learning.fees.card_models import CardPayout, CardRefund, CardSession, StoredEvent
from learning.fees.card_models import EventOutcome as Outcome
from learning.fees.invoice_models import Invoice
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.refund_models import Refund, RefundState
from learning.fees.rules.card_states import WAITING, CardRefundState, CardSessionState
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance

ASK_AGAIN = timedelta(minutes=5)
"""How long after the last question the periodic job asks again."""
OPEN_STATES = (CardSessionState.CREATED, CardSessionState.OPEN)
LISTED_EVENTS = 100


def session_by_uid(session: Session, uid: str) -> CardSession | None:
    return session.scalar(select(CardSession).where(CardSession.uid == uid))


def session_by_key(session: Session, request_key: str) -> CardSession | None:
    return session.scalar(select(CardSession).where(CardSession.request_key == request_key))


def session_of_provider(
    session: Session, provider: str, session_id: str, reference: str
) -> CardSession | None:
    """Return the session that a provider means, by its own id or else by our reference."""
    of_provider = select(CardSession).where(CardSession.provider == provider)
    by_id = of_provider.where(CardSession.provider_session_id == session_id)
    return session.scalar(by_id) or session.scalar(of_provider.where(CardSession.uid == reference))


def open_session(session: Session, invoice: Invoice) -> CardSession | None:
    """Return the session that a payer may still use for an invoice, or for one that it replaces."""
    return session.scalar(
        select(CardSession)
        .where(_pays(invoice), CardSession.state.in_(OPEN_STATES))
        .order_by(CardSession.id)
        .limit(1)
    )


def pending_session(session: Session, invoice: Invoice) -> CardSession | None:
    """Return the session of the same that the payer's bank has not confirmed yet."""
    return session.scalar(
        select(CardSession)
        .where(_pays(invoice), CardSession.state == CardSessionState.PENDING)
        .order_by(CardSession.id)
        .limit(1)
    )


def _pays(invoice: Invoice) -> ColumnElement[bool]:
    """Return which sessions pay an invoice: its own, and its payer's of credited invoices."""
    credited = select(Invoice.credits_id).where(
        Invoice.fee_account_id == invoice.fee_account_id, Invoice.credits_id.is_not(None)
    )
    replaced = and_(
        CardSession.fee_account_id == invoice.fee_account_id,
        CardSession.payer == invoice.payer,
        CardSession.invoice_id.in_(credited),
    )
    return or_(CardSession.invoice_id == invoice.id, replaced)


def latest_sessions(session: Session, invoice_ids: Collection[int]) -> dict[int, CardSession]:
    """Return the latest session of each of some invoices, in one statement."""
    latest = (
        select(func.max(CardSession.id))
        .where(CardSession.invoice_id.in_(invoice_ids))
        .group_by(CardSession.invoice_id)
    )
    found = session.scalars(select(CardSession).where(CardSession.id.in_(latest)))
    return {each.invoice_id: each for each in found}


def sessions_to_check(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of sessions that may have been paid without a word, the longest wait first."""
    checked = func.coalesce(CardSession.checked_at, CardSession.created_at)
    return session.scalars(
        select(CardSession.id)
        .where(CardSession.state.in_(WAITING), checked <= now - ASK_AGAIN)
        .order_by(checked, CardSession.id)
        .limit(limit)
    ).all()


def session_of_payment(session: Session, payment_id: int) -> CardSession | None:
    return session.scalar(select(CardSession).where(CardSession.payment_id == payment_id))


def refunds_to_submit(session: Session, *, limit: int) -> Sequence[int]:
    """Return the ids of approved refunds that go to a card, the oldest approval first."""
    return session.scalars(
        select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.state == RefundState.APPROVED,
            Payment.method == PaymentMethod.CARD,
            Refund.holder_name == "",
        )
        .order_by(Refund.approved_at, Refund.id)
        .limit(limit)
    ).all()


def card_refunds_to_check(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of refunds at the provider whose end is not known."""
    waits = CardRefund.state.in_((CardRefundState.SUBMITTED, CardRefundState.PENDING))
    checked = func.coalesce(CardRefund.checked_at, CardRefund.submitted_at)
    return session.scalars(
        select(CardRefund.id)
        .where(waits, checked <= now - ASK_AGAIN)
        .order_by(checked, CardRefund.id)
        .limit(limit)
    ).all()


def card_refund_of_provider(
    session: Session, provider: str, refund_id: str, reference: str
) -> CardRefund | None:
    """Return the try that a provider means, by its own id or else by our reference."""
    of_provider = select(CardRefund).where(CardRefund.provider == provider)
    by_id = of_provider.where(CardRefund.provider_refund_id == refund_id)
    by_reference = and_(CardRefund.reference == reference, CardRefund.reference != "")
    return session.scalar(by_id) or session.scalar(of_provider.where(by_reference))


def card_refunds_of(session: Session, refund_id: int) -> Sequence[CardRefund]:
    """Return the tries of a refund, the latest first."""
    own = select(CardRefund).where(CardRefund.refund_id == refund_id)
    return session.scalars(own.order_by(CardRefund.id.desc())).all()


def payout_of(session: Session, bank_entry_id: int) -> CardPayout | None:
    """Return the payout that an entry of a statement is, None if it is none."""
    own = (CardPayout.bank_entry_id == bank_entry_id) & CardPayout.reversed_at.is_(None)
    return session.scalar(select(CardPayout).where(own))


def holds_cards(session: Session) -> bool:
    """Return whether the provider holds money that it has not paid out."""
    return balance(session, LedgerAccount.CARD_CLEARING).minor > 0


def event_by_uid(session: Session, uid: str) -> StoredEvent | None:
    return session.scalar(select(StoredEvent).where(StoredEvent.uid == uid))


def quarantined_events(session: Session) -> Sequence[StoredEvent]:
    """Return the quarantined events: those that nobody has resolved first, then the latest."""
    return session.scalars(
        select(StoredEvent)
        .where(StoredEvent.outcome == Outcome.QUARANTINED)
        .order_by(StoredEvent.resolved_at.is_not(None), StoredEvent.id.desc())
        .limit(LISTED_EVENTS)
    ).all()
