"""Tables of the centre's data: what invoices and transfers say about who issues them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.kit.database import Base


class CentreDetails(Base):
    """The details of the centre: one row. Each invoice keeps a copy of them, as they were.

    `legal_name` is written exactly as the bank has it. `iban` and `bic` are without spaces.
    """

    __tablename__ = "centre_details"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False, insert_default=1)
    legal_name: Mapped[str]
    line1: Mapped[str]
    line2: Mapped[str]
    postcode: Mapped[str]
    town: Mapped[str]
    country: Mapped[str]
    vat_id: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    bank_name: Mapped[str]
    signatory_name: Mapped[str]
    signatory_title: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    version: Mapped[int] = mapped_column(default=0)


class CentreTaxSentence(Base):
    """The sentence about taxes on invoices, in one language."""

    __tablename__ = "centre_tax_sentences"

    language: Mapped[str] = mapped_column(primary_key=True)
    sentence: Mapped[str]
