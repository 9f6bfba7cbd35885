"""Invariants between enrolments, their history, roles and seats, for the health checks.

Every write keeps them; a manual repair, a restored backup or a bug may not have.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import RoleGrant
from learning.catalogue.models import Edition
from learning.enrolment import seats
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.enrolment.rules import UNENROLLED

MAX_NAMED = 5


def broken_enrolments(session: Session) -> list[str]:
    """Return the violated invariants of enrolments, their history and the participants' role."""
    looks = {
        "an enrolment whose history ends otherwise": _other_history(),
        "an enrolment whose person has not the participant's role": _without_role(),
        "the participant's role without an enrolment": _without_reason(),
    }
    return violations(session, looks)


def overfull(session: Session) -> list[str]:
    """Return the editions with more occupied seats than their capacity."""
    occupied = seats.occupied_in(Edition.id)
    rows = session.execute(
        select(Edition.code, Edition.capacity, occupied.label("occupied"))
        .where(occupied > Edition.capacity)
        .order_by(Edition.id)
    )
    return [f"{row.code}: {row.occupied} seats taken of {row.capacity}" for row in rows]


def violations(session: Session, looks: Mapping[str, Select[int]]) -> list[str]:
    """Return the names of the queries that return rows, with the first of these."""
    return [
        f"{name}: {_named(rows)}"
        for name, look in looks.items()
        if (rows := session.scalars(look.limit(MAX_NAMED + 1)).all())
    ]


def _other_history() -> Select[int]:
    own = EnrolmentTransition.enrolment_id == Enrolment.id
    last = select(func.max(EnrolmentTransition.id)).where(own).correlate(Enrolment)
    fits = select(EnrolmentTransition.id).where(
        EnrolmentTransition.id == last.scalar_subquery(),
        EnrolmentTransition.after == Enrolment.status,
        EnrolmentTransition.period == Enrolment.period,
    )
    return select(Enrolment.id).where(~fits.exists()).order_by(Enrolment.id)


def _without_role() -> Select[int]:
    role = select(RoleGrant.id).where(
        RoleGrant.role == Role.PARTICIPANT,
        RoleGrant.person_id == Enrolment.person_id,
        RoleGrant.edition_id == Enrolment.edition_id,
    )
    needs_role = Enrolment.status.not_in(UNENROLLED)
    return select(Enrolment.id).where(needs_role, ~role.exists()).order_by(Enrolment.id)


def _without_reason() -> Select[int]:
    enrolment = select(Enrolment.id).where(
        Enrolment.status.not_in(UNENROLLED),
        RoleGrant.person_id == Enrolment.person_id,
        RoleGrant.edition_id == Enrolment.edition_id,
    )
    query = select(RoleGrant.id).where(RoleGrant.role == Role.PARTICIPANT, ~enrolment.exists())
    return query.order_by(RoleGrant.id)


def _named(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:MAX_NAMED]))
    return f"rows {shown} and more" if len(rows) > MAX_NAMED else f"row(s) {shown}"
