"""What happens next with an application, and by when, in one or two sentences for each state."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.enrolment import deadlines
from learning.enrolment.models import Application, Offer
from learning.enrolment.rules import State
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money
from learning.kit.time import day_in

LATE = N_("The last day to apply is over, so this application can no longer be sent.")
KEPT = N_("What you wrote is kept. You are welcome to apply for another edition.")
NEXT: dict[State, tuple[str, ...]] = {
    State.DRAFT: (
        N_("Your application is not sent yet. What you have saved is kept, on every device."),
        N_("It can be sent until %(closes)s."),
    ),
    State.SUBMITTED: (
        N_("Your application has arrived; there is nothing more for you to do."),
        N_("All applications are compared after the last day to apply, %(last_day)s. The decision "
           "comes by e-mail and stands here."),
    ),
    State.UNDER_REVIEW: (
        N_("Your application is being read; there is nothing more for you to do."),
        N_("The decision comes by e-mail and stands here, before the course begins on %(start)s."),
    ),
    State.INFO_REQUESTED: (
        N_("We cannot decide without your answer. Please give it until %(answer)s."),
        N_("After that we read on."),
    ),
    State.WAITLISTED: (
        N_("All seats are taken for now. When one becomes free, it is offered in the order of the "
           "list, by e-mail and here."),
        N_("The list ends when the course begins on %(start)s."),
    ),
    State.ACCEPTED: (
        N_("A seat is kept for you. The fee of %(fee)s is due on %(due)s; the invoice follows."),
        N_("When it is paid or guaranteed, your place is confirmed, and the course opens on "
           "%(start)s."),
    ),
    State.ENROLLED: (N_("Your place is confirmed. The course begins on %(start)s."),),
    State.COMPLETED: (N_("You have completed the course. Nothing is left to do."),),
    State.NOT_COMPLETED: (
        N_("The course has ended, and not all that it asks for was done."),
        N_("If you think that this is a mistake, write to the course team."),
    ),
    State.NO_SHOW: (
        N_("You had a place in this edition and did not take part."),
        N_("If you think that this is a mistake, write to the course team."),
    ),
    State.DECLINED: (
        N_("We cannot offer you a place in this edition."),
        N_("You are welcome to apply for another edition."),
    ),
    State.WITHDRAWN: (
        N_("This application is withdrawn; nobody reads it any more."),
        N_("You are welcome to apply again as long as an edition takes applications."),
    ),
    State.CANCELLED: (
        N_("Your place is cancelled, and the course is closed to you."),
        N_("What is kept or paid back stands in the letter about the invoice."),
    ),
    State.TRANSFERRED_OUT: (
        N_("Your place is transferred to another course; see there under “My applications”."),
    ),
    State.SUBSTITUTED_OUT: (N_("Somebody else takes the course in your place."),),
    State.LAPSED: (
        N_("The seat was not taken up in time, and is free for somebody else."),
        N_("You are welcome to apply for another edition."),
    ),
    State.EDITION_CANCELLED: (
        N_("This edition does not take place. Whatever was paid comes back whole."),
    ),
}  # fmt: skip
PAID = N_("A fellowship pays for your place; nothing is left to pay.")
TOO_LATE = N_("The time to answer ended on %(answer)s. Write to the course team.")
OFFERED = (
    N_("A seat is free, and it is kept for you until %(offer)s."),
    N_("After that it goes to the next on the list."),
)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """An application as far as its outlook goes."""

    application: Application
    offer: Offer | None
    in_time: bool
    may_answer: bool
    pays: bool


def outlook(i18n: I18n, standing: Standing) -> list[str]:
    """Return what happens next and by when, in the reader's words and zone."""
    words = _words(i18n, standing)
    return [i18n.gettext(sentence) % words for sentence in _sentences(standing)]


def fee_of(application: Application) -> Money:
    """Return the fee that was kept on acceptance, before that the edition's own."""
    if application.fee_minor is None:
        return application.edition.fee
    return Money(application.fee_minor, application.fee_currency)


def _sentences(standing: Standing) -> Sequence[str]:
    state = standing.application.state
    if state is State.DRAFT and not standing.in_time:
        return LATE, KEPT
    if state is State.INFO_REQUESTED and not standing.may_answer:
        return (TOO_LATE,)
    if state is State.WAITLISTED and standing.offer is not None:
        return OFFERED
    if state is State.ACCEPTED and not standing.pays:
        return (PAID,)
    return NEXT[state]


def _words(i18n: I18n, standing: Standing) -> dict[str, str]:
    application, edition = standing.application, standing.application.edition
    until, offer = application.answer_until, standing.offer
    accepted = application.accepted_at or application.changed_at
    asked = day_in(edition.zone, accepted)
    closes = deadlines.last_second(edition.apply_until, edition.zone)
    return {
        "start": i18n.date(edition.starts_on),
        "last_day": i18n.date(edition.apply_until),
        "closes": i18n.moment(closes, seconds=True),
        "answer": i18n.moment(until) if until else "",
        "offer": i18n.moment(offer.ends_at) if offer else "",
        "fee": i18n.money(fee_of(application)),
        "due": i18n.date(deadlines.payment_due(asked, edition.starts_on)),
    }
