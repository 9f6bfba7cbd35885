"""Tables of mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.db import Base


class Category(StrEnum):
    """What a letter is about; people may decline all but the critical ones."""

    CRITICAL = "critical"
    COURSE = "course"


class MailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # refused for good, or given up
    SKIPPED = "skipped"  # not wanted any more, or an address that does not work


class Mail(Base):
    """One letter to one address. `params` is JSON and is forgotten once the letter is gone.

    `held_at` is when our own side (server, password, policy) first kept a waiting one back.
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    params: Mapped[str]
    category: Mapped[Category]
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)  # in the envelope: whose bounce this is
    made_at: Mapped[datetime] = mapped_column(index=True)
    thread: Mapped[str] = mapped_column(default="", index=True)
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    held_at: Mapped[datetime | None] = mapped_column(default=None)


class Address(Base):
    """An address that once did not work. `score` is in tenths; see `rules.after_bounce`."""

    __tablename__ = "addresses"

    email: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(default=0)
    suppressed_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")


class Subscription(Base):
    """Whether an address wants a category of letters; the token stands in their links."""

    __tablename__ = "subscriptions"

    email: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[Category] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    declined_at: Mapped[datetime | None] = mapped_column(default=None)
