"""The e-mails of applications: one for each event that a candidate is notified of."""

from datetime import datetime
from typing import Any

from learning.admissions.emails.cancellation import enrolment_cancelled, fee_words, warned
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.enrolment import emails
from learning.enrolment.emails import begins, days_of
from learning.kit.i18n import N_, I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params

EMAIL_AFTER = {
    ApplicationEvent.SUBMIT: "admissions.received",
    ApplicationEvent.REQUEST_INFO: "admissions.info-requested",
    ApplicationEvent.ACCEPT: "admissions.accepted",
    ApplicationEvent.PROMOTE: "admissions.accepted",
    ApplicationEvent.WAITLIST: "admissions.waitlisted",
    ApplicationEvent.DECLINE: "admissions.declined",
    ApplicationEvent.WITHDRAW: "admissions.withdrawn",
    ApplicationEvent.ACTIVATE: "enrolment.confirmed",
    ApplicationEvent.LAPSE: "admissions.lapsed",
    ApplicationEvent.CANCEL: "admissions.cancelled",
    ApplicationEvent.SUBSTITUTE: "admissions.substituted",
    ApplicationEvent.REOPEN: "admissions.reopened",
    ApplicationEvent.CANCEL_EDITION: "admissions.edition-cancelled",
}
ABOUT_COSTS = frozenset(
    {ApplicationEvent.ACCEPT, ApplicationEvent.PROMOTE, ApplicationEvent.CANCEL}
)
"""After these the e-mail names the fee, and what cancelling costs."""


def params_of(application: Application, edition: Edition, *, reason: str) -> dict[str, Any]:
    """Return the parameters of the e-mails about an application, as JSON for the outbox.

    Those of `ABOUT_COSTS` need `cost_params`, too.
    """
    until = application.answer_until
    return days_of(edition) | {
        "reference": application.reference,
        "pays": application.funding != "fellowship",
        "answer_until": until.isoformat() if until else "",
        "reason": reason,
    }


def _status(i18n: I18n, params: Params) -> str:
    return f"/{i18n.language}/applications/{params['reference']}"


def _about(i18n: I18n, params: Params, subject: str, *lines: str) -> EmailContent:
    """Return an e-mail that links to the application; empty lines are left out."""
    return EmailContent(
        subject=subject,
        lines=[line for line in lines if line],
        button=i18n.gettext("See my application"),
        path=_status(i18n, params),
    )


def received(i18n: I18n, params: Params) -> EmailContent:
    words = begins(i18n, params)
    return _about(
        i18n,
        params,
        i18n.gettext("Your application has arrived (%(reference)s)") % words,
        i18n.gettext("Your application for the course that begins on %(start)s has arrived.")
        % words,
        i18n.gettext("We read every application. You can see at any time where it stands."),
    )


def info_requested(i18n: I18n, params: Params) -> EmailContent:
    until = {"until": i18n.moment(datetime.fromisoformat(params["answer_until"]))}
    return EmailContent(
        subject=i18n.gettext("A question about your application"),
        lines=[
            i18n.gettext("Before we can decide, we need something more from you:"),
            params["reason"],
            i18n.gettext("Please answer until %(until)s.") % until,
        ],
        button=i18n.gettext("Answer"),
        path=_status(i18n, params),
    )


def accepted(i18n: I18n, params: Params) -> EmailContent:
    words = begins(i18n, params)
    payment = (
        [
            i18n.gettext("The fee is %(fee)s. It is due on %(due)s; the invoice follows.")
            % fee_words(i18n, params),
            *warned(i18n, params),
        ]
        if params["pays"]
        else [i18n.gettext("Your place is paid by a fellowship; there is nothing to pay.")]
    )
    return EmailContent(
        subject=i18n.gettext("You are accepted"),
        lines=[
            i18n.gettext("You are accepted for the course that begins on %(start)s.") % words,
            *payment,
        ],
        button=i18n.gettext("See what comes next"),
        path=_status(i18n, params),
    )


