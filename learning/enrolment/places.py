"""Taking a place back: the way of the application that led to it, or by hand if none did."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts import joining
from learning.accounts.models import Person
from learning.enrolment import actions, deciding, queries, waiting
from learning.enrolment.models import Enrolment, EnrolmentStatus
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, Who
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.mail.actions import Outgoing


def withdraw(
    session: Session, place: Enrolment, *, by: int, now: datetime, reason: str = ""
) -> None:
    """Take a place back and tell its person; its seat is offered on.

    Where an application led to the place, that is cancelled (T13), which takes a reason.
    """
    with waiting.change_of_seats(session, place.edition_id, now=now) as edition:
        session.refresh(place)
        application = queries.led_to(session, place)
        if application is not None:
            deed = Deed(event=Event.CANCEL, who=Who.REGISTRAR, by=by, now=now, reason=reason)
            deciding.decide(session, application, deed)
            return
        if place.status is not EnrolmentStatus.ACTIVE:
            raise Refused(N_("Only an active place can be withdrawn."))
        actions.take_back(session, edition, place, by=by, now=now)
        person = session.get_one(Person, place.person_id)
        joining.tell(session, person, Outgoing(kind="enrolment.place-withdrawn"), now=now)
