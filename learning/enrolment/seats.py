"""Seats of an edition: counted here only, as enrolments plus reservations.

Whatever takes or frees a seat holds the edition's lock; what frees one does so within
`seat_changes`, which publishes it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.enrolment.events import SeatsFreed
from learning.enrolment.models import Enrolment, ReservationKind, SeatReservation
from learning.enrolment.rules import UNENROLLED
from learning.kit.events import publish_event

_KIND = type_coerce(SeatReservation.kind, Text)
# Built once: building costs more than the database does.
IN_EDITIONS: BindParameter[Sequence[int]] = bindparam("editions", expanding=True)
OCCUPIED = union_all(
    select(Enrolment.edition_id, literal("enrolled").label("reason")).where(
        Enrolment.edition_id.in_(IN_EDITIONS), Enrolment.status.not_in(UNENROLLED)
    ),
    select(
        SeatReservation.edition_id,
        case({str(ReservationKind.OFFER): "offered"}, value=_KIND, else_="accepted"),
    ).where(SeatReservation.edition_id.in_(IN_EDITIONS)),
).subquery()
SEAT_NUMBERS = select(OCCUPIED, func.count()).group_by(*OCCUPIED.c)


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """A seat for a person who is not enrolled.

    `key` identifies it for the package that reserves it.
    """

    edition_id: int
    kind: ReservationKind
    key: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SeatCounts:
    """How many seats of an edition are taken, by why."""

    capacity: int
    enrolled: int = 0
    accepted: int = 0
    offered: int = 0

    @property
    def occupied(self) -> int:
        return self.enrolled + self.accepted + self.offered

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.occupied)


@contextmanager
def seat_changes(session: Session, edition_id: int, *, now: datetime) -> Iterator[Edition]:
    """Hold an edition's lock while its seats change.

    Publish SeatsFreed if more are free afterwards.
    """
    edition = lock_edition(session, edition_id)
    before = free(session, edition)
    yield edition
    if free(session, edition) > before:
        publish_event(session, SeatsFreed(edition_id=edition_id, at=now))


def occupied(session: Session, edition: Edition) -> int:
    """Return the number of occupied seats: enrolments and reservations."""
    return session.scalar(select(occupied_in(edition.id))) or 0


def free(session: Session, edition: Edition) -> int:
    """Return the number of free seats; hold the edition's lock if a decision depends on it."""
    return edition.capacity - occupied(session, edition)


def free_in(session: Session, editions: Sequence[Edition]) -> dict[int, int]:
    """Return the number of free seats of each edition, by id, in one query."""
    if not editions:
        return {}
    numbers = session.execute(select(*(occupied_in(edition.id) for edition in editions))).one()
    pairs = zip(editions, numbers, strict=True)
    return {edition.id: max(0, edition.capacity - number) for edition, number in pairs}


def seat_counts(session: Session, editions: Sequence[Edition]) -> dict[int, SeatCounts]:
    """Return the seats of each edition, by id, in one query."""
    counts: dict[int, dict[str, int]] = {edition.id: {} for edition in editions}
    rows = session.connection().execute(SEAT_NUMBERS, {"editions": list(counts)})
    for edition_id, reason, number in rows:
        counts[edition_id][reason] = number
    return {e.id: SeatCounts(capacity=e.capacity, **counts[e.id]) for e in editions}


def occupied_in(edition_id: int | InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Return the number of occupied seats of an edition, as a column."""
    enrolled = select(func.count()).where(
        Enrolment.edition_id == edition_id, Enrolment.status.not_in(UNENROLLED)
    )
    reserved = select(func.count()).where(SeatReservation.edition_id == edition_id)
    return enrolled.scalar_subquery() + reserved.scalar_subquery()


def reserve(session: Session, new: Reservation) -> None:
    """Reserve a seat; the edition is locked."""
    session.execute(insert(SeatReservation).values(vars(new)))


def release(session: Session, kind: ReservationKind, key: str) -> None:
    """Delete a reservation, if there is one: it became an enrolment, or is no longer needed."""
    own = SeatReservation.kind == kind, SeatReservation.key == key
    session.execute(
        delete(SeatReservation).where(*own).execution_options(synchronize_session=False)
    )
