"""Tables of enrolment."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment.rules import LIVE, Event, State, Who
from learning.files.models import StoredFile
from learning.kit.db import Base, values

STORED = {"native_enum": False, "create_constraint": True}  # two columns of one type: two names
IS_LIVE = f"state IN ({', '.join(repr(str(state)) for state in sorted(LIVE))})"


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


class Sponsorship(Base):
    """What an institution states for those it nominates for one edition.

    Its contact has no account: a signed link, of which the hash is kept, opens the page. `share` is
    in percent of the fee. The letter is uploaded, or signed on the page by typing one's name.
    """

    __tablename__ = "sponsorships"
    __table_args__ = (CheckConstraint("share BETWEEN 0 AND 100", name="share"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    organisation: Mapped[str]
    contact_name: Mapped[str]
    contact_email: Mapped[str] = mapped_column(index=True)
    language: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), default=None, index=True)
    replaced_at: Mapped[datetime | None] = mapped_column(default=None)  # its link opens nothing
    version: Mapped[int] = mapped_column(default=0)
    share: Mapped[int] = mapped_column(default=100)
    letter_id: Mapped[int | None] = mapped_column(
        ForeignKey(StoredFile.id), default=None, index=True
    )
    signed_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    billing_name: Mapped[str] = mapped_column(default="")
    billing_address: Mapped[str] = mapped_column(default="")
    billing_country: Mapped[str] = mapped_column(default="")
    vat_id: Mapped[str] = mapped_column(default="")
    po_number: Mapped[str] = mapped_column(default="")
    stated_at: Mapped[datetime | None] = mapped_column(default=None)

    letter: Mapped[StoredFile | None] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition] = relationship(lazy="raise", init=False)


class Application(Base):
    """One person's way into one edition; `state` changes along the table in `rules` only.

    `score` is in hundredths of the highest score. What acceptance keeps as it was that day: fee,
    currency, first day, version of the policy. A place that goes on names the application whose
    place it was: of the same person in another edition, or of somebody else in this one.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "ix_applications_live",
            "person_id",
            "edition_id",
            unique=True,
            sqlite_where=text(IS_LIVE),
            postgresql_where=text(IS_LIVE),
        ),
        Index("ix_applications_edition_id_state", "edition_id", "state"),
        CheckConstraint("sponsor_share BETWEEN 0 AND 100", name="sponsor_share"),
        CheckConstraint("score BETWEEN 0 AND 10000", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(unique=True)  # in addresses and letters
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    name_key: Mapped[str] = mapped_column(index=True)
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    version: Mapped[int] = mapped_column(default=0)
    gender: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")
    position: Mapped[str] = mapped_column(default="")
    constituency: Mapped[str] = mapped_column(default="")
    motivation: Mapped[str] = mapped_column(default="")
    study_language: Mapped[str] = mapped_column(default="")
    funding: Mapped[str] = mapped_column(default="")
    sponsor_share: Mapped[int] = mapped_column(default=0)
    sponsorship_id: Mapped[int | None] = mapped_column(
        ForeignKey(Sponsorship.id), default=None, index=True
    )
    letter_id: Mapped[int | None] = mapped_column(
        ForeignKey(StoredFile.id), default=None, index=True
    )
    bill_to: Mapped[str] = mapped_column(default="")
    billing_name: Mapped[str] = mapped_column(default="")
    billing_address: Mapped[str] = mapped_column(default="")
    billing_country: Mapped[str] = mapped_column(default="")
    vat_id: Mapped[str] = mapped_column(default="")
    po_number: Mapped[str] = mapped_column(default="")
    consent_version: Mapped[str] = mapped_column(default="")
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_until: Mapped[datetime | None] = mapped_column(default=None)
    score: Mapped[int | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    fee_minor: Mapped[int | None] = mapped_column(default=None)
    fee_currency: Mapped[str] = mapped_column(default="")
    starts_on_at_acceptance: Mapped[date | None] = mapped_column(default=None)
    policy_version: Mapped[str] = mapped_column(default="")
    enrolment_id: Mapped[int | None] = mapped_column(
        ForeignKey(Enrolment.id), default=None, index=True
    )
    transferred_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id"), default=None, index=True
    )
    substitutes_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id"), default=None, index=True
    )

    person: Mapped[Person] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition] = relationship(lazy="raise", init=False)
    letter: Mapped[StoredFile | None] = relationship(lazy="raise", init=False)
    sponsorship: Mapped[Sponsorship | None] = relationship(lazy="raise", init=False)


class Nomination(Base):
    """Somebody whom a sponsor named by its link, as the sponsor typed it.

    There is no application where the person had one of their own, or a place, or discarded it.
    """

    __tablename__ = "nominations"
    __table_args__ = (UniqueConstraint("sponsorship_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sponsorship_id: Mapped[int] = mapped_column(ForeignKey(Sponsorship.id))
    email: Mapped[str]
    name: Mapped[str]
    nominated_at: Mapped[datetime]
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey(Application.id, ondelete="SET NULL"), default=None, index=True
    )


class Move(Base):
    """One step of an application's way; `by` is nobody for the system and for sponsors.

    `noticed_on` is the day on which a written notice reached the centre, in the edition's zone.
    """

    __tablename__ = "application_moves"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    event: Mapped[Event]
    before: Mapped[State | None] = mapped_column(
        Enum(State, name="before", values_callable=values, **STORED)
    )
    after: Mapped[State]
    who: Mapped[Who]
    by: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    noticed_on: Mapped[date | None] = mapped_column(default=None)


class Assessment(Base):
    """What one assessor gives an application, 0 to 4 by criterion."""

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("application_id", "assessor_id"),
        CheckConstraint("function BETWEEN 0 AND 4", name="function"),
        CheckConstraint("influence BETWEEN 0 AND 4", name="influence"),
        CheckConstraint("motivation BETWEEN 0 AND 4", name="motivation"),
        CheckConstraint("use BETWEEN 0 AND 4", name="use"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    assessor_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    function: Mapped[int]
    influence: Mapped[int]
    motivation: Mapped[int]
    use: Mapped[int]
    remark: Mapped[str]
    at: Mapped[datetime]

    assessor: Mapped[Person] = relationship(lazy="raise", init=False)


class OfferEnd(StrEnum):
    """What became of an offer."""

    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Offer(Base):
    """A freed seat, kept for somebody on the waiting list until they answer or the time is over."""

    __tablename__ = "offers"
    __table_args__ = (
        Index(
            "ix_offers_open",
            "application_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[OfferEnd | None] = mapped_column(default=None)
