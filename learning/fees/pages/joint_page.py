"""The page of an invoice for several nominees, for finance and for its sponsor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Response
from markupsafe import Markup

from learning.bank_formats.references import epc_qr_svg
from learning.fees.invoice_models import Invoice
from learning.fees.invoice_text import InvoiceText
from learning.fees.joint_text import joint_pdf, joint_text
from learning.fees.queries.balances import InvoiceBalance
from learning.fees.queries.bank_data import bank_data_now
from learning.fees.queries.joint_invoices import JointDetail
from learning.fees.rules.invoice_content import lines_of
from learning.files.rules import content_disposition
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.text import mark_safe


@dataclass(frozen=True, kw_only=True)
class JointLine:
    """The place of one nominee: who, and what is paid of its line."""

    participant: str
    balance: InvoiceBalance
    address: str


@dataclass(frozen=True, kw_only=True)
class JointPage(Page):
    """A joint invoice as it was issued, and what became of each line; `crumb` leads back."""

    template: ClassVar[str] = "fees/joint_invoice.html"

    detail: JointDetail
    text: InvoiceText
    lines: Sequence[JointLine]
    code: Markup
    open: str
    pdf_address: str
    crumb: tuple[str, str]


def joint_page(
    detail: JointDetail,
    *,
    address_of: Callable[[Invoice], str],
    pdf_address: str,
    crumb: tuple[str, str],
) -> JointPage:
    """Return the page of a joint invoice; `address_of` leads to a line for who may see it."""
    i18n = current_i18n()
    text = joint_text(detail, i18n, to_pay=detail.open, bank=bank_data_now(db()))
    transfer = text.payment.transfer if text.payment else None
    lines = [
        JointLine(
            participant=lines_of(each.invoice.lines)[0].participant,
            balance=each,
            address=address_of(each.invoice),
        )
        for each in detail.lines
    ]
    return JointPage(
        detail=detail,
        text=text,
        lines=lines,
        code=mark_safe(epc_qr_svg(transfer) if transfer else ""),
        open=i18n.exact_money(detail.open),
        pdf_address=pdf_address,
        crumb=crumb,
    )


def joint_answer(detail: JointDetail) -> Response:
    """Return the PDF of a joint invoice, as a file that is shown in the browser or kept."""
    answer = Response(joint_pdf(detail), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition(f"{detail.joint.number}.pdf")
    return answer
