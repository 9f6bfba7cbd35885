"""Builders of applications."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.catalogue.actions import EditionData, Saved, change_edition
from learning.catalogue.models import Edition
from learning.enrolment import applying, deciding
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed, move
from learning.enrolment.rules import Event, Guard, State, Who
from tests.world import World, make_person

NOW = datetime.now(UTC).replace(microsecond=0)
ALL = frozenset(Guard)
NUMBERS = itertools.count(1)
FULL: dict[str, Any] = {
    "gender": "woman",
    "country": "CI",
    "position": "Conseillère emploi",
    "constituency": "government",
    "motivation": "Je reçois chaque semaine des personnes de retour, et veux mieux les orienter.",
    "study_language": "fr",
    "funding": "self",
    "bill_to": "person",
    "billing_name": "Awa Koné",
    "billing_address": "Rue 12, Bouaké",
    "billing_country": "CI",
    "consent_version": "2026-11",
    "consented_at": NOW,
}
WAYS: dict[State, tuple[Event, ...]] = {
    State.DRAFT: (),
    State.SUBMITTED: (Event.SUBMIT,),
    State.UNDER_REVIEW: (Event.SUBMIT, Event.OPEN_REVIEW),
    State.INFO_REQUESTED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.ASK_INFO),
    State.WAITLISTED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.WAITLIST),
    State.ACCEPTED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.ACCEPT),
    State.ENROLLED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.ACCEPT, Event.ACTIVATE),
    State.DECLINED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.DECLINE),
    State.WITHDRAWN: (Event.SUBMIT, Event.WITHDRAW),
    State.CANCELLED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.ACCEPT, Event.CANCEL),
    State.LAPSED: (Event.SUBMIT, Event.OPEN_REVIEW, Event.ACCEPT, Event.LAPSE),
}
"""How an application comes into a state."""


def a_person(session: Session, name: str = "", **more: str) -> Person:
    given = name or f"Candidate{next(NUMBERS)} Test"
    return make_person(
        session, given, **({"institution": "Agence emploi jeunes", "language": "fr"} | more)
    )


def a_draft(
    session: Session, world: World, person: Person | None = None, **columns: Any
) -> Application:
    """Return a draft for the open edition, complete unless columns say otherwise."""
    edition = columns.pop("edition", world.open)
    person = person or a_person(session)
    deed = Deed(event=Event.CREATE, who=Who.APPLICANT, by=person.id, now=NOW)
    application = applying.begin(session, edition, person, deed)
    for name, value in (FULL | columns).items():
        setattr(application, name, value)
    session.flush()
    return application


def a_sent(
    session: Session, world: World, person: Person | None = None, **columns: Any
) -> Application:
    return in_state(session, world, State.SUBMITTED, person, **columns)


def in_state(
    session: Session, world: World, state: State, person: Person | None = None, **columns: Any
) -> Application:
    """Return an application that went its way into a state, through the core's own functions."""
    application = a_draft(session, world, person, **columns)
    for event in WAYS[state]:
        act(session, world, application, event)
    session.commit()
    return application


def act(
    session: Session, world: World, application: Application, event: Event, reason: str = "because"
) -> None:
    """Let the usual person do something with an application."""
    registrar = world.staff["registrar"].id  # type: ignore[index]  # roles are strings
    if event in {Event.SUBMIT, Event.WITHDRAW, Event.ANSWER}:
        deed = Deed(
            event=event, who=Who.APPLICANT, by=application.person_id, now=NOW, reason=reason
        )
        if event is Event.SUBMIT:
            applying.submit(session, application, deed)
        elif event is Event.WITHDRAW:
            applying.withdraw(session, application, deed)
        else:
            applying.answer(session, application, deed)
        return
    deed = Deed(event=event, who=Who.REGISTRAR, by=registrar, now=NOW, reason=reason)
    deciding.decide(session, application, deed)


def push(session: Session, application: Application, event: Event, who: Who) -> bool:
    """Move an application with every guard held; the table alone decides."""
    deed = Deed(event=event, who=who, by=None, now=NOW + timedelta(seconds=1), reason="because")
    return move(session, application, deed, ALL)


def resize(session: Session, edition: Edition, capacity: int, by: int) -> None:
    """Save the edition's form with another capacity."""
    save(session, edition, by, capacity=capacity)


def save(session: Session, edition: Edition, by: int, **changed: Any) -> None:
    """Save the edition's form with something else in it."""
    columns = EditionData.__dataclass_fields__.keys() - {"texts"}
    same = {name: getattr(edition, name) for name in columns} | changed
    data = EditionData(texts=dict.fromkeys(("fr", "en", "es"), "…"), **same)
    change_edition(session, edition, data, Saved(by=by, now=NOW, course_minutes=3600))
