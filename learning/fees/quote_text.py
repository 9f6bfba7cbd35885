"""What a quote says in words, the same on its page and in its PDF."""

from learning.fees.invoice_pdf import document_pdf
from learning.fees.invoice_text import (
    InvoiceText,
    buyer_lines,
    day,
    seller_lines,
    tax_line,
    text_line,
)
from learning.fees.quote_models import Quote
from learning.fees.rules.invoice_content import buyer_of, lines_of, seller_of
from learning.kit.i18n import N_, I18n, i18n_for

NO_INVOICE = N_(
    "This is a quote, not an invoice and not a request for payment. To accept it, send us the "
    "number of your purchase order by the link in our e-mail. The invoice follows for the people "
    "who are accepted."
)


def quote_text(quote: Quote, i18n: I18n) -> InvoiceText:
    """Return what a quote says in a language; it never says how to pay."""
    seller, buyer = seller_of(quote.seller), buyer_of(quote.buyer)
    return InvoiceText(
        title=i18n.gettext("Quote (pro-forma invoice)"),
        number=quote.number,
        seller=seller_lines(seller, i18n),
        buyer=buyer_lines(buyer, i18n),
        facts=[
            (i18n.gettext("Issued on"), day(i18n, quote.issued_on)),
            (i18n.gettext("Valid until"), day(i18n, quote.valid_until)),
        ],
        lines=[
            *(text_line(each, i18n) for each in lines_of(quote.lines)),
            tax_line(seller, quote.total.currency, i18n),
        ],
        total=i18n.exact_money(quote.total),
        about=i18n.gettext(NO_INVOICE),
        payment=None,
    )


def quote_pdf(quote: Quote) -> bytes:
    """Return the PDF of a quote, as it was issued, in its own language."""
    i18n = i18n_for(quote.language, "UTC")
    return document_pdf(quote_text(quote, i18n), i18n)


def quote_file_name(quote: Quote) -> str:
    return f"{quote.number}.pdf"
