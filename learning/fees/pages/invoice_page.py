"""The page of an invoice, for finance and for its payer: the sheet, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask import Response
from markupsafe import Markup

from learning.bank_formats.references import epc_qr_svg
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.invoice_pdf import file_name, invoice_pdf
from learning.fees.invoice_text import InvoiceText, day, invoice_text
from learning.fees.queries.bank_data import bank_data_now
from learning.fees.queries.invoice_details import InvoiceDetail, ReceivedPart
from learning.files.rules import content_disposition
from learning.kit.db import db
from learning.kit.i18n import I18n
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.text import mark_safe


@dataclass(frozen=True, kw_only=True)
class InvoiceState:
    """What became of an invoice, in one sentence; `tag` is "done", "turn", "wrong" or ""."""

    title: str
    tag: str
    label: str


@dataclass(frozen=True, kw_only=True)
class InvoicePage(Page):
    """An invoice; `address_of` leads to another document of the same payer.

    `correction_address` is where finance corrects its buyer, empty for everybody else.
    """

    template: ClassVar[str] = "fees/invoice.html"

    detail: InvoiceDetail
    text: InvoiceText
    state: InvoiceState
    code: Markup
    received: Sequence[ReceivedPart]
    open: str
    address_of: Callable[[Invoice], str]
    pdf_address: str
    crumbs: Sequence[tuple[str, str]]
    correction_address: str = ""


def state_of(detail: InvoiceDetail, i18n: I18n, today: date) -> InvoiceState:
    """Return the state of a document on a day."""
    invoice, is_open = detail.invoice, detail.balance.open
    words = {"number": invoice.number, "amount": i18n.exact_money(is_open)}
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        return InvoiceState(
            title=i18n.gettext("Credit note %(number)s") % words,
            tag="done",
            label=i18n.gettext("Nothing to do"),
        )
    if detail.balance.is_credited:
        return InvoiceState(
            title=i18n.gettext("Invoice %(number)s is credited") % words,
            tag="",
            label=i18n.gettext("Nothing is to be paid"),
        )
    if is_open.minor <= 0:
        return InvoiceState(
            title=i18n.gettext("Invoice %(number)s is paid") % words,
            tag="done",
            label=i18n.gettext("paid in full"),
        )
    return InvoiceState(
        title=i18n.gettext("%(amount)s to be paid") % words, **_due(detail, i18n, today)
    )


def _due(detail: InvoiceDetail, i18n: I18n, today: date) -> dict[str, str]:
    due_on = detail.invoice.due_on or detail.invoice.issued_on
    due = {"day": day(i18n, due_on)}
    if due_on < today:
        return {"tag": "wrong", "label": i18n.gettext("overdue since %(day)s") % due}
    if detail.balance.paid.minor > 0:
        return {
            "tag": "turn",
            "label": i18n.gettext("paid in part, the rest is due on %(day)s") % due,
        }
    return {"tag": "turn", "label": i18n.gettext("due on %(day)s") % due}


def page_parts(detail: InvoiceDetail, today: date) -> dict[str, Any]:
    """Return what every page of an invoice shows, for all readers."""
    i18n = current_i18n()
    bank = bank_data_now(db())
    text = invoice_text(detail, i18n, to_pay=detail.balance.open, bank=bank)
    transfer = text.payment.transfer if text.payment else None
    return {
        "detail": detail,
        "text": text,
        "state": state_of(detail, i18n, today),
        "code": mark_safe(epc_qr_svg(transfer) if transfer else ""),
        "received": detail.received,
        "open": i18n.exact_money(detail.balance.open),
    }


def pdf_answer(detail: InvoiceDetail) -> Response:
    """Return the PDF of a document, as a file that is shown in the browser or kept."""
    answer = Response(invoice_pdf(detail), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(file_name(detail.invoice))
    return answer
