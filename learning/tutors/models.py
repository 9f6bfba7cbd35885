"""Tables of who covers what, and of who is whose tutor."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.kit.database import Base


class Competence(Base):
    """That somebody covers a module in a language, in one edition.

    `module` is a key of the course, `language` a code; "" stands for all of them, not NULL, so that
    the same is stated once only. The rows count while their person has a role in the edition.
    """

    __tablename__ = "competences"
    __table_args__ = (UniqueConstraint("person_id", "edition_id", "module", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id, ondelete="CASCADE"), index=True)
    module: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="")


class TutorAssignment(Base):
    """The tutor of an enrolment.

    A row counts while its tutor has that role in the edition and an open account. Rows of an
    edition are written under the lock of the edition's row.
    """

    __tablename__ = "tutor_assignments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            [Enrolment.id, Enrolment.edition_id],
            ondelete="CASCADE",
        ),
        Index("ix_tutor_assignments_tutor_id_edition_id", "tutor_id", "edition_id"),
    )

    enrolment_id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int]
    tutor_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    assigned_at: Mapped[datetime]
