"""The list of e-mails, for staff: what was sent to whom, what failed, what is tried again when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from learning.extension_points.personal_data import PersonRef
from learning.jobs.models import Job, JobState
from learning.kit.email_addresses import readable_email
from learning.mail.models import SEND_KEY, EmailCopy, EmailState, OutgoingEmail
from learning.mail.personal_data import is_recipient

PAGE_SIZE = 50
MAX_SEARCH_WORDS = 12  # further ones are ignored


@dataclass(frozen=True, kw_only=True)
class EmailFilter:
    """Filters of the list; an empty one matches all.

    `person` is who they were to, None for anybody. `words` are parts of an address, a
    name or a subject; every one must be found. `kinds` are the beginnings of kinds ("admissions.").
    `before` is the id of the last e-mail of the page before.
    """

    person: PersonRef | None = None
    words: str = ""
    state: EmailState | None = None
    kinds: Collection[str] | None = None
    before: int | None = None


@dataclass(frozen=True, kw_only=True)
class EmailLine:
    """One e-mail of the list; `subject` is None if no copy of it is stored.

    `next_try` is when a waiting one is sent or tried again (UTC).
    """

    email: OutgoingEmail
    subject: str | None
    next_try: datetime | None
    attempts: int


def list_emails(
    session: Session, filters: EmailFilter, *, limit: int = PAGE_SIZE
) -> list[EmailLine]:
    """Return one page of e-mails, the latest first, in one statement."""
    job = and_(
        Job.unique_key == literal(SEND_KEY) + cast(OutgoingEmail.id, String),
        Job.state.in_((JobState.WAITING, JobState.RUNNING)),
    )
    query = (
        select(OutgoingEmail, EmailCopy.subject, Job.due_at, Job.attempts)
        .outerjoin(EmailCopy, EmailCopy.email_id == OutgoingEmail.id)
        .outerjoin(Job, job)
        .where(*_conditions(filters))
        .order_by(OutgoingEmail.id.desc())
        .limit(limit)
    )
    if filters.before is not None:
        query = query.where(OutgoingEmail.id < filters.before)
    return [
        EmailLine(
            email=email,
            subject=subject,
            next_try=due_at if email.state is EmailState.WAITING else None,
            attempts=attempts or 0,
        )
        for email, subject, due_at, attempts in session.execute(query)
    ]


def count_emails(session: Session, filters: EmailFilter) -> dict[EmailState, int]:
    """Return how many e-mails fit, by state; the state of the filters is left aside."""
    query = (
        select(OutgoingEmail.state, func.count())
        .outerjoin(EmailCopy, EmailCopy.email_id == OutgoingEmail.id)
        .where(*_conditions(filters, of_state=False))
        .group_by(OutgoingEmail.state)
    )
    return dict.fromkeys(EmailState, 0) | dict(session.execute(query).all())


def _conditions(filters: EmailFilter, *, of_state: bool = True) -> Sequence[ColumnElement[bool]]:
    conditions = [_has_word(word) for word in filters.words.split()[:MAX_SEARCH_WORDS]]
    if filters.person is not None:
        conditions.append(is_recipient(filters.person))
    if filters.kinds is not None:
        conditions.append(
            or_(*(OutgoingEmail.kind.startswith(kind, autoescape=True) for kind in filters.kinds))
        )
    if of_state and filters.state is not None:
        conditions.append(OutgoingEmail.state == filters.state)
    return conditions


def _has_word(word: str) -> ColumnElement[bool]:
    return or_(
        OutgoingEmail.email.contains(readable_email(word), autoescape=True),
        OutgoingEmail.name.icontains(word, autoescape=True),
        EmailCopy.subject.icontains(word, autoescape=True),
    )
