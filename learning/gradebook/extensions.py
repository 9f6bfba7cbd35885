"""What other packages' pages show of the gradebook (`extension_points`)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVarTuple

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.schedule import last_minute
from learning.content.course import CourseOf
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.page_lines import PageLine, PageReader, PageRef
from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingKind,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)
from learning.extension_points.waiting_queries import WaitingQuery
from learning.gradebook.models import ClosingSheet, CompletionStatus, ItemResult, MarkOverride
from learning.gradebook.queries import changed_under_override
from learning.kit.i18n import N_

Row = TypeVarTuple("Row")
# Statements of every page are built once: building costs more than the database does.
FULFILLED = select(CompletionStatus.fulfilled).where(
    CompletionStatus.enrolment_id == bindparam("enrolment")
)
CLOSED_WITHIN = timedelta(days=14)
LOOKED_AT_WITHIN = timedelta(days=3)


def path_line(
    course_of: CourseOf, session: Session, page: PageRef, reader: PageReader
) -> Sequence[PageLine]:
    """Return what is left for the certificate, in one query; to staff only the way there."""
    requirements = course_of(page.edition.course).assessment.requirements
    if not requirements:
        return []
    i18n, left = reader.i18n, len(requirements)
    detail = i18n.gettext(N_("the list that decides"))
    if reader.enrolment_id is not None:
        own = {"enrolment": reader.enrolment_id}
        left -= session.connection().execute(FULFILLED, own).scalar() or 0
        text = i18n.ngettext("%(num)s line is left", "%(num)s lines are left", left)
        detail = text % {"num": i18n.number(left)}
        if left <= 0:
            detail = i18n.gettext(N_("the list is complete"))
    return [
        PageLine(
            key="certificate",
            title=i18n.gettext(N_("Path to the certificate")),
            path=f"editions/{page.edition.code}/certificate/",
            detail=detail,
            heading=i18n.gettext(N_("Certificate")),
        )
    ]


def _changed_marks(request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    """Return the query for raw marks that are others than those which overrides stood for."""
    found = (
        select(
            Person.name,
            Enrolment.uid,
            Edition.code,
            ItemResult.item,
            ItemResult.changed_at.label("since"),
            ItemResult.enrolment_id,
        )
        .select_from(ItemResult)
        .join(MarkOverride, changed_under_override())
        .join(Enrolment, Enrolment.id == ItemResult.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Edition, Edition.id == ItemResult.edition_id)
    )
    return _of_editions(found, request)


def _of_editions(found: Select[*Row], request: WaitingRequest) -> Select[*Row]:
    return found if request.editions is None else found.where(Edition.code.in_(request.editions))


CHANGED_MARKS = WaitingQuery(
    found=_changed_marks,
    order=(ItemResult.changed_at, ItemResult.enrolment_id, ItemResult.item),
    within=LOOKED_AT_WITHIN,
    row_path=lambda row: f"staff/editions/{row.code}/gradebook/{row.uid}",
    group_path=lambda code: f"staff/editions/{code}/gradebook/?only=changed",
)
"""The overrides whose raw mark has changed since."""


def _sheets(session: Session, request: WaitingRequest) -> list[WaitingRow]:
    """Return the finished editions in which somebody still takes part, in one query."""
    takes_part = exists().where(
        Enrolment.edition_id == Edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
    )
    found = (
        select(Edition.code, Edition.ends_on, Edition.zone)
        .outerjoin(ClosingSheet, ClosingSheet.edition_id == Edition.id)
        .where(
            Edition.status == EditionStatus.FINISHED, takes_part, ClosingSheet.closed_at.is_(None)
        )
    )
    rows = []
    for code, ends_on, zone in session.execute(_of_editions(found, request)):
        since = min(last_minute(ends_on, zone), request.now)
        rows.append(
            WaitingRow(
                subject=request.i18n.date(ends_on, weekday=False),
                path=f"staff/editions/{code}/gradebook/closing",
                since=since,
                due=since + CLOSED_WITHIN,
                edition=code,
            )
        )
    return sorted(rows, key=lambda row: (row.urgency, row.edition))


def closing_sheets(session: Session, request: WaitingRequest) -> WaitingRows:
    """Return the sheets that are to be signed, in one query; editions are few."""
    rows = _sheets(session, request)
    return WaitingRows(rows=rows[: request.limit], total=len(rows))


def closing_sheets_summary(session: Session, request: WaitingRequest) -> list[WaitingGroup]:
    """Return the same by edition, each of which has one sheet, in one query."""
    return [
        WaitingGroup(
            edition=row.edition,
            count=1,
            overdue=int(row.due is not None and row.due < request.now),
            since=row.since,
            due=row.due,
            path=row.path,
        )
        for row in _sheets(session, request)
    ]


KINDS = (
    WaitingKind(
        key="closing-sheets",
        label=N_("Closing sheets to sign"),
        permission=Permission.SIGN_CLOSING,
        provider=closing_sheets,
        summary=closing_sheets_summary,
        action=N_("Read and sign"),
    ),
    WaitingKind(
        key="changed-marks",
        label=N_("Marks that changed under an override"),
        permission=Permission.DECIDE_MARKS,
        provider=CHANGED_MARKS.rows,
        summary=CHANGED_MARKS.groups,
        action=N_("Look at the override"),
    ),
)
