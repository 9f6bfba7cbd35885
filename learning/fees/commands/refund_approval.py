"""Four eyes: one person prepares a refund, another approves it (docs/decisions/0076).

The approval is bound by a digest to amount, payee and account. Approval and export count it again
from the row: whatever was changed in between, even past the application, is found.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from learning.bank_formats.accounts import account_name_error, iban_error, is_bic, is_sepa
from learning.fees.commands.refund_steps import (
    RefundAction,
    check_step,
    day_of_books,
    lock_refund,
    move,
    post_approval,
    take_step,
)
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.queries.refund_payers import people_of_place
from learning.fees.queries.refund_sources import (
    goes_to_card,
    has_failed_at_card,
    percent_kept,
)
from learning.fees.refund_accounts import account_values, digest_of, read_account
from learning.fees.refund_models import Refund
from learning.fees.rules.refund_digest import NO_ACCOUNT, PayeeAccount
from learning.fees.rules.refunds import (
    RefundEvent,
    RefundProblem,
    RefundState,
    allows_bank_charge,
)
from learning.kit.encryption import Cipher
from learning.kit.errors import RuleViolation

NOT_APPROVED: dict[str, Any] = {"approved_by_id": None, "approved_at": None}


@dataclass(frozen=True, kw_only=True)
class BankCharge:
    """What the bank charged for the payment or will for the refund, in minor units, and why."""

    minor: int
    reason: str


def prepare_refund(
    session: Session, refund: Refund, account: PayeeAccount, cipher: Cipher, action: RefundAction
) -> None:
    """Enter the payee's account and propose the refund: a second person approves it.

    NO_ACCOUNT sends a payment by card back to its card. Raise RuleViolation for an account that
    no transfer reaches, and for any account while the card was not tried.
    """
    lock_refund(session, refund, action)
    check_step(refund, RefundEvent.PREPARE)
    payment = session.get_one(Payment, refund.payment_id)
    _check_destination(session, refund, payment, account)
    values = account_values(refund, account, cipher)
    digest = digest_of(refund, payment, account, cipher, charge=refund.bank_charge_minor)
    take_step(
        session,
        refund,
        RefundEvent.PREPARE,
        action,
        **values,
        **NOT_APPROVED,
        digest=digest,
        prepared_by_id=action.by,
        prepared_at=action.now,
    )


def _check_destination(
    session: Session, refund: Refund, payment: Payment, account: PayeeAccount
) -> None:
    by_card = payment.method is PaymentMethod.CARD
    if by_card and account == NO_ACCOUNT:
        return
    if not is_complete(account):
        raise RuleViolation(RefundProblem.NO_ACCOUNT)
    if by_card and not has_failed_at_card(session, refund):
        raise RuleViolation(RefundProblem.TO_CARD)


def set_bank_charge(
    session: Session, refund: Refund, charge: BankCharge, cipher: Cipher, action: RefundAction
) -> None:
    """Deduct the charge of the bank, or no longer, with the reason that its page shows.

    Raise RuleViolation where the terms allow no charge, or it is more than the amount.
    """
    lock_refund(session, refund, action)
    after = check_step(refund, RefundEvent.SET_CHARGE)
    if not allows_bank_charge(refund.source, percent_kept(session, refund)):
        raise RuleViolation(RefundProblem.NO_CHARGE)
    if not 0 <= charge.minor <= refund.gross.minor:
        raise RuleViolation(RefundProblem.CHARGE_TOO_HIGH, field="amount")
    if not charge.reason.strip():
        raise RuleViolation(RefundProblem.NO_REASON, field="reason")
    payment = session.get_one(Payment, refund.payment_id)
    if charge.minor == refund.gross.minor:
        after = RefundState.PENDING_APPROVAL  # nothing is sent: no account is needed
    elif _has_no_destination(refund, payment) and after is RefundState.PENDING_APPROVAL:
        after = RefundState.DRAFT  # nothing was to be sent before: an account is needed now
    account = read_account(refund, cipher)
    values: dict[str, Any] = {
        "bank_charge_minor": charge.minor,
        "bank_charge_reason": charge.reason,
        "charged_by_id": action.by,
        "digest": digest_of(refund, payment, account, cipher, charge=charge.minor),
    }
    if refund.prepared_by_id is None and after is RefundState.PENDING_APPROVAL:
        values |= {"prepared_by_id": action.by, "prepared_at": action.now}
    reasoned = replace(action, reason=charge.reason)
    move(session, refund, RefundEvent.SET_CHARGE, reasoned, (after, values | NOT_APPROVED))


def _has_no_destination(refund: Refund, payment: Payment) -> bool:
    return not refund.holder_name and not goes_to_card(refund, payment)


def approve_refund(
    session: Session, refund: Refund, seen_digest: str, cipher: Cipher, action: RefundAction
) -> None:
    """Approve a refund that somebody else prepared, as its page showed it (`seen_digest`).

    From then on it is payable. One of nothing is settled at once, without a transfer. Raise
    RuleViolation for the preparer, the person who entered the charge, the payee, if anything is
    otherwise than on the page, and for money of which one person alone says that it came.
    """
    lock_refund(session, refund, action)
    check_step(refund, RefundEvent.APPROVE)
    if action.by is None or action.by in {refund.prepared_by_id, refund.charged_by_id}:
        raise RuleViolation(RefundProblem.SAME_PERSON)
    if action.by in people_of_place(session, refund):
        raise RuleViolation(RefundProblem.OWN_REFUND)
    if seen_digest != refund.digest or not is_as_approved(session, refund, cipher):
        raise RuleViolation(RefundProblem.NOT_AS_APPROVED)
    if session.get_one(Payment, refund.payment_id).is_unconfirmed:
        raise RuleViolation(RefundProblem.UNCONFIRMED)
    post_approval(session, refund, action)
    approval = {"approved_by_id": action.by, "approved_at": action.now, "return_reason": ""}
    take_step(session, refund, RefundEvent.APPROVE, action, **approval)
    if refund.net.minor == 0:
        today = day_of_books(session, refund, action.now)
        take_step(session, refund, RefundEvent.SETTLE, action, settled_on=today)


def return_to_preparer(session: Session, refund: Refund, action: RefundAction) -> None:
    """Return a refund to the person who prepares it, with the reason; an approval is taken back."""
    lock_refund(session, refund, action)
    check_step(refund, RefundEvent.RETURN_TO_PREPARER)
    if not action.reason.strip():
        raise RuleViolation(RefundProblem.NO_REASON, field="reason")
    values = {"return_reason": action.reason} | NOT_APPROVED
    take_step(session, refund, RefundEvent.RETURN_TO_PREPARER, action, **values)


def is_as_approved(session: Session, refund: Refund, cipher: Cipher) -> bool:
    """Return whether amount, payee and account in the row are those of its digest."""
    payment = session.get_one(Payment, refund.payment_id)
    account = read_account(refund, cipher)
    charge = refund.bank_charge_minor
    return refund.digest == digest_of(refund, payment, account, cipher, charge=charge)


def is_complete(account: PayeeAccount) -> bool:
    """Return whether a transfer can reach an account: an IBAN, or number, BIC and country."""
    if account_name_error(account.holder_name):
        return False
    if account.iban and account.bank_country != account.iban[:2]:
        return False
    if account.iban:
        return iban_error(account.iban) is None and (is_sepa(account.iban) or is_bic(account.bic))
    return bool(account.account_number and is_bic(account.bic) and account.bank_country)
