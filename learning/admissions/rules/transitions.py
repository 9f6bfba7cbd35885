"""The states of an application and the transitions between them: one table, pure.

docs/admissions.md shows the table, made from here, with the same numbers. Each row says from which
states an event leads where, who may cause it, and what has to hold. What becomes of somebody who
is enrolled is not an application's business: `learning.enrolment.rules` says that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from learning.admissions.rules.states import (
    ACTIVE_STATES,
    PENDING,
    ApplicationEvent,
    ApplicationState,
)
from learning.enrolment import rules
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentStatus
from learning.kit.i18n import N_


class TransitionGuard(StrEnum):
    """A condition of a transition."""

    TAKES_APPLICATIONS = "takes_applications"
    BEFORE_DEADLINE = "before_deadline"
    COMPLETE = "complete"
    REASON = "reason"
    IN_TIME = "in_time"
    SEAT_LEFT = "seat_left"
    NOT_STARTED = "not_started"
    SETTLED = "settled"
    NOTICE = "notice"


class TransitionProblem(StrEnum):
    """Why a transition is refused, besides a guard that is not satisfied."""

    INVALID_TRANSITION = "invalid_transition"
    NOT_PERMITTED = "not_permitted"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table; an empty `before` creates an application."""

    number: int
    event: ApplicationEvent
    before: frozenset[ApplicationState]
    after: ApplicationState
    actor_roles: frozenset[ActorRole]
    guards: tuple[TransitionGuard, ...] = ()


