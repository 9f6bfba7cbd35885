"""The PDF of an invoice or a credit note: as it was issued, in its own language, always the same.

What was paid since is on the page only: a document that was sent does not change.
"""

from learning.bank_formats.references import epc_qr_matrix
from learning.documents.blocks import (
    Block,
    Columns,
    Document,
    Facts,
    Paragraph,
    Space,
    Symbol,
    Table,
    TableRow,
    TextStyle,
)
from learning.documents.pdf import make_pdf
from learning.fees.invoice_models import Invoice
from learning.fees.invoice_text import (
    QR_CAPTION,
    REFERENCE_NOTE,
    InvoiceText,
    PaymentText,
    invoice_text,
)
from learning.fees.queries.invoice_details import InvoiceDetail
from learning.kit.i18n import I18n, i18n_for

QR_WIDTH, RIGHT_WIDTH = 110, 175  # points


def file_name(invoice: Invoice) -> str:
    return f"{invoice.number}.pdf"


def invoice_pdf(detail: InvoiceDetail) -> bytes:
    """Return the PDF of a document."""
    invoice = detail.invoice
    i18n = i18n_for(invoice.language, "UTC")
    return document_pdf(invoice_text(detail, i18n, to_pay=invoice.total), i18n)


def document_pdf(text: InvoiceText, i18n: I18n) -> bytes:
    """Return the PDF of a text in its language."""
    return make_pdf(
        Document(
            title=f"{text.title} {text.number}",
            author=text.seller[0],
            language=i18n.language,
            blocks=_blocks(text, i18n),
            footer=f"{text.seller[0]} · {text.number}",
            page_label=i18n.gettext("Page {page} of {pages}"),
        )
    )


def _blocks(text: InvoiceText, i18n: I18n) -> list[Block]:
    seller, *address = text.seller
    buyer, *buyer_address = text.buyer
    head = Columns(
        left=[
            Paragraph(text=seller, style=TextStyle.HEADING),
            Paragraph(text="\n".join(address), style=TextStyle.SMALL),
        ],
        right=[Paragraph(text=f"{text.title}\n{text.number}", style=TextStyle.TITLE)],
        right_width=RIGHT_WIDTH,
    )
    to = Columns(
        left=[
            Paragraph(text=i18n.gettext("Bill to"), style=TextStyle.SMALL),
            Paragraph(text=buyer, style=TextStyle.STRONG),
            Paragraph(text="\n".join(buyer_address)),
        ],
        right=[Facts(rows=text.facts, label_width=70)],
        right_width=RIGHT_WIDTH,
    )
    rows = [
        TableRow(title=line.title, detail=line.detail, amount=line.amount) for line in text.lines
    ]
    total = TableRow(title=i18n.gettext("Total"), amount=text.total, is_total=True)
    table = Table(head=(i18n.gettext("Description"), i18n.gettext("Amount")), rows=[*rows, total])
    blocks: list[Block] = [head, Space(height=30), to, Space(height=28), table]
    if text.about:
        blocks += [Space(height=14), Paragraph(text=text.about)]
    if text.payment:
        blocks += [Space(height=28), _payment(text.payment, i18n)]
    return blocks


def _payment(payment: PaymentText, i18n: I18n) -> Block:
    left: list[Block] = [
        Paragraph(text=i18n.gettext("How to pay by bank transfer"), style=TextStyle.HEADING),
        Space(height=4),
        Facts(rows=[(label, value) for label, value, _ in payment.facts]),
        Space(height=6),
        Paragraph(text=i18n.gettext(REFERENCE_NOTE), style=TextStyle.SMALL),
    ]
    right: list[Block] = []
    if payment.transfer:
        right = [
            Symbol(modules=epc_qr_matrix(payment.transfer), width=QR_WIDTH),
            Paragraph(
                text=i18n.gettext(QR_CAPTION) % {"amount": payment.amount}, style=TextStyle.SMALL
            ),
        ]
    return Columns(left=left, right=right, right_width=RIGHT_WIDTH)
