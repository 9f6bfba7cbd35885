"""The e-mails of contact.

A receipt quotes nothing: somebody else may have typed the address.
"""

from learning.kit.i18n import N_, I18n
from learning.mail.categories import EmailCategory
from learning.mail.emails import EmailContent, EmailTemplate, Params

CONTACT = EmailCategory(
    key="contact",
    label=N_("Receipts of your messages to the course team"),
    footer=N_("You receive this because this address was given in our contact form."),
)
RECEIPT = "contact.receipt"


def receipt(i18n: I18n, _params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("We have received your message"),
        lines=[
            i18n.gettext("Your message to the course team has arrived."),
            i18n.gettext("A person reads it and answers within two working days."),
        ],
        button=i18n.gettext("Questions and answers"),
        path=f"/{i18n.language}/help",
        after=[i18n.gettext("If you did not write to us, you need not do anything.")],
    )


EMAILS: dict[str, EmailTemplate] = {RECEIPT: receipt}
