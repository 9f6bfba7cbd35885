"""Transitions of an application: checked by the table, recorded, and e-mailed to the person.

A transition changes the application in the version that was read (`kit.optimistic_lock`). A form
that is sent twice is recognised by its key, before it gets here (`access.form_post`).
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.admissions.emails.applications import ABOUT_COSTS, EMAIL_AFTER, params_of
from learning.admissions.emails.cancellation import cost_params
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.queries.cancellation_costs import CancellationCost
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules import transitions
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import GuardContext, TransitionGuard, TransitionProblem
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment import seats
from learning.enrolment.commands import EnrolmentChange
from learning.enrolment.models import Enrolment, ReservationKind
from learning.enrolment.rules import ActorRole
from learning.enrolment.seats import Reservation
from learning.kit.errors import RuleViolation
from learning.kit.optimistic_lock import update_if_current
from learning.kit.time import day_in
from learning.mail.actions import EmailRequest


@dataclass(frozen=True, kw_only=True)
class TransitionRequest:
    """A requested transition: the event, in which role, when and why; `by` is None for the system.

    `version` is that of the page on which it was decided, if any; `received_on` the day on
    which a written notice arrived, if that is not today. `cost_key` is that of the cost that the
    page showed, if any, and `cost` what a cancellation costs, once calculated. `penalty_floor` is
    that of a late transfer or substitution that a second person has allowed.
    """

    event: ApplicationEvent
    actor_role: ActorRole
    by: int | None
    now: datetime
    reason: str = ""
    version: int | None = None
    received_on: date | None = None
    cost_key: str | None = None
    penalty_floor: int | None = None
    cost: CancellationCost | None = None


def apply_transition(
    session: Session,
    application: Application,
    request: TransitionRequest,
    satisfied: frozenset[TransitionGuard] = frozenset(),
) -> None:
    """Change the state of an application and e-mail its person.

    Raise RuleViolation, with the reason, for what the table or a guard does not allow, and if
    the application has changed since it was read.
    """
    check_transition(application, request, satisfied)
    before, after = application.state, transitions.state_after(request.event)
    if not update_if_current(
        session, application, seen_version=request.version, state=after, changed_at=request.now
    ):
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    sync_seat_reservation(session, application, before)
    record_transition(session, application, request, before)
    send_transition_email(session, application, request)


def check_transition(
    application: Application, request: TransitionRequest, satisfied: frozenset[TransitionGuard]
) -> None:
    """Raise RuleViolation unless the table and its guards allow a request."""
    context = GuardContext(satisfied=satisfied, reason=request.reason)
    problem = transitions.violation_of(
        application.state, request.event, request.actor_role, context
    )
    if problem is not None:
        raise RuleViolation(problem)


def sync_seat_reservation(
    session: Session, application: Application, before: ApplicationState | None
) -> None:
    """Reserve a seat when an application is accepted; release it when it no longer is."""
    key = str(application.id)
    if before is ApplicationState.ACCEPTED:
        seats.release(session, ReservationKind.ACCEPTED, key)
    if application.state is ApplicationState.ACCEPTED:
        kind, edition_id = ReservationKind.ACCEPTED, application.edition_id
        seats.reserve(session, Reservation(edition_id=edition_id, kind=kind, key=key))


def record_transition(
    session: Session,
    application: Application,
    request: TransitionRequest,
    before: ApplicationState | None,
) -> None:
    """Add a transition to the application's own history and to the audit trail.

    Only the history has the reason: it is emptied when the person is forgotten.
    """
    session.add(
        ApplicationTransition(
            application_id=application.id,
            event=request.event,
            before=before,
            after=application.state,
            actor_role=request.actor_role,
            actor_id=request.by,
            at=request.now,
            reason=request.reason,
            received_on=request.received_on,
        )
    )
    notice = {"received_on": request.received_on.isoformat()} if request.received_on else {}
    record(
        session,
        f"application {request.event}",
        f"application {application.id}",
        by=request.by,
        now=request.now,
        actor_role=str(request.actor_role),
        before=str(before or ""),
        after=str(application.state),
        **notice,
    )


def send_transition_email(
    session: Session, application: Application, request: TransitionRequest
) -> None:
    """Send the e-mail of an event to the person, in their language, if the event has one."""
    kind = EMAIL_AFTER.get(request.event)
    if kind is None:
        return
    person = session.get_one(Person, application.person_id)
    edition = session.get_one(Edition, application.edition_id)
    params = params_of(application, edition, reason=request.reason)
    if request.event in ABOUT_COSTS:
        received_on = request.received_on or day_in(edition.zone, request.now)
        terms = terms_of(session, application, edition)
        params |= cost_params(terms, received_on, request.cost)
    send_email_to(session, person, EmailRequest(kind=kind, params=params), now=request.now)


def enrolment_of(session: Session, application: Application) -> Enrolment | None:
    """Return the enrolment of an application.

    None if there is none, or it belongs to a later one.
    """
    if application.enrolment_id is None:
        return None
    enrolment = session.get_one(Enrolment, application.enrolment_id)
    return enrolment if enrolment.period == application.enrolment_period else None


def possible_events(
    application: Application, enrolment: Enrolment | None, actor_role: ActorRole
) -> list[ApplicationEvent]:
    """Return the events that a role may cause on an application, or on its enrolment."""
    if enrolment is not None:
        return transitions.enrolment_events_for(enrolment.status, actor_role)
    return transitions.allowed_events(application.state, actor_role)


def version_of(session: Session, application: Application) -> int:
    """Return the version of what a decision changes: the application, or its enrolment."""
    enrolment = enrolment_of(session, application)
    return application.version if enrolment is None else enrolment.version


def change_of(request: TransitionRequest) -> EnrolmentChange:
    """Return the enrolment change of a request; raise RuleViolation if it has none."""
    event = transitions.OF_ENROLMENT.get(request.event)
    if event is None:
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    return EnrolmentChange(
        event=event,
        actor_role=transitions.role_in(request.actor_role),
        by=request.by,
        now=request.now,
        reason=request.reason,
        version=request.version,
        received_on=request.received_on,
    )
