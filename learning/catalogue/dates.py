"""The dates of an edition, as rows: created from its course, moved with its days, read.

A course may have got a deadline since its editions were created; until the edition is saved again,
the course's own rule gives its date.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.catalogue import schedule
from learning.catalogue.models import Edition, EditionDate
from learning.catalogue.schedule import OwnDays
from learning.content.activity_types import Deadline
from learning.extension_points.requests import EditionRef


def own_days(edition: Edition | EditionRef) -> OwnDays:
    return OwnDays(
        starts_on=edition.starts_on,
        project_due_on=edition.project_due_on,
        ends_on=edition.ends_on,
        zone=edition.zone,
    )


def instants_of(
    session: Session, edition: Edition | EditionRef, deadlines: Sequence[Deadline]
) -> dict[str, datetime]:
    """Return the instant of each deadline of an edition's course, by key, in the course's order."""
    stored, days = _stored(session, edition), own_days(edition)
    return {
        each.key: stored[each.key].at if each.key in stored else schedule.regular(each, days)
        for each in deadlines
    }


def write_dates(
    session: Session,
    edition: Edition,
    deadlines: Sequence[Deadline],
    before: OwnDays | None = None,
) -> None:
    """Add the missing dates; move the others from where the days were `before`."""
    stored, days = _stored(session, edition), own_days(edition)
    for each in deadlines:
        row = stored.get(each.key)
        if row is None:
            at = schedule.regular(each, days)
            session.add(EditionDate(edition_id=edition.id, key=each.key, at=at))
        elif before is not None:
            row.at = schedule.moved(each, row.at, before, days)
    session.flush()  # the publication check reads them


def set_date(session: Session, edition: Edition, key: str, at: datetime) -> None:
    """Set one date of an edition to an instant."""
    row = _stored(session, edition).get(key)
    if row is None:
        session.add(EditionDate(edition_id=edition.id, key=key, at=at))
    else:
        row.at = at
    session.flush()  # the publication check reads it


def copy_dates(
    session: Session, source: Edition, target: Edition, deadlines: Sequence[Deadline]
) -> None:
    """Copy the dates of another edition, shifted as far as the days differ."""
    instants = moved_instants(session, source, own_days(target), deadlines)
    for key, row in _stored(session, target).items():
        row.at = instants.get(key, row.at)
    session.flush()  # the publication check reads them


def moved_instants(
    session: Session, edition: Edition, after: OwnDays, deadlines: Sequence[Deadline]
) -> dict[str, datetime]:
    """Return the dates of an edition after its own days change.

    A date that staff changed by hand keeps its difference.
    """
    instants, before = instants_of(session, edition, deadlines), own_days(edition)
    return {each.key: schedule.moved(each, instants[each.key], before, after) for each in deadlines}


def _stored(session: Session, edition: Edition | EditionRef) -> dict[str, EditionDate]:
    rows = select(EditionDate).where(EditionDate.edition_id == edition.id)
    return {row.key: row for row in session.scalars(rows)}
