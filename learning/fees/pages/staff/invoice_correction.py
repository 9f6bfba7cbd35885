"""Another buyer on an invoice: a preview, then a credit note and a new invoice in one act."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.admissions.pages.billing_form import BillingFields, billing_data
from learning.admissions.rules.billing import BillingDetails, address_lines
from learning.fees import limits
from learning.fees.commands.corrections import BuyerCorrection, correct_buyer
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.payment_forms import REASON_LIMIT
from learning.fees.queries.invoices import credit_note_of, invoice_by_uid
from learning.fees.rules.invoice_content import buyer_of
from learning.kit.db import db
from learning.kit.forms import CreateForm, MaxLength, Required, SingleLineField
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import now

UNPROCESSABLE = 422
CONFIRMED = "1"


class BuyerCorrectionForm(BillingFields, CreateForm):
    """The buyer as it should be, and why; `confirmed` is sent by the preview."""

    reason = SingleLineField(N_("Reason"), [Required(N_("Say why.")), MaxLength(REASON_LIMIT)])
    confirmed = HiddenField()


@dataclass(frozen=True, kw_only=True)
class CorrectionPage(Page):
    """The form; `after` are the lines of the corrected buyer in the preview, empty before it."""

    template: ClassVar[str] = "fees/invoice_correction.html"

    invoice: Invoice
    form: BuyerCorrectionForm
    before: Sequence[str]
    after: Sequence[str]


@bp.get("/invoices/<invoice_uid>/correction", needs=Permission.MANAGE_FINANCES)
def show_correction(invoice_uid: str) -> ResponseReturnValue:
    invoice = _invoice(invoice_uid)
    if credit_note_of(db(), invoice) is not None:
        return _to_invoice(invoice)
    return _page(invoice, BuyerCorrectionForm(data=billing_data(buyer_of(invoice.buyer))))


def _counted(**_address: object) -> Attempt | None:
    """Count what issues documents; a preview does not."""
    if request.form.get("confirmed") != CONFIRMED:
        return None
    return attempt(limits.CHANGE_MONEY, current_person_id())


@bp.post("/invoices/<invoice_uid>/correction", needs=Permission.MANAGE_FINANCES)
@form_post(limit=_counted, idempotent=True)
def correct_invoice(invoice_uid: str) -> ResponseReturnValue:
    """Show what would be issued; once that is confirmed, issue it."""
    invoice, form = _invoice(invoice_uid), BuyerCorrectionForm(request.form)
    if not form.validate():
        return _page(invoice, form), UNPROCESSABLE
    details = form.details(buyer_of(invoice.buyer).kind)
    if form.confirmed.data != CONFIRMED:
        return _page(invoice, form, after=details)
    correction = BuyerCorrection(
        details=details, reason=form.reason.data or "", by=current_person_id(), now=now()
    )
    issued = correct_buyer(db(), invoice, correction)
    words = current_i18n()
    text = words.gettext(N_("%(old)s is credited, %(new)s is issued. Both are sent to the payer."))
    flash(text % {"old": invoice.number, "new": issued.number})
    return _to_invoice(issued)


def _invoice(uid: str) -> Invoice:
    never_store()
    invoice = invoice_by_uid(db(), uid)
    if invoice is None or invoice.kind is InvoiceKind.CREDIT_NOTE:
        abort(404)
    return invoice


def _to_invoice(invoice: Invoice) -> ResponseReturnValue:
    return redirect(url_for("money.show_invoice", invoice_uid=invoice.uid), 303)


def _page(invoice: Invoice, form: BuyerCorrectionForm, after: BillingDetails | None = None) -> str:
    before = buyer_of(invoice.buyer)
    page = CorrectionPage(
        invoice=invoice,
        form=form,
        before=_lines(before),
        after=_lines(after) if after is not None else (),
    )
    return render_page(page)


def _lines(details: BillingDetails) -> list[str]:
    """Return a buyer as on the invoice, with the VAT number and the purchase order."""
    country = current_i18n().country(details.country) if details.country else ""
    more = [each for each in (details.vat_id, details.po_number) if each]
    return [*address_lines(details, country), *more]
