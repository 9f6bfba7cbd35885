"""The table of the audit trail."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.db import Base


class AuditRow(Base):
    """One thing that happened. `actor` is a person's id, None for a command or the clock."""

    __tablename__ = "audit_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)
