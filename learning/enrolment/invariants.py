"""What must hold between applications, places, roles and seats, for the doctor to look at.

Every write sees to it already; a repair by hand, a restored copy or a fault of ours may not have.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from learning.access.permissions import Role
from learning.accounts.models import RoleGrant
from learning.catalogue.models import Edition
from learning.enrolment import queries
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus, Offer
from learning.enrolment.rules import LIVE, SEATED, State

ACTIVE = Enrolment.status == EnrolmentStatus.ACTIVE
MOST_NAMED = 5


def broken_places(session: Session) -> list[str]:
    """Return what does not fit between applications, places and the participants' role."""
    looks = {
        "enrolled without an active place": _without_place(),
        "a place that outlived its application": _outlived(),
        "a place beside an application that is being decided": _beside(),
        "a place whose person has not the participant's role": _without_role(),
        "the participant's role without a place": _without_reason(),
        "an offer to somebody who does not wait": _offered_to_others(),
    }
    return [
        f"{name}: {_named(found)}"
        for name, look in looks.items()
        if (found := session.scalars(look.limit(MOST_NAMED + 1)).all())
    ]


def overfull(session: Session) -> list[str]:
    """Return the editions that have given more seats than they have."""
    taken = queries.seats_of(Edition.id)
    rows = session.execute(
        select(Edition.code, Edition.capacity, taken.label("taken"))
        .where(taken > Edition.capacity)
        .order_by(Edition.id)
    )
    return [f"{row.code}: {row.taken} seats taken of {row.capacity}" for row in rows]


def _without_place() -> Select[int]:
    """Find who is enrolled without an active place of their own in that edition."""
    return (
        select(Application.id)
        .outerjoin(Enrolment, Enrolment.id == Application.enrolment_id)
        .where(
            Application.state == State.ENROLLED,
            Enrolment.id.is_(None) | ~ACTIVE | ~_is_of(Application, Enrolment),
        )
        .order_by(Application.id)
    )


def _outlived() -> Select[int]:
    """Find places that go on without their application; one given anew since then may."""
    other = aliased(Application)
    held = select(other.id).where(other.enrolment_id == Enrolment.id, other.state.in_(SEATED))
    return (
        select(Enrolment.id)
        .join(Application, Application.enrolment_id == Enrolment.id)
        .where(ACTIVE, Application.changed_at > Enrolment.enrolled_at, ~held.exists())
        .order_by(Enrolment.id)
    )


def _beside() -> Select[int]:
    """Find who takes two seats: by a place, and by an application on its way to one."""
    on_the_way = LIVE - {State.DRAFT, State.ENROLLED}
    return (
        select(Enrolment.id)
        .join(Application, _is_of(Application, Enrolment))
        .where(ACTIVE, Application.state.in_(on_the_way))
        .order_by(Enrolment.id)
    )


def _without_role() -> Select[int]:
    role = select(RoleGrant.id).where(
        RoleGrant.role == Role.PARTICIPANT, _is_of(RoleGrant, Enrolment)
    )
    return select(Enrolment.id).where(ACTIVE, ~role.exists()).order_by(Enrolment.id)


def _without_reason() -> Select[int]:
    place = select(Enrolment.id).where(
        Enrolment.status != EnrolmentStatus.WITHDRAWN, _is_of(RoleGrant, Enrolment)
    )
    held = select(RoleGrant.id).where(RoleGrant.role == Role.PARTICIPANT, ~place.exists())
    return held.order_by(RoleGrant.id)


def _offered_to_others() -> Select[int]:
    return (
        select(Offer.id)
        .join(Application, Application.id == Offer.application_id)
        .where(Offer.ended_at.is_(None), Application.state != State.WAITLISTED)
        .order_by(Offer.id)
    )


def _is_of(one: type[Application | RoleGrant], place: type[Enrolment]) -> ColumnElement[bool]:
    """Whether two rows are about the same person in the same edition."""
    return (one.person_id == place.person_id) & (one.edition_id == place.edition_id)


def _named(found: Sequence[int]) -> str:
    shown = ", ".join(map(str, found[:MOST_NAMED]))
    return f"rows {shown} and more" if len(found) > MOST_NAMED else f"row(s) {shown}"
