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


def reopened(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your list for the certificate is no longer complete"),
        lines=[
            i18n.gettext(
                "A result has changed since your list was complete: a requirement of the"
                " certificate is not met any more."
            ),
            i18n.gettext("Your page says which one, and what you can do."),
            i18n.gettext("If you think that this is a mistake, write to the course team."),
        ],
        button=i18n.gettext("See my path to the certificate"),
        path=f"/{i18n.language}/editions/{params['edition']}/certificate/",
    )


EMAILS: dict[str, EmailTemplate] = {
    "gradebook.completed": completed,
    "gradebook.reopened": reopened,
}
