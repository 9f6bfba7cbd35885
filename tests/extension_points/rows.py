"""Rows by the thousand, written plainly: what pages must not become slower by."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole
from learning.lessons.models import LessonProgress


def add_people(session: Session, number: int, now: datetime) -> list[int]:
    """Return the ids of new people."""
    names = [f"person{each}" for each in range(number)]
    rows = [
        {"email": f"{each}@crowd.example", "name": each, "sort_key": each, "joined_at": now}
        for each in names
    ]
    session.execute(insert(Person), rows)
    crowd = select(Person.id).where(Person.email.endswith("@crowd.example"))
    return list(session.scalars(crowd.order_by(Person.id)))


def add_applications(
    session: Session,
    edition: Edition,
    people: list[int],
    now: datetime,
    state: ApplicationState = ApplicationState.SUBMITTED,
) -> None:
    """Write an application that was submitted for each of some people, and has a state now."""
    rows = [
        {
            "reference": f"CROWD{person_id}", "edition_id": edition.id, "person_id": person_id,
            "created_at": now, "changed_at": now, "name_key": f"person{person_id}",
            "state": state, "submitted_at": now,
        }
        for person_id in people
    ]  # fmt: skip
    session.execute(insert(Application), rows)
    ids = session.scalars(select(Application.id).where(Application.person_id.in_(people)))
    moves = [
        {
            "application_id": each, "event": ApplicationEvent.SUBMIT,
            "before": ApplicationState.DRAFT, "after": state,
            "actor_role": ActorRole.APPLICANT, "actor_id": None, "at": now,
        }
        for each in ids
    ]  # fmt: skip
    session.execute(insert(ApplicationTransition), moves)


def add_learners(session: Session, edition: Edition, people: list[int], now: datetime) -> None:
    """Enrol people, each with a lesson that they have read."""
    rows = [{"person_id": p, "edition_id": edition.id, "enrolled_at": now} for p in people]
    session.execute(insert(Enrolment), rows)
    owners = session.execute(
        select(Enrolment.id, Enrolment.edition_id).where(Enrolment.person_id.in_(people))
    )
    lesson = {"lesson": "m1-l1", "opened_at": now, "done_at": now}
    read = [{"enrolment_id": id_, "edition_id": of} | lesson for id_, of in owners]
    session.execute(insert(LessonProgress), read)
