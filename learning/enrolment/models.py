"""Tables of enrolments and of seat reservations."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentStatus
from learning.kit.database import Base, named_enum, new_uid


class EnrolmentMethod(StrEnum):
    """How a person came to be enrolled.

    An enrolment by application is cancelled, one by hand withdrawn.
    """

    MANUAL = "manual"
    APPLICATION = "application"


class Enrolment(Base):
    """A person's enrolment in an edition; `status` changes along `TRANSITIONS` only.

    A person has one in an edition, however often they leave and return: `period` counts that,
    from 1, and `enrolled_at` and `method` are those of the latest.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("person_id", "edition_id"),
        UniqueConstraint("id", "edition_id"),  # what rows of an enrolment and its edition point to
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(  # in addresses, which say nothing of how many there are
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    enrolled_at: Mapped[datetime]
    method: Mapped[EnrolmentMethod] = mapped_column(default=EnrolmentMethod.MANUAL)
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.ACTIVE)
    version: Mapped[int] = mapped_column(default=0)
    period: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition] = relationship(lazy="raise", init=False)


class EnrolmentTransition(Base):
    """One transition of an enrolment; `actor_id` is None for the system and for sponsors.

    `received_on` is the day on which a written notice reached the centre, in the edition's
    zone.
    """

    __tablename__ = "enrolment_transitions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    period: Mapped[int]
    event: Mapped[EnrolmentEvent]
    before: Mapped[EnrolmentStatus | None] = mapped_column(named_enum(EnrolmentStatus, "before"))
    after: Mapped[EnrolmentStatus]
    actor_role: Mapped[ActorRole]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date | None] = mapped_column(default=None)


class ReservationKind(StrEnum):
    """Why a seat is reserved."""

    ACCEPTED = "accepted"
    OFFER = "offer"


class SeatReservation(Base):
    """A seat that is reserved before there is an enrolment; `key` identifies it within its kind."""

    __tablename__ = "seat_reservations"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    kind: Mapped[ReservationKind]
    key: Mapped[str]
    until: Mapped[datetime | None] = mapped_column(default=None)
