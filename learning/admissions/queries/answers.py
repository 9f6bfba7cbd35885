"""What an application says, as the rules see it, and who is billed for it."""

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules import answers
from learning.admissions.rules.answers import Answers
from learning.admissions.rules.billing import BillingDetails


def is_sponsor_billed(application: Application, sponsorship: Sponsorship | None) -> bool:
    """Whether the sponsor pays all and has given a billing address, and the candidate has not."""
    return (
        application.billing_party_id is None
        and sponsorship is not None
        and sponsorship.stated_at is not None
        and sponsorship.share == answers.MAX_SHARE
    )


def answers_of(session: Session, application: Application) -> Answers:
    """Return an application as the rules see it; what the sponsor stated counts as an answer."""
    person = session.get_one(Person, application.person_id)
    sponsorship = sponsorship_of(session, application)
    signed = sponsorship is not None and (sponsorship.letter_id or sponsorship.signed_at)
    party_id = application.billing_party_id
    if sponsorship is not None and is_sponsor_billed(application, sponsorship):
        party_id = sponsorship.billing_party_id
    return Answers(
        institution=person.institution,
        gender=application.gender,
        country=application.country,
        position=application.position,
        constituency=application.constituency,
        motivation=application.motivation,
        study_language=application.study_language,
        funding=application.funding,
        sponsor_share=application.sponsor_share,
        has_letter=bool(application.letter_id or signed),
        billing=details_of(session, party_id),
        consented_at=application.consented_at,
    )


def sponsorship_of(session: Session, application: Application) -> Sponsorship | None:
    """Return the sponsorship that an application belongs to, None for one without a sponsor."""
    if application.sponsorship_id is None:
        return None
    return session.get_one(Sponsorship, application.sponsorship_id)


def details_of(session: Session, party_id: int | None) -> BillingDetails | None:
    """Return who a billing party is, None for no party."""
    return session.get_one(BillingParty, party_id).details if party_id is not None else None
