"""Who paid what goes back: the person of a place, or the contact of a sponsor."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import agreements_of_account, people_of_account
from learning.fees.queries.credits import is_uninvoiced
from learning.fees.queries.payer_parts import PayerPart
from learning.fees.refund_models import Refund
from learning.fees.rules.credits import credit_parts


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
        account = session.get_one(FeeAccount, payment.fee_account_id)
        agreements = agreements_of_account(session, account)
        application = session.get_one(Application, _agreement_at(agreements, payment))
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


def has_own_credit(session: Session, account: FeeAccount, part: PayerPart, person_id: int) -> bool:
    """Whether a participant may ask for the credit of their part: they paid it, all is invoiced.

    After a substitution the credit is that of the person who paid, not of the colleague who
    came later. A number of statements that does not depend on the payments.
    """
    if part.balance.credit.minor <= 0 or is_uninvoiced(session, account):
        return False
    payments = [each for each in part.payments if each.reversed_at is None]
    left = [(each.id, each.amount.minor - each.refunded_minor) for each in payments]
    sources = {each.payment_id for each in credit_parts(left, part.balance.credit.minor)}
    agreements = agreements_of_account(session, account)
    paid_for = {_application_of(agreements, each) for each in payments if each.id in sources}
    people = select(Application.person_id).where(Application.id.in_(paid_for))
    return set(session.scalars(people)) == {person_id}


def _application_of(agreements: Sequence[FeeAgreement], payment: Payment) -> int:
    """Return the application of the first agreement that names the party of a payment."""
    named = [each.application_id for each in agreements if each.party_id == payment.party_id]
    return named[-1] if named else _agreement_at(agreements, payment)


def _agreement_at(agreements: Sequence[FeeAgreement], payment: Payment) -> int:
    """Return the application whose place it was when a payment was recorded.

    No agreement names its party if a sponsor pays everything and the participant paid by mistake.
    """
    held = [each for each in agreements if each.agreed_at <= payment.recorded_at]
    return (held or agreements)[0 if held else -1].application_id
