"""E-mails of the gradebook."""

from learning.kit.i18n import I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params


def completed(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your list for the certificate is complete"),
        lines=[
            i18n.gettext("Everything that the certificate asks for is done. Congratulations!"),
            i18n.gettext("Your marks stay on the page of your path, to read and to print."),
        ],
        button=i18n.gettext("See my path to the certificate"),
        path=f"/{i18n.language}/editions/{params['edition']}/certificate/",
    )


EMAILS: dict[str, EmailTemplate] = {"gradebook.completed": completed}