def waitlisted(i18n: I18n, params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("You are on the waiting list"),
        lines=[
            i18n.gettext("All seats of the course that begins on %(start)s are taken for now.")
            % begins(i18n, params),
            i18n.gettext("When a seat becomes free, it is offered in the order of the list."),
        ],
        button=i18n.gettext("See my position"),
        path=_status(i18n, params),
    )


def offer(i18n: I18n, params: Params) -> EmailContent:
    until = {"until": i18n.moment(datetime.fromisoformat(params["ends_at"]))}
    return EmailContent(
        subject=i18n.gettext("A seat is free for you"),
        lines=[
            i18n.gettext("A seat in the course that begins on %(start)s is free, and it is yours.")
            % begins(i18n, params),
            i18n.gettext("It is kept for you until %(until)s. Then the next on the list gets it.")
            % until,
            *(warned(i18n, params) if params["pays"] else ()),
        ],
        button=i18n.gettext("Take the seat or leave it"),
        path=_status(i18n, params),
    )


def declined(i18n: I18n, params: Params) -> EmailContent:
    return _about(
        i18n,
        params,
        i18n.gettext("About your application"),
        i18n.gettext("We cannot offer you a place in the course that begins on %(start)s.")
        % begins(i18n, params),
        params["reason"],
        i18n.gettext("You are welcome to apply for another edition."),
    )


def transferred(i18n: I18n, params: Params) -> EmailContent:
    """Return the e-mail about a transfer to another edition."""
    words = begins(i18n, params)
    return EmailContent(
        subject=i18n.gettext("Your place has moved to another edition"),
        lines=[
            i18n.gettext(
                "As you asked, your place has moved. The course begins on %(start)s and ends on "
                "%(end)s."
            )
            % words,
            *(_moved_along(i18n, params) if params["pays"] else ()),
        ],
        button=i18n.gettext("See what comes next"),
        path=_status(i18n, params),
    )


def _moved_along(i18n: I18n, params: Params) -> list[str]:
    fee = i18n.gettext("What was paid goes along. The fee is %(fee)s.") % fee_words(i18n, params)
    return [fee, *warned(i18n, params)]


def _ending(subject: str, line: str, *, why: bool = True) -> EmailTemplate:
    """Return the writer of an e-mail that something ended, with the reason `why`, if any."""

    def write(i18n: I18n, params: Params) -> EmailContent:
        sentence = i18n.gettext(line) % begins(i18n, params)
        return _about(
            i18n, params, i18n.gettext(subject), sentence, params["reason"] if why else ""
        )

    return write


EMAILS: dict[str, EmailTemplate] = emails.EMAILS | {
    "admissions.received": received,
    "admissions.info-requested": info_requested,
    "admissions.accepted": accepted,
    "admissions.waitlisted": waitlisted,
    "admissions.offer": offer,
    "admissions.declined": declined,
    "admissions.transferred": transferred,
    "admissions.substituted": _ending(
        N_("Somebody else takes your place"),
        N_(
            "As asked, your place in the course that begins on %(start)s is handed over. The "
            "course is closed to you; nothing of what you wrote in it is passed on."
        ),
        why=False,
    ),
    "admissions.withdrawn": _ending(
        N_("Your application is withdrawn"),
        N_("Your application for the course that begins on %(start)s is withdrawn."),
    ),
    "admissions.lapsed": _ending(
        N_("The seat was not taken up"),
        N_(
            "The seat in the course that begins on %(start)s was not taken up in time; it is free "
            "for somebody else now."
        ),
    ),
    "admissions.cancelled": enrolment_cancelled,
    "admissions.reopened": _ending(
        N_("Your application is open again"), N_("We are looking at your application again.")
    ),
    "admissions.edition-cancelled": _ending(
        N_("The course does not take place"),
        N_(
            "The course that begins on %(start)s does not take place. Everything that was paid "
            "is refunded in full."
        ),
        why=False,
    ),
}
