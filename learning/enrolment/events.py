"""Events of enrolments and seats, for packages above."""

from dataclasses import dataclass, field
from datetime import date, datetime

from learning.enrolment.rules import EnrolmentEvent


@dataclass(frozen=True, kw_only=True)
class SeatsFreed:
    """An edition has more free seats than before; its row is locked."""

    edition_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EnrolmentConfirmed:
    """A person is enrolled, for the first time or again, and has access to the course."""

    enrolment_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PeopleEnrolled:
    """People take part in an edition from now on: one event for any number, enrolled together."""

    edition_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EnrolmentEnded:
    """A person no longer takes part; the status says how, `event` why.

    After not completing or a no-show, the course can still be read. `received_on` is the day on
    which a written notice arrived, if any.
    """

    enrolment_id: int
    event: EnrolmentEvent
    at: datetime
    by: int | None
    received_on: date | None


@dataclass(frozen=True, kw_only=True)
class EnrolmentCompleted:
    """A person has met all requirements of the course."""

    enrolment_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class EnrolmentPlanned:
    """People may be enrolled by hand.

    A package that is still deciding about some adds them to `pending`.
    """

    edition_id: int
    people_ids: frozenset[int]
    pending: set[int] = field(default_factory=set)
