"""The e-mail that reminds a payer of an invoice."""

from datetime import date

from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.mail.emails import EmailContent, EmailTemplate, Params


def invoice_reminder(i18n: I18n, params: Params) -> EmailContent:
    minor, currency = params["open"]
    words = {
        "number": params["number"],
        "open": i18n.exact_money(Money(minor, currency)),
        "due": i18n.date(date.fromisoformat(params["due_on"])),
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
    }
    if params["before"]:
        subject = i18n.gettext("Invoice %(number)s is due soon")
        line = i18n.gettext(
            "%(open)s of invoice %(number)s for the course that begins on %(start)s is open. It is "
            "due on %(due)s."
        )
    else:
        subject = i18n.gettext("Invoice %(number)s is overdue")
        line = i18n.gettext(
            "We have not received %(open)s of invoice %(number)s for the course that begins on "
            "%(start)s. It was due on %(due)s."
        )
    lines = [line % words]
    if params["iban"]:
        lines.append(_transfer(i18n, params))
    if params.get("is_new_account"):
        lines.append(
            i18n.gettext("The Centre has another account than the invoice says: use this one.")
        )
    lines.append(
        i18n.gettext(
            "If you paid in the last days, there is nothing to do. If you cannot pay now, answer "
            "this e-mail."
        )
    )
    own = bool(params["application"])
    return EmailContent(
        subject=subject % words,
        lines=lines,
        button=i18n.gettext("See the fee of my place") if own else "",
        path=f"/{i18n.language}/applications/{params['application']}/fee/" if own else "",
    )


def _transfer(i18n: I18n, params: Params) -> str:
    iban = params["iban"]
    words = {
        "name": params["name"],
        "iban": "\u00a0".join(iban[start : start + 4] for start in range(0, len(iban), 4)),
        "reference": params["reference"],
    }
    text = i18n.gettext(
        "Please transfer it to %(name)s, account %(iban)s, with the reference %(reference)s."
    )
    return text % words


EMAILS: dict[str, EmailTemplate] = {"fees.invoice-reminder": invoice_reminder}
