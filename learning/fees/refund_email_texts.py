"""E-mails about refunds: the account is missing, the transfer is on its way."""

from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.mail.emails import EmailContent, EmailTemplate, Params


def _words(i18n: I18n, params: Params) -> dict[str, str]:
    amount = i18n.exact_money(Money(params["net_minor"], params["currency"]))
    return {"amount": amount, "number": params["number"]}


def account_needed(i18n: I18n, params: Params) -> EmailContent:
    words = _words(i18n, params)
    lines = [
        i18n.gettext(
            "We owe you a refund of %(amount)s (%(number)s). It goes back to whoever paid."
        )
        % words
    ]
    if not params["has_page"]:
        answer = i18n.gettext(
            "Please answer this e-mail with the account that it is for: the name of its holder as "
            "the bank has it, and the IBAN. Outside the SEPA area: the account number, the BIC and "
            "the country of the bank."
        )
        return EmailContent(subject=i18n.gettext("We owe you a refund"), lines=[*lines, answer])
    lines.append(
        i18n.gettext(
            "To send it, we need your account: the name of its holder as your bank has it, and the "
            "IBAN. Enter it on the page below, not in an e-mail."
        )
    )
    return EmailContent(
        subject=i18n.gettext("We owe you a refund"),
        lines=lines,
        button=i18n.gettext("Enter my account"),
        path=(
            f"/{i18n.language}/applications/{params['application']}"
            f"/fee/refunds/{params['refund']}/account"
        ),
    )


def sent(i18n: I18n, params: Params) -> EmailContent:
    words = _words(i18n, params)
    return EmailContent(
        subject=i18n.gettext("Your refund is on its way"),
        lines=[
            i18n.gettext("The transfer of %(amount)s (%(number)s) goes to our bank today.") % words,
            i18n.gettext(
                "Within the SEPA area it takes one or two banking days, outside up to a week. "
                "If it has not come by then, answer this e-mail."
            ),
        ],
    )


def sent_to_card(i18n: I18n, params: Params) -> EmailContent:
    words = _words(i18n, params)
    return EmailContent(
        subject=i18n.gettext("Your refund is on its way"),
        lines=[
            i18n.gettext("%(amount)s (%(number)s) goes back to the card that paid.") % words,
            i18n.gettext(
                "Most banks show it within five to ten days. If it has not come by then, answer "
                "this e-mail."
            ),
        ],
    )


EMAILS: dict[str, EmailTemplate] = {
    "fees.refund-account": account_needed,
    "fees.refund-sent": sent,
    "fees.refund-to-card": sent_to_card,
}
