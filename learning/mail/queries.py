"""Reads of mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.mail.models import Address, Category, Mail, MailState, Subscription

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What speaks against sending a letter now; both False is the usual case."""

    suppressed: bool
    declined: bool


@dataclass(frozen=True, kw_only=True)
class Held:
    """E-mails that wait until our side is mended: how many, since when (UTC), and why."""

    count: int
    since: datetime
    reason: str


def wish(session: Session, email: str, category: Category) -> Wish:
    address = session.get(Address, email)
    subscription = session.get(Subscription, (email, category))
    return Wish(
        suppressed=bool(address and address.suppressed_at),
        declined=category is not Category.CRITICAL
        and bool(subscription and subscription.declined_at),
    )


def subscription_of(session: Session, token: str) -> Subscription | None:
    return session.scalar(select(Subscription).where(Subscription.token == token))


def mail_of_token(session: Session, token: str) -> Mail | None:
    """Return the e-mail of a token, which mail servers may have put into lower case."""
    return session.scalar(select(Mail).where(Mail.token.in_({token, token.lower()})))


def held(session: Session) -> Held | None:
    """Return what our own side keeps back, None if nothing."""
    waiting = Mail.state == MailState.WAITING, Mail.held_at.is_not(None)
    first = session.scalar(select(Mail).where(*waiting).order_by(Mail.held_at, Mail.id).limit(1))
    if first is None or first.held_at is None:
        return None
    count = session.scalar(select(func.count()).select_from(Mail).where(*waiting)) or 0
    return Held(count=count, since=first.held_at, reason=first.reason)


def is_suppressed(session: Session, email: str) -> bool:
    address = session.get(Address, email)
    return bool(address and address.suppressed_at)


def counts(session: Session) -> dict[MailState, int]:
    """Return how many letters are in each state."""
    rows = session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    return dict.fromkeys(MailState, 0) | dict(rows.all())


def latest(session: Session) -> Sequence[Mail]:
    return session.scalars(select(Mail).order_by(Mail.id.desc()).limit(PAGE)).all()


def suppressed(session: Session) -> Sequence[Address]:
    """Return the addresses that are given up, the latest first."""
    given_up = select(Address).where(Address.suppressed_at.is_not(None))
    return session.scalars(given_up.order_by(Address.suppressed_at.desc()).limit(PAGE)).all()
