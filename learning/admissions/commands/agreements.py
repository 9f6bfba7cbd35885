"""Fee agreements: made once, on acceptance, and never changed.

A transfer or a substitution makes a new agreement that names the one before: what was paid for that
one counts for the new one.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.commands.billing_parties import copy_party
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.agreements import latest_agreement
from learning.admissions.rules import billing
from learning.admissions.rules.answers import Funding
from learning.catalogue.models import Edition
from learning.kit.money import Money


def agree(
    session: Session, application: Application, *, now: datetime, penalty_floor: int = 0
) -> FeeAgreement:
    """Add the agreement of an acceptance: price, first day and policy of today.

    After a substitution, the terms stay those of the person who leaves: the information note
    transfers the seat, not the invoice. A penalty floor stays with the place, whatever follows.
    """
    edition = session.get_one(Edition, application.edition_id)
    handed_over = _handed_over(session, application)
    terms = _terms_of(handed_over) if handed_over else _new_terms(session, edition, application)
    earlier = (
        handed_over
        or latest_agreement(session, application.id)
        or latest_agreement(session, application.transferred_from_id)
    )
    agreement = FeeAgreement(
        edition_id=edition.id,
        application_id=application.id,
        price=terms.price,
        sponsor_percent=terms.sponsor_percent,
        party_id=terms.party_id,
        sponsor_party_id=terms.sponsor_party_id,
        policy_version=handed_over.policy_version if handed_over else edition.policy_version,
        first_day=handed_over.first_day if handed_over else edition.starts_on,
        agreed_at=now,
        continues_id=earlier.id if earlier else None,
        penalty_floor=max(penalty_floor, earlier.penalty_floor if earlier else 0),
    )
    session.add(agreement)
    session.flush()  # event handlers of the acceptance refer to it by id
    return agreement


def _handed_over(session: Session, application: Application) -> FeeAgreement | None:
    """Return the agreement of the person who left the seat, None once another continues it."""
    agreement = latest_agreement(session, application.substitutes_id)
    if agreement is None:
        return None
    continued = exists().where(FeeAgreement.continues_id == agreement.id)
    return None if session.scalar(select(continued)) else agreement


@dataclass(frozen=True, kw_only=True)
class _Terms:
    """The price and the payers: the part of an agreement that a substitution copies."""

    price: Money
    sponsor_percent: int
    party_id: int | None
    sponsor_party_id: int | None


def _terms_of(agreement: FeeAgreement) -> _Terms:
    return _Terms(
        price=agreement.price,
        sponsor_percent=agreement.sponsor_percent,
        party_id=agreement.party_id,
        sponsor_party_id=agreement.sponsor_party_id,
    )


def _new_terms(session: Session, edition: Edition, application: Application) -> _Terms:
    """Return today's terms, with copies of today's billing parties."""
    percent = application.sponsor_share
    party_id, sponsor_party_id = billing.payers(
        application.billing_party_id if application.funding != Funding.FELLOWSHIP else None,
        _stated_party(session, application),
        percent,
    )
    copies = {each: copy_party(session, each, edition.id) for each in {party_id, sponsor_party_id}}
    return _Terms(
        price=edition.fee,
        sponsor_percent=percent,
        party_id=copies[party_id],
        sponsor_party_id=copies[sponsor_party_id],
    )


def _stated_party(session: Session, application: Application) -> int | None:
    """Return the party that the sponsor stated, if any."""
    if application.sponsorship_id is None:
        return None
    return session.get_one(Sponsorship, application.sponsorship_id).billing_party_id
