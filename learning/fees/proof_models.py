"""Table of the proofs of transfer that payers send."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice
from learning.files.models import StoredFile
from learning.kit.database import Base, new_uid


class TransferProof(Base):
    """A file by which a payer shows that an invoice is on its way; it pays nothing.

    `sent_by_id` is None for a sponsor. Reminders of the invoice rest for some days after it.
    """

    __tablename__ = "transfer_proofs"
    __table_args__ = (
        CheckConstraint("(checked_at IS NULL) = (checked_by_id IS NULL)", name="checked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey(Invoice.id), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id), index=True)
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    checked_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)
