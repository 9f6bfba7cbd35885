"""Table of overrides: late transfers and substitutions that two people allow."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.files.models import StoredFile
from learning.kit.database import Base, new_uid


class TransferOverride(Base):
    """A proposal of a transfer or substitution whose notice was too late, and the decision.

    A registrar proposes it with a reason and a document, an approver decides. A transfer names
    `target_id`, a substitution the application of the substitute.
    """

    __tablename__ = "transfer_overrides"
    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(target_id IS NULL) <> (successor_id IS NULL)", name="one_target"),
        CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL) "
            "AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided",
        ),
        Index(
            "ix_transfer_overrides_open",
            "application_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey(Edition.id), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey(Application.id), index=True)
    received_on: Mapped[date]
    reason: Mapped[str]
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id), index=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    approved: Mapped[bool | None] = mapped_column(default=None)
    version: Mapped[int] = mapped_column(default=0)

    @property
    def event(self) -> ApplicationEvent:
        if self.target_id is not None:
            return ApplicationEvent.TRANSFER
        return ApplicationEvent.SUBSTITUTE
