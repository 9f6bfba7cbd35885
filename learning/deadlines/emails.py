"""E-mails to one person about their own dates. An accommodation is shown on their page only."""

from datetime import datetime

from learning.kit.i18n import I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params


def extended(i18n: I18n, params: Params) -> EmailContent:
    until = i18n.deadline(datetime.fromisoformat(params["until"]))
    line = i18n.gettext("You have more time for “%(title)s”: until %(until)s.") % {
        "title": params["titles"][i18n.language],
        "until": until,
    }
    return _email(i18n, params, i18n.gettext("You have more time"), line)


def extension_ended(i18n: I18n, params: Params) -> EmailContent:
    line = i18n.gettext("For “%(title)s” the date is the usual one again.") % {
        "title": params["titles"][i18n.language]
    }
    return _email(i18n, params, i18n.gettext("One of your dates has changed"), line)


def accommodated(i18n: I18n, params: Params) -> EmailContent:
    line = i18n.gettext("What was agreed for you in the course has changed. Your page shows it.")
    return _email(i18n, params, i18n.gettext("What was agreed for you has changed"), line)


def _email(i18n: I18n, params: Params, subject: str, line: str) -> EmailContent:
    return EmailContent(
        subject=subject,
        lines=[line, i18n.gettext("If you did not expect this, answer this e-mail.")],
        button=i18n.gettext("See my dates"),
        path=f"/{i18n.language}/editions/{params['edition']}/dates/",
    )


EMAILS: dict[str, EmailTemplate] = {
    "deadlines.extended": extended,
    "deadlines.extension-ended": extension_ended,
    "deadlines.accommodated": accommodated,
}
