"""Sponsors that wait to be invoiced, or whose purchase order is late: kinds of the staff queue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, SQLColumnExpression, case, func, literal, literal_column, select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingKind,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)
from learning.extension_points.waiting_queries import WaitingQuery
from learning.fees.queries.days import day_of_edition
from learning.fees.queries.joint_invoices import sponsors_with_waiting_places
from learning.fees.quote_models import Quote, SponsorBilling
from learning.kit.i18n import N_
from learning.kit.time import start_of_day

PATH = "staff/money/"
TO_ASK = timedelta(days=3)
"""From the day of the promise until finance should have asked: two days after it has passed."""


def _sponsors(*columns: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    """Return the query for sponsors with places to invoice jointly: the columns, and `reference`.

    `reference` is an application that names the sponsor; the sponsor's page is under it. `since`
    an invoice can be issued: since the first acceptance, or the order after it.
    """
    places = sponsors_with_waiting_places().subquery()
    received, agreed_at = SponsorBilling.po_received_at, places.c.agreed_at
    return (
        select(
            Sponsorship.organisation.label("name"),
            places.c.reference,
            case((received > agreed_at, received), else_=agreed_at).label("since"),
            *columns,
        )
        .join(SponsorBilling, SponsorBilling.sponsorship_id == Sponsorship.id)
        .join(places, places.c.sponsorship_id == Sponsorship.id)
        .join(Edition, Edition.id == Sponsorship.edition_id)
    )


def _address(row: Row[*tuple[Any, ...]]) -> str:
    return f"{PATH}sponsors/{row.reference}"


def _to_invoice(request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    """Return the sponsors whose order has come, or who are asked for none.

    A sponsor with a quote that is valid, or with a promise, waits for itself. When the quote has
    expired finance decides; when the promise is late, it is in the other kind.
    """
    today = day_of_edition(request.now)
    valid = select(Quote.id).where(
        Quote.sponsorship_id == Sponsorship.id,
        Quote.accepted_at.is_(None),
        Quote.withdrawn_at.is_(None),
        Quote.valid_until >= today,
    )
    owes_no_order = SponsorBilling.po_promised_until.is_(None) & ~valid.exists()
    return _sponsors(literal("").label("code"), SponsorBilling.id).where(
        SponsorBilling.is_joint.is_(True), (SponsorBilling.po_number != "") | owes_no_order
    )


TO_INVOICE = WaitingQuery(
    found=_to_invoice,
    order=(literal_column("since"), SponsorBilling.id),
    within=timedelta(days=2),
    row_path=_address,
    group_path=lambda _code: f"{PATH}quotes",
)


@dataclass(frozen=True, kw_only=True)
class LateOrderQuery:
    """The sponsors whose promised order has not come: since its day, to be asked soon after it.

    Only those that have a place which is not invoiced: of an invoice, the due day counts.
    """

    def rows(self, session: Session, request: WaitingRequest) -> WaitingRows:
        """Return the sponsors that are late for longest, in one query."""
        promised = SponsorBilling.po_promised_until
        late = self._late(request).add_columns(func.count().over().label("total"))
        rows = session.execute(
            late.order_by(promised, SponsorBilling.id).limit(request.limit)
        ).all()
        waiting = [
            WaitingRow(
                subject=row.name,
                path=_address(row),
                since=start_of_day(row.promised, "UTC"),
                due=start_of_day(row.promised, "UTC") + TO_ASK,
            )
            for row in rows
        ]
        return WaitingRows(rows=waiting, total=rows[0].total if rows else 0)

    def groups(self, session: Session, request: WaitingRequest) -> list[WaitingGroup]:
        """Return how many there are, in one query."""
        each = self._late(request).subquery().c
        due_before = (request.now - timedelta(microseconds=1)).date() - TO_ASK
        overdue = func.sum(case((each.promised <= due_before, 1), else_=0))
        query = select(func.count(), func.min(each.promised), overdue)
        count, first, number = session.execute(query).one()
        if not count:
            return []
        return [
            WaitingGroup(
                count=count,
                overdue=number,
                since=start_of_day(first, "UTC"),
                due=start_of_day(first, "UTC") + TO_ASK,
                path=f"{PATH}quotes",
            )
        ]

    def _late(self, request: WaitingRequest) -> Select[*tuple[Any, ...]]:
        """Return the query for them: `is_order_late` of the rules, in SQL."""
        promised = SponsorBilling.po_promised_until
        return _sponsors(promised.label("promised")).where(
            SponsorBilling.po_number == "", promised < day_of_edition(request.now)
        )


LATE_ORDERS = LateOrderQuery()
KINDS = (
    WaitingKind(
        key="late-orders",
        label=N_("Promised purchase orders that have not come"),
        permission=Permission.MANAGE_FINANCES,
        provider=LATE_ORDERS.rows,
        summary=LATE_ORDERS.groups,
        action=N_("Ask the sponsors"),
        site_wide=True,
    ),
    WaitingKind(
        key="joint-invoices",
        label=N_("Joint invoices to issue"),
        permission=Permission.MANAGE_FINANCES,
        provider=TO_INVOICE.rows,
        summary=TO_INVOICE.groups,
        action=N_("Issue the joint invoices"),
        site_wide=True,
    ),
)
