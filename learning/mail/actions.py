"""Writing e-mails, and what becomes of addresses."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from learning.jobs.actions import NewJob, add_job, add_jobs
from learning.jobs.rules import Priority
from learning.kit.email_addresses import sendable_email
from learning.kit.idempotency import insert_if_absent
from learning.kit.names import plain_name
from learning.mail import rules
from learning.mail.attachments import attach_files
from learning.mail.categories import CRITICAL, EmailCategory
from learning.mail.models import SEND_KEY, EmailBounce, EmailState, OutgoingEmail
from learning.mail.parts import CalendarPart, FilePart, Part, part_problem
from learning.mail.rules import DeliveryFailure

SEND_JOB = "mail.send"
EMPTY_JSON = "{}"
UNSTORED = 1 << 48  # ids of rows are smaller
ENQUEUED = "mail.enqueued"  # in a session's info


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom an e-mail is for, and how they read.

    There is no `name` for a person who has never answered us: somebody else may have typed it.
    """

    email: str
    name: str
    language: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class EmailRequest:
    """An e-mail's kind and what it needs to be written; `params` must survive JSON.

    E-mails of one `thread` are shown together by mail programs. `priority` is high for what
    somebody waits for in front of a screen, low for what goes to many. `topic` is a key of its
    category. Answers go to the address `reply_to`, if there is one.

    Raises ValueError for an unknown topic, an address that cannot be written to, parts that are too
    large or too many.
    """

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    category: EmailCategory = CRITICAL
    thread: str = ""
    priority: Priority = Priority.NORMAL
    topic: str = ""
    reply_to: str = ""
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if self.topic and self.topic not in self.category.topics:
            raise ValueError(f"{self.category.key} has no topic {self.topic}")
        if self.reply_to and sendable_email(self.reply_to) is None:
            raise ValueError(f"no e-mail can be sent to {self.reply_to}")
        if problem := part_problem(self.parts):
            raise ValueError(problem)

    @property
    def calendar(self) -> str:
        """Return its calendar object, empty if it has none."""
        return next((part.text for part in self.parts if isinstance(part, CalendarPart)), "")

    @property
    def files(self) -> list[FilePart]:
        return [part for part in self.parts if isinstance(part, FilePart)]


def enqueue_email(
    session: Session, to: Recipient, email: EmailRequest, *, now: datetime
) -> OutgoingEmail:
    """Put an e-mail into the outbox, in the transaction of what it tells of."""
    row = OutgoingEmail(**_values(to, email, now))
    session.add(row)
    session.flush()  # the job names the e-mail by id
    attach_files(session, {row.id: email.files})
    add_job(session, _job(row.id, email, now))
    session.info[ENQUEUED] = enqueued_count(session) + 1
    return row


def enqueue_emails(
    session: Session, emails: Sequence[tuple[Recipient, EmailRequest]], *, now: datetime
) -> None:
    """Put many e-mails into the outbox, in a few statements."""
    if not emails:
        return
    rows = [_values(to, what, now) for to, what in emails]
    session.execute(insert(OutgoingEmail), rows)
    tokens = [row["token"] for row in rows]
    inserted = session.execute(
        select(OutgoingEmail.token, OutgoingEmail.id).where(OutgoingEmail.token.in_(tokens))
    )
    ids = {row.token: row.id for row in inserted}
    whats = [(ids[token], what) for token, (_, what) in zip(tokens, emails, strict=True)]
    attach_files(session, {mail_id: what.files for mail_id, what in whats})
    add_jobs(session, [_job(mail_id, what, now) for mail_id, what in whats])
    session.info[ENQUEUED] = enqueued_count(session) + len(rows)


def unstored_email(to: Recipient, email: EmailRequest, *, now: datetime) -> OutgoingEmail:
    """Return an e-mail that is in no session; its id, for the Message-ID, is that of no row."""
    mail = OutgoingEmail(**_values(to, email, now))
    mail.id = UNSTORED + secrets.randbits(48)
    return mail


def enqueued_count(session: Session) -> int:
    """Return how many e-mails were put into the outbox through a session."""
    return int(session.info.get(ENQUEUED, 0))


def _values(to: Recipient, email: EmailRequest, now: datetime) -> dict[str, Any]:
    return {
        "kind": email.kind,
        "params": json.dumps(email.params),
        "category": email.category.key,
        "topic": email.topic,
        "reply_to": email.reply_to,
        "calendar": email.calendar,
        "email": to.email,
        "name": plain_name(to.name),
        "language": to.language,
        "zone": to.zone,
        "token": secrets.token_hex(12),
        "created_at": now,
        "thread": email.thread,
        "state": EmailState.WAITING,
        "reason": "",
    }


def _job(mail_id: int, email: EmailRequest, now: datetime) -> NewJob:
    return NewJob(
        kind=SEND_JOB,
        payload={"mail": mail_id},
        now=now,
        unique_key=f"{SEND_KEY}{mail_id}",
        priority=email.priority,
    )


def retry(session: Session, mail_id: int) -> None:
    """Let an e-mail that was refused wait again, and trust its address again."""
    mail = session.get_one(OutgoingEmail, mail_id)
    if mail.state is EmailState.FAILED:
        mail.state, mail.ended_at, mail.reason = EmailState.WAITING, None, ""
        clear_bounces(session, mail.email)


def mark_ended(
    session: Session, mail: OutgoingEmail, state: EmailState, *, now: datetime, reason: str = ""
) -> None:
    """Write down what became of an e-mail, and forget what it said."""
    mail.state, mail.ended_at, mail.reason, mail.params = state, now, reason, EMPTY_JSON
    mail.held_at, mail.calendar = None, ""
    if state is EmailState.SENT:
        address = session.get(EmailBounce, mail.email)
        if address and address.suppressed_at is None:
            address.score = rules.score_after_success(address.score)


def mark_failed(session: Session, mail_id: int, *, now: datetime, reason: str) -> None:
    """Leave an e-mail to people; what it says is stored, so that it can be sent after all."""
    mail = session.get_one(OutgoingEmail, mail_id)
    mail.state, mail.ended_at, mail.reason, mail.held_at = EmailState.FAILED, now, reason, None


def postpone(session: Session, mail_id: int, *, now: datetime, reason: str, our_side: bool) -> None:
    """Write down why an e-mail waits; `our_side` if it waits until our side is fixed."""
    mail = session.get_one(OutgoingEmail, mail_id)
    mail.reason = reason
    mail.held_at = (mail.held_at or now) if our_side else None


def record_bounce(
    session: Session, email: str, failure: DeliveryFailure, *, now: datetime, reason: str
) -> None:
    """Write down that an address did not take an e-mail; give it up when the rule says so."""
    insert_if_absent(session, EmailBounce, email=email, score=0, reason="")
    address = session.get_one(EmailBounce, email, with_for_update=True)
    state = rules.score_after_bounce(address.score, failure)
    address.score, address.reason = state.score, reason
    if state.suppressed and address.suppressed_at is None:
        address.suppressed_at = now


def clear_bounces(session: Session, email: str) -> None:
    """Forget what an address did wrong: somebody says that it works now."""
    session.execute(delete(EmailBounce).where(EmailBounce.email == email))
