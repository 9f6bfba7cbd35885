"""E-mails to one person about their quizzes."""

from learning.kit.i18n import I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params


def attempt_released(i18n: I18n, params: Params) -> EmailContent:
    line = i18n.gettext("You have one more attempt at the quiz of “%(title)s”.")
    return _email(i18n, params, i18n.gettext("You have one more attempt"), line)


def late_accepted(i18n: I18n, params: Params) -> EmailContent:
    line = i18n.gettext("Your answers to the quiz of “%(title)s” that arrived too late now count.")
    return _email(i18n, params, i18n.gettext("Your late answers count"), line)


def late_refused(i18n: I18n, params: Params) -> EmailContent:
    line = i18n.gettext(
        "Your answers to the quiz of “%(title)s” that arrived too late do not count."
    )
    return _email(i18n, params, i18n.gettext("Your late answers do not count"), line)


def marked_again(i18n: I18n, params: Params) -> EmailContent:
    line = i18n.gettext(
        "A question of the quiz of “%(title)s” was corrected, and your attempt has another mark."
    )
    return _email(i18n, params, i18n.gettext("Your quiz was marked again"), line)


def _email(i18n: I18n, params: Params, subject: str, line: str) -> EmailContent:
    reason = i18n.label_and_text(i18n.gettext("Reason"), params["reason"])
    return EmailContent(
        subject=subject,
        lines=[
            line % {"title": params["titles"][i18n.language]},
            reason,
            i18n.gettext("If you did not expect this, answer this e-mail."),
        ],
        button=i18n.gettext("To the quiz"),
        path=f"/{i18n.language}/editions/{params['edition']}/quizzes/{params['module']}",
    )


EMAILS: dict[str, EmailTemplate] = {
    "quizzes.attempt-released": attempt_released,
    "quizzes.late-accepted": late_accepted,
    "quizzes.late-refused": late_refused,
    "quizzes.marked-again": marked_again,
}
