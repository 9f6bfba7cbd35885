"""Joint invoices: one for several nominees of a sponsor, and the places that wait for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.billing import BillingDetails
from learning.admissions.rules.states import ApplicationState
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.models import FeeAccount, FeeSettlement, Payer, SettlementKind
from learning.fees.queries.balances import InvoiceBalance, invoices_of
from learning.fees.queries.invoice_sources import InvoiceSource
from learning.fees.quote_models import SponsorBilling
from learning.fees.rules.sponsor_quotes import MAX_PLACES
from learning.kit.money import Money

WITH_PLACE = (ApplicationState.ACCEPTED, ApplicationState.ENROLLED)


@dataclass(frozen=True, kw_only=True)
class JointDetail:
    """A joint invoice with its lines, in order: each with what is paid of it."""

    joint: JointInvoice
    lines: Sequence[InvoiceBalance]

    @property
    def paid(self) -> Money:
        """What payments have paid, over the lines."""
        return self._sum([each.paid.minor for each in self.lines])

    @property
    def open(self) -> Money:
        """What is left to pay, without the lines that are credited."""
        return self._sum([each.open.minor for each in self.lines])

    @property
    def is_credited(self) -> bool:
        """Whether every line is credited."""
        return all(each.is_credited for each in self.lines)

    def _sum(self, minor: Collection[int]) -> Money:
        return Money(int(sum(minor)), self.joint.total.currency)


def joint_by_uid(session: Session, uid: str) -> JointInvoice | None:
    return session.scalar(select(JointInvoice).where(JointInvoice.uid == uid))


def joint_detail(session: Session, joint: JointInvoice) -> JointDetail:
    """Return a joint invoice with its lines, in two statements."""
    accounts = session.scalars(select(Invoice.fee_account_id).where(Invoice.joint_id == joint.id))
    lines = [each for each in invoices_of(session, accounts.all()) if is_line_of(each, joint.id)]
    return JointDetail(joint=joint, lines=sorted(lines, key=_position))


def is_line_of(balance: InvoiceBalance, joint_id: int) -> bool:
    return balance.invoice.joint_id == joint_id


def _position(balance: InvoiceBalance) -> int:
    return balance.invoice.position or 0


def joint_of(session: Session, invoice: Invoice) -> JointDetail | None:
    """Return the joint invoice of a line, None for any other document."""
    joint = session.get(JointInvoice, invoice.joint_id) if invoice.joint_id else None
    return joint_detail(session, joint) if joint else None


def joint_details(session: Session, balances: Sequence[InvoiceBalance]) -> list[JointDetail]:
    """Return the joint invoices that some invoices are all lines of, in one statement."""
    ids = {each.invoice.joint_id for each in balances if each.invoice.joint_id is not None}
    rows = session.scalars(
        select(JointInvoice).where(JointInvoice.id.in_(ids)).order_by(JointInvoice.id)
    )
    return [
        JointDetail(
            joint=joint,
            lines=sorted((e for e in balances if is_line_of(e, joint.id)), key=_position),
        )
        for joint in rows
    ]


def billing_by_sponsorship(session: Session, sponsorship_id: int | None) -> SponsorBilling | None:
    own = select(SponsorBilling).where(SponsorBilling.sponsorship_id == sponsorship_id)
    return session.scalar(own) if sponsorship_id is not None else None


def waits_for_joint_invoice(session: Session, account: FeeAccount, source: InvoiceSource) -> bool:
    """Whether a sponsor's part waits for one invoice for all nominees.

    A place that was invoiced to the sponsor before, as one that is transferred, does not wait.
    """
    if source.payer is not Payer.SPONSOR:
        return False
    billing = billing_by_sponsorship(session, source.addressee.sponsorship_id)
    if billing is None or not billing.is_joint:
        return False
    earlier = select(Invoice.id).where(
        Invoice.fee_account_id == account.id, Invoice.payer == Payer.SPONSOR
    )
    return session.scalar(earlier.limit(1)) is None


def buyer_of(session: Session, source: InvoiceSource, party: BillingParty) -> BillingDetails:
    """Return the address of a payer, with the latest purchase order of a sponsor."""
    details = party.details
    if source.payer is not Payer.SPONSOR:
        return details
    billing = billing_by_sponsorship(session, source.addressee.sponsorship_id)
    has_order = billing is not None and billing.po_number != ""
    return replace(details, po_number=billing.po_number) if billing and has_order else details


def is_waiting() -> ColumnElement[bool]:
    """Whether the sponsor's part of an account is to be invoiced, for a query that joins all three.

    `FeeAccount`, its latest `FeeAgreement` and the `Application`: somebody has the place, the
    sponsor pays a part, it has no invoice, and no waiver or payment elsewhere settles it.
    """
    note = aliased(Invoice)
    invoiced = select(Invoice.id).where(
        Invoice.fee_account_id == FeeAccount.id,
        Invoice.payer == Payer.SPONSOR,
        Invoice.kind == InvoiceKind.INVOICE,
        ~select(note.id).where(note.credits_id == Invoice.id).exists(),
    )
    settled = select(FeeSettlement.id).where(
        FeeSettlement.fee_account_id == FeeAccount.id,
        FeeSettlement.approved.is_(True),
        FeeSettlement.kind != SettlementKind.GUARANTEE,
    )
    return (
        Application.state.in_(WITH_PLACE)
        & (Application.funding != Funding.FELLOWSHIP)
        & (FeeAgreement.sponsor_percent > 0)
        & (FeeAgreement.__table__.c.price_minor > 0)
        & ~invoiced.exists()
        & ~settled.exists()
    )


def waiting_account_ids(session: Session, sponsorship_id: int) -> Sequence[int]:
    """Return the accounts of a sponsor's nominees that wait for an invoice: at most 50, by id."""
    found = (
        select(FeeAccount.id)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(Application.sponsorship_id == sponsorship_id, is_waiting())
    )
    return session.scalars(found.order_by(FeeAccount.id).limit(MAX_PLACES)).all()


def sponsors_with_waiting_places() -> Select[int, str, datetime]:
    """Return the query for sponsors with a place to be invoiced: one row for each.

    `sponsorship_id`, `reference` of an application that names it, and `agreed_at`, when the first
    of these places was accepted. A place that was invoiced to the sponsor before is invoiced
    singly (`waits_for_joint_invoice`), and is no part of it.
    """
    earlier = aliased(Invoice)
    invoiced_before = select(earlier.id).where(
        earlier.fee_account_id == FeeAccount.id, earlier.payer == Payer.SPONSOR
    )
    return (
        select(
            Sponsorship.id.label("sponsorship_id"),
            func.min(Application.reference).label("reference"),
            func.min(FeeAgreement.agreed_at).label("agreed_at"),
        )
        .select_from(FeeAccount)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .join(Sponsorship, Sponsorship.id == Application.sponsorship_id)
        .where(is_waiting(), ~invoiced_before.exists())
        .group_by(Sponsorship.id)
    )


def latest_due_day(days: Collection[date]) -> date:
    """Return when a joint invoice is due: the latest day of its lines, so none is due early."""
    return max(days)
