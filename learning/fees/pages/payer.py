"""Invoices for those who pay them: in one's account, or by the link in a sponsor's e-mail."""

from datetime import date

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, JointInvoice
from learning.fees.pages.invoice_page import InvoicePage, page_parts, pdf_answer
from learning.fees.pages.sponsor_links import sponsorship_or_404
from learning.fees.queries.invoice_details import (
    InvoiceDetail,
    invoice_detail,
    participants_invoice,
    sponsors_invoices,
)
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import day_in, now

own = GuardedBlueprint("invoices", __name__, url_prefix="/invoices")
sponsor = GuardedBlueprint("sponsor_invoices", __name__, url_prefix="/sponsor/invoices")
BLUEPRINTS = (own, sponsor)


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
    """Lead to all that concerns the money of the sponsor: its older e-mails have this address."""
    sponsorship_or_404(token)
    return redirect(url_for("sponsor_fees.show_fees", token=token))


@sponsor.get("/<token>/<invoice_uid>", needs=Permission.OPEN_TO_ALL)
def show_sponsors_invoice(token: str, invoice_uid: str) -> ResponseReturnValue:
    """Show a document to the contact of the sponsor that pays it; a line as its whole invoice."""
    detail = _sponsors_detail(token, invoice_uid)
    if detail.invoice.joint_id is not None:
        joint = db().get_one(JointInvoice, detail.invoice.joint_id)
        return redirect(url_for("sponsor_fees.show_joint_invoice", token=token, uid=joint.uid))
    page = InvoicePage(
        **page_parts(detail, _today(detail)),
        address_of=lambda invoice: _address(token, invoice),
        pdf_address=url_for(".download_sponsors_invoice", token=token, invoice_uid=invoice_uid),
        crumbs=[
            (url_for("sponsor_fees.show_fees", token=token), current_i18n().gettext(N_("Invoices")))
        ],
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
    issued = sponsors_invoices(db(), sponsorship_or_404(token))
    found = next((each for each in issued if each.uid == uid), None)
    return invoice_detail(db(), found or abort(404))


def _today(detail: InvoiceDetail) -> date:
    """Return the day in the zone of the edition."""
    return day_in(db().get_one(Edition, detail.invoice.edition_id).zone, now())


def _address(token: str, invoice: Invoice) -> str:
    return url_for("sponsor_invoices.show_sponsors_invoice", token=token, invoice_uid=invoice.uid)
