"""Card payments: a checkout is begun, gets its page at the provider, and becomes one payment.

The provider is asked between two transactions, never within one. Whatever it says afterwards, in an
event, to the return page or to the periodic job, goes through `apply_checkout`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.audit.actions import record
from learning.card_providers.messages import CheckoutSession
from learning.catalogue.models import Edition
from learning.fees.card_models import CardSession, CardSessionState, QuarantineReason
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.invoice_models import Invoice
from learning.fees.payment_models import PaymentMethod
from learning.fees.problems import CardProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.balances import invoices_of
from learning.fees.queries.card_payments import open_session, pending_session, session_by_key
from learning.fees.rules.card_states import session_mismatch, session_state_after
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.kit.time import day_in

LIFETIME = timedelta(hours=1)
"""How long the page of a provider can be used; Stripe takes 30 minutes to 24 hours."""
MIN_LEFT = timedelta(minutes=10)
"""A session that ends sooner is not shown to a payer who begins again."""


@dataclass(frozen=True, kw_only=True)
class NewCardSession:
    """What a payer begins: the provider, the language of its page, the key of the form."""

    provider: str
    livemode: bool
    language: str
    request_key: str
    by: int | None
    now: datetime


def begin_session(session: Session, invoice: Invoice, new: NewCardSession) -> CardSession:
    """Begin to pay what is open of an invoice by card; return its session.

    The amount is frozen. A session that is open for the same amount is returned again, also when
    two people begin at once. Raise RuleViolation if nothing is open, if a bank is about to confirm
    an earlier payment, or if a session of another amount has to end first (`session_to_end`).
    """
    lock_account(session, invoice.fee_account_id)
    known = session_by_key(session, new.request_key)
    if known is not None and known.invoice_id == invoice.id:
        return known
    amount = open_amount(session, invoice)
    if amount.minor <= 0:
        raise RuleViolation(CardProblem.NOTHING_OPEN)
    if pending_session(session, invoice) is not None:
        raise RuleViolation(CardProblem.PENDING)
    opened = open_session(session, invoice)
    if opened is not None:
        if _is_usable(opened, invoice, amount, new.now):
            return opened
        raise RuleViolation(CardProblem.OTHER_SESSION)
    begun = CardSession(
        edition_id=invoice.edition_id,
        fee_account_id=invoice.fee_account_id,
        invoice_id=invoice.id,
        payer=invoice.payer,
        amount=amount,
        provider=new.provider,
        livemode=new.livemode,
        language=new.language,
        created_at=new.now,
        expires_at=new.now + LIFETIME,
        request_key=new.request_key,
    )
    session.add(begun)
    session.flush()
    record(
        session,
        "card payment begun",
        _subject(begun),
        by=new.by,
        now=new.now,
        invoice=invoice.number,
        amount=f"{amount.major} {amount.currency}",
    )
    return begun


def open_amount(session: Session, invoice: Invoice) -> Money:
    """Return what is open of an invoice."""
    of_account = invoices_of(session, [invoice.fee_account_id])
    return next(each.open for each in of_account if each.invoice.id == invoice.id)


def session_to_end(session: Session, invoice: Invoice, *, now: datetime) -> CardSession | None:
    """Return the open session of an invoice that is of no use: too old, or of another amount.

    One of an invoice that was credited is of no use either: its payer would pay twice.
    """
    opened = open_session(session, invoice)
    if opened is None or _is_usable(opened, invoice, open_amount(session, invoice), now):
        return None
    return opened


def end_unanswered(session: Session, card_session: CardSession) -> None:
    """End a session whose page nobody was ever led to: the provider's answer was lost."""
    lock_account(session, card_session.fee_account_id)
    lock_row(session, card_session)
    if card_session.state is CardSessionState.CREATED:
        card_session.state = CardSessionState.EXPIRED
        card_session.version += 1


def apply_checkout(
    session: Session, card_session: CardSession, checkout: CheckoutSession, *, now: datetime
) -> QuarantineReason | None:
    """Take over what the provider says of a session; return what does not match, if anything.

    Then nothing is changed. A paid session is recorded as one payment, whatever the place has
    become meanwhile: what is not owed any more is a credit of the payer. The same again, or
    something older, changes nothing.
    """
    account = lock_account(session, card_session.fee_account_id)
    lock_row(session, card_session)
    found = session_mismatch(
        card_session.provider_session_id,
        card_session.amount,
        checkout,
        livemode=card_session.livemode,
    )
    if found is not None:
        return found
    before = card_session.state
    after = session_state_after(before, checkout.state)
    card_session.provider_session_id = checkout.id
    card_session.provider_payment_id = checkout.payment_id or card_session.provider_payment_id
    card_session.url = checkout.url or card_session.url
    if before is not CardSessionState.CREATED:  # who pays at once is asked about at once
        card_session.checked_at = now
    if after is before:
        return None
    if after is CardSessionState.PAID:
        payment = record_payment(session, account, _payment(session, card_session, now))
        card_session.payment_id = payment.id
    card_session.state = after
    card_session.version += 1
    session.flush()
    if after is not CardSessionState.OPEN:
        _record(session, card_session, before, now)
    return None


def _payment(session: Session, card_session: CardSession, now: datetime) -> NewPayment:
    """Return the payment of whom the invoice was issued to: nobody else begins a session for it.

    A substitute may have the place by the time that it is paid.
    """
    invoice = session.get_one(Invoice, card_session.invoice_id)
    edition = session.get_one(Edition, card_session.edition_id)
    return NewPayment(
        payer=card_session.payer,
        method=PaymentMethod.CARD,
        source_key=f"{card_session.provider} {card_session.provider_session_id}",
        amount=card_session.amount,
        received_on=day_in(edition.zone, now),
        payer_name=session.get_one(BillingParty, invoice.party_id).details.name,
        note=card_session.provider_payment_id,
        agreement=session.get_one(FeeAgreement, invoice.fee_agreement_id),
        by=None,
        now=now,
    )


def _record(
    session: Session, card_session: CardSession, before: CardSessionState, now: datetime
) -> None:
    record(
        session,
        f"card payment {card_session.state}",
        _subject(card_session),
        by=None,
        now=now,
        before=str(before),
        after=str(card_session.state),
    )


def _is_usable(opened: CardSession, invoice: Invoice, amount: Money, now: datetime) -> bool:
    is_same = (opened.invoice_id, opened.amount) == (invoice.id, amount)
    return is_same and opened.expires_at - now >= MIN_LEFT


def _subject(card_session: CardSession) -> str:
    return f"card session {card_session.id}"
