"""Tables of the reminders of invoices."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice
from learning.fees.rules.reminders import ReminderStep
from learning.kit.database import Base


class InvoiceReminder(Base):
    """A reminder that was sent: each step of the schedule once, others by a member of staff."""

    __tablename__ = "invoice_reminders"
    __table_args__ = (
        Index(
            "ix_invoice_reminders_step",
            "invoice_id",
            "step",
            unique=True,
            sqlite_where=text("step <> 'manual'"),
            postgresql_where=text("step <> 'manual'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey(Invoice.id), index=True)
    step: Mapped[ReminderStep]
    sent_on: Mapped[date]
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