APPLICANT_OR_SPONSOR = frozenset({ActorRole.APPLICANT, ActorRole.SPONSOR})
REGISTRAR = frozenset({ActorRole.REGISTRAR})
TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        number=1,
        event=ApplicationEvent.CREATE,
        before=frozenset(),
        after=ApplicationState.DRAFT,
        actor_roles=APPLICANT_OR_SPONSOR,
        guards=(TransitionGuard.TAKES_APPLICATIONS,),
    ),
    Transition(
        number=2,
        event=ApplicationEvent.SUBMIT,
        before=frozenset({ApplicationState.DRAFT}),
        after=ApplicationState.SUBMITTED,
        actor_roles=APPLICANT_OR_SPONSOR,
        guards=(TransitionGuard.BEFORE_DEADLINE, TransitionGuard.COMPLETE),
    ),
    Transition(
        number=3,
        event=ApplicationEvent.START_REVIEW,
        before=frozenset({ApplicationState.SUBMITTED}),
        after=ApplicationState.UNDER_REVIEW,
        actor_roles=REGISTRAR,
    ),
    Transition(
        number=4,
        event=ApplicationEvent.REQUEST_INFO,
        before=frozenset({ApplicationState.UNDER_REVIEW}),
        after=ApplicationState.AWAITING_INFO,
        actor_roles=REGISTRAR,
        guards=(TransitionGuard.REASON,),
    ),
    Transition(
        number=5,
        event=ApplicationEvent.PROVIDE_INFO,
        before=frozenset({ApplicationState.AWAITING_INFO}),
        after=ApplicationState.UNDER_REVIEW,
        actor_roles=APPLICANT_OR_SPONSOR,
        guards=(TransitionGuard.REASON, TransitionGuard.IN_TIME),
    ),
    Transition(
        number=6,
        event=ApplicationEvent.ACCEPT,
        before=frozenset({ApplicationState.UNDER_REVIEW}),
        after=ApplicationState.ACCEPTED,
        actor_roles=REGISTRAR,
        guards=(TransitionGuard.REASON, TransitionGuard.NOT_STARTED, TransitionGuard.SEAT_LEFT),
    ),
    Transition(
        number=7,
        event=ApplicationEvent.WAITLIST,
        before=frozenset({ApplicationState.UNDER_REVIEW}),
        after=ApplicationState.WAITLISTED,
        actor_roles=REGISTRAR,
        guards=(TransitionGuard.REASON,),
    ),
    Transition(
        number=8,
        event=ApplicationEvent.PROMOTE,
        before=frozenset({ApplicationState.WAITLISTED}),
        after=ApplicationState.ACCEPTED,
        actor_roles=frozenset({ActorRole.APPLICANT, ActorRole.REGISTRAR}),
        guards=(TransitionGuard.NOT_STARTED, TransitionGuard.SEAT_LEFT),
    ),
    Transition(
        number=9,
        event=ApplicationEvent.DECLINE,
        before=frozenset({ApplicationState.UNDER_REVIEW, ApplicationState.WAITLISTED}),
        after=ApplicationState.DECLINED,
        actor_roles=REGISTRAR,
        guards=(TransitionGuard.REASON,),
    ),
    Transition(
        number=10,
        event=ApplicationEvent.WITHDRAW,
        before=PENDING,
        after=ApplicationState.WITHDRAWN,
        actor_roles=APPLICANT_OR_SPONSOR,
    ),
    Transition(
        number=11,
        event=ApplicationEvent.ACTIVATE,
        before=frozenset({ApplicationState.ACCEPTED}),
        after=ApplicationState.ENROLLED,
        actor_roles=frozenset({ActorRole.SYSTEM}),  # fees cause it
        guards=(TransitionGuard.SETTLED,),
    ),
    Transition(
        number=12,
        event=ApplicationEvent.LAPSE,
        before=frozenset({ApplicationState.ACCEPTED, ApplicationState.WAITLISTED}),
        after=ApplicationState.LAPSED,
        actor_roles=frozenset({ActorRole.SYSTEM, ActorRole.REGISTRAR, ActorRole.FINANCE}),
        guards=(TransitionGuard.REASON,),
    ),
    Transition(
        number=13,
        event=ApplicationEvent.CANCEL,
        before=frozenset({ApplicationState.ACCEPTED}),
        after=ApplicationState.CANCELLED,
        actor_roles=frozenset({ActorRole.APPLICANT, ActorRole.SPONSOR, ActorRole.REGISTRAR}),
        guards=(TransitionGuard.REASON,),
    ),
    Transition(
        number=14,
        event=ApplicationEvent.TRANSFER,
        before=frozenset({ApplicationState.ACCEPTED}),
        after=ApplicationState.TRANSFERRED_OUT,
        actor_roles=REGISTRAR,
        guards=(
            TransitionGuard.REASON,
            TransitionGuard.NOTICE,
            TransitionGuard.NOT_STARTED,
            TransitionGuard.SEAT_LEFT,
        ),
    ),
    Transition(
        number=15,
        event=ApplicationEvent.SUBSTITUTE,
        before=frozenset({ApplicationState.ACCEPTED}),
        after=ApplicationState.SUBSTITUTED_OUT,
        actor_roles=REGISTRAR,
        guards=(
            TransitionGuard.REASON,
            TransitionGuard.NOTICE,
            TransitionGuard.NOT_STARTED,
            TransitionGuard.COMPLETE,
        ),
    ),
    Transition(
        number=18,
        event=ApplicationEvent.CANCEL_EDITION,
        before=ACTIVE_STATES,
        after=ApplicationState.EDITION_CANCELLED,
        actor_roles=frozenset({ActorRole.APPROVER}),
        guards=(TransitionGuard.REASON,),
    ),
    Transition(
        number=19,
        event=ApplicationEvent.REOPEN,
        before=frozenset(
            {ApplicationState.DECLINED, ApplicationState.WITHDRAWN, ApplicationState.LAPSED}
        ),
        after=ApplicationState.UNDER_REVIEW,
        actor_roles=REGISTRAR,
        guards=(TransitionGuard.REASON, TransitionGuard.NOT_STARTED),
    ),
)
OF_ENROLMENT = {
    ApplicationEvent.CANCEL: EnrolmentEvent.CANCEL,
    ApplicationEvent.TRANSFER: EnrolmentEvent.TRANSFER,
    ApplicationEvent.SUBSTITUTE: EnrolmentEvent.SUBSTITUTE,
    ApplicationEvent.CANCEL_EDITION: EnrolmentEvent.CANCEL_EDITION,
}
"""What ends an accepted application, and ends the enrolment of one that has led to one."""
BY_EVENT = {row.event: row for row in TRANSITIONS}
MESSAGES: dict[TransitionGuard | TransitionProblem, str] = {
    TransitionGuard.TAKES_APPLICATIONS: N_("This edition does not take applications."),
    TransitionGuard.BEFORE_DEADLINE: N_("The last day to apply is over."),
    TransitionGuard.COMPLETE: N_("Something is still missing in the application."),
    TransitionGuard.REASON: N_("Say why; it is kept with the application."),
    TransitionGuard.IN_TIME: N_("The time to answer is over. Write to the course team."),
    TransitionGuard.SEAT_LEFT: N_("No seat is left in this edition."),
    TransitionGuard.NOT_STARTED: N_("The edition has begun already."),
    TransitionGuard.SETTLED: N_("The place is not paid, guaranteed or waived yet."),
    TransitionGuard.NOTICE: N_("The last day for this notice is over."),
    TransitionProblem.INVALID_TRANSITION: N_(
        "The application has moved on meanwhile. Look at it again."
    ),
    TransitionProblem.NOT_PERMITTED: N_("This is for somebody else to decide."),
}


