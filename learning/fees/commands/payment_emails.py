"""The e-mail “payment received”: to the participant, or to the contact of their sponsor."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.payer_parts import part_of
from learning.fees.queries.payers import sponsorship_of
from learning.kit.money import Money
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

PAYMENT_RECEIVED = "fees.payment-received"


def send_payment_received(
    session: Session, account: FeeAccount, payment: Payment, *, activated: bool, now: datetime
) -> None:
    """Tell the payer what was received, what is open or too much, and whether the place is given.

    A sponsor without a contact gets none. Nobody is told of the other payer's money. A person who
    has handed on the place is told of their own payment alone.
    """
    agreement = session.get_one(FeeAgreement, payment.fee_agreement_id)
    application = session.get_one(Application, agreement.application_id)
    edition = session.get_one(Edition, account.edition_id)
    own = part_of(session, account, payment.payer, application.person_id).balance
    params = {
        "reference": application.reference,
        "starts_on": edition.starts_on.isoformat(),
        "received_on": payment.received_on.isoformat(),
        "amount": _plain(payment.amount),
        "open": _plain(own.open),
        "credit": _plain(own.credit),
        "is_sponsor": payment.payer is Payer.SPONSOR,
        "activated": activated,
    }
    if payment.payer is Payer.PARTICIPANT:
        person = session.get_one(Person, application.person_id)
        email = EmailRequest(kind=PAYMENT_RECEIVED, params=params)
        send_email_to(session, person, email, now=now)
        return
    sponsorship = sponsorship_of(session, agreement)
    if sponsorship is not None:
        contact = Recipient(
            email=sponsorship.contact_email,
            name=sponsorship.contact_name,
            language=sponsorship.language,
            zone=edition.zone,
        )
        email = EmailRequest(kind=PAYMENT_RECEIVED, params=params, category=SPONSORSHIP)
        enqueue_email(session, contact, email, now=now)


def _plain(amount: Money) -> list[int | str]:
    """Return an amount as JSON for the outbox: minor units and currency."""
    return [amount.minor, amount.currency]
