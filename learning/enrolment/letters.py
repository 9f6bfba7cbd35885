"""The letters of enrolment: one for each event that a candidate should hear of."""

from datetime import date, datetime
from typing import Any

from learning.catalogue.models import Edition
from learning.enrolment import deadlines, place_letters
from learning.enrolment.models import Application
from learning.enrolment.place_letters import begins, days_of
from learning.enrolment.rules import Event
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money
from learning.kit.time import day_in
from learning.mail.letters import Letter, LetterWriter, Params

LETTER_AFTER = {
    Event.SUBMIT: "enrolment.received",
    Event.ASK_INFO: "enrolment.info-asked",
    Event.ACCEPT: "enrolment.accepted",
    Event.PROMOTE: "enrolment.accepted",
    Event.WAITLIST: "enrolment.waitlisted",
    Event.DECLINE: "enrolment.declined",
    Event.WITHDRAW: "enrolment.left",
    Event.ACTIVATE: "enrolment.place-given",
    Event.LAPSE: "enrolment.lapsed",
    Event.CANCEL: "enrolment.cancelled",
    Event.SUBSTITUTE: "enrolment.substituted",
    Event.REOPEN: "enrolment.reopened",
    Event.CANCEL_EDITION: "enrolment.edition-cancelled",
}


def params_of(
    application: Application, edition: Edition, *, reason: str, now: datetime
) -> dict[str, Any]:
    """Return what the letters about an application say, as plain values for the outbox."""
    today = day_in(edition.zone, now)
    until = application.answer_until
    return days_of(edition) | {
        "reference": application.reference,
        "today": today.isoformat(),
        "due_on": deadlines.payment_due(today, edition.starts_on).isoformat(),
        "fee_minor": edition.fee.minor,
        "fee_currency": edition.fee.currency,
        "pays": application.funding != "fellowship",
        "answer_until": until.isoformat() if until else "",
        "reason": reason,
    }


def warnings(i18n: I18n, starts_on: date, today: date) -> list[str]:
    """Return what an acceptance has to say about leaving: the days, and what is too late already.

    The note of 2023 took applications until five days before the first day: whoever was accepted
    after 11 September could never transfer, and paid for leaving from the first minute.
    """
    window = deadlines.window(starts_on, today)
    days = {
        "free": i18n.date(window.free_until),
        "half": i18n.date(window.half_until),
        "percent": window.percent,
    }
    if not window.open:
        return [
            i18n.gettext(
                "Until %(free)s you can cancel without cost, transfer to another course, or send "
                "somebody in your place. After that, until %(half)s, half of what was paid is "
                "kept; later, all of it."
            )
            % days,
            i18n.gettext(
                "To transfer or to send somebody else, write to the course team; the day on which "
                "that arrives counts."
            ),
        ]
    return [
        i18n.gettext(
            "Please note: %(free)s is over. You can no longer transfer to another course or send "
            "somebody in your place."
        )
        % days,
        i18n.gettext("If you cancel today, %(percent)s %% of what was paid is kept.") % days,
    ]


def _status(i18n: I18n, params: Params) -> str:
    return f"/{i18n.language}/applications/{params['reference']}"


def _about(i18n: I18n, params: Params, subject: str, *lines: str) -> Letter:
    """Return a letter that leads to the application; a line that says nothing is left out."""
    return Letter(
        subject=subject,
        lines=[line for line in lines if line],
        button=i18n.gettext("See my application"),
        path=_status(i18n, params),
    )


def _warned(i18n: I18n, params: Params) -> list[str]:
    starts_on, today = (date.fromisoformat(params[name]) for name in ("starts_on", "today"))
    return warnings(i18n, starts_on, today)


def received(i18n: I18n, params: Params) -> Letter:
    words = begins(i18n, params)
    return _about(
        i18n,
        params,
        i18n.gettext("Your application has arrived (%(reference)s)") % words,
        i18n.gettext("Your application for the course that begins on %(start)s has arrived.")
        % words,
        i18n.gettext("We read every application. You can see at any time where it stands."),
    )


def info_asked(i18n: I18n, params: Params) -> Letter:
    until = {"until": i18n.moment(datetime.fromisoformat(params["answer_until"]))}
    return Letter(
        subject=i18n.gettext("A question about your application"),
        lines=[
            i18n.gettext("Before we can decide, we need something more from you:"),
            params["reason"],
            i18n.gettext("Please answer until %(until)s.") % until,
        ],
        button=i18n.gettext("Answer"),
        path=_status(i18n, params),
    )


