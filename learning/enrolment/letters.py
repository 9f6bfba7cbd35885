"""The letters of enrolment: one for each event that a candidate should hear of."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from learning.catalogue.models import Edition
from learning.enrolment import deadlines
from learning.enrolment.models import Application
from learning.enrolment.rules import Event
from learning.kit.i18n import I18n
from learning.kit.money import Money
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
    Event.REOPEN: "enrolment.reopened",
    Event.CANCEL_EDITION: "enrolment.edition-cancelled",
}


def params_of(
    application: Application, edition: Edition, *, reason: str, now: datetime
) -> dict[str, Any]:
    """Return what the letters about an application say, as plain values for the outbox."""
    today = deadlines.day_of(now, edition.zone)
    until = application.answer_until
    return {
        "reference": application.reference,
        "edition": edition.code,
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
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
            % days
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


def _begins(i18n: I18n, params: Params) -> Mapping[str, str]:
    return {
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "end": i18n.date(date.fromisoformat(params["ends_on"])),
        "reference": params["reference"],
        "reason": params["reason"],
    }


def place_given(i18n: I18n, params: Params) -> Letter:
    days = {
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "end": i18n.date(date.fromisoformat(params["ends_on"])),
    }
    return Letter(
        subject=i18n.gettext("You have a place in the course"),
        lines=[
            i18n.gettext("You have a place in the course that begins on %(start)s.") % days,
            i18n.gettext("It ends on %(end)s.") % days,
        ],
        button=i18n.gettext("Open the course"),
        path=f"/{i18n.language}/editions/{params['edition']}/",
    )


def place_withdrawn(i18n: I18n, _params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Your place was withdrawn"),
        lines=[
            i18n.gettext("Your place in the course was withdrawn. What you wrote is kept."),
            i18n.gettext("If you did not expect this, answer this e-mail."),
        ],
    )


def received(i18n: I18n, params: Params) -> Letter:
    words = _begins(i18n, params)
    return Letter(
        subject=i18n.gettext("Your application has arrived (%(reference)s)") % words,
        lines=[
            i18n.gettext("Your application for the course that begins on %(start)s has arrived.")
            % words,
            i18n.gettext("We read every application. You can see at any time where it stands."),
        ],
        button=i18n.gettext("See my application"),
        path=_status(i18n, params),
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
    words = _begins(i18n, params)
    starts_on, today = (date.fromisoformat(params[name]) for name in ("starts_on", "today"))
    fee = {
        "fee": i18n.money(Money(params["fee_minor"], params["fee_currency"])),
        "due": i18n.date(date.fromisoformat(params["due_on"])),
    }
    payment = (
        [
            i18n.gettext("The fee is %(fee)s. It is due on %(due)s; the invoice follows.") % fee,
            *warnings(i18n, starts_on, today),
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
            % _begins(i18n, params),
            i18n.gettext("When a seat becomes free, it is offered in the order of the list."),
        ],
        button=i18n.gettext("See my position"),
        path=_status(i18n, params),
    )


def offer(i18n: I18n, params: Params) -> Letter:
    until = {"until": i18n.moment(datetime.fromisoformat(params["ends_at"]))}
    starts_on, today = (date.fromisoformat(params[name]) for name in ("starts_on", "today"))
    return Letter(
        subject=i18n.gettext("A seat is free for you"),
        lines=[
            i18n.gettext("A seat in the course that begins on %(start)s is free, and it is yours.")
            % _begins(i18n, params),
            i18n.gettext("It is kept for you until %(until)s. Then the next on the list gets it.")
            % until,
            *warnings(i18n, starts_on, today),
        ],
        button=i18n.gettext("Take the seat or leave it"),
        path=_status(i18n, params),
    )


def declined(i18n: I18n, params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("About your application"),
        lines=[
            i18n.gettext("We cannot offer you a place in the course that begins on %(start)s.")
            % _begins(i18n, params),
            params["reason"],
            i18n.gettext("You are welcome to apply for another edition."),
        ],
        button=i18n.gettext("See my application"),
        path=_status(i18n, params),
    )


def _ended(i18n: I18n, params: Params, subject: str, line: str) -> Letter:
    lines = [line % _begins(i18n, params)]
    return Letter(
        subject=subject,
        lines=[*lines, *([params["reason"]] if params["reason"] else [])],
        button=i18n.gettext("See my application"),
        path=_status(i18n, params),
    )


def left(i18n: I18n, params: Params) -> Letter:
    line = i18n.gettext("Your application for the course that begins on %(start)s is withdrawn.")
    return _ended(i18n, params, i18n.gettext("Your application is withdrawn"), line)


def lapsed(i18n: I18n, params: Params) -> Letter:
    line = i18n.gettext(
        "The seat in the course that begins on %(start)s was not taken up in time; it is free "
        "for somebody else now."
    )
    return _ended(i18n, params, i18n.gettext("The seat was not taken up"), line)


def cancelled(i18n: I18n, params: Params) -> Letter:
    line = i18n.gettext("Your place in the course that begins on %(start)s is cancelled.")
    return _ended(i18n, params, i18n.gettext("Your place is cancelled"), line)


def reopened(i18n: I18n, params: Params) -> Letter:
    line = i18n.gettext("We are looking at your application again.")
    return _ended(i18n, params, i18n.gettext("Your application is open again"), line)


def edition_cancelled(i18n: I18n, params: Params) -> Letter:
    line = i18n.gettext(
        "The course that begins on %(start)s does not take place. Whatever was paid comes back "
        "whole."
    )
    return _ended(i18n, params, i18n.gettext("The course does not take place"), line)


WRITERS: dict[str, LetterWriter] = {
    "enrolment.place-given": place_given,
    "enrolment.place-withdrawn": place_withdrawn,
    "enrolment.received": received,
    "enrolment.info-asked": info_asked,
    "enrolment.accepted": accepted,
    "enrolment.waitlisted": waitlisted,
    "enrolment.offer": offer,
    "enrolment.declined": declined,
    "enrolment.left": left,
    "enrolment.lapsed": lapsed,
    "enrolment.cancelled": cancelled,
    "enrolment.reopened": reopened,
    "enrolment.edition-cancelled": edition_cancelled,
}
