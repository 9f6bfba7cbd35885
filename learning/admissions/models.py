"""Tables of admissions."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.accounts.models import Person
from learning.admissions.billing_models import BillingParty
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole
from learning.files.models import StoredFile
from learning.kit.database import Base, named_enum, open_enum

IS_ACTIVE = f"state IN ({', '.join(repr(str(state)) for state in sorted(ACTIVE_STATES))})"


class Sponsorship(Base):
    """The statement of an institution for the people it nominates for one edition.

    Its contact has no account: a signed link, stored as a hash, opens the page. `share` is in
    percent of the fee. The nomination letter is uploaded, or signed on the page by typing one's
    name.
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
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    requested_by_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )
    replaced_at: Mapped[datetime | None] = mapped_column(default=None)  # its link has ended
    version: Mapped[int] = mapped_column(default=0)
    share: Mapped[int] = mapped_column(default=100)
    letter_id: Mapped[int | None] = mapped_column(
        ForeignKey(StoredFile.id), default=None, index=True
    )
    signed_by: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    billing_party_id: Mapped[int | None] = mapped_column(
        ForeignKey(BillingParty.id), default=None, index=True
    )
    stated_at: Mapped[datetime | None] = mapped_column(default=None)

    letter: Mapped[StoredFile | None] = relationship(lazy="raise", init=False)
    billing_party: Mapped[BillingParty | None] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition] = relationship(lazy="raise", init=False)


class Application(Base):
    """One person's application to one edition; `state` changes along the table in `rules` only.

    `score` is in hundredths of the highest score. What an acceptance agrees is a
    `FeeAgreement`. Once there is an enrolment the application no longer changes: the enrolment
    says what becomes of its person (and its `period`, whether they have left and returned
    since). After a transfer or a substitution, an application names the one that it continues:
    of the same person in another edition, or of another person in this one.
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "ix_applications_active",
            "person_id",
            "edition_id",
            unique=True,
            sqlite_where=text(IS_ACTIVE),
            postgresql_where=text(IS_ACTIVE),
        ),
        Index("ix_applications_edition_id_state", "edition_id", "state"),
        CheckConstraint("sponsor_share BETWEEN 0 AND 100", name="sponsor_share"),
        CheckConstraint("score BETWEEN 0 AND 10000", name="score"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(unique=True)  # in URLs and e-mails
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    name_key: Mapped[str] = mapped_column(index=True)
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
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
    billing_party_id: Mapped[int | None] = mapped_column(
        ForeignKey(BillingParty.id), default=None, index=True
    )
    consent_version: Mapped[str] = mapped_column(default="")
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    answer_until: Mapped[datetime | None] = mapped_column(default=None)
    score: Mapped[int | None] = mapped_column(default=None)
    enrolment_id: Mapped[int | None] = mapped_column(
        ForeignKey(Enrolment.id), default=None, index=True
    )
    enrolment_period: Mapped[int | None] = mapped_column(default=None)
    transferred_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id"), default=None, index=True
    )
    substitutes_id: Mapped[int | None] = mapped_column(
        ForeignKey("applications.id"), default=None, index=True
    )

    person: Mapped[Person] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition] = relationship(lazy="raise", init=False)
    letter: Mapped[StoredFile | None] = relationship(lazy="raise", init=False)
    billing_party: Mapped[BillingParty | None] = relationship(lazy="raise", init=False)
    sponsorship: Mapped[Sponsorship | None] = relationship(lazy="raise", init=False)


class Nomination(Base):
    """A person whom a sponsor nominated on its page, as the sponsor typed it.

    There is no application if the person had one of their own, was enrolled, or discarded it.
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


class ApplicationTransition(Base):
    """One transition of an application; `actor_id` is None for the system and for sponsors.

    `received_on` is the day on which a written notice reached the centre, in the edition's
    zone.
    """

    __tablename__ = "application_transitions"
    __table_args__ = (
        Index("ix_application_transitions_application_id_id", "application_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    event: Mapped[ApplicationEvent]
    before: Mapped[ApplicationState | None] = mapped_column(named_enum(ApplicationState, "before"))
    after: Mapped[ApplicationState]
    actor_role: Mapped[ActorRole] = mapped_column(open_enum(ActorRole))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    received_on: Mapped[date | None] = mapped_column(default=None)


class Assessment(Base):
    """One assessor's scores of an application, 0 to 4 by criterion."""

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

    @property
    def scores(self) -> dict[Criterion, int]:
        return {criterion: getattr(self, criterion) for criterion in Criterion}


class OfferOutcome(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Offer(Base):
    """A freed seat, reserved for a person on the waiting list until they answer or it expires."""

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
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[OfferOutcome | None] = mapped_column(default=None)
