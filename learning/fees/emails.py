"""E-mails about invoices, payments and refunds."""

from datetime import date

from learning.fees.bank_data_email_texts import EMAILS as BANK_DATA
from learning.fees.invoice_models import InvoiceKind
from learning.fees.refund_email_texts import EMAILS as REFUNDS
from learning.fees.sponsor_emails import EMAILS as SPONSORS
from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.mail.emails import EmailContent, EmailTemplate, Params


def invoice_issued(i18n: I18n, params: Params) -> EmailContent:
    """Return the e-mail of an invoice, a cancellation charge or a credit note."""
    words = {
        "number": params["number"],
        "amount": i18n.exact_money(Money(params["minor"], params["currency"])),
        "due": i18n.date(date.fromisoformat(params["due_on"])) if params["due_on"] else "",
    }
    subject, lines = _CONTENT[InvoiceKind(params["kind"])](i18n)
    attached = i18n.gettext("The document is attached as a PDF. The page has it, too.")
    return EmailContent(
        subject=subject % words,
        lines=[*(line % words for line in lines), attached],
        button=i18n.gettext("See the document"),
        path=f"/{i18n.language}{params['path']}",
    )


def _invoice(i18n: I18n) -> tuple[str, list[str]]:
    return i18n.gettext("Your invoice %(number)s"), [
        i18n.gettext("Here is your invoice %(number)s for %(amount)s. It is due on %(due)s."),
        i18n.gettext(
            "Please give the reference of the invoice with your transfer: then the payment is "
            "matched at once."
        ),
    ]


def _charge(i18n: I18n) -> tuple[str, list[str]]:
    return i18n.gettext("Cancellation charge: invoice %(number)s"), [
        i18n.gettext("Here is the invoice %(number)s for the cancellation charge of %(amount)s."),
        i18n.gettext("What you have paid is set off against it."),
    ]


def _credit_note(i18n: I18n) -> tuple[str, list[str]]:
    return i18n.gettext("Your credit note %(number)s"), [
        i18n.gettext("Here is your credit note %(number)s for %(amount)s."),
        i18n.gettext("It cancels an invoice in full. You have nothing to do."),
    ]


_CONTENT = {
    InvoiceKind.INVOICE: _invoice,
    InvoiceKind.CANCELLATION_CHARGE: _charge,
    InvoiceKind.CREDIT_NOTE: _credit_note,
}


def payment_received(i18n: I18n, params: Params) -> EmailContent:
    open_amount, credit = Money(*params["open"]), Money(*params["credit"])
    words = {
        "amount": i18n.exact_money(Money(*params["amount"])),
        "day": i18n.date(date.fromisoformat(params["received_on"])),
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "reference": params["reference"],
        "open": i18n.exact_money(open_amount),
        "credit": i18n.exact_money(credit),
    }
    lines = [
        i18n.gettext(
            "We received %(amount)s on %(day)s for the course that begins on %(start)s "
            "(application %(reference)s)."
        )
        % words
    ]
    if open_amount.minor:
        lines.append(i18n.gettext("Still to be paid: %(open)s.") % words)
    elif credit.minor:
        lines.append(
            i18n.gettext("That is %(credit)s more than was due. We will write to you about it.")
            % words
        )
    else:
        lines.append(i18n.gettext("Nothing is left to pay."))
    if params["activated"]:
        lines.append(i18n.gettext("The place is confirmed."))
    return EmailContent(
        subject=i18n.gettext("Your payment has arrived (%(reference)s)") % words,
        lines=lines,
        button="" if params["is_sponsor"] else i18n.gettext("See my application"),
        path="" if params["is_sponsor"] else f"/{i18n.language}/applications/{params['reference']}",
    )


EMAILS: dict[str, EmailTemplate] = {
    "fees.invoice-issued": invoice_issued,
    "fees.joint-invoice-issued": invoice_issued,
    "fees.payment-received": payment_received,
    **REFUNDS,
    **SPONSORS,
    **BANK_DATA,
}
