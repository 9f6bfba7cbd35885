"""Tables of enrolment."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.kit.db import Base


class EnrolmentStatus(StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class Enrolment(Base):
    """One person's place in one edition."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("person_id", "edition_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    enrolled_at: Mapped[datetime]
    status: Mapped[EnrolmentStatus] = mapped_column(default=EnrolmentStatus.ACTIVE)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition] = relationship(lazy="raise", init=False)
