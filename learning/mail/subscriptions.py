"""What people want to receive: a category of e-mails, or one topic of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.kit.idempotency import insert_if_absent
from learning.mail.models import Subscription

WHOLE_CATEGORY = ""  # in place of a topic


@dataclass(frozen=True, kw_only=True)
class SubscriptionState:
    """What a link to decline e-mails is about, and what is declined now."""

    email: str
    category: str
    topic: str
    topic_declined: bool
    category_declined: bool


def subscription_for(
    session: Session, email: str, category: str, topic: str = WHOLE_CATEGORY
) -> Subscription:
    """Return what an address wants of a topic or category, made with its token if it is new."""
    token = secrets.token_urlsafe(16)
    insert_if_absent(
        session, Subscription, email=email, category=category, topic=topic, token=token
    )
    return session.get_one(Subscription, (email, category, topic))


def is_declined(session: Session, email: str, category: str, topic: str = WHOLE_CATEGORY) -> bool:
    """Whether an address declined a topic, or the whole category."""
    found = session.scalar(
        select(Subscription.email)
        .where(
            Subscription.email == email,
            Subscription.category == category,
            Subscription.topic.in_({topic, WHOLE_CATEGORY}),
            Subscription.unsubscribed_at.is_not(None),
        )
        .limit(1)
    )
    return found is not None


def state_of_link(session: Session, token: str) -> SubscriptionState | None:
    """Return what a link declines, None if there is no such token."""
    found = _by_token(session, token)
    if found is None:
        return None
    whole = found if found.topic == WHOLE_CATEGORY else _whole(session, found)
    return SubscriptionState(
        email=found.email,
        category=found.category,
        topic=found.topic,
        topic_declined=found.topic != WHOLE_CATEGORY and found.unsubscribed_at is not None,
        category_declined=whole is not None and whole.unsubscribed_at is not None,
    )


def unsubscribe(session: Session, token: str, *, now: datetime, whole: bool = False) -> bool:
    """Unsubscribe the owner of a token; return False if there is no such token.

    Stops what the link is about, or (`whole`) its whole category.
    """
    found = _target(session, token, whole=whole)
    if found and found.unsubscribed_at is None:
        found.unsubscribed_at = now
    return found is not None


def resubscribe(session: Session, token: str, *, whole: bool = False) -> bool:
    """Let e-mails come again; return False if there is no such token."""
    found = _target(session, token, whole=whole)
    if found:
        found.unsubscribed_at = None
    return found is not None


def copy_declined(session: Session, former: str, email: str) -> None:
    """Let a person's new address decline what their former one declined."""
    declined = select(Subscription).where(
        Subscription.email == former, Subscription.unsubscribed_at.is_not(None)
    )
    for each in session.scalars(declined).all():  # no more than there are topics
        own = subscription_for(session, email, each.category, each.topic)
        own.unsubscribed_at = own.unsubscribed_at or each.unsubscribed_at


def _target(session: Session, token: str, *, whole: bool) -> Subscription | None:
    found = _by_token(session, token)
    if found is None or not whole or found.topic == WHOLE_CATEGORY:
        return found
    return subscription_for(session, found.email, found.category)


def _by_token(session: Session, token: str) -> Subscription | None:
    return session.scalar(select(Subscription).where(Subscription.token == token))


def _whole(session: Session, topic: Subscription) -> Subscription | None:
    return session.get(Subscription, (topic.email, topic.category, WHOLE_CATEGORY))
