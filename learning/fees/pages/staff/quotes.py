"""Quotes for finance: the list by state, one quote, and its withdrawal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.fees import limits
from learning.fees.commands.sponsor_quotes import withdraw_quote
from learning.fees.invoice_text import InvoiceText
from learning.fees.pages.quote_answers import quote_answer
from learning.fees.pages.sponsor_forms import WithdrawForm
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.sponsors import sponsor_address
from learning.fees.queries.quote_list import (
    PAGE_SIZE,
    ListedQuote,
    count_quotes,
    listed_quotes,
)
from learning.fees.queries.sponsor_quotes import billing_of, quote_by_uid, state_of_quote
from learning.fees.quote_models import Quote
from learning.fees.quote_text import quote_text
from learning.fees.rules.sponsor_quotes import QuoteState
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.lists import ListPart
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class QuotesPage(Page):
    """A part of the quotes in a state; `counts` are those of all states."""

    template: ClassVar[str] = "fees/quotes.html"

    state: QuoteState
    counts: Mapping[QuoteState, int]
    quotes: Sequence[ListedQuote]
    part: ListPart


@dataclass(frozen=True, kw_only=True)
class StaffQuotePage(Page):
    """One quote, with its sponsor; `form` is None for who may not withdraw it, or cannot."""

    template: ClassVar[str] = "fees/staff_quote.html"

    quote: Quote
    sponsorship: Sponsorship
    text: InvoiceText
    state: QuoteState
    po_number: str
    sponsor_address: str
    form: WithdrawForm | None


@bp.get("/quotes", needs=Permission.READ_FINANCES)
def show_quotes() -> ResponseReturnValue:
    """Show a part of the quotes in a state; `start` is its first row."""
    never_store()
    requested = request.args.get("state", "")
    state = QuoteState(requested) if requested in set(QuoteState) else QuoteState.OPEN
    counts = count_quotes(db(), now=now())
    part = ListPart(total=counts[state], size=PAGE_SIZE, requested=query_number("start"))
    quotes = listed_quotes(db(), state, now=now(), start=part.start)
    return render_page(QuotesPage(state=state, counts=counts, quotes=quotes, part=part))


@bp.get("/quotes/<uid>", needs=Permission.READ_FINANCES)
def show_quote(uid: str) -> ResponseReturnValue:
    return render_page(_page(_quote(uid)))


@bp.get("/quotes/<uid>/pdf", needs=Permission.READ_FINANCES)
def download_quote(uid: str) -> ResponseReturnValue:
    return quote_answer(_quote(uid))


@bp.post("/quotes/<uid>/withdraw", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def withdraw(uid: str) -> ResponseReturnValue:
    """Withdraw a quote that is neither accepted nor withdrawn."""
    quote, form = _quote(uid), WithdrawForm(request.form)
    if not form.validate():
        return render_page(_page(quote, form)), 422
    by = current_person_id()
    withdraw_quote(db(), quote, version=form.known_version, by=by, now=now())
    flash(current_i18n().gettext(N_("The quote is withdrawn.")))
    return redirect(url_for(".show_quote", uid=uid), 303)


def _quote(uid: str) -> Quote:
    never_store()
    return quote_by_uid(db(), uid) or abort(404)


def _page(quote: Quote, form: WithdrawForm | None = None) -> StaffQuotePage:
    zone = db().get_one(Edition, quote.edition_id).zone
    state = state_of_quote(quote, day_in(zone, now()))
    manages = current_actor().may(Permission.MANAGE_FINANCES)
    can_be_withdrawn = manages and state in {QuoteState.OPEN, QuoteState.EXPIRED}
    billing = billing_of(db(), quote.sponsorship_id)
    return StaffQuotePage(
        quote=quote,
        sponsorship=db().get_one(Sponsorship, quote.sponsorship_id),
        text=quote_text(quote, current_i18n()),
        state=state,
        po_number=billing.po_number if billing else "",
        sponsor_address=sponsor_address(quote.sponsorship_id),
        form=form or (WithdrawForm() if can_be_withdrawn else None),
    )
