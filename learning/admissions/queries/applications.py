"""Reads of applications and offers; each starts from what the actor may see."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session, joinedload

from learning.access.actor import Actor
from learning.accounts.models import Person
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application, ApplicationTransition, Offer, Sponsorship
from learning.admissions.queries.stages import stage_column
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import queries
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import UNENROLLED, EnrolmentStatus


def applicants_among(session: Session, edition: Edition, people_ids: Collection[int]) -> set[int]:
    """Return which of these people have an undecided application here.

    Drafts are private and do not count.
    """
    rows = select(Application.person_id).where(
        Application.edition_id == edition.id,
        Application.state.in_(ACTIVE_STATES - {ApplicationState.DRAFT}),
        Application.person_id.in_(people_ids),
    )
    return set(session.scalars(rows))


def application_of(session: Session, enrolment: Enrolment) -> Application | None:
    """Return the application of an enrolment; None if it was enrolled by hand."""
    return session.scalar(
        select(Application).where(
            Application.enrolment_id == enrolment.id,
            Application.enrolment_period == enrolment.period,
        )
    )


def applications_of(session: Session, enrolment_ids: Collection[int]) -> Sequence[int]:
    """Return the ids of the applications of some enrolments, in order."""
    same = (
        Application.enrolment_id == Enrolment.id,
        (Application.enrolment_period == Enrolment.period),
    )
    found = select(Application.id).join(Enrolment, and_(*same))
    return session.scalars(
        found.where(Enrolment.id.in_(enrolment_ids)).order_by(Application.id)
    ).all()


def active_application(session: Session, person_id: int, edition_id: int) -> Application | None:
    """Return a person's application for an edition that is not over."""
    return session.scalar(
        select(Application).where(
            Application.person_id == person_id,
            Application.edition_id == edition_id,
            is_live(),
        )
    )


def is_live() -> ColumnElement[bool]:
    """Return the condition that an application is undecided, or that its person takes part."""
    takes_part = select(Enrolment.id).where(
        Enrolment.id == Application.enrolment_id,
        Enrolment.period == Application.enrolment_period,
        Enrolment.status == EnrolmentStatus.ACTIVE,
    )
    return Application.state.in_(ACTIVE_STATES) | takes_part.exists()


def is_applicant_or_enrolled(session: Session, person_id: int, edition_id: int) -> bool:
    """Whether a person applies to an edition or is enrolled in it."""
    if active_application(session, person_id, edition_id) is not None:
        return True
    return queries.is_enrolled(session, person_id, edition_id)


def editions_of(session: Session, person_id: int) -> frozenset[int]:
    """Return the ids of the editions to which a person applies, or in which they are enrolled."""
    applied = select(Application.edition_id).where(Application.person_id == person_id, is_live())
    enrolled = select(Enrolment.edition_id).where(
        Enrolment.person_id == person_id, Enrolment.status.not_in(UNENROLLED)
    )
    return frozenset(session.scalars(applied.union(enrolled)))


def editions_ahead(session: Session, edition: Edition, today: date) -> Sequence[Edition]:
    """Return the public editions that begin after today, except one, the earliest first."""
    return session.scalars(
        select(Edition)
        .where(
            Edition.id != edition.id,
            Edition.status == EditionStatus.OPEN,
            Edition.starts_on > today,
        )
        .order_by(Edition.starts_on, Edition.id)
    ).all()


def applications_under_review(session: Session, edition: Edition) -> Sequence[Application]:
    """Return the applications of an edition under review, with their people, by name."""
    return session.scalars(
        select(Application)
        .join(Application.person)
        .options(joinedload(Application.person))
        .where(
            Application.edition_id == edition.id, Application.state == ApplicationState.UNDER_REVIEW
        )
        .order_by(Person.sort_key, Application.id)
    ).all()


def count_affected_people(session: Session, edition: Edition) -> int:
    """Return how many people have an active application or enrolment in an edition."""
    applied = select(Application.person_id).where(
        Application.edition_id == edition.id, Application.state.in_(ACTIVE_STATES)
    )
    placed = select(Enrolment.person_id).where(
        Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    return session.scalar(select(func.count()).select_from(applied.union(placed).subquery())) or 0


def own_application(session: Session, actor: Actor, reference: str) -> Application | None:
    """Return the actor's own application, with its edition, nomination letter and sponsorship."""
    own = select(Application).where(
        Application.reference == reference, Application.person_id == actor.person_id
    )
    return session.scalar(
        own.options(
            joinedload(Application.edition),
            joinedload(Application.person),
            joinedload(Application.letter),
            joinedload(Application.billing_party),
            joinedload(Application.sponsorship).options(
                joinedload(Sponsorship.letter), joinedload(Sponsorship.billing_party)
            ),
        )
    )


def own_applications(session: Session, actor: Actor) -> Sequence[Application]:
    """Return the actor's applications with their editions, latest first."""
    own = select(Application).where(Application.person_id == actor.person_id)
    return session.scalars(
        own.options(joinedload(Application.edition)).order_by(Application.id.desc())
    ).all()


def submitted_applications(session: Session, person_id: int) -> list[tuple[Application, Stage]]:
    """Return what a person has submitted, with the editions, latest first; drafts are private."""
    own = (
        select(Application, stage_column())
        .options(joinedload(Application.edition))
        .where(Application.person_id == person_id, Application.state != ApplicationState.DRAFT)
        .order_by(Application.id.desc())
    )
    return [(application, Stage(stage)) for application, stage in session.execute(own)]


def transitions_of(session: Session, application: Application) -> Sequence[ApplicationTransition]:
    """Return the history of an application, oldest first."""
    own = select(ApplicationTransition).where(
        ApplicationTransition.application_id == application.id
    )
    return session.scalars(own.order_by(ApplicationTransition.id)).all()


def open_offer(session: Session, application_id: int) -> Offer | None:
    return session.scalar(
        select(Offer).where(Offer.application_id == application_id, Offer.ended_at.is_(None))
    )


def open_offers(session: Session, edition_id: int) -> Sequence[Offer]:
    return session.scalars(
        select(Offer)
        .join(Application, Application.id == Offer.application_id)
        .where(Application.edition_id == edition_id, Offer.ended_at.is_(None))
    ).all()


def delete_draft(session: Session, application: Application) -> None:
    """Delete a draft and its first transition; nothing else refers to it."""
    session.execute(
        delete(ApplicationTransition).where(ApplicationTransition.application_id == application.id)
    )
    session.execute(delete(Application).where(Application.id == application.id))
    session.execute(delete(BillingParty).where(BillingParty.id == application.billing_party_id))


def own_active_applications(session: Session, actor: Actor, course: str) -> dict[int, Application]:
    """Return the actor's active applications for a course, by edition."""
    own = (
        select(Application)
        .join(Application.edition)
        .where(
            Application.person_id == actor.person_id,
            is_live(),
            Edition.course == course,
        )
    )
    return {application.edition_id: application for application in session.scalars(own)}


def applications_with_offer(session: Session, person_id: int) -> set[int]:
    """Return the ids of a person's applications that have an open offer."""
    own = (
        select(Offer.application_id)
        .join(Application, Application.id == Offer.application_id)
        .where(Application.person_id == person_id, Offer.ended_at.is_(None))
    )
    return set(session.scalars(own))
