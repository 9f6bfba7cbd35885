"""Who paid what goes back: the person of a place, or the contact of a sponsor."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import people_of_account
from learning.fees.refund_models import Refund


@dataclass(frozen=True, kw_only=True)
class RefundPayer:
    """Whom to write to about a payment: the participant, or the contact of the sponsor.

    `person_id` is None for a contact, who has no account.
    """

    email: str
    name: str
    language: str
    zone: str
    person_id: int | None
    application: Application


def payer_of(session: Session, refund: Refund) -> RefundPayer | None:
    """Return who paid, None if nobody is known who could be written to.

    The agreement that names the billing party of the payment says whose money it was, also after
    a substitution: the colleague who came later has paid nothing of it.
    """
    payment = session.get_one(Payment, refund.payment_id)
    is_sponsor = payment.payer is Payer.SPONSOR
    party = FeeAgreement.sponsor_party_id if is_sponsor else FeeAgreement.party_id
    application = session.scalar(
        select(Application)
        .join(FeeAgreement, FeeAgreement.application_id == Application.id)
        .where(party == payment.party_id)
        .order_by(FeeAgreement.id)
        .limit(1)
    )
    if application is None:
        return None
    if not is_sponsor:
        person = session.get_one(Person, application.person_id)
        return RefundPayer(
            email=person.email,
            name=person.name,
            language=person.language,
            zone=person.zone,
            person_id=person.id,
            application=application,
        )
    if application.sponsorship_id is None:
        return None
    sponsorship = session.get_one(Sponsorship, application.sponsorship_id)
    return RefundPayer(
        email=sponsorship.contact_email,
        name="",
        language=sponsorship.language,
        zone=session.get_one(Edition, application.edition_id).zone,
        person_id=None,
        application=application,
    )


def people_of_place(session: Session, refund: Refund) -> set[int]:
    """Return the ids of the people whose place it is about, now or before a substitution."""
    return people_of_account(session, session.get_one(FeeAccount, refund.fee_account_id))
