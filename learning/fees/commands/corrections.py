"""Corrections by finance: another buyer on an invoice, a payment that was none.

An invoice never changes: it is credited in full and issued again, in one transaction. A payment is
taken back by the opposite booking, on the day of the centre.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.billing import BillingDetails, is_complete
from learning.catalogue.models import Edition
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.invoicing import credit_invoice, issue_again
from learning.fees.commands.payments import reverse_payment
from learning.fees.invoice_models import Invoice
from learning.fees.models import Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.problems import InvoiceProblem, PaymentProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.rules.invoice_content import buyer_of
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in


@dataclass(frozen=True, kw_only=True)
class BuyerCorrection:
    """Who the buyer of an invoice is instead, why, and who says so."""

    details: BillingDetails
    reason: str
    by: int
    now: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentReversal:
    """Why a payment is taken back and on which day; `version` is that of the page."""

    reason: str
    on: date
    version: int
    by: int
    now: datetime


def correct_buyer(session: Session, invoice: Invoice, correction: BuyerCorrection) -> Invoice:
    """Credit an invoice and issue it again to another buyer; return the new invoice.

    Amount, lines and due day stay. What was paid of the old one pays the new one. Later documents
    of this payer have the new address, too. Raise RuleViolation for a credit note, an invoice that
    is credited already, the same buyer, or an incomplete address.
    """
    account = lock_account(session, invoice.fee_account_id)
    before, details = buyer_of(invoice.buyer), correction.details
    if not is_complete(details):
        raise RuleViolation(InvoiceProblem.INCOMPLETE)
    if details == before:
        raise RuleViolation(InvoiceProblem.SAME_BUYER, field="billing_name")
    credit_invoice(session, invoice, by=correction.by, now=correction.now)
    party_id = save_party(session, None, invoice.edition_id, details)
    party = session.get_one(BillingParty, party_id)
    issued = issue_again(session, invoice, party, correction)
    _correct_source(session, invoice, before, details)
    allocate_payments(session, account)
    return issued


def _correct_source(
    session: Session, invoice: Invoice, before: BillingDetails, details: BillingDetails
) -> None:
    """Correct the party from which a later agreement is made, if it has the same mistake."""
    agreement = session.get_one(FeeAgreement, invoice.fee_agreement_id)
    application = session.get_one(Application, agreement.application_id)
    party_id = application.billing_party_id
    if invoice.payer is Payer.SPONSOR and application.sponsorship_id is not None:
        party_id = session.get_one(Sponsorship, application.sponsorship_id).billing_party_id
    if party_id is not None and session.get_one(BillingParty, party_id).details == before:
        save_party(session, party_id, application.edition_id, details)


def take_payment_back(session: Session, payment: Payment, reversal: PaymentReversal) -> None:
    """Take a payment back with a reason: a mistake, or the bank took it and no entry says so.

    The place stays what it is, and the amount is open again. Raise RuleViolation if the page was of
    another version, if it is taken back already, for a day ahead or before the receipt, if a refund
    was made from it, and for one by card: its provider keeps the money until it is refunded.
    """
    lock_account(session, payment.fee_account_id)
    lock_row(session, payment)
    if payment.version != reversal.version or payment.reversed_at is not None:
        raise RuleViolation(PaymentProblem.CHANGED)
    if payment.method is PaymentMethod.CARD:
        raise RuleViolation(PaymentProblem.BY_CARD)
    edition = session.get_one(Edition, payment.edition_id)
    if not payment.received_on <= reversal.on <= day_in(edition.zone, reversal.now):
        raise RuleViolation(PaymentProblem.DAY, field="booked_on")
    payment.reversal_reason = reversal.reason
    reverse_payment(session, payment, booked_on=reversal.on, by=reversal.by, now=reversal.now)
