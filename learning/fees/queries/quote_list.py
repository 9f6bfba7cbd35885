"""The list of quotes for finance, by what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.fees.queries.days import day_of_edition
from learning.fees.quote_models import Quote, SponsorBilling
from learning.fees.rules.sponsor_quotes import QuoteState
from learning.kit.money import Money

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class ListedQuote:
    """One row of the list; `po_number` is "" while no order has come."""

    uid: str
    number: str
    organisation: str
    edition: str
    total: Money
    issued_on: date
    valid_until: date
    po_number: str


def count_quotes(session: Session, *, now: datetime) -> dict[QuoteState, int]:
    """Return how many quotes are in each state, in one statement."""
    counted = [
        func.coalesce(func.sum(case((_is_in(state, now), 1), else_=0)), 0) for state in QuoteState
    ]
    query = select(*counted).select_from(Quote).join(Edition, Edition.id == Quote.edition_id)
    row = session.execute(query).one()
    return {state: int(number) for state, number in zip(QuoteState, row, strict=True)}


def listed_quotes(
    session: Session, state: QuoteState, *, now: datetime, start: int = 0
) -> Sequence[ListedQuote]:
    """Return a part of the quotes in a state, the latest first, in one statement."""
    rows = session.execute(
        select(Quote, Sponsorship.organisation, Edition.code, SponsorBilling.po_number)
        .join(Edition, Edition.id == Quote.edition_id)
        .join(Sponsorship, Sponsorship.id == Quote.sponsorship_id)
        .outerjoin(SponsorBilling, SponsorBilling.sponsorship_id == Quote.sponsorship_id)
        .where(_is_in(state, now))
        .order_by(Quote.id.desc())
        .offset(start)
        .limit(PAGE_SIZE)
    )
    return [
        ListedQuote(
            uid=quote.uid,
            number=quote.number,
            organisation=organisation,
            edition=code,
            total=quote.total,
            issued_on=quote.issued_on,
            valid_until=quote.valid_until,
            po_number=po_number or "",
        )
        for quote, organisation, code, po_number in rows
    ]


def _is_in(state: QuoteState, now: datetime) -> ColumnElement[bool]:
    """Whether a quote is in a state, as `quote_state` says it; its edition is joined."""
    waits = Quote.accepted_at.is_(None) & Quote.withdrawn_at.is_(None)
    is_over = Quote.valid_until < day_of_edition(now)
    return {
        QuoteState.OPEN: waits & ~is_over,
        QuoteState.ACCEPTED: Quote.accepted_at.is_not(None),
        QuoteState.EXPIRED: waits & is_over,
        QuoteState.WITHDRAWN: Quote.withdrawn_at.is_not(None),
    }[state]
