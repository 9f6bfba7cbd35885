"""What enrolments keep of a person (`extension_points.personal_data`)."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from learning.audit.personal_data import entries_about_rows
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_code
from learning.enrolment.models import Enrolment, EnrolmentTransition
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.personal_data import (
    ForgetBlocker,
    OnForget,
    PersonalTable,
    PersonRef,
)


def is_own(enrolment_id: InstrumentedAttribute[int], person: PersonRef) -> ColumnElement[bool]:
    """Whether the enrolment whose id stands in a column is that of a person."""
    return enrolment_id.in_(select(Enrolment.id).where(Enrolment.person_id == person.id))


def deleted_with(enrolment_id: InstrumentedAttribute[int], *hidden: str) -> PersonalTable:
    """Return the entry of a table whose rows hang on an enrolment and go with their person.

    `hidden` are the columns that the person does not get in a download.
    """
    return PersonalTable(
        model=enrolment_id.parent.mapper.class_,
        about=lambda person: is_own(enrolment_id, person),
        on_forget=OnForget.DELETE,
        hidden=frozenset(hidden),
    )


TABLES = (
    PersonalTable(
        model=EnrolmentTransition,
        about=lambda person: is_own(EnrolmentTransition.enrolment_id, person),
        on_forget=OnForget.ANONYMISE,
        why="Seats, fees and statistics count what became of an enrolment; reasons are emptied.",
        hidden=frozenset({"actor_id"}),
        added={"edition": edition_code(EnrolmentTransition.edition_id)},
        blank=lambda _request: {"reason": ""},
    ),
    entries_about_rows("enrolment", Enrolment.id, Enrolment.person_id),
    PersonalTable(
        model=Enrolment,
        about=lambda person: Enrolment.person_id == person.id,
        on_forget=OnForget.KEEP,
        why="Seats, fees and statistics count it; it names its person by an id only.",
        added={"edition": edition_code(Enrolment.edition_id)},
    ),
)


def forget_blockers(session: Session, person: PersonRef) -> list[ForgetBlocker]:
    """Return the editions in which the person takes part."""
    codes = session.scalars(
        select(Edition.code)
        .join(Enrolment, Enrolment.edition_id == Edition.id)
        .where(Enrolment.person_id == person.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Edition.code)
    )
    return [
        ForgetBlocker(reason=f"takes part in {code}: cancel or close that enrolment first")
        for code in codes
    ]
