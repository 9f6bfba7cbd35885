"""An edition that is changed while people hold places in it, or wait for one.

What they hold letters against is refused; of the rest that matters to them they are told.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.catalogue.events import EditionChanged
from learning.catalogue.models import Edition
from learning.enrolment import change_notices, queries, waiting
from learning.enrolment.models import Application
from learning.enrolment.rules import LIVE
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.time import start_of


def follow_change(session: Session, fact: EditionChanged) -> None:
    """Refuse what cannot be; tell the people of the rest; offer the seats that are new."""
    edition = session.get_one(Edition, fact.edition_id)
    if "capacity" in fact.before:
        _keep_seats(session, edition)
    if not fact.before.keys().isdisjoint({"starts_on", "zone"}):
        _keep_first_day(session, edition, fact)
    if "fee" in fact.before:
        _keep_offered_fee(session, edition, fact)
    if "languages" in fact.before:
        _keep_languages(session, edition)
    change_notices.announce_change(session, edition, fact.before, now=fact.at)
    if edition.capacity > fact.before.get("capacity", edition.capacity):
        waiting.fill(session, edition.id, now=fact.at)


def _keep_seats(session: Session, edition: Edition) -> None:
    taken = queries.seats_taken(session, edition)
    if edition.capacity < taken:
        raise Refused(
            N_("%(taken)s places are taken or offered already; there cannot be fewer."),
            field="capacity",
            taken=taken,
        )


def _keep_first_day(session: Session, edition: Edition, fact: EditionChanged) -> None:
    """Refuse to move a first day that was, or to one that people could not reach any more."""
    if not queries.people_hit(session, edition):
        return
    before = fact.before.get("starts_on", edition.starts_on)
    zone = fact.before.get("zone", edition.zone)
    if fact.at >= start_of(before, zone):
        raise Refused(
            N_("The course has begun with people in it: its first day stays."), field="starts_on"
        )
    begins_at = start_of(edition.starts_on, edition.zone)
    if begins_at <= fact.at:
        raise Refused(
            N_("People have applied or have a place: the first day lies ahead."), field="starts_on"
        )
    until = _last_offer(session, edition)
    if until is not None and until > begins_at:
        raise Refused(
            N_("A seat is offered to somebody until %(until)s: the course cannot begin before."),
            field="starts_on",
            until=until,
        )


def _keep_offered_fee(session: Session, edition: Edition, fact: EditionChanged) -> None:
    """Refuse to raise the fee while somebody decides about a seat that was offered for less."""
    before, until = fact.before["fee"], _last_offer(session, edition)
    dearer = edition.fee.currency != before.currency or edition.fee.minor > before.minor
    if dearer and until is not None:
        raise Refused(
            N_("A seat is offered at the fee of %(fee)s until %(until)s: it cannot rise before."),
            field="fee",
            fee=before,
            until=until,
        )


def _keep_languages(session: Session, edition: Edition) -> None:
    studying = select(func.count()).where(
        Application.edition_id == edition.id,
        Application.state.in_(LIVE),
        Application.study_language != "",
        Application.study_language.not_in(edition.languages.split()),
    )
    if session.scalar(studying):
        raise Refused(N_("Somebody has applied in a language that this edition would lose."))


def _last_offer(session: Session, edition: Edition) -> datetime | None:
    """Return when the last seat that is offered now has to be taken."""
    offers = queries.open_offers(session, edition.id)
    return max((offer.ends_at for offer in offers), default=None)
