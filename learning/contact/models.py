"""The table of contact."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.database import Base


class ContactMessage(Base):
    """A message to the course team; nobody has checked that the address is the sender's."""

    __tablename__ = "contact_messages"
    __table_args__ = (CheckConstraint("answered_at >= sent_at", name="answered_after_sent"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None, index=True)

    @property
    def version(self) -> str:
        """Return what tells a message from a later one that has the id of a deleted one."""
        return self.sent_at.isoformat()
