"""What a sponsor says about its order: its number, until when it comes, one invoice or several."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.models import Sponsorship
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.problems import OrderProblem
from learning.fees.queries.sponsor_quotes import open_quote_of, state_of_quote
from learning.fees.quote_models import SponsorBilling
from learning.fees.rules.sponsor_quotes import QuoteState, may_promise
from learning.files import actions as files
from learning.kit.errors import RuleViolation
from learning.kit.idempotency import insert_if_absent
from learning.kit.time import day_in


@dataclass(frozen=True, kw_only=True)
class BillingChange:
    """Who changes the billing of a sponsor, None for the sponsor itself, and over which version."""

    version: int
    by: int | None
    now: datetime


def lock_billing(session: Session, sponsorship: Sponsorship) -> SponsorBilling:
    """Return the billing of a sponsorship, read again and locked; a new one if there was none."""
    insert_if_absent(
        session,
        SponsorBilling,
        edition_id=sponsorship.edition_id,
        sponsorship_id=sponsorship.id,
        is_joint=False,
        po_number="",
        version=0,
    )
    row = select(SponsorBilling).where(SponsorBilling.sponsorship_id == sponsorship.id)
    locked = row.with_for_update().execution_options(populate_existing=True)
    return session.scalars(locked).one()


def give_order(
    session: Session,
    sponsorship: Sponsorship,
    number: str,
    change: BillingChange,
    *,
    document_id: int | None = None,
) -> None:
    """Store the purchase order of a sponsor, and accept its open quote; raise RuleViolation.

    Invoices that are issued from now on have its number. Without a document the one before stays.
    """
    billing = _locked(session, sponsorship, change)
    if document_id is not None:
        before, billing.po_document_id = billing.po_document_id, document_id
        session.flush()
        files.delete_unreferenced(session, before, now=change.now)
    billing.po_number, billing.po_received_at = number, change.now
    session.flush()
    quote = open_quote_of(session, sponsorship.id)
    if quote and state_of_quote(quote, _today(session, sponsorship, change)) is QuoteState.OPEN:
        quote.accepted_at = change.now
        quote.version += 1
        session.flush()
        subject = f"quote {quote.id}"
        record(session, "quote accepted", subject, by=change.by, now=change.now, po_number=number)
    _record(session, billing, "purchase order received", change, po_number=number)


def promise_order(
    session: Session, sponsorship: Sponsorship, until: date, change: BillingChange
) -> None:
    """Store until when the purchase order comes: places are held so long; raise RuleViolation."""
    billing = _locked(session, sponsorship, change)
    if billing.po_number:
        raise RuleViolation(OrderProblem.GIVEN, field="promised_until")
    edition = session.get_one(Edition, sponsorship.edition_id)
    today = day_in(edition.zone, change.now)
    if not may_promise(until, today=today, first_day=edition.starts_on):
        raise RuleViolation(OrderProblem.DAY, field="promised_until")
    billing.po_promised_until, billing.po_promised_at = until, change.now
    billing.is_joint = True  # no invoice before the order
    _record(session, billing, "purchase order promised", change, until=until.isoformat())


def choose_invoices(
    session: Session, sponsorship: Sponsorship, change: BillingChange, *, is_joint: bool
) -> None:
    """Choose one invoice for all nominees, or one for each; raise RuleViolation.

    What waits for a joint invoice until now is to be invoiced then.
    """
    billing = _locked(session, sponsorship, change)
    billing.is_joint = is_joint
    action = "joint invoice chosen" if is_joint else "separate invoices chosen"
    _record(session, billing, action, change)


def _locked(session: Session, sponsorship: Sponsorship, change: BillingChange) -> SponsorBilling:
    billing = lock_billing(session, sponsorship)
    if change.version != billing.version:
        raise RuleViolation(OrderProblem.CHANGED)
    billing.version += 1
    return billing


def _today(session: Session, sponsorship: Sponsorship, change: BillingChange) -> date:
    return day_in(session.get_one(Edition, sponsorship.edition_id).zone, change.now)


def _record(
    session: Session, billing: SponsorBilling, action: str, change: BillingChange, **detail: object
) -> None:
    session.flush()
    subject = f"sponsor billing {billing.id}"
    record(session, action, subject, by=change.by, now=change.now, **detail)
