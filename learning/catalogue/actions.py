"""Commands of staff on editions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.catalogue import dates, publication
from learning.catalogue.events import EditionChanged, MovedDate
from learning.catalogue.models import Edition, EditionStatus, EditionText
from learning.catalogue.problems import EditionProblem
from learning.catalogue.publication import CourseFacts
from learning.catalogue.rules import Finding
from learning.content.activity_types import Deadline
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.events import publish_event
from learning.kit.money import Money

DATE_FIELDS = ("apply_until", "starts_on", "project_due_on", "ends_on")
ALLOWED_STATUSES = {
    EditionStatus.DRAFT: {EditionStatus.OPEN, EditionStatus.CANCELLED},
    EditionStatus.OPEN: {EditionStatus.RUNNING, EditionStatus.CANCELLED, EditionStatus.DRAFT},
    EditionStatus.RUNNING: {EditionStatus.FINISHED, EditionStatus.CANCELLED},
    EditionStatus.FINISHED: set[EditionStatus](),
    EditionStatus.CANCELLED: {EditionStatus.DRAFT},
}


@dataclass(frozen=True, kw_only=True)
class EditionData:
    """The data of an edition that staff enter; days are days in its zone."""

    code: str
    starts_on: date
    ends_on: date
    apply_until: date
    project_due_on: date
    zone: str
    weeks: int
    hours_low: int
    hours_high: int
    learning_hours: int
    capacity: int
    fee: Money
    policy_version: str
    languages: str
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SaveContext:
    """Who saves an edition, when and why, and the facts of its course for the publication check."""

    by: int
    now: datetime
    course: CourseFacts
    reason: str = ""


def create_edition(session: Session, course: str, data: EditionData, saved: SaveContext) -> Edition:
    """Create an edition as a draft, which only staff see, with the dates of its course."""
    if session.scalar(select(Edition.id).where(Edition.code == data.code)) is not None:
        raise RuleViolation(EditionProblem.CODE_TAKEN)
    edition = Edition(
        course=course, changed_at=saved.now, **{name: getattr(data, name) for name in _COLUMNS}
    )
    session.add(edition)
    session.flush()  # texts refer to the edition by id
    _write_texts(session, edition, data.texts)
    dates.write_dates(session, edition, saved.course.deadlines)
    record(session, "edition created", f"edition {edition.code}", by=saved.by, now=saved.now)
    return edition


def change_edition(
    session: Session, edition: Edition, data: EditionData, saved: SaveContext
) -> Mapping[str, Any]:
    """Change an edition; return the earlier value of each change, as recorded in the audit trail.

    Its dates move with its days. A public edition must still pass the publication check.
    """
    lock_row(session, edition)  # locked, so that nobody takes a seat meanwhile
    days = dates.own_days(edition)
    before = {
        name: getattr(edition, name)
        for name in _COLUMNS
        if getattr(edition, name) != getattr(data, name)
    }
    if "code" in before:
        raise RuleViolation(EditionProblem.CODE_FIXED)
    for name in before:
        setattr(edition, name, getattr(data, name))
    _write_texts(session, edition, data.texts)
    dates.write_dates(session, edition, saved.course.deadlines, before=days)
    edition.changed_at = saved.now
    if edition.status in publication.CHECKED_STATUSES:
        publication.require_consistent(session, edition, saved.course, now=saved.now)
    publish_event(session, EditionChanged(edition_id=edition.id, before=before, at=saved.now))
    changed = {name: f"{value} → {getattr(data, name)}" for name, value in before.items()}
    changed |= {"reason": saved.reason} if saved.reason else {}
    subject = f"edition {edition.code}"
    record(session, "edition changed", subject, by=saved.by, now=saved.now, **changed)
    return before


def lock_edition(session: Session, edition_id: int) -> Edition:
    """Return an edition, read again and locked against changes and seat counts."""
    locked = select(Edition).where(Edition.id == edition_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def change_date(
    session: Session, edition: Edition, deadline: Deadline, at: datetime, saved: SaveContext
) -> Mapping[str, MovedDate]:
    """Move one date of an edition; return its earlier and its new value.

    The date of a public edition may not contradict its other dates. It is announced as any
    change of an edition.
    """
    lock_row(session, edition)
    deadlines = saved.course.deadlines
    before = dates.instants_of(session, edition, deadlines)[deadline.key]
    earlier_findings = publication.findings_of_dates(session, edition, deadlines)
    if deadline.day:
        raise RuleViolation(EditionProblem.DATE_OF_EDITION)
    if at == before:
        return {}
    if edition.status in publication.CHECKED_STATUSES and at <= saved.now:
        raise RuleViolation(EditionProblem.DATE_PAST)
    dates.set_date(session, edition, deadline.key, at)
    edition.changed_at = saved.now
    new_findings = publication.findings_of_dates(session, edition, deadlines)
    if edition.status in publication.CHECKED_STATUSES and _is_worse(new_findings, earlier_findings):
        raise publication.InconsistentEdition(new_findings)
    moved = {f"date {deadline.key}": MovedDate(title=deadline.title, before=before, after=at)}
    publish_event(session, EditionChanged(edition_id=edition.id, before=moved, at=saved.now))
    record(
        session,
        "edition date changed",
        f"edition {edition.code}",
        by=saved.by,
        now=saved.now,
        date=deadline.key,
        change=f"{before.isoformat()} → {at.isoformat()}",
        reason=saved.reason,
    )
    return moved


def _is_worse(after: Sequence[Finding], before: Sequence[Finding]) -> bool:
    """Whether a deadline is out of order that was not before."""
    known = {(each.what, key) for each in before for key in each.keys}
    return any((each.what, key) not in known for each in after for key in each.keys)


def publish(session: Session, edition: Edition, saved: SaveContext) -> None:
    """Open an edition for applications; raise InconsistentEdition if it contradicts itself."""
    lock_row(session, edition)
    publication.require_consistent(session, edition, saved.course, now=saved.now)
    set_status(session, edition, EditionStatus.OPEN, by=saved.by, now=saved.now)


def set_status(
    session: Session, edition: Edition, status: EditionStatus, *, by: int | None, now: datetime
) -> None:
    """Set another status of an edition, as `ALLOWED_STATUSES` permits."""
    if status not in ALLOWED_STATUSES[edition.status]:
        raise RuleViolation(EditionProblem.STATUS)
    record(
        session,
        f"edition {status}",
        f"edition {edition.code}",
        by=by,
        now=now,
        before=str(edition.status),
    )
    edition.status, edition.changed_at = status, now


def _write_texts(session: Session, edition: Edition, texts: Mapping[str, str]) -> None:
    session.execute(delete(EditionText).where(EditionText.edition_id == edition.id))
    session.add_all(
        EditionText(edition_id=edition.id, language=language, body=body)
        for language, body in texts.items()
        if body.strip()
    )
    session.flush()  # the publication check reads them


_COLUMNS = tuple(name for name in EditionData.__dataclass_fields__ if name != "texts")
