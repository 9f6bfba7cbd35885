"""What other packages' pages show of tutors (`extension_points`)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, bindparam, select
from sqlalchemy.orm import Session, aliased

from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.page_lines import PageLine, PageReader, PageRef
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.extension_points.waiting_queries import WaitingQuery
from learning.kit.i18n import N_
from learning.tutors.queries import HAS_TUTOR, with_tutor
from learning.tutors.rules import ASSIGNED_WITHIN

# Statements of every page are built once: building costs more than the database does.
TUTOR = aliased(Person)
OWN_TUTOR = with_tutor(select(TUTOR.name, Enrolment.status).select_from(Enrolment), TUTOR).where(
    Enrolment.id == bindparam("enrolment")
)


def tutor_line(session: Session, _page: PageRef, reader: PageReader) -> Sequence[PageLine]:
    """Return the tutor of the reader by name, or that there is none yet, in one query."""
    if reader.enrolment_id is None:
        return []
    own = {"enrolment": reader.enrolment_id}
    row = session.connection().execute(OWN_TUTOR, own).first()
    name, status = row or (None, None)
    if name is None and status != EnrolmentStatus.ACTIVE:
        return []
    i18n = reader.i18n
    title = name or i18n.gettext(N_("You have no tutor yet."))
    return [PageLine(key="tutor", title=title, heading=i18n.gettext(N_("Your tutor")))]


def _without_tutor(request: WaitingRequest) -> Select[Any]:
    """Return the query for the participants of running editions who have no tutor."""
    columns: list[SQLColumnExpression[Any]] = [
        Person.name,
        Edition.code,
        Enrolment.enrolled_at.label("since"),
        Enrolment.id,
    ]
    found = (
        select(*columns)
        .select_from(Enrolment)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Edition.status == EditionStatus.RUNNING,
            Enrolment.status == EnrolmentStatus.ACTIVE,
            ~HAS_TUTOR,
        )
    )
    if request.editions is None:
        return found
    return found.where(Edition.code.in_(request.editions))


def _path(code: str) -> str:
    """Return the address of the participants of an edition who have no tutor."""
    return f"staff/editions/{code}/tutors/?tutor=none"


WITHOUT_TUTOR = WaitingQuery(
    found=_without_tutor,
    order=(Enrolment.enrolled_at, Enrolment.id),
    within=ASSIGNED_WITHIN,
    row_path=lambda row: _path(row.code),
    group_path=_path,
)
"""The participants of running editions who have no tutor."""


KINDS = (
    WaitingKind(
        key="participants-without-tutor",
        label=N_("Participants without a tutor"),
        permission=Permission.ASSIGN_TUTORS,
        provider=WITHOUT_TUTOR.rows,
        summary=WITHOUT_TUTOR.groups,
        action=N_("Assign tutors"),
    ),
)
