"""Cancelling an edition (T18): whoever applied to it, or has a place in it, is told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import joining
from learning.accounts.models import Person
from learning.catalogue.actions import set_status
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import actions, deciding
from learning.enrolment.letters import LETTER_AFTER
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus
from learning.enrolment.moving import Deed, lock
from learning.enrolment.place_letters import days_of
from learning.enrolment.rules import LIVE, REFUSALS, Guard
from learning.kit.errors import Refused
from learning.mail.actions import Outgoing


def cancel_edition(session: Session, edition_id: int, deed: Deed) -> int:
    """Cancel an edition with all that hangs on it; return how many people were told.

    Done twice, it changes nothing the second time. Raise Refused for an edition that has ended.
    """
    edition = lock(session, edition_id)
    if edition.status is EditionStatus.CANCELLED:
        return 0
    if not deed.reason.strip():
        raise Refused(REFUSALS[Guard.REASON])
    live = select(Application).where(
        Application.edition_id == edition.id, Application.state.in_(LIVE)
    )
    told = 0
    for application in session.scalars(live.order_by(Application.id)).all():
        told += deciding.carry_out(session, application, deed, frozenset())
    told += _close_others(session, edition, deed)
    set_status(session, edition, EditionStatus.CANCELLED, by=deed.by, now=deed.now)
    return told


def _close_others(session: Session, edition: Edition, deed: Deed) -> int:
    """Take back the places that staff gave by hand, without an application; return how many."""
    places = session.scalars(
        select(Enrolment).where(
            Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
        )
    ).all()
    kind = LETTER_AFTER[deed.event]
    for place in places:
        actions.take_back(session, edition, place, by=deed.by, now=deed.now)
        params = days_of(edition) | {"reference": "", "reason": deed.reason}
        person = session.get_one(Person, place.person_id)
        joining.tell(session, person, Outgoing(kind=kind, params=params), now=deed.now)
    return len(places)
