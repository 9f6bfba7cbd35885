"""What happens next with an application, and by when: a headline and sentences for each state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from learning.admissions.models import Application, Offer
from learning.admissions.queries.terms import Terms
from learning.admissions.rules import deadlines
from learning.admissions.rules.milestones import waits_for_applicant
from learning.admissions.rules.stages import Stage
from learning.kit.i18n import N_, I18n
from learning.kit.time import day_in

Words = tuple[str, ...]
"""A headline, then sentences."""
NEXT: dict[Stage, Words] = {
    Stage.DRAFT: (
        N_("Your application is not sent yet"),
        N_("What you have saved is kept, on every device."),
        N_("You can send it until %(closes)s."),
    ),
    Stage.SUBMITTED: (
        N_("Your application has arrived"),
        N_("There is nothing more for you to do."),
        N_("All applications are compared after the last day to apply, %(last_day)s. The decision "
           "comes by e-mail and stands here."),
    ),
    Stage.UNDER_REVIEW: (
        N_("Your application is under review"),
        N_("There is nothing more for you to do."),
        N_("The decision comes by e-mail and stands here, before the course begins on %(start)s."),
    ),
    Stage.AWAITING_INFO: (
        N_("The course team has a question for you"),
        N_("We cannot decide without your answer. Please give it until %(answer)s."),
        N_("After that the review goes on."),
    ),
    Stage.WAITLISTED: (
        N_("Your application is on the waiting list"),
        N_("All seats are taken for now. When one becomes free, it is offered in the order of the "
           "list, by e-mail and here."),
        N_("The list ends when the course begins on %(start)s."),
    ),
    Stage.ACCEPTED: (
        N_("A seat is kept for you"),
        N_("The fee of %(fee)s is due on %(due)s; the invoice follows."),
        N_("When it is paid or guaranteed, your place is confirmed, and the course opens on "
           "%(start)s."),
    ),
    Stage.ENROLLED: (
        N_("Your place is confirmed"),
        N_("The course begins on %(start)s."),
    ),
    Stage.COMPLETED: (
        N_("You have completed the course"),
        N_("Nothing is left to do."),
    ),
    Stage.NOT_COMPLETED: (
        N_("The course has ended"),
        N_("Not all that it asks for was done."),
        N_("If you think that this is a mistake, write to the course team."),
    ),
    Stage.NO_SHOW: (
        N_("You did not take part in this edition"),
        N_("You had a place in it."),
        N_("If you think that this is a mistake, write to the course team."),
    ),
    Stage.DECLINED: (
        N_("We cannot offer you a place in this edition"),
        N_("You are welcome to apply for another edition."),
    ),
    Stage.WITHDRAWN: (
        N_("This application is withdrawn"),
        N_("It is no longer reviewed."),
        N_("You are welcome to apply again as long as an edition takes applications."),
    ),
    Stage.CANCELLED: (
        N_("Your place is cancelled"),
        N_("The course is closed to you."),
        N_("What is refunded stands on the page “Fee of my place”."),
    ),
    Stage.TRANSFERRED_OUT: (
        N_("Your place is transferred to another edition"),
        N_("See there under “My applications”."),
    ),
    Stage.SUBSTITUTED_OUT: (
        N_("Somebody else takes the course in your place"),
        N_("Nothing is left for you to do."),
    ),
    Stage.LAPSED: (
        N_("The seat was not taken up in time"),
        N_("It is free for somebody else."),
        N_("You are welcome to apply for another edition."),
    ),
    Stage.EDITION_CANCELLED: (
        N_("This edition does not take place"),
        N_("Everything that was paid is refunded in full."),
    ),
}  # fmt: skip
DRAFT_LATE = (
    N_("The last day to apply is over"),
    N_("This application can no longer be sent."),
    N_("What you wrote is kept. You are welcome to apply for another edition."),
)
ANSWER_LATE = (
    N_("The time to answer is over"),
    N_("It ended on %(answer)s. Write to the course team."),
)
PLACED = N_("You are number %(place)s of %(total)s on the waiting list")
PAID = (
    N_("A seat is kept for you"),
    N_("A fellowship pays for your place; nothing is left to pay."),
)
OFFERED = (
    N_("A seat is free, and it is kept for you until %(offer)s"),
    N_("%(offer_zones)s. After that it is offered to the next on the list."),
)


@dataclass(frozen=True, kw_only=True)
class NextStepsContext:
    """The data of an application that the next steps depend on.

    `in_time` says whether a draft can still be sent, or a question still be answered. `place`
    is the position on the waiting list, and its length.
    """

    application: Application
    stage: Stage
    offer: Offer | None
    in_time: bool
    pays: bool
    terms: Terms
    place: tuple[int, int] | None = None

    @property
    def is_turn(self) -> bool:
        """Whether the applicant must act, and still can."""
        return waits_for_applicant(self.stage, in_time=self.in_time, offered=self.offer is not None)


@dataclass(frozen=True, kw_only=True)
class Headline:
    """Where an application stands in one line, and what happens next in one or two sentences."""

    title: str
    sentences: Sequence[str]


def headline(i18n: I18n, context: NextStepsContext) -> Headline:
    """Return what happens next and by when, in the reader's language and zone."""
    values = _values(i18n, context)
    title, *sentences = (i18n.gettext(each) % values for each in _words(context))
    return Headline(title=title, sentences=sentences)


def payment_due_of(context: NextStepsContext) -> date:
    """Return when the fee is due; before an agreement, as if it were made at the last change."""
    application, terms = context.application, context.terms
    agreed_on = terms.agreed_on or day_in(application.edition.zone, application.changed_at)
    return deadlines.payment_due(agreed_on, terms.window(agreed_on))


def _words(context: NextStepsContext) -> Words:
    stage = context.stage
    if stage is Stage.DRAFT and not context.in_time:
        return DRAFT_LATE
    if stage is Stage.AWAITING_INFO and not context.in_time:
        return ANSWER_LATE
    if stage is Stage.WAITLISTED and context.offer is not None:
        return OFFERED
    if stage is Stage.WAITLISTED and context.place is not None:
        return (PLACED, *NEXT[stage][1:])
    return PAID if stage is Stage.ACCEPTED and not context.pays else NEXT[stage]


def _values(i18n: I18n, context: NextStepsContext) -> dict[str, str]:
    application, edition = context.application, context.application.edition
    until, offer = application.answer_until, context.offer
    place, total = context.place or (0, 0)
    closes = deadlines.last_second(edition.apply_until, edition.zone)
    return {
        "start": i18n.date(edition.starts_on),
        "last_day": i18n.date(edition.apply_until),
        "closes": i18n.moment_in(closes, edition.zone),
        "answer": i18n.moment_in(until, edition.zone) if until else "",
        "offer": i18n.weekday_time(offer.ends_at) if offer else "",
        "offer_zones": _sentence(i18n.zones_of(offer.ends_at, edition.zone)) if offer else "",
        "fee": i18n.money(context.terms.fee),
        "due": i18n.date(payment_due_of(context)),
        "place": i18n.number(place),
        "total": i18n.number(total),
    }


def _sentence(words: str) -> str:
    """Return words with a capital, as a sentence begins."""
    return words[:1].upper() + words[1:]
