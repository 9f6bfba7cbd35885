"""Who paid what goes back: the person of a place, or the contact of a sponsor."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import agreements_of_account, people_of_account
from learning.fees.queries.credits import is_uninvoiced
from learning.fees.queries.payer_parts import PayerPart
from learning.fees.queries.payers import sponsorship_of
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
    """Return who paid, None for a sponsor of whom no contact is known.

    The agreement of the payment says whose money it was, also after a substitution: the
    colleague who came later has paid nothing of it.
    """
    payment = session.get_one(Payment, refund.payment_id)
    agreement = session.get_one(FeeAgreement, payment.fee_agreement_id)
    application = session.get_one(Application, agreement.application_id)
    if payment.payer is Payer.PARTICIPANT:
        person = session.get_one(Person, application.person_id)
        application = _latest_application(session, refund, person)
        return RefundPayer(
            email=person.email,
            name=person.name,
            language=person.language,
            zone=person.zone,
            person_id=person.id,
            application=application,
        )
    sponsorship = sponsorship_of(session, agreement)
    if sponsorship is None:
        return None
    return RefundPayer(
        email=sponsorship.contact_email,
        name="",
        language=sponsorship.language,
        zone=session.get_one(Edition, application.edition_id).zone,
        person_id=None,
        application=application,
    )


def _latest_application(session: Session, refund: Refund, person: Person) -> Application:
    """Return the latest application of a person for a place: its page shows the refund."""
    account = session.get_one(FeeAccount, refund.fee_account_id)
    agreements = agreements_of_account(session, account)
    applications = [session.get_one(Application, each.application_id) for each in agreements]
    return next(each for each in applications if each.person_id == person.id)


def people_of_place(session: Session, refund: Refund) -> set[int]:
    """Return the ids of the people whose place it is about, now or before a substitution."""
    return people_of_account(session, session.get_one(FeeAccount, refund.fee_account_id))


def has_own_credit(session: Session, account: FeeAccount, part: PayerPart) -> bool:
    """Whether a participant may ask for the credit of their part: all of the price is invoiced.

    Their part has what they paid themselves, not what another person paid before a substitution.
    A person who has handed on the place writes to the centre.
    """
    if part.balance.credit.minor <= 0 or part.is_handed_on:
        return False
    return not is_uninvoiced(session, account)
