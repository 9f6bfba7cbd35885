"""Tables of mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.files.models import StoredFile
from learning.kit.database import Base

SEND_KEY = "mail "  # with the e-mail's id: the unique key of the job that sends it


class EmailState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # refused for good, or given up
    SKIPPED = "skipped"  # not wanted any more, or an address that does not work


class OutgoingEmail(Base):
    """One e-mail to one address. `params` (JSON) and `calendar` are forgotten once it is sent.

    `category` and `topic` are keys of `mail.categories`; `topic` may be empty.

    `held_at` is when our own side (server, password, policy) first kept a waiting one back.
    """

    __tablename__ = "outgoing_emails"
    __table_args__ = (Index("ix_outgoing_emails_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str]
    params: Mapped[str]
    category: Mapped[str]
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    language: Mapped[str]
    zone: Mapped[str]
    token: Mapped[str] = mapped_column(unique=True)  # in the envelope: whose bounce this is
    created_at: Mapped[datetime] = mapped_column(index=True)
    thread: Mapped[str] = mapped_column(default="", index=True)
    state: Mapped[EmailState] = mapped_column(default=EmailState.WAITING)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    topic: Mapped[str] = mapped_column(default="")
    reply_to: Mapped[str] = mapped_column(default="")
    calendar: Mapped[str] = mapped_column(default="")  # an iCalendar object


class EmailAttachment(Base):
    """A stored file that goes with an e-mail; while this row is there, the file is not purged."""

    __tablename__ = "email_attachments"
    __table_args__ = (UniqueConstraint("email_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email_id: Mapped[int] = mapped_column(ForeignKey(OutgoingEmail.id, ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id), index=True)
    slug: Mapped[str]  # of the file that was meant
    position: Mapped[int]


class EmailCopy(Base):
    """What an e-mail said when it was sent, for staff; without links, purged after a year.

    `parts` names what it carried, one to a line.
    """

    __tablename__ = "email_copies"

    email_id: Mapped[int] = mapped_column(
        ForeignKey(OutgoingEmail.id, ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[str]
    body: Mapped[str]
    parts: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(index=True)


class EmailBounce(Base):
    """An address that once did not work. `score` is in tenths; see `rules.score_after_bounce`."""

    __tablename__ = "email_bounces"

    email: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[int] = mapped_column(default=0)
    suppressed_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str] = mapped_column(default="")


class Subscription(Base):
    """Whether an address wants a topic of e-mails, or (topic "") a category; its links' token."""

    __tablename__ = "subscriptions"

    email: Mapped[str] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    topic: Mapped[str] = mapped_column(primary_key=True, default="")
    unsubscribed_at: Mapped[datetime | None] = mapped_column(default=None)
