"""Reads of staff: one application, several by reference, statistics."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from learning.accounts.models import Person
from learning.admissions.models import (
    Application,
    ApplicationTransition,
    Sponsorship,
)
from learning.admissions.queries.stages import has_reached
from learning.admissions.rules.ranking import is_same_person, name_key
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment, EnrolmentMethod

MAX_COMPARED, MAX_DUPLICATES = 500, 50


def application_row(session: Session, edition: Edition, reference: str) -> Application | None:
    """Return an application of an edition with everything that its page shows."""
    return session.scalar(
        select(Application)
        .where(Application.edition_id == edition.id, Application.reference == reference)
        .options(
            joinedload(Application.person),
            joinedload(Application.edition),
            joinedload(Application.letter),
            joinedload(Application.billing_party),
            joinedload(Application.sponsorship).options(
                joinedload(Sponsorship.letter), joinedload(Sponsorship.billing_party)
            ),
        )
    )


def application_rows(
    session: Session, edition: Edition, references: Sequence[str]
) -> Sequence[Application]:
    """Return the applications of an edition that have these references, oldest first."""
    return session.scalars(
        select(Application)
        .where(Application.edition_id == edition.id, Application.reference.in_(references))
        .options(joinedload(Application.person))
        .order_by(Application.id)
    ).all()


def other_applications(
    session: Session, application: Application
) -> list[tuple[Application, Person, Edition]]:
    """Return applications that may be of the same person, in any edition, however spelled.

    Many may share a key: those of the person are compared first, then the latest.
    """
    person = application.person
    rows: Select[Application, Person, Edition] = (
        select(Application, Person, Edition)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(
            Application.id != application.id,
            or_(
                Application.name_key.in_({application.name_key, name_key(person.name)}),
                Application.person_id == application.person_id,
            ),
        )
        .order_by(Application.person_id != application.person_id, Application.id.desc())
        .limit(MAX_COMPARED)
    )
    ours = (person.name, person.institution)
    alike = (
        (each, other, edition)
        for each, other, edition in session.execute(rows)
        if other.id == person.id or is_same_person(ours, (other.name, other.institution))
    )
    return sorted(islice(alike, MAX_DUPLICATES), key=lambda row: row[0].id)


def linked(session: Session, application: Application) -> list[tuple[Application, Person, Edition]]:
    """Return the applications before and after a transfer or substitution: at most one of each."""
    rows: Select[Application, Person, Edition] = (
        select(Application, Person, Edition)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(
            or_(
                Application.id.in_((application.transferred_from_id, application.substitutes_id)),
                Application.transferred_from_id == application.id,
                Application.substitutes_id == application.id,
            )
        )
        .order_by(Application.id)
    )
    return [(each, person, edition) for each, person, edition in session.execute(rows)]


def funnel(session: Session, edition: Edition, stages: Collection[Stage]) -> Counter[Stage]:
    """Return how many submitted applications of an edition ever reached some stages."""
    reached = [
        func.coalesce(func.sum(case((has_reached(each), 1), else_=0)), 0).label(str(each))
        for each in stages
    ]
    own = Application.edition_id == edition.id, Application.state != ApplicationState.DRAFT
    numbers = session.execute(select(*reached).where(*own)).one()
    return Counter(dict(zip(stages, numbers, strict=True)))


def history(
    session: Session, application: Application
) -> Sequence[tuple[ApplicationTransition, str | None]]:
    """Return each transition of an application with the name of its actor, oldest first."""
    by = aliased(Person)
    rows = (
        select(ApplicationTransition, by.name)
        .outerjoin(by, by.id == ApplicationTransition.actor_id)
        .where(ApplicationTransition.application_id == application.id)
        .order_by(ApplicationTransition.id)
    )
    return session.execute(rows).all()


def enrolments_without_application(session: Session, edition: Edition) -> int:
    """Return how many people staff have enrolled by hand, in any status."""
    by_hand = select(func.count()).where(
        Enrolment.edition_id == edition.id, Enrolment.method == EnrolmentMethod.MANUAL
    )
    return session.scalar(by_hand) or 0
