"""E-mails to the contact of a sponsor about quotes, and with a new link to its page."""

from datetime import date

from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.mail.emails import EmailContent, EmailTemplate, Params


def quote_issued(i18n: I18n, params: Params) -> EmailContent:
    """Return the e-mail of a quote; its PDF is attached."""
    words = {
        "number": params["number"],
        "amount": i18n.exact_money(Money(params["minor"], params["currency"])),
        "day": i18n.date(date.fromisoformat(params["valid_until"])),
    }
    return EmailContent(
        subject=i18n.gettext("Your quote %(number)s") % words,
        lines=[
            i18n.gettext(
                "Here is our quote %(number)s for %(amount)s. It is valid until %(day)s. It is "
                "not an invoice: please do not pay it."
            )
            % words,
            i18n.gettext(
                "To accept it, open the page and send us the number of your purchase order. There "
                "you can also say until when the order comes: we hold the places so long."
            ),
            i18n.gettext("The document is attached as a PDF. The page has it, too."),
        ],
        button=i18n.gettext("Open the page"),
        path=f"/{i18n.language}{params['path']}",
        after=[i18n.gettext("The link is for you alone; anybody who has it can act for you.")],
    )


def link_renewed(i18n: I18n, params: Params) -> EmailContent:
    """Return the e-mail with a new link to the page of a sponsor."""
    return EmailContent(
        subject=i18n.gettext("Your new link to invoices and payments"),
        lines=[
            i18n.gettext(
                "Somebody asked for a new link to the page with the invoices of "
                "%(organisation)s. It opens quotes, invoices and payments."
            )
            % {"organisation": params["organisation"]},
            i18n.gettext("If it was not you, you have nothing to do."),
        ],
        button=i18n.gettext("Open the page"),
        path=f"/{i18n.language}{params['path']}",
        after=[i18n.gettext("The link is for you alone; anybody who has it can act for you.")],
    )


EMAILS: dict[str, EmailTemplate] = {
    "fees.quote-issued": quote_issued,
    "fees.sponsor-link": link_renewed,
}
