"""Seats: counted by enrolments and reservations of an edition; announced when freed."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.enrolment import seats
from learning.enrolment.events import SeatsFreed
from learning.enrolment.models import EnrolmentStatus, ReservationKind, SeatReservation
from learning.enrolment.seats import Reservation
from learning.kit.events import HANDLERS_KEY, EventHandlers
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, a_person
from tests.world import World

ACCEPTED, OFFER = ReservationKind.ACCEPTED, ReservationKind.OFFER


def reserve(session: Session, world: World, key: str, kind: ReservationKind = OFFER) -> None:
    kept = Reservation(edition_id=world.open.id, kind=kind, key=key, until=NOW)
    seats.reserve(session, kept)


@pytest.fixture
def freed(session: Session) -> list[SeatsFreed]:
    """What is announced, in order."""
    messages: list[SeatsFreed] = []
    session.info[HANDLERS_KEY] = EventHandlers().on(
        SeatsFreed, lambda _, fact: messages.append(fact)
    )
    return messages


@pytest.mark.parametrize("status", EnrolmentStatus)
def test_who_takes_part_or_took_part_has_a_seat(session, world: World, status) -> None:
    gone = {EnrolmentStatus.WITHDRAWN, EnrolmentStatus.CANCELLED}
    place = enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    assert seats.occupied(session, world.open) == 1
    place.status = status
    session.flush()
    assert seats.occupied(session, world.open) == (0 if status in gone else 1)


def test_seats_are_those_of_one_edition(session: Session, world: World) -> None:
    elsewhere = seats.occupied(session, world.running)
    enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    reserve(session, world, "7")
    assert seats.occupied(session, world.open) == 2
    assert seats.free(session, world.open) == world.open.capacity - 2
    assert seats.occupied(session, world.running) == elsewhere


def test_a_reservation_is_kept_as_it_was_made(session: Session, world: World) -> None:
    reserve(session, world, "7")
    kept = session.scalars(select(SeatReservation)).one()
    assert (kept.edition_id, kept.kind, kept.key, kept.until) == (world.open.id, OFFER, "7", NOW)


def test_one_reservation_is_given_up_and_no_other(session: Session, world: World) -> None:
    reserve(session, world, "7")
    reserve(session, world, "8")
    reserve(session, world, "7", ACCEPTED)
    seats.release(session, OFFER, "7")
    kept = session.execute(
        select(SeatReservation.kind, SeatReservation.key).order_by(SeatReservation.id)
    ).all()
    assert kept == [(OFFER, "8"), (ACCEPTED, "7")]
    seats.release(session, OFFER, "7")
    assert seats.occupied(session, world.open) == 2


def test_free_seats_of_several_editions_are_counted_at_once(
    session: Session, world: World, queries: list[str]
) -> None:
    enrol_person(session, world.running, a_person(session), by=None, now=NOW)
    world.running.capacity = 1  # and two are taken
    world.open.capacity = 3
    reserve(session, world, "7")
    editions = [world.open, world.running, world.draft]
    for each in editions:
        session.flush()
        session.refresh(each)
    queries.clear()
    free = seats.free_in(session, editions)
    assert free == {world.open.id: 2, world.running.id: 0, world.draft.id: world.draft.capacity}
    assert len(queries) == 1
    assert seats.free_in(session, []) == {}
    assert len(queries) == 1


def test_seats_that_become_free_are_announced(session: Session, world: World, freed) -> None:
    reserve(session, world, "7")
    with seats.seat_changes(session, world.open.id, now=NOW) as edition:
        assert edition is world.open
        seats.release(session, OFFER, "7")
    assert freed == [SeatsFreed(edition_id=world.open.id, at=NOW)]


def test_seats_that_are_taken_or_as_they_were_are_not_announced(session, world, freed) -> None:
    with seats.seat_changes(session, world.open.id, now=NOW):
        reserve(session, world, "7")
    with seats.seat_changes(session, world.open.id, now=NOW):
        seats.release(session, OFFER, "7")
        reserve(session, world, "8")
    assert freed == []
