"""The timeline of an application: what has happened, what comes, who does it, by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from learning.admissions.labels import EVENTS
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.pages.candidate.next_steps import NextStepsContext, payment_due_of
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.milestones import Milestone, milestones
from learning.admissions.rules.states import ApplicationEvent
from learning.enrolment.labels import HAPPENED
from learning.enrolment.models import EnrolmentTransition
from learning.enrolment.rules import ActorRole, EnrolmentEvent
from learning.kit.i18n import N_, I18n
from learning.kit.time import day_in

REASON_SHOWN = frozenset(
    {
        ApplicationEvent.REQUEST_INFO,
        ApplicationEvent.PROVIDE_INFO,
        ApplicationEvent.DECLINE,
        ApplicationEvent.WITHDRAW,
        ApplicationEvent.LAPSE,
        ApplicationEvent.CANCEL,
        ApplicationEvent.REOPEN,
        ApplicationEvent.CANCEL_EDITION,
    }
)
"""Transitions whose reason the candidate gave or got by e-mail; other reasons are internal."""
ENDS_WITH_NOTICE = frozenset({EnrolmentEvent.CANCEL, EnrolmentEvent.CANCEL_EDITION})
BY_YOU = N_("by you")
ACTORS: dict[ActorRole, str] = {
    ActorRole.APPLICANT: BY_YOU,
    ActorRole.PARTICIPANT: BY_YOU,
    ActorRole.SPONSOR: N_("by your institution"),
    ActorRole.SYSTEM: N_("automatically"),
}
COURSE_TEAM = N_("by the course team")
PAYERS: dict[str, str] = {
    Funding.SPONSOR: N_("by your institution"),
    Funding.MIXED: N_("by you and your institution"),
    Funding.FELLOWSHIP: N_("by a fellowship"),
}
NAMED_PAYERS: dict[str, str] = {
    Funding.SPONSOR: N_("by %(organisation)s"),
    Funding.MIXED: N_("by you and %(organisation)s"),
}
TITLES: dict[Milestone, str] = {
    Milestone.SUBMIT: N_("Send the application"),
    Milestone.REVIEW: N_("Review of all applications"),
    Milestone.ANSWER: N_("Your answer"),
    Milestone.DECISION: N_("Decision"),
    Milestone.FREE_SEAT: N_("A seat becomes free"),
    Milestone.TAKE_SEAT: N_("Take the seat"),
    Milestone.PAYMENT: N_("Payment of the fee"),
    Milestone.FIRST_DAY: N_("First day of the course"),
    Milestone.LAST_DAY: N_("Last day of the course"),
}
DETAILS: dict[Milestone, str] = {
    Milestone.SUBMIT: BY_YOU,
    Milestone.REVIEW: N_("by the course team, after the last day to apply"),
    Milestone.ANSWER: N_("by you; then the review goes on"),
    Milestone.DECISION: N_("by the course team; it comes by e-mail and stands here"),
    Milestone.FREE_SEAT: N_("it is offered in the order of the list, by e-mail and here"),
    Milestone.TAKE_SEAT: N_("by you; otherwise it goes to the next on the list"),
    Milestone.PAYMENT: N_("%(payer)s, with the invoice; it confirms your place"),
    Milestone.FIRST_DAY: N_("the course opens to you"),
}


@dataclass(frozen=True, kw_only=True)
class TimelineStep:
    """A step that is done, that the application waits for (`now`, `wait`), or that comes.

    `now` means that it is the reader's turn. `at` is when it happened; `end` a day in words.
    """

    title: str
    state: str
    end: str
    detail: str
    at: datetime | None = None
    reason: str = ""


def past_steps(
    i18n: I18n,
    transitions: Sequence[ApplicationTransition],
    participation: Sequence[EnrolmentTransition],
) -> list[TimelineStep]:
    """Return what has happened as far as the candidate may see it, with the reasons for them."""
    return [
        _past(i18n, EVENTS[each.event], each, shown=each.event in REASON_SHOWN)
        for each in transitions
        if each.event is not ApplicationEvent.CREATE
    ] + [
        _past(i18n, HAPPENED[each.event], each, shown=each.event in ENDS_WITH_NOTICE)
        for each in participation
    ]


def _past(
    i18n: I18n, title: str, each: ApplicationTransition | EnrolmentTransition, *, shown: bool
) -> TimelineStep:
    return TimelineStep(
        title=i18n.gettext(title),
        state="done",
        end=i18n.short_date(day_in(i18n.zone, each.at)),
        detail=i18n.gettext(ACTORS.get(each.actor_role, COURSE_TEAM)),
        at=each.at,
        reason=i18n.gettext(each.reason) if shown else "",
    )


def coming_steps(i18n: I18n, context: NextStepsContext, *, today: date) -> list[TimelineStep]:
    """Return what is to come; the first is what the application waits for now."""
    ahead = milestones(
        context.stage,
        offered=context.offer is not None,
        pays=context.pays,
        begun=context.application.edition.starts_on <= today,
    )
    ends = _ends(i18n, context)
    payer = payer_of(i18n, context.application)
    first = "now" if context.is_turn else "wait"
    return [
        TimelineStep(
            title=i18n.gettext(TITLES[each]),
            state="" if number else first,
            end=ends.get(each, ""),
            detail=i18n.gettext(DETAILS.get(each, "")) % {"payer": payer},
        )
        for number, each in enumerate(ahead)
    ]


def _ends(i18n: I18n, context: NextStepsContext) -> Mapping[Milestone, str]:
    """Return by when each milestone is reached, in words; the fee's day is known once agreed."""
    application, edition = context.application, context.application.edition
    until = application.answer_until
    ends = {
        Milestone.SUBMIT: _until(i18n, edition.apply_until),
        Milestone.REVIEW: i18n.gettext("after %(day)s") % _day(i18n, edition.apply_until),
        Milestone.DECISION: i18n.gettext("before %(day)s") % _day(i18n, edition.starts_on),
        Milestone.FREE_SEAT: i18n.gettext("before %(day)s") % _day(i18n, edition.starts_on),
        Milestone.FIRST_DAY: i18n.short_date(edition.starts_on),
        Milestone.LAST_DAY: i18n.short_date(edition.ends_on),
    }
    if until is not None:
        ends[Milestone.ANSWER] = _until(i18n, day_in(i18n.zone, until))
    if context.offer is not None:
        ends[Milestone.TAKE_SEAT] = _until(i18n, day_in(i18n.zone, context.offer.ends_at))
    if context.terms.agreed_on is not None:
        ends[Milestone.PAYMENT] = _until(i18n, payment_due_of(context))
    return ends


def _until(i18n: I18n, day: date) -> str:
    return i18n.gettext("until %(day)s") % _day(i18n, day)


def _day(i18n: I18n, day: date) -> dict[str, str]:
    return {"day": i18n.short_date(day)}


def payer_of(i18n: I18n, application: Application) -> str:
    """Return who pays the fee, after a verb in the passive: “by you and Agence emploi”."""
    payers = PAYERS if application.sponsorship is None else PAYERS | NAMED_PAYERS
    sentence = i18n.gettext(payers.get(application.funding, BY_YOU))
    named = application.sponsorship.organisation if application.sponsorship else ""
    return sentence % {"organisation": named}
