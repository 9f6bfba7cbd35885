"""Who pays: the person or the sponsor behind an agreement, a payment or an invoice.

A payment keeps the agreement that was in force when it was received. So it is known whose money it
is after a substitution, which hands price, parties and policy on to a colleague.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, aliased

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import agreements_of_account
from learning.kit.time import day_in

EARLIER_PARTICIPANT = "earlier participant"
"""The payer of what was paid for a place before a substitution, in the cost of a cancellation."""


def agreement_on(session: Session, account: FeeAccount, day: date) -> FeeAgreement:
    """Return the agreement of an account that was in force on a day: the latest made by then.

    Before the first one, that is the first one. On the day of a substitution it is the new one.
    """
    agreements = agreements_of_account(session, account)
    for agreement in agreements:
        zone = session.get_one(Edition, agreement.edition_id).zone
        if day_in(zone, agreement.agreed_at) <= day:
            return agreement
    return agreements[-1]


def own_agreements(
    session: Session, agreement_ids: Collection[int], person_id: int
) -> frozenset[int]:
    """Return which of some agreements are of places of a person, in one statement."""
    of_person = (
        select(FeeAgreement.id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(FeeAgreement.id.in_(agreement_ids), Application.person_id == person_id)
    )
    return frozenset(session.scalars(of_person))


def payments_by_others(session: Session, account: FeeAccount, person_id: int) -> frozenset[int]:
    """Return the ids of the payments of an account that earlier participants of it have made."""
    of_others = (
        select(Payment.id)
        .join(FeeAgreement, FeeAgreement.id == Payment.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(
            Payment.fee_account_id == account.id,
            Payment.payer == Payer.PARTICIPANT,
            Application.person_id != person_id,
        )
    )
    return frozenset(session.scalars(of_others))


def held_account(session: Session, application_id: int) -> FeeAccount | None:
    """Return the account of a place that an application has handed on, if money was about it."""
    own = select(FeeAgreement.id).where(FeeAgreement.application_id == application_id)
    paid = select(Payment.fee_account_id).where(Payment.fee_agreement_id.in_(own))
    return session.scalar(select(FeeAccount).where(FeeAccount.id.in_(paid)).limit(1))


def sponsorship_of(session: Session, agreement: FeeAgreement) -> Sponsorship | None:
    """Return the sponsorship that pays the sponsor's part of an agreement, None if none is known.

    A substitute takes over the sponsor of the person who leaves, also if another nominated them: it
    is that of the first agreement that names the party.
    """
    if agreement.sponsor_party_id is not None:
        first = select(Application.sponsorship_id).join(
            FeeAgreement, FeeAgreement.application_id == Application.id
        )
        named = first.where(FeeAgreement.sponsor_party_id == agreement.sponsor_party_id)
        sponsorship_id = session.scalar(named.order_by(FeeAgreement.id).limit(1))
    else:
        application = session.get_one(Application, agreement.application_id)
        sponsorship_id = application.sponsorship_id
    return None if sponsorship_id is None else session.get_one(Sponsorship, sponsorship_id)


def sponsored_agreements(sponsorship_id: int | None = None) -> Select[int]:
    """Return the query for the agreements whose sponsor's part a sponsorship pays, or any does."""
    parties = _sponsor_parties(sponsorship_id)
    return select(FeeAgreement.id).where(FeeAgreement.sponsor_party_id.in_(parties))


def _sponsor_parties(sponsorship_id: int | None) -> Select[int | None]:
    """Return the query for the parties that agreements of nominees were the first to name."""
    earlier = aliased(FeeAgreement)
    is_later = exists().where(
        earlier.sponsor_party_id == FeeAgreement.sponsor_party_id, earlier.id < FeeAgreement.id
    )
    named = Application.sponsorship_id
    is_own = named.is_not(None) if sponsorship_id is None else named == sponsorship_id
    return (
        select(FeeAgreement.sponsor_party_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(is_own, FeeAgreement.sponsor_party_id.is_not(None), ~is_later)
    )
