"""The table of the audit trail."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.kit.database import Base

UNSEALED = text("number IS NULL")


class AuditEntry(Base):
    """One action. `actor_id` is a person's id, None for a command or a scheduled job.

    A row is written without `number`, `previous_hash` and `hash`; sealing adds all three, once
    (docs/decisions/0027). `number` is the row's position in the chain.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint(
            "(number IS NULL) = (hash IS NULL) AND (number IS NULL) = (previous_hash IS NULL)",
            name="sealed_whole",
        ),
        CheckConstraint("number > 0", name="number_counts"),
        Index("ix_audit_entries_action_id", "action", "id"),
        Index("ix_audit_entries_actor_id_id", "actor_id", "id"),
        Index("ix_audit_entries_unsealed", "id", postgresql_where=UNSEALED, sqlite_where=UNSEALED),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[str]
    number: Mapped[int | None] = mapped_column(default=None, unique=True)
    previous_hash: Mapped[str | None] = mapped_column(default=None)
    hash: Mapped[str | None] = mapped_column(default=None)
