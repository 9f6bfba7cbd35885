"""Tables of the centre's data: what invoices and transfers say about who issues them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.fees.rules.bank_data import ProposalState
from learning.kit.database import Base, new_uid, open_enum


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


class BankDataProposal(Base):
    """A change of the centre's bank data that one person proposes and another confirms.

    `old_…` are the data when it was proposed. One is open at a time: the centre's row is locked.
    `digest` binds the decision to both. What is proposed never changes, and a decision is made
    once: triggers refuse the rest.
    """

    __tablename__ = "bank_data_proposals"
    __table_args__ = (
        CheckConstraint(
            "state = 'withdrawn' OR decided_by_id IS NULL OR decided_by_id <> proposed_by_id",
            name="two_people",
        ),
        CheckConstraint("(state = 'open') = (decided_by_id IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    old_legal_name: Mapped[str]
    old_iban: Mapped[str]
    old_bic: Mapped[str]
    old_bank_name: Mapped[str]
    legal_name: Mapped[str]
    iban: Mapped[str]
    bic: Mapped[str]
    bank_name: Mapped[str]
    digest: Mapped[str]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    state: Mapped[ProposalState] = mapped_column(
        open_enum(ProposalState), default=ProposalState.OPEN, index=True
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    version: Mapped[int] = mapped_column(default=0)