@dataclass(frozen=True, kw_only=True)
class GuardContext:
    """What the guards depend on. `satisfied` are those that hold now.

    The reason is checked apart.
    """

    satisfied: frozenset[TransitionGuard]
    reason: str = ""


def violation_of(
    state: ApplicationState | None,
    event: ApplicationEvent,
    actor_role: ActorRole,
    context: GuardContext,
) -> TransitionGuard | TransitionProblem | None:
    """Return why an event is refused, None if it is allowed; `state` is None before T1."""
    row = BY_EVENT[event]
    if (state is None) != (not row.before) or (state is not None and state not in row.before):
        return TransitionProblem.INVALID_TRANSITION
    if actor_role not in row.actor_roles:
        return TransitionProblem.NOT_PERMITTED
    return unmet(event, context)


def unmet(event: ApplicationEvent, context: GuardContext) -> TransitionGuard | None:
    """Return the first guard of an event that is not satisfied, whatever the state."""
    return next(
        (guard for guard in BY_EVENT[event].guards if not _is_satisfied(guard, context)), None
    )


def state_after(event: ApplicationEvent) -> ApplicationState:
    """Return the state that an event leads to."""
    return BY_EVENT[event].after


def state_pairs() -> Iterator[tuple[ApplicationState, ApplicationState]]:
    """Yield every (before, after) that the table allows; the database allows no other."""
    for row in TRANSITIONS:
        for state in sorted(row.before):
            yield state, row.after


def allowed_events(state: ApplicationState, actor_role: ActorRole) -> list[ApplicationEvent]:
    """Return the events that a role may cause in a state, guards aside."""
    return [
        row.event for row in TRANSITIONS if state in row.before and actor_role in row.actor_roles
    ]


def enrolment_events_for(status: EnrolmentStatus, actor_role: ActorRole) -> list[ApplicationEvent]:
    """Return the application events that a role may cause once there is an enrolment."""
    events = rules.events_for(status, role_in(actor_role))
    return [event for event, ends in OF_ENROLMENT.items() if ends in events]


def role_in(actor_role: ActorRole) -> ActorRole:
    """Return the role on an enrolment: a candidate is a participant by then."""
    return ActorRole.PARTICIPANT if actor_role is ActorRole.APPLICANT else actor_role


def _is_satisfied(guard: TransitionGuard, context: GuardContext) -> bool:
    if guard is TransitionGuard.REASON:
        return bool(context.reason.strip())
    return guard in context.satisfied
