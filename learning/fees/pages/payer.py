"""Invoices for those who pay them: in one's account, or by the link in a sponsor's e-mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import ClassVar, NoReturn

from flask import abort, make_response, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.accounts.rules import token_hash
from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.fees import limits
from learning.fees.invoice_models import Invoice
from learning.fees.pages.invoice_page import InvoicePage, page_parts, pdf_answer
from learning.fees.queries.balances import invoices_of
from learning.fees.queries.invoice_details import (
    InvoiceDetail,
    invoice_detail,
    link_by_token_hash,
    participants_invoice,
    sponsors_invoices,
)
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import attempt, check_and_count
from learning.kit.time import day_in, now

own = GuardedBlueprint("invoices", __name__, url_prefix="/invoices")
sponsor = GuardedBlueprint("sponsor_invoices", __name__, url_prefix="/sponsor/invoices")
BLUEPRINTS = (own, sponsor)


@dataclass(frozen=True, kw_only=True)
class SponsorInvoicesPage(Page):
    """All that was issued to a sponsor: each with what is open of it."""

    template: ClassVar[str] = "fees/sponsor_invoices.html"

    sponsorship: Sponsorship
    invoices: Sequence[tuple[Invoice, str, str]]  # the document, its address, what is open


@dataclass(frozen=True, kw_only=True)
class NoInvoicesPage(Page):
    """A link that does not work: what to do now."""

    template: ClassVar[str] = "fees/link_ended.html"

    has_ended: bool


@own.get("/<invoice_uid>", needs=Permission.OWN_PAGES)
def show_invoice(invoice_uid: str) -> ResponseReturnValue:
    """Show a document to the participant who pays it."""
    detail = _own_detail(invoice_uid)
    applications = current_i18n().gettext(N_("My applications"))
    page = InvoicePage(
        **page_parts(detail, _today(detail)),
        address_of=lambda invoice: url_for(".show_invoice", invoice_uid=invoice.uid),
        pdf_address=url_for(".download_invoice", invoice_uid=invoice_uid),
        crumbs=[(url_for("applications.show_applications"), applications)],
    )
    return render_page(page)


@own.get("/<invoice_uid>/pdf", needs=Permission.OWN_PAGES)
def download_invoice(invoice_uid: str) -> ResponseReturnValue:
    return pdf_answer(_own_detail(invoice_uid))


@sponsor.get("/<token>", needs=Permission.OPEN_TO_ALL)
def show_invoices(token: str) -> ResponseReturnValue:
    """Show all that was issued to the sponsor."""
    sponsorship, words = _sponsorship(token), current_i18n()
    issued = sponsors_invoices(db(), sponsorship)
    balances = invoices_of(db(), {each.fee_account_id for each in issued})
    opened = {each.invoice.id: each.open for each in balances}
    rows = [(each, _address(token, each), words.exact_money(opened[each.id])) for each in issued]
    return render_page(SponsorInvoicesPage(sponsorship=sponsorship, invoices=rows))


@sponsor.get("/<token>/<invoice_uid>", needs=Permission.OPEN_TO_ALL)
def show_sponsors_invoice(token: str, invoice_uid: str) -> ResponseReturnValue:
    """Show a document to the contact of the sponsor that pays it."""
    detail = _sponsors_detail(token, invoice_uid)
    page = InvoicePage(
        **page_parts(detail, _today(detail)),
        address_of=lambda invoice: _address(token, invoice),
        pdf_address=url_for(".download_sponsors_invoice", token=token, invoice_uid=invoice_uid),
        crumbs=[(url_for(".show_invoices", token=token), current_i18n().gettext(N_("Invoices")))],
    )
    return render_page(page)


@sponsor.get("/<token>/<invoice_uid>/pdf", needs=Permission.OPEN_TO_ALL)
def download_sponsors_invoice(token: str, invoice_uid: str) -> ResponseReturnValue:
    return pdf_answer(_sponsors_detail(token, invoice_uid))


def _own_detail(uid: str) -> InvoiceDetail:
    never_store()
    person_id = current_actor().person_id or abort(404)
    return invoice_detail(db(), participants_invoice(db(), uid, person_id) or abort(404))


def _sponsors_detail(token: str, uid: str) -> InvoiceDetail:
    issued = sponsors_invoices(db(), _sponsorship(token))
    found = next((each for each in issued if each.uid == uid), None)
    return invoice_detail(db(), found or abort(404))


def _today(detail: InvoiceDetail) -> date:
    """Return the day in the zone of the edition."""
    return day_in(db().get_one(Edition, detail.invoice.edition_id).zone, now())


def _address(token: str, invoice: Invoice) -> str:
    return url_for("sponsor_invoices.show_sponsors_invoice", token=token, invoice_uid=invoice.uid)


def _sponsorship(token: str) -> Sponsorship:
    """Return the sponsorship of a link; a link that opens nothing counts against its network."""
    never_store()
    link = link_by_token_hash(db(), token_hash(token))
    if link is None or now() >= link.ends_at:
        _unknown(has_ended=link is not None)
    return db().get_one(Sponsorship, link.sponsorship_id)


def _unknown(*, has_ended: bool) -> NoReturn:
    check_and_count(attempt(limits.INVOICE_LINK))
    status = HTTPStatus.GONE if has_ended else HTTPStatus.NOT_FOUND
    abort(make_response(render_page(NoInvoicesPage(has_ended=has_ended)), status))
