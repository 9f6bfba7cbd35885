"""What the tutors, the expert and the course lead of an edition cover; a tutor for everybody."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts.actions import NewPerson, RoleAssignment
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.tutors.actions import NewCompetences, assign_tutors, set_competences
from learning.tutors.rules import ALL

COVERS = {
    Role.TUTOR: [(ALL, "fr"), (ALL, "en")],
    Role.EXPERT: [("m4", ALL), ("m5", "en")],
    Role.LEAD: [(ALL, ALL)],
}
SECOND_TUTOR = NewPerson(
    email="tutor-es@example.org", name="Diego Rojas", language="es", zone="America/Santiago"
)


def add_second_tutor(
    session: Session, edition: Edition, password_hash: str, *, by: int, now: datetime
) -> None:
    """Add a tutor for those who study in Spanish or English."""
    person = accounts.add_person(
        session, SECOND_TUTOR, by=None, now=now, password_hash=password_hash
    )
    role = RoleAssignment(person_id=person.id, role=Role.TUTOR, edition_id=edition.id)
    accounts.grant_role(session, role, by=None, now=now)
    new = NewCompetences(person=person, covers=[(ALL, "es"), (ALL, "en")])
    set_competences(session, edition, new, by=by, now=now)


def state_competences(
    session: Session, edition: Edition, staff: Mapping[Role, int], *, now: datetime
) -> None:
    """State what each of the staff covers, by the registrar."""
    by = staff[Role.REGISTRAR]
    for role, covers in COVERS.items():
        new = NewCompetences(person=session.get_one(Person, staff[role]), covers=covers)
        set_competences(session, edition, new, by=by, now=now)


def assign(session: Session, edition: Edition, *, now: datetime) -> None:
    """Find tutors for all participants, as the worker would."""
    while assign_tutors(session, edition.id, now=now):
        pass
