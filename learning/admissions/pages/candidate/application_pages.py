"""The pages of a candidate's own applications as typed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.admissions.commands import applications, waitlist
from learning.admissions.commands.transitions import version_of
from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.pages.candidate.application_times import (
    is_in_time,
    today_of,
)
from learning.admissions.pages.candidate.blueprint import next_url, status_url
from learning.admissions.pages.candidate.forms import AnswerForm, LeaveForm
from learning.admissions.pages.candidate.next_steps import (
    Headline,
    NextStepsContext,
    headline,
)
from learning.admissions.pages.candidate.timeline import (
    TimelineStep,
    coming_steps,
    past_steps,
    payer_of,
)
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.stages import participation, stages_of
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules import answers
from learning.admissions.rules.stages import LEFT, PENDING_STAGES, TOOK_PART, Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.cancellation import Window
from learning.content import registry
from learning.content.course import Course
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page
from learning.kit.time import now


class LeaveKind(StrEnum):
    """What leaving is called at this stage: discard, withdraw or cancel."""

    DISCARD = "discard"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class OfferClock:
    """How long an offer still stands: in words, and in percent of its `hours`."""

    left: str
    percent: int
    hours: int


@dataclass(frozen=True, kw_only=True)
class ApplicationPage(Page):
    """The state of an application, and what comes next.

    `window` has the cost of cancelling for those who pay for a seat, or have one offered.
    """

    template: ClassVar[str] = "admissions/application.html"

    application: Application
    stage: Stage
    course: Course
    headline: Headline
    is_turn: bool
    steps: Sequence[TimelineStep]
    window: Window | None
    question: str
    form: AnswerForm | None
    offer: OfferClock | None
    fee: Money
    payer: str
    missing: Sequence[answers.Step]
    leave_kind: LeaveKind | None
    has_fee: bool  # a fee was agreed: there is a page of what is invoiced and paid
    has_course: bool  # the person takes part, or did, and may open the course
    is_over: bool  # nothing more comes of this application; of a draft, after its deadline


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """The application that comes first for its person, where it stands, and the page for it."""

    application: Application
    headline: Headline
    is_turn: bool
    address: str


@dataclass(frozen=True, kw_only=True)
class ApplicationsPage(Page):
    """All applications of a person; `first` is the one that they have to look at, if any."""

    template: ClassVar[str] = "admissions/applications.html"

    first: NextAction | None
    applications: Sequence[Application]
    courses: Mapping[str, Course]
    turn: frozenset[int]
    offered: frozenset[int]
    stages: Mapping[int, Stage]


@dataclass(frozen=True, kw_only=True)
class LeavePage(Page):
    template: ClassVar[str] = "admissions/leave.html"

    application: Application
    version: int
    course: Course
    leave_kind: LeaveKind
    form: LeaveForm


def leave_kind_of(stage: Stage) -> LeaveKind | None:
    if stage is Stage.DRAFT:
        return LeaveKind.DISCARD
    if stage in PENDING_STAGES:
        return LeaveKind.WITHDRAW
    return LeaveKind.CANCEL if stage in {Stage.ACCEPTED, Stage.ENROLLED} else None


def stage_of(application: Application) -> Stage:
    return stages_of(db(), [application.id])[application.id]


def application_page(application: Application, form: AnswerForm | None = None) -> ApplicationPage:
    """Return the status page; `form` is an invalid answer, as it was typed."""
    i18n, state = current_i18n(), application.state
    transitions = application_queries.transitions_of(db(), application)
    context = _context(application)
    has_question = state is ApplicationState.AWAITING_INFO
    return ApplicationPage(
        application=application,
        stage=context.stage,
        course=registry.course(application.edition.course),
        headline=headline(i18n, context),
        is_turn=context.is_turn,
        steps=_steps(context, transitions),
        window=_window(context),
        question=_question(transitions) if has_question else "",
        form=form or (AnswerForm() if has_question and context.is_turn else None),
        offer=_offer_clock(context.offer) if context.offer else None,
        fee=context.terms.fee,
        payer=payer_of(i18n, application),
        missing=applications.missing_steps(db(), application)
        if state is ApplicationState.DRAFT
        else (),
        leave_kind=leave_kind_of(context.stage),
        has_fee=context.terms.agreed_on is not None,
        has_course=context.stage in TOOK_PART
        and current_actor().may(Permission.READ_LESSONS, application.edition.code),
        is_over=context.stage in LEFT or (context.stage is Stage.DRAFT and not context.is_turn),
    )


def next_action(application: Application) -> NextAction:
    """Return what a person does next with an application; a draft leads to its next step."""
    context = _context(application)
    return NextAction(
        application=application,
        headline=headline(current_i18n(), context),
        is_turn=context.is_turn,
        address=next_url(application) if context.is_turn else status_url(application),
    )


def _context(application: Application) -> NextStepsContext:
    is_listed, moment = application.state is ApplicationState.WAITLISTED, now()
    offer = application_queries.open_offer(db(), application.id) if is_listed else None
    return NextStepsContext(
        application=application,
        stage=stage_of(application),
        offer=offer if offer is not None and moment < offer.ends_at else None,
        in_time=is_in_time(application, moment),
        pays=not applications.is_fellowship(application),
        terms=terms_of(db(), application, application.edition),
        place=_waitlist_position(application) if is_listed else None,
    )


def _steps(
    context: NextStepsContext, transitions: Sequence[ApplicationTransition]
) -> list[TimelineStep]:
    i18n, application = current_i18n(), context.application
    past = past_steps(i18n, transitions, [t for t, _ in participation(db(), application)])
    today = today_of(application)
    return past + coming_steps(i18n, context, today=today)


def _offer_clock(offer: Offer) -> OfferClock:
    whole, left = offer.ends_at - offer.created_at, offer.ends_at - now()
    return OfferClock(
        left=current_i18n().time_left(left),
        percent=round(100 * left / whole),
        hours=round(whole / timedelta(hours=1)),
    )


def _window(context: NextStepsContext) -> Window | None:
    """Return the window of today for those who pay for a seat that they have or may take."""
    has_seat = leave_kind_of(context.stage) is LeaveKind.CANCEL or context.offer is not None
    if not (has_seat and context.pays):
        return None
    return context.terms.window(today_of(context.application))


def leave_page(application: Application, leave_kind: LeaveKind, form: LeaveForm) -> LeavePage:
    return LeavePage(
        application=application,
        version=version_of(db(), application),
        course=registry.course(application.edition.course),
        leave_kind=leave_kind,
        form=form,
    )


def _question(transitions: Sequence[ApplicationTransition]) -> str:
    questions = [
        transition.reason
        for transition in transitions
        if transition.event is ApplicationEvent.REQUEST_INFO
    ]
    return questions[-1] if questions else ""


def _waitlist_position(application: Application) -> tuple[int, int] | None:
    """Return (position, length) on the waiting list."""
    queue = waitlist.waitlist(db(), application.edition_id)
    if application.id not in queue:
        return None
    return queue.index(application.id) + 1, len(queue)
