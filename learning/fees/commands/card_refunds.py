"""Refunds that go back to the card: submitted once each, settled or failed by what is answer.

A refund is marked as sent before the provider is query: after a crash the same key is sent again,
and the provider returns the refund that it has made already (`card_refunds.reference`).
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.card_providers.interface import NewProviderRefund
from learning.card_providers.messages import ProviderRefund, ProviderRefundState
from learning.fees.card_models import CardRefund, CardRefundState, CardSession, QuarantineReason
from learning.fees.commands.refund_approval import is_as_approved, return_to_preparer
from learning.fees.commands.refund_emails import send_card_refund_email
from learning.fees.commands.refund_steps import RefundAction, day_of_books, lock_refund, take_step
from learning.fees.commands.refunds import Settlement, mark_returned, settle_refund
from learning.fees.payment_models import Payment
from learning.fees.queries.card_payments import session_of_payment
from learning.fees.queries.refund_sources import goes_to_card
from learning.fees.refund_models import Refund, RefundState
from learning.fees.rules.card_states import money_mismatch, refund_state_after
from learning.fees.rules.refunds import RefundEvent
from learning.kit.database import lock_row
from learning.kit.encryption import Cipher

CHANGED = "Amount or payee are not as they were approved."


def submit_refund(
    session: Session, refund: Refund, cipher: Cipher, *, now: datetime
) -> CardRefund | None:
    """Mark an approved refund as sent to its card; return what is to be asked of the provider.

    None if it is not approved any more. One that is not as it was approved goes back to its
    preparer.
    """
    action = RefundAction(by=None, now=now)
    lock_refund(session, refund, action)
    payment = session.get_one(Payment, refund.payment_id)
    paid = session_of_payment(session, payment.id)
    if refund.state is not RefundState.APPROVED or not goes_to_card(refund, payment) or not paid:
        return None
    if not is_as_approved(session, refund, cipher):
        return_to_preparer(session, refund, RefundAction(by=None, now=now, reason=CHANGED))
        return None
    attempts = select(func.count()).select_from(CardRefund).where(CardRefund.refund_id == refund.id)
    submitted = CardRefund(
        refund_id=refund.id,
        card_session_id=paid.id,
        reference=f"{refund.uid}-{(session.scalar(attempts) or 0) + 1}",
        amount=refund.net,
        provider=paid.provider,
        submitted_at=now,
    )
    session.add(submitted)
    session.flush()
    send_card_refund_email(session, refund, now=now)
    take_step(session, refund, RefundEvent.EXPORT, action)
    return submitted


def request_of(session: Session, submitted: CardRefund) -> NewProviderRefund:
    """Return what is asked of the provider: the same again for the same try."""
    paid = session.get_one(CardSession, submitted.card_session_id)
    return NewProviderRefund(
        reference=submitted.reference,
        payment_id=paid.provider_payment_id,
        amount=submitted.amount,
    )


def apply_refund(
    session: Session, submitted: CardRefund, answer: ProviderRefund, *, now: datetime
) -> QuarantineReason | None:
    """Take over what the provider says of a refund; return what does not match, if anything.

    Then nothing is changed. One that failed needs another approval, to the card or to an account.
    """
    paid = session.get_one(CardSession, submitted.card_session_id)
    refund = session.get_one(Refund, submitted.refund_id)
    lock_refund(session, refund, RefundAction(by=None, now=now))
    lock_row(session, submitted)
    found = money_mismatch(submitted.amount, answer.amount, (False, False))
    if found is not None:
        return found
    other_id = submitted.provider_refund_id not in {None, answer.id}
    if other_id or (answer.payment_id and answer.payment_id != paid.provider_payment_id):
        return QuarantineReason.OTHER_PAYMENT
    if _was_refused(submitted) and answer.state is not ProviderRefundState.FAILED:
        return QuarantineReason.FAILED_REFUND  # it may be on its way to an account by now
    submitted.provider_refund_id, submitted.checked_at = answer.id, now
    after = refund_state_after(submitted.state, answer.state)
    if after is submitted.state:
        return None
    submitted.state = after
    if after is CardRefundState.SUCCEEDED:
        _settle(session, refund, now)
    elif after is CardRefundState.FAILED:
        _fail(session, submitted, refund, answer.failure, now)
    return None


def _was_refused(submitted: CardRefund) -> bool:
    """Whether a try failed because the provider would not make it, without an id of it."""
    return submitted.state is CardRefundState.FAILED and submitted.provider_refund_id is None


def fail_refund(session: Session, submitted: CardRefund, code: str, *, now: datetime) -> None:
    """Take note that the provider refuses a refund; a second time changes nothing."""
    refund = session.get_one(Refund, submitted.refund_id)
    lock_refund(session, refund, RefundAction(by=None, now=now))
    lock_row(session, submitted)
    submitted.checked_at = now
    if submitted.state is not CardRefundState.FAILED:
        submitted.state = CardRefundState.FAILED
        _fail(session, submitted, refund, code, now)


def _settle(session: Session, refund: Refund, now: datetime) -> None:
    if refund.state is RefundState.EXPORTED:
        day = day_of_books(session, refund, now)
        action = RefundAction(by=None, now=now)
        settle_refund(session, refund, Settlement(action=action, on=day))


def _fail(
    session: Session, submitted: CardRefund, refund: Refund, code: str, now: datetime
) -> None:
    submitted.failure = code
    session.flush()
    if refund.state in {RefundState.EXPORTED, RefundState.SETTLED}:
        action = RefundAction(by=None, now=now, reason=code or CardRefundState.FAILED)
        mark_returned(session, refund, Settlement(action=action))
