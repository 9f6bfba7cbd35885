"""Staff decisions about one person's dates, time and attempts. The enrolment's row is locked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.content.activity_types import Deadline, DeadlineKind
from learning.deadlines.events import DueDatesChanged
from learning.deadlines.models import AccommodationProfile, Extension
from learning.deadlines.problems import ExtensionProblem
from learning.deadlines.rules import Accommodation
from learning.enrolment.models import Enrolment
from learning.kit.errors import RuleViolation
from learning.kit.events import publish_event
from learning.mail.actions import EmailRequest


@dataclass(frozen=True, kw_only=True)
class NewExtension:
    """An extension of a deadline; `general` is the date for everybody."""

    deadline: Deadline
    general: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewProfile:
    """An accommodation for one person, with a note that contains no diagnosis."""

    accommodation: Accommodation
    note: str


def extend(
    session: Session, enrolment: Enrolment, new: NewExtension, *, by: int, now: datetime
) -> None:
    """Extend a deadline for one person, replacing an earlier extension, and notify them."""
    if new.deadline.kind is DeadlineKind.EVENT:
        raise RuleViolation(ExtensionProblem.FOR_EVERYBODY, field="key")
    if new.until <= max(new.general, now):
        raise RuleViolation(ExtensionProblem.TOO_EARLY, field="day")
    key = new.deadline.key
    session.execute(delete(Extension).where(*_extension(enrolment, key)))
    session.add(
        Extension(
            enrolment_id=enrolment.id,
            key=key,
            until=new.until,
            reason=new.reason,
            decided_by_id=by,
            decided_at=now,
        )
    )
    params = {"titles": dict(new.deadline.title), "until": new.until.isoformat()}
    _notify(session, enrolment, "deadlines.extended", params, now=now)
    detail = {"deadline": key, "until": new.until.isoformat(), "reason": new.reason}
    record(session, "deadline extended", _subject(enrolment), by=by, now=now, **detail)


def end_extension(
    session: Session, enrolment: Enrolment, deadline: Deadline, *, by: int, now: datetime
) -> None:
    """Remove an extension and notify the person; without one nothing happens."""
    key = deadline.key
    if session.scalar(select(Extension.id).where(*_extension(enrolment, key))) is None:
        return
    session.execute(delete(Extension).where(*_extension(enrolment, key)))
    params = {"titles": dict(deadline.title)}
    _notify(session, enrolment, "deadlines.extension-ended", params, now=now)
    record(session, "extension removed", _subject(enrolment), by=by, now=now, deadline=key)


def accommodate(
    session: Session, enrolment: Enrolment, new: NewProfile, *, by: int, now: datetime
) -> None:
    """Store an accommodation, replacing an earlier one, and notify the person of the change.

    Neither the audit trail nor the e-mail says what it is.
    """
    agreed = new.accommodation
    session.execute(
        delete(AccommodationProfile).where(AccommodationProfile.enrolment_id == enrolment.id)
    )
    if not agreed.is_none:
        session.add(
            AccommodationProfile(
                enrolment_id=enrolment.id,
                extra_time=agreed.extra_time,
                extra_attempts=agreed.extra_attempts,
                shift_days=agreed.shift_days,
                no_timer=agreed.no_timer,
                note=new.note,
                decided_by_id=by,
                decided_at=now,
            )
        )
    _notify(session, enrolment, "deadlines.accommodated", {}, now=now)
    record(session, "accommodation changed", _subject(enrolment), by=by, now=now)


def _notify(
    session: Session,
    enrolment: Enrolment,
    kind: str,
    params: Mapping[str, object],
    *,
    now: datetime,
) -> None:
    fact = DueDatesChanged(enrolment_id=enrolment.id, edition_id=enrolment.edition_id, at=now)
    publish_event(session, fact)
    person = session.get_one(Person, enrolment.person_id)
    edition = session.get_one(Edition, enrolment.edition_id)
    email = EmailRequest(kind=kind, params=dict(params) | {"edition": edition.code})
    send_email_to(session, person, email, now=now)


def _extension(enrolment: Enrolment, key: str) -> tuple[ColumnElement[bool], ...]:
    return Extension.enrolment_id == enrolment.id, Extension.key == key


def _subject(enrolment: Enrolment) -> str:
    return f"enrolment {enrolment.id}"
