"""Quotes for sponsors: issued, replaced by a new one, withdrawn; never edited."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.admissions.models import Sponsorship
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.commands.invoice_emails import new_link
from learning.fees.commands.number_series import take_number
from learning.fees.commands.sponsor_billing import lock_billing
from learning.fees.problems import OrderProblem, QuoteProblem
from learning.fees.queries.sponsor_quotes import open_quote_of, quote_source
from learning.fees.quote_models import Quote
from learning.fees.rules import invoice_content
from learning.fees.rules.sponsor_quotes import MAX_PLACES, may_be_valid_until, valid_until
from learning.kit.database import lock_row
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in
from learning.mail.actions import EmailRequest, Recipient, enqueue_email

QUOTES = "QUO"


@dataclass(frozen=True, kw_only=True)
class NewQuote:
    """A quote that is asked for.

    `places` is for how many, with people not named yet; None for the nominees alone. Without
    `valid_until` it is valid for 30 days. `by` is None for the sponsor.
    """

    places: int | None = None
    valid_until: date | None = None
    by: int | None
    now: datetime


def issue_quote(session: Session, sponsorship: Sponsorship, new: NewQuote) -> Quote:
    """Issue a quote and e-mail it; the open one before is withdrawn. Raise RuleViolation.

    From now on the sponsor's parts wait for one invoice for all: none is sent before the order.
    """
    billing = lock_billing(session, sponsorship)
    source = quote_source(session, sponsorship)
    if source.seller is None:
        raise RuleViolation(QuoteProblem.INCOMPLETE)
    if source.sides is None:
        raise RuleViolation(QuoteProblem.NO_ADDRESS)
    seller, party = source.sides
    number_of_places = len(source.places) if new.places is None else new.places
    lines = source.lines(min(number_of_places, MAX_PLACES))
    if not lines or invoice_content.total_of(lines).minor == 0:
        raise RuleViolation(QuoteProblem.NO_PLACES, field="places")
    today = day_in(source.edition.zone, new.now)
    if new.valid_until and not may_be_valid_until(new.valid_until, today=today):
        raise RuleViolation(QuoteProblem.DAY, field="valid_until")
    before = open_quote_of(session, sponsorship.id)
    if before is not None:
        _end(session, before, by=new.by, now=new.now)
    number = take_number(session, QUOTES, today)
    last_day = new.valid_until or valid_until(number.issued_on, source.edition.starts_on)
    quote = Quote(
        number=number.text,
        edition_id=source.edition.id,
        sponsorship_id=sponsorship.id,
        total=invoice_content.total_of(lines),
        issued_on=number.issued_on,
        valid_until=max(number.issued_on, last_day),
        language=sponsorship.language,
        seller=invoice_content.seller_text(seller),
        buyer=invoice_content.buyer_text(party.details),
        lines=invoice_content.lines_text(lines),
        issued_at=new.now,
        issued_by_id=new.by,
    )
    session.add(quote)
    billing.is_joint = True
    session.flush()  # e-mail and audit trail refer to it by id
    send_quote(session, quote, sponsorship, now=new.now)
    _record(session, quote, "quote issued", by=new.by, now=new.now)
    return quote


def withdraw_quote(
    session: Session, quote: Quote, *, version: int, by: int | None, now: datetime
) -> None:
    """Withdraw a quote that is neither accepted nor withdrawn; raise RuleViolation."""
    lock_row(session, quote)
    if version != quote.version:
        raise RuleViolation(OrderProblem.CHANGED)
    if quote.accepted_at or quote.withdrawn_at:
        raise RuleViolation(QuoteProblem.CLOSED)
    _end(session, quote, by=by, now=now)


def send_quote(session: Session, quote: Quote, to: Sponsorship, *, now: datetime) -> None:
    """Send a quote to the contact of the sponsor: a new link to its page, and the PDF."""
    zone = session.get_one(Edition, quote.edition_id).zone
    params: dict[str, Any] = {
        "quote": quote.id,
        "number": quote.number,
        "path": f"/sponsor/{new_link(session, to.id, now=now)}/fees",
        "minor": quote.total.minor,
        "currency": quote.total.currency,
        "valid_until": quote.valid_until.isoformat(),
    }
    recipient = Recipient(
        email=to.contact_email, name=to.contact_name, language=quote.language, zone=zone
    )
    email = EmailRequest(
        kind="fees.quote-issued",
        params=params,
        category=SPONSORSHIP,
        thread=f"sponsor billing {to.id}",
    )
    enqueue_email(session, recipient, email, now=now)


def _end(session: Session, quote: Quote, *, by: int | None, now: datetime) -> None:
    quote.withdrawn_at = now
    quote.version += 1
    session.flush()  # at most one is open
    _record(session, quote, "quote withdrawn", by=by, now=now)


def _record(session: Session, quote: Quote, action: str, *, by: int | None, now: datetime) -> None:
    detail = {"number": quote.number, "amount": str(quote.total)}
    record(session, action, f"quote {quote.id}", by=by, now=now, **detail)
