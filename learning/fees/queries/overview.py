"""The figures of all money, by currency, and what waits: a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.open_invoices import (
    INVOICES,
    OPEN_MINOR,
    PAID,
    is_overdue,
    with_open_amount,
)
from learning.fees.queries.settlements import remitted_account
from learning.fees.quote_models import SponsorBilling
from learning.fees.refund_models import Refund, RefundState
from learning.fees.statement_models import BankEntry, EntryState
from learning.kit.money import Money

WAITING_REFUNDS = (
    RefundState.DRAFT,
    RefundState.RETURNED,
    RefundState.PENDING_APPROVAL,
    RefundState.APPROVED,
)
ALL_OF_IT = 100  # percent
ENTRIES, REFUNDS = BankEntry.__table__.c, Refund.__table__.c
AGREEMENTS = FeeAgreement.__table__.c


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How many rows, and their amount in each currency."""

    count: int = 0
    amounts: Sequence[Money] = ()


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of the overview.

    `invoiced` are invoices and charges since `since`, without those that are credited; `received`
    is what was paid of these. The others are of all times.
    """

    since: date
    invoiced: Figure
    received: Figure
    overdue: Figure
    unmatched: Figure
    refunds: Mapping[RefundState, Figure] = field(default_factory=dict)

    @property
    def waiting_refunds(self) -> Figure:
        """The refunds that wait for somebody here."""
        return _together([self.refunds[each] for each in WAITING_REFUNDS if each in self.refunds])


def figures(session: Session, *, now: datetime, since: date) -> Figures:
    """Return the figures, in three statements for any number of rows."""
    paid = func.coalesce(PAID.c.minor, 0)
    is_new, late = Invoice.issued_on >= since, is_overdue(now)
    rows = session.execute(
        with_open_amount(
            INVOICES.total_currency.label("currency"),
            func.sum(case((is_new, 1), else_=0)).label("invoices"),
            func.sum(case((is_new, INVOICES.total_minor), else_=0)).label("invoiced"),
            func.sum(case((is_new, paid), else_=0)).label("received"),
            func.sum(case((late, 1), else_=0)).label("late"),
            func.sum(case((late, OPEN_MINOR), else_=0)).label("overdue"),
        ).group_by(INVOICES.total_currency)
    ).all()
    return Figures(
        since=since,
        invoiced=figure_of([(row.currency, row.invoices, row.invoiced) for row in rows]),
        received=figure_of([(row.currency, row.invoices, row.received) for row in rows]),
        overdue=figure_of([(row.currency, row.late, row.overdue) for row in rows]),
        unmatched=_unmatched(session),
        refunds=_refunds(session),
    )


def _unmatched(session: Session) -> Figure:
    rows = session.execute(
        select(ENTRIES.amount_currency, func.count(), func.sum(func.abs(ENTRIES.amount_minor)))
        .where(BankEntry.state == EntryState.UNMATCHED)
        .group_by(ENTRIES.amount_currency)
    )
    return figure_of([(currency, count, minor) for currency, count, minor in rows])


def _refunds(session: Session) -> dict[RefundState, Figure]:
    rows = session.execute(
        select(
            Refund.state,
            REFUNDS.gross_currency,
            func.count(),
            func.sum(REFUNDS.gross_minor - REFUNDS.bank_charge_minor),
        )
        .where(Refund.state.in_(WAITING_REFUNDS))
        .group_by(Refund.state, REFUNDS.gross_currency)
    )
    of_state: dict[RefundState, list[tuple[str, int, int]]] = defaultdict(list)
    for state, currency, count, minor in rows:
        of_state[state].append((currency, count, minor))
    return {state: figure_of(sums) for state, sums in of_state.items()}


def figure_of(rows: Sequence[tuple[str, int, int]]) -> Figure:
    """Return a figure from rows of currency, number and minor units."""
    counted = [row for row in sorted(rows) if row[1]]
    return Figure(
        count=sum(int(count) for _currency, count, _minor in counted),
        amounts=[Money(int(minor), currency) for currency, _count, minor in counted],
    )


def _together(parts: Sequence[Figure]) -> Figure:
    minor: dict[str, int] = defaultdict(int)
    for part in parts:
        for amount in part.amounts:
            minor[amount.currency] += amount.minor
    amounts = [Money(total, currency) for currency, total in sorted(minor.items())]
    return Figure(count=sum(part.count for part in parts), amounts=amounts)


@dataclass(frozen=True, kw_only=True)
class WaitingRefund:
    """A refund that waits for somebody, and who prepared it."""

    uid: str
    number: str
    name: str
    net: Money
    state: RefundState
    created_at: datetime
    prepared_by_id: int | None
    prepared_by: str | None


def waiting_refunds(session: Session, *, limit: int) -> list[WaitingRefund]:
    """Return the refunds that wait for longest, in one statement."""
    preparer = aliased(Person)
    rows = session.execute(
        select(Refund, Payment.payer_name, preparer.name)
        .join(Payment, Payment.id == Refund.payment_id)
        .outerjoin(preparer, preparer.id == Refund.prepared_by_id)
        .where(Refund.state.in_(WAITING_REFUNDS))
        .order_by(Refund.created_at, Refund.id)
        .limit(limit)
    )
    return [
        WaitingRefund(
            uid=refund.uid,
            number=refund.number,
            name=refund.holder_name or payer,
            net=refund.net,
            state=refund.state,
            created_at=refund.created_at,
            prepared_by_id=refund.prepared_by_id,
            prepared_by=name,
        )
        for refund, payer, name in rows
    ]


def unmatched_entries(session: Session, *, limit: int) -> Sequence[BankEntry]:
    """Return the entries that no invoice was found for, the oldest first, in one statement."""
    unmatched = select(BankEntry).where(BankEntry.state == EntryState.UNMATCHED)
    return session.scalars(unmatched.order_by(BankEntry.booked_on, BankEntry.id).limit(limit)).all()


def uninvoiced_accounts() -> Select[int, str, str, str, datetime]:
    """Return the query for accounts whose fee is agreed and not invoiced: with id, uid, name, code.

    Each payer with a share has an invoice that is not credited, or the place was left, or a waiver
    or a payment elsewhere was approved. A part that waits for a joint invoice is no part of it.
    """
    note, joint_line = aliased(Invoice), aliased(Invoice)
    credited = select(note.id).where(note.credits_id == Invoice.id).exists()
    issued = (
        select(func.count(Invoice.payer.distinct()))
        .where(
            Invoice.fee_account_id == FeeAccount.id,
            Invoice.kind == InvoiceKind.INVOICE,
            ~credited,
        )
        .scalar_subquery()
    )
    payers = case((FeeAgreement.sponsor_percent.in_((0, ALL_OF_IT)), 1), else_=2)
    waits = select(SponsorBilling.id).where(
        SponsorBilling.sponsorship_id == Application.sponsorship_id,
        SponsorBilling.is_joint.is_(True),
        FeeAgreement.sponsor_percent > 0,
        ~select(joint_line.id)
        .where(joint_line.fee_account_id == FeeAccount.id, joint_line.payer == Payer.SPONSOR)
        .exists(),
    )
    remitted = remitted_account()
    return (
        select(FeeAccount.id, FeeAccount.uid, Person.name, Edition.code, FeeAgreement.agreed_at)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == FeeAccount.edition_id)
        .where(
            AGREEMENTS.price_minor > 0,
            Application.state.in_((ApplicationState.ACCEPTED, ApplicationState.ENROLLED)),
            issued < payers - case((waits.exists(), 1), else_=0),
            ~remitted,
        )
    )


@dataclass(frozen=True, kw_only=True)
class UninvoicedAccount:
    """An account that is to be invoiced."""

    uid: str
    name: str
    edition: str


def first_uninvoiced(session: Session, *, limit: int) -> tuple[list[UninvoicedAccount], int]:
    """Return the accounts that wait for their invoice for longest, and how many do."""
    total = func.count().over().label("total")
    rows = session.execute(
        uninvoiced_accounts()
        .add_columns(total)
        .order_by(FeeAgreement.agreed_at, FeeAccount.id)
        .limit(limit)
    ).all()
    found = [UninvoicedAccount(uid=row.uid, name=row.name, edition=row.code) for row in rows]
    return found, rows[0].total if rows else 0
