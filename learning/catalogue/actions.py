"""What staff do with editions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.catalogue import gate
from learning.catalogue.events import EditionChanged
from learning.catalogue.models import Edition, EditionStatus, EditionText
from learning.kit import versions
from learning.kit.errors import Refused
from learning.kit.events import announce
from learning.kit.i18n import N_
from learning.kit.money import Money

DAYS = ("apply_until", "starts_on", "project_due_on", "ends_on")
AFTER = {
    EditionStatus.DRAFT: {EditionStatus.OPEN, EditionStatus.CANCELLED},
    EditionStatus.OPEN: {EditionStatus.RUNNING, EditionStatus.CANCELLED, EditionStatus.DRAFT},
    EditionStatus.RUNNING: {EditionStatus.FINISHED, EditionStatus.CANCELLED},
    EditionStatus.FINISHED: set[EditionStatus](),
    EditionStatus.CANCELLED: {EditionStatus.DRAFT},
}


@dataclass(frozen=True, kw_only=True)
class EditionData:
    """Everything that staff say of an edition; days are days in its zone."""

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
    languages: str
    texts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Who saves an edition and when; the gate compares it with the length of its course."""

    by: int
    now: datetime
    course_minutes: int


def create_edition(
    session: Session, course: str, data: EditionData, *, by: int, now: datetime
) -> Edition:
    """Make an edition as a draft, which only staff see."""
    if session.scalar(select(Edition.id).where(Edition.code == data.code)) is not None:
        raise Refused(N_("There is an edition with this code already."))
    edition = Edition(
        course=course, changed_at=now, **{name: getattr(data, name) for name in _COLUMNS}
    )
    session.add(edition)
    session.flush()  # texts name the edition by id
    _write_texts(session, edition, data.texts)
    record(session, "edition made", f"edition {edition.code}", by=by, now=now)
    return edition


def change_edition(
    session: Session, edition: Edition, data: EditionData, saved: Saved
) -> Mapping[str, Any]:
    """Change an edition, and return what each changed value was before; the trail keeps it.

    One that the public sees is held to the gate that published it.
    """
    versions.lock(session, edition)  # nobody takes a seat meanwhile
    before = {
        name: getattr(edition, name)
        for name in _COLUMNS
        if getattr(edition, name) != getattr(data, name)
    }
    if "code" in before:
        raise Refused(N_("The code of an edition stands in addresses and cannot be changed."))
    for name in before:
        setattr(edition, name, getattr(data, name))
    _write_texts(session, edition, data.texts)
    edition.changed_at = saved.now
    if edition.status in gate.HELD:
        gate.hold(session, edition, course_minutes=saved.course_minutes, now=saved.now)
    announce(session, EditionChanged(edition_id=edition.id, before=before, at=saved.now))
    changed = {name: f"{value} → {getattr(data, name)}" for name, value in before.items()}
    subject = f"edition {edition.code}"
    record(session, "edition changed", subject, by=saved.by, now=saved.now, **changed)
    return before


def publish(session: Session, edition: Edition, saved: Saved) -> None:
    """Open an edition for applications, unless it contradicts itself."""
    versions.lock(session, edition)
    gate.hold(session, edition, course_minutes=saved.course_minutes, now=saved.now)
    set_status(session, edition, EditionStatus.OPEN, by=saved.by, now=saved.now)


def set_status(
    session: Session, edition: Edition, status: EditionStatus, *, by: int | None, now: datetime
) -> None:
    """Move an edition to another state; `AFTER` says from which to which."""
    if status not in AFTER[edition.status]:
        raise Refused(N_("An edition in this state cannot be put into that one."))
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
    session.flush()  # the gate reads them


_COLUMNS = tuple(name for name in EditionData.__dataclass_fields__ if name != "texts")
