"""One participant with more time for a date, one with an accommodation."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.catalogue import dates
from learning.catalogue.models import Edition
from learning.content.course import Course
from learning.deadlines import actions
from learning.deadlines.actions import NewExtension, NewProfile
from learning.deadlines.rules import Accommodation
from learning.enrolment.models import Enrolment

EXTENDED = "group-plan"


def agree(session: Session, enrolment: Enrolment, *, by: int, now: datetime) -> None:
    """Store an accommodation: a quarter more time, one attempt and two days."""
    agreed = Accommodation(extra_time=25, extra_attempts=1, shift_days=2)
    new = NewProfile(accommodation=agreed, note="Convenu avec le secrétariat.")
    actions.accommodate(session, enrolment, new, by=by, now=now)


def extend(
    session: Session, enrolment: Enrolment, course: Course, *, by: int, now: datetime
) -> None:
    """Extend the deadline of the group plan by two days."""
    edition = session.get_one(Edition, enrolment.edition_id)
    general = dates.instants_of(session, edition, course.deadlines)[EXTENDED]
    new = NewExtension(
        deadline=next(each for each in course.deadlines if each.key == EXTENDED),
        general=general,
        until=max(general, now) + timedelta(days=2),
        reason="Inondation dans le district.",
    )
    actions.extend(session, enrolment, new, by=by, now=now)
