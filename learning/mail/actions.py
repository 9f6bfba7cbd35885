"""Writing letters, and what becomes of addresses."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from learning.jobs.actions import NewJob, add, add_all
from learning.jobs.rules import Priority
from learning.kit.names import plain_name
from learning.kit.once import insert_new
from learning.mail import rules
from learning.mail.models import Address, Category, Mail, MailState, Subscription
from learning.mail.rules import Verdict

SEND = "mail.send"
NOTHING = "{}"
POSTED = "mail.posted"  # in a session's info


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Whom a letter is for, and how they read.

    There is no `name` for whoever has never answered us: somebody else may have typed it.
    """

    email: str
    name: str
    language: str
    zone: str


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A letter's kind and what it needs to be written; `params` must survive JSON.

    Letters of one `thread` are shown together by mail programs. `priority` is high for what
    somebody waits for in front of a screen, low for what goes to many.
    """

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    category: Category = Category.CRITICAL
    thread: str = ""
    priority: Priority = Priority.NORMAL


def post(session: Session, to: Recipient, what: Outgoing, *, now: datetime) -> Mail:
    """Put a letter into the outbox, in the transaction of what it tells of."""
    mail = Mail(**_values(to, what, now))
    session.add(mail)
    session.flush()  # the job names the letter by id
    add(session, _job(mail.id, what, now))
    session.info[POSTED] = posted(session) + 1
    return mail


def post_all(
    session: Session, letters: Sequence[tuple[Recipient, Outgoing]], *, now: datetime
) -> None:
    """Put many letters into the outbox, in a few statements."""
    if not letters:
        return
    rows = [_values(to, what, now) for to, what in letters]
    session.execute(insert(Mail), rows)
    tokens = [row["token"] for row in rows]
    found = session.execute(select(Mail.token, Mail.id).where(Mail.token.in_(tokens)))
    ids = {row.token: row.id for row in found}
    whats = (what for _, what in letters)
    jobs = [_job(ids[token], what, now) for token, what in zip(tokens, whats, strict=True)]
    add_all(session, jobs)
    session.info[POSTED] = posted(session) + len(rows)


def posted(session: Session) -> int:
    """Return how many letters were put into the outbox through a session."""
    return int(session.info.get(POSTED, 0))


def _values(to: Recipient, what: Outgoing, now: datetime) -> dict[str, Any]:
    return {
        "kind": what.kind,
        "params": json.dumps(what.params),
        "category": what.category,
        "email": to.email,
        "name": plain_name(to.name),
        "language": to.language,
        "zone": to.zone,
        "token": secrets.token_hex(12),
        "made_at": now,
        "thread": what.thread,
        "state": MailState.WAITING,
        "reason": "",
    }


def _job(mail_id: int, what: Outgoing, now: datetime) -> NewJob:
    return NewJob(
        kind=SEND,
        payload={"mail": mail_id},
        due_at=now,
        once=f"mail {mail_id}",
        priority=what.priority,
    )


def try_again(session: Session, mail_id: int) -> None:
    """Let a letter that was refused wait again, and trust its address again."""
    mail = session.get_one(Mail, mail_id)
    if mail.state is MailState.FAILED:
        mail.state, mail.ended_at, mail.reason = MailState.WAITING, None, ""
        trust_again(session, mail.email)


def end(session: Session, mail: Mail, state: MailState, *, now: datetime, reason: str = "") -> None:
    """Write down what became of a letter, and forget what it said."""
    mail.state, mail.ended_at, mail.reason, mail.params = state, now, reason, NOTHING
    mail.held_at = None
    if state is MailState.SENT:
        address = session.get(Address, mail.email)
        if address and address.suppressed_at is None:
            address.score = rules.after_success(address.score)


def fail(session: Session, mail_id: int, *, now: datetime, reason: str) -> None:
    """Leave an e-mail to people; what it says is kept, so that it can be sent after all."""
    mail = session.get_one(Mail, mail_id)
    mail.state, mail.ended_at, mail.reason, mail.held_at = MailState.FAILED, now, reason, None


def hold(session: Session, mail_id: int, *, now: datetime, reason: str, ours: bool) -> None:
    """Write down why an e-mail waits; `ours` if it waits until our side is mended."""
    mail = session.get_one(Mail, mail_id)
    mail.reason = reason
    mail.held_at = (mail.held_at or now) if ours else None


def note_bounce(session: Session, email: str, said: Verdict, *, now: datetime, reason: str) -> None:
    """Write down that an address did not take a letter; give it up when the rule says so."""
    insert_new(session, Address, email=email, score=0, reason="")
    address = session.get_one(Address, email, with_for_update=True)
    standing = rules.after_bounce(address.score, said)
    address.score, address.reason = standing.score, reason
    if standing.given_up and address.suppressed_at is None:
        address.suppressed_at = now


def trust_again(session: Session, email: str) -> None:
    """Forget what an address did wrong: somebody says that it works now."""
    session.execute(delete(Address).where(Address.email == email))


def subscription(session: Session, email: str, category: Category) -> Subscription:
    """Return what an address wants of a category, made with its token if it is new."""
    insert_new(
        session, Subscription, email=email, category=category, token=secrets.token_urlsafe(16)
    )
    return session.get_one(Subscription, (email, category))


def decline(session: Session, token: str, *, now: datetime) -> Subscription | None:
    """Stop letters of a category to whoever holds a token; None if there is no such token."""
    found = session.scalar(select(Subscription).where(Subscription.token == token))
    if found and found.declined_at is None:
        found.declined_at = now
    return found


def take_back(session: Session, token: str) -> Subscription | None:
    """Let letters of a category come again."""
    found = session.scalar(select(Subscription).where(Subscription.token == token))
    if found:
        found.declined_at = None
    return found
