"""What the staff queue shows of fees (`extension_points.waiting`), one kind a query."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, case, func, literal, select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingKind,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)
from learning.extension_points.waiting_queries import WaitingQuery
from learning.fees import waiting_bank_data, waiting_credits, waiting_orders, waiting_payments
from learning.fees.card_models import EventOutcome, StoredEvent
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, FeeSettlement
from learning.fees.payment_models import Payment
from learning.fees.queries.open_invoices import is_overdue, open_query
from learning.fees.queries.overview import uninvoiced_accounts
from learning.fees.refund_models import Refund, RefundState
from learning.fees.rules.reminders import LAPSE_AFTER_DAYS
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState
from learning.kit.i18n import N_
from learning.kit.time import start_of_day

OVERVIEW = "staff/money/"
SITE_WIDE = literal("").label("code")
"""Money belongs to the centre: rows are not counted by edition."""
AT_ONCE, IN_DAYS = timedelta(days=2), timedelta(days=5)
MICROSECOND = timedelta(microseconds=1)


def _refunds(*states: RefundState) -> Callable[[WaitingRequest], Select[*tuple[Any, ...]]]:
    def found(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
        since = func.coalesce(Refund.prepared_at, Refund.created_at)
        return (
            select(
                (Refund.number + " · " + Payment.payer_name).label("name"),
                Refund.uid,
                SITE_WIDE,
                since.label("since"),
            )
            .join(Payment, Payment.id == Refund.payment_id)
            .where(Refund.state.in_(states))
        )

    return found


def _refund_query(*states: RefundState) -> WaitingQuery:
    return WaitingQuery(
        found=_refunds(*states),
        order=(func.coalesce(Refund.prepared_at, Refund.created_at), Refund.id),
        within=AT_ONCE,
        row_path=lambda row: f"{OVERVIEW}refunds/{row.uid}",
        group_path=lambda _code: f"{OVERVIEW}refunds",
    )


APPROVALS = _refund_query(RefundState.PENDING_APPROVAL)
PREPARATIONS = _refund_query(RefundState.DRAFT, RefundState.RETURNED)


def _unmatched(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return (
        select(
            func.coalesce(func.nullif(BankEntry.counterparty, ""), "—").label("name"),
            BankEntry.uid,
            SITE_WIDE,
            func.coalesce(BankStatement.booked_at, BankStatement.read_at).label("since"),
        )
        .join(BankStatement, BankStatement.id == BankEntry.statement_id)
        .where(BankEntry.state == EntryState.UNMATCHED)
    )


UNMATCHED = WaitingQuery(
    found=_unmatched,
    order=(func.coalesce(BankStatement.booked_at, BankStatement.read_at), BankEntry.id),
    within=IN_DAYS,
    row_path=lambda row: f"{OVERVIEW}entries/{row.uid}",
    group_path=lambda _code: f"{OVERVIEW}entries/",
)


def _statements(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return select(
        BankStatement.statement_id.label("name"),
        BankStatement.uid,
        SITE_WIDE,
        BankStatement.read_at.label("since"),
    ).where(BankStatement.state == StatementState.READ)


STATEMENTS = WaitingQuery(
    found=_statements,
    order=(BankStatement.read_at, BankStatement.id),
    within=AT_ONCE,
    row_path=lambda row: f"{OVERVIEW}statements/{row.uid}",
    group_path=lambda _code: f"{OVERVIEW}statements/",
)


def _settlements(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.name,
            FeeAccount.uid,
            SITE_WIDE,
            FeeSettlement.proposed_at.label("since"),
        )
        .join(FeeAccount, FeeAccount.id == FeeSettlement.fee_account_id)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Person, Person.id == Application.person_id)
        .where(FeeSettlement.decided_at.is_(None))
    )


SETTLEMENTS = WaitingQuery(
    found=_settlements,
    order=(FeeSettlement.proposed_at, FeeSettlement.id),
    within=AT_ONCE,
    row_path=lambda row: f"{OVERVIEW}accounts/{row.uid}",
    group_path=lambda _code: f"{OVERVIEW}",
)


def _uninvoiced(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    found = uninvoiced_accounts().subquery().c
    return select(found.name, found.uid, SITE_WIDE, found.agreed_at.label("since"), found.id)


UNINVOICED = WaitingQuery(
    found=_uninvoiced,
    order=(literal(0),),
    within=AT_ONCE,
    row_path=lambda row: f"{OVERVIEW}accounts/{row.uid}",
    group_path=lambda _code: OVERVIEW,
)


def _card_events(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return select(
        (StoredEvent.type + " · " + StoredEvent.event_id).label("name"),
        StoredEvent.uid,
        SITE_WIDE,
        StoredEvent.received_at.label("since"),
    ).where(StoredEvent.outcome == EventOutcome.QUARANTINED, StoredEvent.resolved_at.is_(None))


CARD_EVENTS = WaitingQuery(
    found=_card_events,
    order=(StoredEvent.received_at, StoredEvent.id),
    within=AT_ONCE,
    row_path=lambda row: f"{OVERVIEW}card-events/{row.uid}",
    group_path=lambda _code: f"{OVERVIEW}card-events/",
)


@dataclass(frozen=True, kw_only=True)
class OverdueQuery:
    """The invoices that are overdue: since their due day, to be decided some weeks after it."""

    order: tuple[SQLColumnExpression[Any], ...] = (Invoice.due_on, Invoice.id)

    def rows(self, session: Session, request: WaitingRequest) -> WaitingRows:
        """Return the invoices that are overdue for longest, in one query."""
        total = func.count().over().label("total")
        overdue = open_query().where(is_overdue(request.now)).add_columns(total)
        rows = session.execute(overdue.limit(request.limit)).all()
        waiting = [
            WaitingRow(
                subject=f"{row.number} · {row.name}",
                path=f"{OVERVIEW}invoices/{row.uid}",
                since=start_of_day(row.due_on, "UTC"),
                due=_decided_by(row.due_on),
            )
            for row in rows
        ]
        return WaitingRows(rows=waiting, total=rows[0].total if rows else 0)

    def groups(self, session: Session, request: WaitingRequest) -> list[WaitingGroup]:
        """Return how many there are, in one query."""
        decided_before = (request.now - MICROSECOND).date() - timedelta(days=LAPSE_AFTER_DAYS + 1)
        each = open_query().where(is_overdue(request.now)).order_by(None).subquery().c
        late = func.sum(case((each.due_on <= decided_before, 1), else_=0))
        row = session.execute(select(func.count(), func.min(each.due_on), late)).one()
        count, first, number = row
        if not count:
            return []
        return [
            WaitingGroup(
                count=count,
                overdue=number,
                since=start_of_day(first, "UTC"),
                due=_decided_by(first),
                path=f"{OVERVIEW}#overdue",
            )
        ]


def _decided_by(due_on: date) -> datetime:
    """Return until when somebody decides whether the place lapses."""
    return start_of_day(due_on, "UTC") + timedelta(days=LAPSE_AFTER_DAYS + 1)


OVERDUE = OverdueQuery()
KINDS = (
    WaitingKind(
        key="refund-approvals",
        label=N_("Refunds to approve"),
        permission=Permission.APPROVE_FINANCES,
        provider=APPROVALS.rows,
        summary=APPROVALS.groups,
        action=N_("Check and approve"),
        site_wide=True,
    ),
    WaitingKind(
        key="settlements",
        label=N_("Places to confirm without a payment"),
        permission=Permission.APPROVE_FINANCES,
        provider=SETTLEMENTS.rows,
        summary=SETTLEMENTS.groups,
        action=N_("Decide on the settlements"),
        site_wide=True,
    ),
    waiting_payments.KIND,
    WaitingKind(
        key="refund-preparations",
        label=N_("Refunds to prepare"),
        permission=Permission.MANAGE_FINANCES,
        provider=PREPARATIONS.rows,
        summary=PREPARATIONS.groups,
        action=N_("Prepare the refunds"),
        site_wide=True,
    ),
    WaitingKind(
        key="unmatched-entries",
        label=N_("Bank entries that match no invoice"),
        permission=Permission.MANAGE_FINANCES,
        provider=UNMATCHED.rows,
        summary=UNMATCHED.groups,
        action=N_("Match the entries"),
        site_wide=True,
    ),
    WaitingKind(
        key="card-events",
        label=N_("Events of the card provider to look at"),
        permission=Permission.MANAGE_FINANCES,
        provider=CARD_EVENTS.rows,
        summary=CARD_EVENTS.groups,
        action=N_("Look at the events"),
        site_wide=True,
    ),
    WaitingKind(
        key="statements",
        label=N_("Statements that are not booked"),
        permission=Permission.MANAGE_FINANCES,
        provider=STATEMENTS.rows,
        summary=STATEMENTS.groups,
        action=N_("Book the statements"),
        site_wide=True,
    ),
    WaitingKind(
        key="overdue-invoices",
        label=N_("Overdue invoices"),
        permission=Permission.MANAGE_FINANCES,
        provider=OVERDUE.rows,
        summary=OVERDUE.groups,
        action=N_("Look at the invoices"),
        site_wide=True,
    ),
    WaitingKind(
        key="uninvoiced-accounts",
        label=N_("Places without an invoice"),
        permission=Permission.MANAGE_FINANCES,
        provider=UNINVOICED.rows,
        summary=UNINVOICED.groups,
        action=N_("Issue the invoices"),
        site_wide=True,
    ),
    *waiting_orders.KINDS,
    waiting_bank_data.KIND,
    waiting_credits.KIND,
)
