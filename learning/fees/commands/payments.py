"""Payments: recorded once, allocated to invoices, posted; a place is activated when it is paid."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.commands.billing_parties import copy_party
from learning.admissions.models import Application
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.audit.actions import record
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.payment_emails import send_payment_received
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import PaymentProblem
from learning.fees.queries.accounts import lock_account, people_of_account
from learning.fees.queries.payers import agreement_on
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.actions import Entry, Posting, post
from learning.ledger.models import LedgerAccount
from learning.ledger.rules import opposite


@dataclass(frozen=True, kw_only=True)
class NewPayment:
    """Money that was received from one payer of an account.

    `source_key` makes it unique within its method: the entry and its part, or the key of the
    form. `received_on` is a day in the centre's zone, `by` the id of the person who records it,
    None for the system. `agreement` is the one under which it was paid, None for the one that was
    in force on that day.
    """

    payer: Payer
    method: PaymentMethod
    source_key: str
    amount: Money
    received_on: date
    payer_name: str
    payer_iban: str = ""
    note: str = ""
    bank_entry_id: int | None = None
    agreement: FeeAgreement | None = None
    by: int | None
    now: datetime


def record_payment(session: Session, account: FeeAccount, new: NewPayment) -> Payment:
    """Record a payment, let it pay the payer's open invoices, oldest first, and post it.

    What is left over is a credit of that payer. If nothing is open any more, the place is
    activated; a payment that a person recorded by hand does that once a second person has confirmed
    it. The same `source_key` again returns the first payment. Raise RuleViolation, also where a
    person records a payment, by hand or from an entry, for their own place.
    """
    account = lock_account(session, account.id)
    known = _payment_with(session, new)
    if known is not None:
        if (known.fee_account_id, known.amount) != (account.id, new.amount):
            raise RuleViolation(PaymentProblem.RECORDED)
        return known
    if new.by is not None and new.by in people_of_account(session, account):
        raise RuleViolation(PaymentProblem.OWN_PLACE)
    agreement = new.agreement or agreement_on(session, account, new.received_on)
    if new.amount.currency != agreement.price.currency:
        raise RuleViolation(PaymentProblem.CURRENCY, field="amount")
    if new.amount.minor <= 0:
        raise RuleViolation(PaymentProblem.AMOUNT, field="amount")
    payment = Payment(
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=agreement.id,
        payer=new.payer,
        party_id=_party_of(session, agreement, new),
        method=new.method,
        source_key=new.source_key,
        amount=new.amount,
        received_on=new.received_on,
        recorded_at=new.now,
        recorded_by_id=new.by,
        payer_name=new.payer_name,
        payer_iban=new.payer_iban,
        note=new.note,
        bank_entry_id=new.bank_entry_id,
    )
    session.add(payment)
    allocate_payments(session, account)
    _post(session, payment, Booking(amount=new.amount, on=new.received_on, by=new.by, now=new.now))
    activated = activate_if_settled(session, account, now=new.now)
    send_payment_received(session, account, payment, activated=activated, now=new.now)
    record(
        session,
        "payment recorded",
        f"payment {payment.id}",
        by=new.by,
        now=new.now,
        account=account.uid,
        payer=str(new.payer),
        amount=_plain(new.amount),
        received_on=new.received_on.isoformat(),
        method=str(new.method),
    )
    return payment


def reverse_payment(
    session: Session,
    payment: Payment,
    *,
    booked_on: date,
    by: int | None,
    now: datetime,
) -> None:
    """Take a payment back: the bank did, or it was recorded for the wrong account.

    Its invoices are open again; the place stays what it is. A second time changes nothing. Raise
    RuleViolation if a refund has been made from it.
    """
    account = lock_account(session, payment.fee_account_id)
    session.refresh(payment, with_for_update=True)
    if payment.reversed_at is not None:
        return
    if payment.refunded_minor:
        raise RuleViolation(PaymentProblem.REFUNDED)
    payment.reversed_at = now
    payment.version += 1
    allocate_payments(session, account)
    back = opposite(payment.amount)
    _post(session, payment, Booking(amount=back, on=booked_on, by=by, now=now))
    record(
        session,
        "payment reversed",
        f"payment {payment.id}",
        by=by,
        now=now,
        account=account.uid,
        amount=_plain(payment.amount),
    )


def _payment_with(session: Session, new: NewPayment) -> Payment | None:
    own = select(Payment).where(Payment.method == new.method, Payment.source_key == new.source_key)
    return session.scalar(own)


def _party_of(session: Session, agreement: FeeAgreement, new: NewPayment) -> int:
    """Return the party that paid: that of the agreement, or one of the payer's own.

    A person whose sponsor pays everything has none in the agreement, and may still pay by
    mistake: the refund goes back to them. The agreement of a substitute names the party of the
    person who left.
    """
    is_sponsor = new.payer is Payer.SPONSOR
    agreed = agreement.sponsor_party_id if is_sponsor else agreement.party_id
    if agreed is not None and (is_sponsor or not _is_handed_on(session, agreement)):
        return agreed
    earlier = select(Payment.party_id).where(
        Payment.fee_agreement_id == agreement.id, Payment.payer == new.payer
    )
    known = session.scalar(earlier.limit(1))
    if known is not None:
        return known
    application = session.get_one(Application, agreement.application_id)
    own = None if is_sponsor else application.billing_party_id
    copied = copy_party(session, own, agreement.edition_id)
    if copied is not None:
        return copied
    kind = PartyKind.ORGANISATION if is_sponsor else PartyKind.PERSON
    details = BillingDetails(kind, new.payer_name, "", "", "", "", "")
    party = BillingParty(edition_id=agreement.edition_id, details=details)
    session.add(party)
    session.flush()
    return party.id


def _is_handed_on(session: Session, agreement: FeeAgreement) -> bool:
    """Whether an earlier agreement named the same party: that of another person."""
    first = select(func.min(FeeAgreement.id)).where(FeeAgreement.party_id == agreement.party_id)
    return session.scalar(first) != agreement.id


@dataclass(frozen=True, kw_only=True)
class Booking:
    """A receipt in the ledger, or less than nothing for one that is taken back."""

    amount: Money
    on: date
    by: int | None
    now: datetime


def _post(session: Session, payment: Payment, booking: Booking) -> None:
    """Post a receipt, from what is unmatched to the receivables of the account; or back.

    A payment by card is at the provider, until it is paid out to the bank.
    """
    amount, is_receipt = booking.amount, booking.amount.minor > 0
    less = opposite(amount)
    posting = Posting(
        key=f"payment {payment.id}" if is_receipt else f"payment {payment.id} reversed",
        kind="payment" if is_receipt else "payment reversed",
        subject=f"payment {payment.id}",
        occurred_on=booking.on,
        entries=(
            _received_on_account(payment.method, amount),
            Entry(LedgerAccount.RECEIVABLES, less, f"account {payment.fee_account_id}"),
        ),
        by=booking.by,
        now=booking.now,
        edition_id=payment.edition_id,
    )
    post(session, posting)


def _received_on_account(method: PaymentMethod, amount: Money) -> Entry:
    if method is PaymentMethod.CARD:
        return Entry(LedgerAccount.CARD_CLEARING, amount)
    return Entry(LedgerAccount.UNMATCHED_RECEIPTS, amount)


def _plain(amount: Money) -> str:
    return f"{amount.major} {amount.currency}"