def accepted(i18n: I18n, params: Params) -> Letter:
    words = begins(i18n, params)
    fee = {
        "fee": i18n.money(Money(params["fee_minor"], params["fee_currency"])),
        "due": i18n.date(date.fromisoformat(params["due_on"])),
    }
    payment = (
        [
            i18n.gettext("The fee is %(fee)s. It is due on %(due)s; the invoice follows.") % fee,
            *_warned(i18n, params),
        ]
        if params["pays"]
        else [i18n.gettext("Your place is paid by a fellowship; there is nothing to pay.")]
    )
    return Letter(
        subject=i18n.gettext("You are accepted"),
        lines=[
            i18n.gettext("You are accepted for the course that begins on %(start)s.") % words,
            *payment,
        ],
        button=i18n.gettext("See what comes next"),
        path=_status(i18n, params),
    )


def waitlisted(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("You are on the waiting list"),
        lines=[
            i18n.gettext("All seats of the course that begins on %(start)s are taken for now.")
            % begins(i18n, params),
            i18n.gettext("When a seat becomes free, it is offered in the order of the list."),
        ],
        button=i18n.gettext("See my position"),
        path=_status(i18n, params),
    )


def offer(i18n: I18n, params: Params) -> Letter:
    until = {"until": i18n.moment(datetime.fromisoformat(params["ends_at"]))}
    return Letter(
        subject=i18n.gettext("A seat is free for you"),
        lines=[
            i18n.gettext("A seat in the course that begins on %(start)s is free, and it is yours.")
            % begins(i18n, params),
            i18n.gettext("It is kept for you until %(until)s. Then the next on the list gets it.")
            % until,
            *_warned(i18n, params),
        ],
        button=i18n.gettext("Take the seat or leave it"),
        path=_status(i18n, params),
    )


def declined(i18n: I18n, params: Params) -> Letter:
    return _about(
        i18n,
        params,
        i18n.gettext("About your application"),
        i18n.gettext("We cannot offer you a place in the course that begins on %(start)s.")
        % begins(i18n, params),
        params["reason"],
        i18n.gettext("You are welcome to apply for another edition."),
    )


def transferred(i18n: I18n, params: Params) -> Letter:
    """Return the letter about the edition that a place has moved to."""
    words = begins(i18n, params)
    return Letter(
        subject=i18n.gettext("Your place has moved to another edition"),
        lines=[
            i18n.gettext(
                "As you asked, your place has moved. The course begins on %(start)s and ends on "
                "%(end)s."
            )
            % words,
            i18n.gettext("What was paid goes along."),
            *_warned(i18n, params),
        ],
        button=i18n.gettext("See what comes next"),
        path=_status(i18n, params),
    )


def _ending(subject: str, line: str, *, why: bool = True) -> LetterWriter:
    """Return the writer of a letter that says what ended, with `why` the reason if there is one."""

    def write(i18n: I18n, params: Params) -> Letter:
        said = i18n.gettext(line) % begins(i18n, params)
        return _about(i18n, params, i18n.gettext(subject), said, params["reason"] if why else "")

    return write


WRITERS: dict[str, LetterWriter] = place_letters.WRITERS | {
    "enrolment.received": received,
    "enrolment.info-asked": info_asked,
    "enrolment.accepted": accepted,
    "enrolment.waitlisted": waitlisted,
    "enrolment.offer": offer,
    "enrolment.declined": declined,
    "enrolment.transferred": transferred,
    "enrolment.substituted": _ending(
        N_("Somebody else takes your place"),
        N_(
            "As asked, your place in the course that begins on %(start)s is handed over. The "
            "course is closed to you; nothing of what you wrote in it is passed on."
        ),
        why=False,
    ),
    "enrolment.left": _ending(
        N_("Your application is withdrawn"),
        N_("Your application for the course that begins on %(start)s is withdrawn."),
    ),
    "enrolment.lapsed": _ending(
        N_("The seat was not taken up"),
        N_(
            "The seat in the course that begins on %(start)s was not taken up in time; it is free "
            "for somebody else now."
        ),
    ),
    "enrolment.cancelled": _ending(
        N_("Your place is cancelled"),
        N_("Your place in the course that begins on %(start)s is cancelled."),
    ),
    "enrolment.reopened": _ending(
        N_("Your application is open again"), N_("We are looking at your application again.")
    ),
    "enrolment.edition-cancelled": _ending(
        N_("The course does not take place"),
        N_(
            "The course that begins on %(start)s does not take place. Whatever was paid comes back "
            "whole."
        ),
        why=False,
    ),
}
