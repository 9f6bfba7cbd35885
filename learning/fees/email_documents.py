"""The documents that e-mails of fees carry: made when the e-mail is sent, from what is stored."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from learning.fees.invoice_models import Invoice, JointInvoice
from learning.fees.invoice_pdf import file_name, invoice_pdf
from learning.fees.joint_text import joint_pdf
from learning.fees.queries.invoice_details import invoice_detail
from learning.fees.queries.joint_invoices import joint_detail
from learning.fees.quote_models import Quote
from learning.fees.quote_text import quote_file_name, quote_pdf
from learning.mail.attachments import EmailDocument, FileContent, MakeFile


def invoice_document(session: Session, params: Mapping[str, Any]) -> MakeFile | None:
    """Return what makes the PDF of an issued document, None if there is none any more."""
    invoice = session.get(Invoice, params["invoice"])
    if invoice is None:
        return None
    detail = invoice_detail(session, invoice)

    def make() -> FileContent:
        name = file_name(detail.invoice)
        return FileContent(name=name, mimetype="application/pdf", content=invoice_pdf(detail))

    return make


def quote_document(session: Session, params: Mapping[str, Any]) -> MakeFile | None:
    """Return what makes the PDF of a quote, None if there is none any more."""
    quote = session.get(Quote, params["quote"])
    if quote is None:
        return None

    def make() -> FileContent:
        name = quote_file_name(quote)
        return FileContent(name=name, mimetype="application/pdf", content=quote_pdf(quote))

    return make


def joint_document(session: Session, params: Mapping[str, Any]) -> MakeFile | None:
    """Return what makes the PDF of a joint invoice, None if there is none any more."""
    joint = session.get(JointInvoice, params["joint"])
    if joint is None:
        return None
    detail = joint_detail(session, joint)

    def make() -> FileContent:
        name = f"{joint.number}.pdf"
        return FileContent(name=name, mimetype="application/pdf", content=joint_pdf(detail))

    return make


DOCUMENTS: dict[str, EmailDocument] = {
    "fees.invoice-issued": invoice_document,
    "fees.joint-invoice-issued": joint_document,
    "fees.quote-issued": quote_document,
}
