"""Reads of one person's dates. An activity asks `due_date` or `due_dates`, by the course's keys."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from learning.access.actor import Actor
from learning.catalogue import dates
from learning.catalogue.models import Edition
from learning.content.activity_types import Deadline
from learning.deadlines import rules
from learning.deadlines.models import AccommodationProfile, Extension
from learning.deadlines.rules import NO_ACCOMMODATION, Accommodation, DueDate
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PeopleFilter, page_of, visible_enrolments
from learning.enrolment.rules import UNENROLLED


@dataclass(frozen=True, kw_only=True)
class Adjustments:
    """The adjustments of one person: an accommodation, extensions by the key of the deadline."""

    accommodation: Accommodation = NO_ACCOMMODATION
    extensions: Mapping[str, datetime] = field(default_factory=dict[str, datetime])


NO_ADJUSTMENTS = Adjustments()


def due_dates(
    session: Session, edition: Edition, enrolment_id: int | None, deadlines: Sequence[Deadline]
) -> dict[str, DueDate]:
    """Return each deadline's due date for one person, by key; for None the general dates."""
    instants = dates.instants_of(session, edition, deadlines)
    own = adjustments(session, enrolment_id) if enrolment_id is not None else NO_ADJUSTMENTS
    return {each.key: due_with(each, instants[each.key], edition, own) for each in deadlines}


def due_date(session: Session, edition: Edition, enrolment_id: int, deadline: Deadline) -> DueDate:
    """Return the due date of one deadline for one person."""
    return due_dates(session, edition, enrolment_id, [deadline])[deadline.key]


def due_with(
    deadline: Deadline, general: datetime, edition: Edition, adjustments: Adjustments
) -> DueDate:
    """Return the due date of a deadline for adjustments that were read before, for many people."""
    return rules.due_date(
        deadline.kind,
        general,
        edition.zone,
        until=adjustments.extensions.get(deadline.key),
        accommodation=adjustments.accommodation,
    )


def adjustments(session: Session, enrolment_id: int) -> Adjustments:
    """Return the adjustments of one person, in two queries."""
    by_enrolment = _adjustments(session, Enrolment.id == enrolment_id)
    return by_enrolment.get(enrolment_id, NO_ADJUSTMENTS)


def adjustments_of(session: Session, enrolment_ids: Sequence[int]) -> dict[int, Adjustments]:
    """Return the adjustments of enrolments, by enrolment, in two queries.

    A missing enrolment has `NO_ADJUSTMENTS`.
    """
    return _adjustments(session, Enrolment.id.in_(enrolment_ids))


def extension_counts(session: Session, edition: Edition) -> dict[str, int]:
    """Return how many people have an extension of each deadline, by its key."""
    rows = (
        select(Extension.key, func.count())
        .join(Enrolment, Enrolment.id == Extension.enrolment_id)
        .where(Enrolment.edition_id == edition.id, Enrolment.status.not_in(UNENROLLED))
        .group_by(Extension.key)
    )
    return dict(session.execute(rows).all())


def _adjustments(session: Session, condition: ColumnElement[bool]) -> dict[int, Adjustments]:
    extended = select(Extension).join(Enrolment, Enrolment.id == Extension.enrolment_id)
    extensions: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    for row in session.scalars(extended.where(condition)):
        extensions[row.enrolment_id][row.key] = row.until
    agreed = select(AccommodationProfile).join(AccommodationProfile.enrolment)
    profiles = {
        row.enrolment_id: accommodation_of(row) for row in session.scalars(agreed.where(condition))
    }
    return {
        each: Adjustments(
            accommodation=profiles.get(each, NO_ACCOMMODATION),
            extensions=extensions.get(each, {}),
        )
        for each in extensions.keys() | profiles.keys()
    }


def accommodation_of(row: AccommodationProfile | None) -> Accommodation:
    if row is None:
        return NO_ACCOMMODATION
    return Accommodation(
        extra_time=row.extra_time,
        extra_attempts=row.extra_attempts,
        shift_days=row.shift_days,
        no_timer=row.no_timer,
    )


def profile(session: Session, enrolment_id: int) -> AccommodationProfile | None:
    return session.get(AccommodationProfile, enrolment_id)


def extension_rows(session: Session, enrolment_id: int) -> Sequence[Extension]:
    rows = select(Extension).where(Extension.enrolment_id == enrolment_id)
    return session.scalars(rows.order_by(Extension.until, Extension.key)).all()


def own_enrolment(session: Session, actor: Actor, edition: Edition) -> int | None:
    """Return the id of the reader's own enrolment; None for staff who only read."""
    own = select(Enrolment.id).where(
        Enrolment.edition_id == edition.id,
        Enrolment.person_id == actor.person_id,
        Enrolment.status.not_in(UNENROLLED),
    )
    return session.scalar(own)


def people_with_adjustments(
    session: Session, actor: Actor, edition: Edition, filters: PeopleFilter
) -> Sequence[Enrolment]:
    """Return a page of the enrolments that have adjustments, by name."""
    extended = select(Extension.enrolment_id)
    agreed = select(AccommodationProfile.enrolment_id)
    visible: Select[Enrolment] = visible_enrolments(actor, edition).join(Enrolment.person)
    found = visible.where(or_(Enrolment.id.in_(extended), Enrolment.id.in_(agreed)))
    page = page_of(session, found, filters).options(contains_eager(Enrolment.person))
    return session.scalars(page).all()
