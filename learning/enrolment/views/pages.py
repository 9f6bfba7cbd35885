"""The pages about one's own applications, each as one typed value, and how they are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from learning.access.guard import actor
from learning.access.permissions import Permission
from learning.content import shelf
from learning.content.course import Course
from learning.enrolment import applying, letters, queries, waiting
from learning.enrolment.answers import Step
from learning.enrolment.deadlines import Window
from learning.enrolment.models import Application, Move, Offer
from learning.enrolment.rules import IN_ADMISSION, PLACED, Event, State
from learning.enrolment.views.forms import (
    AnswerForm,
    LeaveForm,
)
from learning.enrolment.views.outlook import Standing, fee_of, outlook
from learning.enrolment.views.times import Times, times_of, today_of, window_of
from learning.enrolment.words import EVENTS, STATES
from learning.kit.db import db
from learning.kit.languages import current
from learning.kit.money import Money
from learning.kit.pages import Page
from learning.kit.time import now

TOLD = frozenset(
    {
        Event.ASK_INFO,
        Event.ANSWER,
        Event.DECLINE,
        Event.WITHDRAW,
        Event.LAPSE,
        Event.CANCEL,
        Event.REOPEN,
        Event.CANCEL_EDITION,
    }
)
"""Moves whose reason the candidate was told in a letter, or gave; the others' are the office's."""


class Leaving(StrEnum):
    """What leaving is called: it depends on how far an application has come."""

    DISCARD = "discard"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class ApplicationPage(Page):
    """Where an application stands, and what comes next."""

    template: ClassVar[str] = "enrolment/application.html"

    application: Application
    course: Course
    outlook: Sequence[str]
    warnings: Sequence[str]
    late: bool
    moves: Sequence[Move]
    question: str
    form: AnswerForm | None
    offer: Offer | None
    place: tuple[int, int] | None
    fee: Money
    missing: Sequence[Step]
    times: Times
    leaving: Leaving | None
    course_open: bool
    states: Mapping[State, str] = field(default_factory=lambda: STATES)
    events: Mapping[Event, str] = field(default_factory=lambda: EVENTS)
    told: frozenset[Event] = TOLD


@dataclass(frozen=True, kw_only=True)
class ApplicationsPage(Page):
    template: ClassVar[str] = "enrolment/applications.html"

    applications: Sequence[Application]
    courses: Mapping[str, Course]
    turn: frozenset[int]
    states: Mapping[State, str] = field(default_factory=lambda: STATES)


@dataclass(frozen=True, kw_only=True)
class LeavePage(Page):
    template: ClassVar[str] = "enrolment/leave.html"

    application: Application
    course: Course
    leaving: Leaving
    form: LeaveForm
    window: Window
    today: date
    pays: bool


def leaving_of(state: State) -> Leaving | None:
    if state is State.DRAFT:
        return Leaving.DISCARD
    if state in IN_ADMISSION:
        return Leaving.WITHDRAW
    return Leaving.CANCEL if state in PLACED else None


def application_page(application: Application, form: AnswerForm | None = None) -> ApplicationPage:
    """Return the status page; `form` is an answer that was not taken, as it was typed."""
    state = application.state
    moves = queries.moves_of(db(), application)
    standing = _standing(application)
    return ApplicationPage(
        application=application,
        course=shelf.course(application.edition.course),
        outlook=outlook(current(), standing),
        warnings=_warnings(standing),
        late=window_of(application).open,
        moves=moves,
        question=_question(moves) if state is State.INFO_REQUESTED else "",
        form=form or (AnswerForm() if standing.may_answer else None),
        offer=standing.offer,
        place=_place(application) if state is State.WAITLISTED else None,
        fee=fee_of(application),
        missing=applying.missing(db(), application) if state is State.DRAFT else (),
        times=times_of(application),
        leaving=leaving_of(state),
        course_open=actor().may(Permission.READ_LESSONS, application.edition.code),
    )


def _standing(application: Application) -> Standing:
    state, until, moment = application.state, application.answer_until, now()
    offer = queries.open_offer(db(), application.id) if state is State.WAITLISTED else None
    return Standing(
        application=application,
        offer=offer if offer is not None and moment < offer.ends_at else None,
        in_time=times_of(application).in_time,
        may_answer=state is State.INFO_REQUESTED and (until is None or moment < until),
        pays=not applying.is_fellowship(application),
    )


def _warnings(standing: Standing) -> Sequence[str]:
    """Return what an acceptance says of leaving, to whom it concerns: who has a seat, or may."""
    application = standing.application
    seat = application.state is State.ACCEPTED or standing.offer is not None
    if not (seat and standing.pays):
        return ()
    return letters.warnings(current(), application.edition.starts_on, today_of(application))


def leave_page(application: Application, leaving: Leaving, form: LeaveForm) -> LeavePage:
    return LeavePage(
        application=application,
        course=shelf.course(application.edition.course),
        leaving=leaving,
        form=form,
        window=window_of(application),
        today=today_of(application),
        pays=not applying.is_fellowship(application),
    )


def _question(moves: Sequence[Move]) -> str:
    asked = [move.reason for move in moves if move.event is Event.ASK_INFO]
    return asked[-1] if asked else ""


def _place(application: Application) -> tuple[int, int] | None:
    """Return (place, length) on the waiting list."""
    queue = waiting.waiting_list(db(), application.edition_id)
    if application.id not in queue:
        return None
    return queue.index(application.id) + 1, len(queue)
