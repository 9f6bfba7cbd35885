"""What a joint invoice says in words, the same on its page and in its PDF."""

from learning.fees.invoice_pdf import document_pdf
from learning.fees.invoice_text import (
    AS_ISSUED,
    InvoiceText,
    buyer_lines,
    day,
    payment_text,
    seller_lines,
    tax_line,
    text_line,
)
from learning.fees.queries.joint_invoices import JointDetail
from learning.fees.rules.bank_data import BankData, account_to_pay
from learning.fees.rules.invoice_content import buyer_of, lines_of, seller_of
from learning.kit.i18n import I18n, i18n_for
from learning.kit.money import Money


def joint_text(
    detail: JointDetail, i18n: I18n, *, to_pay: Money, bank: BankData = AS_ISSUED
) -> InvoiceText:
    """Return what a joint invoice says; how to pay stands in it if something is `to_pay`.

    It is paid to `bank`, the account that the centre has now; the PDF keeps that of its issue.
    """
    joint = detail.joint
    seller, buyer = seller_of(joint.seller), buyer_of(joint.buyer)
    facts = [
        (i18n.gettext("Issued on"), day(i18n, joint.issued_on)),
        (i18n.gettext("Due on"), day(i18n, joint.due_on)),
    ]
    if buyer.po_number:
        facts.append((i18n.gettext("Your order"), buyer.po_number))
    lines = [line for each in detail.lines for line in lines_of(each.invoice.lines)]
    return InvoiceText(
        title=i18n.gettext("Invoice"),
        number=joint.number,
        seller=seller_lines(seller, i18n),
        buyer=buyer_lines(buyer, i18n),
        facts=facts,
        lines=[
            *(text_line(each, i18n) for each in lines),
            tax_line(seller, joint.total.currency, i18n),
        ],
        total=i18n.exact_money(joint.total),
        about="",
        payment=payment_text(joint, account_to_pay(seller, bank), to_pay, i18n)
        if to_pay.minor > 0
        else None,
    )


def joint_pdf(detail: JointDetail) -> bytes:
    """Return the PDF of a joint invoice, as it was issued, in its own language."""
    i18n = i18n_for(detail.joint.language, "UTC")
    return document_pdf(joint_text(detail, i18n, to_pay=detail.joint.total), i18n)
