"""Changes of an edition that has applicants or participants.

A change that breaks a promise in an earlier e-mail is refused; other changes that matter are
announced.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.admissions.commands import edition_notices, waitlist
from learning.admissions.models import Application
from learning.admissions.problems import EditionChangeProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.states import ACTIVE_STATES
from learning.catalogue.events import EditionChanged
from learning.catalogue.models import Edition
from learning.enrolment import seats
from learning.kit.errors import RuleViolation
from learning.kit.time import start_of_day


def on_edition_changed(session: Session, fact: EditionChanged) -> None:
    """Refuse an impossible change, announce the others, and offer new seats."""
    edition = session.get_one(Edition, fact.edition_id)
    if "capacity" in fact.before:
        _require_enough_seats(session, edition)
    if not fact.before.keys().isdisjoint({"starts_on", "zone"}):
        _keep_first_day(session, edition, fact)
    if "fee" in fact.before:
        _keep_offered_fee(session, edition, fact)
    if "policy_version" in fact.before:
        _keep_offered_policy(session, edition)
    if "languages" in fact.before:
        _keep_languages(session, edition)
    edition_notices.announce_change(session, edition, fact.before, now=fact.at)
    if edition.capacity > fact.before.get("capacity", edition.capacity):
        waitlist.offer_free_seats(session, edition.id, now=fact.at)


def _require_enough_seats(session: Session, edition: Edition) -> None:
    occupied = seats.occupied(session, edition)
    if edition.capacity < occupied:
        raise RuleViolation(
            EditionChangeProblem.SEATS_TAKEN,
            field="capacity",
            taken=occupied,
        )


def _keep_first_day(session: Session, edition: Edition, fact: EditionChanged) -> None:
    """Refuse to move a past first day, or to one that is too soon for travel."""
    if not application_queries.count_affected_people(session, edition):
        return
    before = fact.before.get("starts_on", edition.starts_on)
    zone = fact.before.get("zone", edition.zone)
    if fact.at >= start_of_day(before, zone):
        raise RuleViolation(EditionChangeProblem.BEGUN, field="starts_on")
    begins_at = start_of_day(edition.starts_on, edition.zone)
    if begins_at <= fact.at:
        raise RuleViolation(EditionChangeProblem.FIRST_DAY_PAST, field="starts_on")
    until = _last_offer(session, edition)
    if until is not None and until > begins_at:
        raise RuleViolation(
            EditionChangeProblem.OFFER_OPEN,
            field="starts_on",
            until=until,
        )


def _keep_offered_fee(session: Session, edition: Edition, fact: EditionChanged) -> None:
    """Refuse to raise the fee while a seat is offered for less."""
    before, until = fact.before["fee"], _last_offer(session, edition)
    dearer = edition.fee.currency != before.currency or edition.fee.minor > before.minor
    if dearer and until is not None:
        raise RuleViolation(
            EditionChangeProblem.OFFER_FEE,
            field="fee",
            fee=before,
            until=until,
        )


def _keep_offered_policy(session: Session, edition: Edition) -> None:
    """Refuse another cancellation policy while a seat is offered under the present one."""
    until = _last_offer(session, edition)
    if until is not None:
        raise RuleViolation(
            EditionChangeProblem.OFFER_POLICY,
            field="policy_version",
            until=until,
        )


def _keep_languages(session: Session, edition: Edition) -> None:
    studying = select(func.count()).where(
        Application.edition_id == edition.id,
        Application.state.in_(ACTIVE_STATES),
        Application.study_language != "",
        Application.study_language.not_in(edition.languages.split()),
    )
    if session.scalar(studying):
        raise RuleViolation(EditionChangeProblem.LANGUAGE)


def _last_offer(session: Session, edition: Edition) -> datetime | None:
    """Return the latest end of an open offer."""
    offers = application_queries.open_offers(session, edition.id)
    return max((offer.ends_at for offer in offers), default=None)
