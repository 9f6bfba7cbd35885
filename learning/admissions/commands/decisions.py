"""Decisions of staff about applications, single or bulk, and their side effects."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.commands import applications, waitlist
from learning.admissions.commands.agreements import agree
from learning.admissions.commands.transitions import (
    TransitionRequest,
    apply_transition,
    change_of,
    check_transition,
    enrolment_of,
    send_transition_email,
)
from learning.admissions.events import (
    ActivationPlanned,
    ApplicationAccepted,
    LapsePlanned,
    SeatChangesPlanned,
    SeatReleased,
)
from learning.admissions.models import Application, OfferOutcome
from learning.admissions.problems import ApplicationProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.cancellation_costs import cancellation_cost
from learning.admissions.queries.terms import received_error, terms_of
from learning.admissions.rules import deadlines, transitions
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import TransitionGuard, TransitionProblem
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.enrolment import commands, rules, seats
from learning.enrolment.commands import Admission
from learning.enrolment.events import EnrolmentConfirmed, EnrolmentEnded, EnrolmentPlanned
from learning.enrolment.models import Enrolment, EnrolmentMethod
from learning.enrolment.rules import UNENROLLED, ActorRole, EnrolmentGuard
from learning.kit.errors import RuleViolation
from learning.kit.events import publish_event
from learning.kit.time import day_in

OFFER_OUTCOMES = {
    ApplicationEvent.PROMOTE: OfferOutcome.ACCEPTED,
    ApplicationEvent.DECLINE: OfferOutcome.WITHDRAWN,
    ApplicationEvent.CANCEL_EDITION: OfferOutcome.WITHDRAWN,
    ApplicationEvent.LAPSE: OfferOutcome.EXPIRED,
}


def decide(session: Session, application: Application, request: TransitionRequest) -> None:
    """Execute a staff decision; raise RuleViolation."""
    with seats.seat_changes(session, application.edition_id, now=request.now) as edition:
        session.refresh(application)
        if (
            request.event is ApplicationEvent.REOPEN
            and application_queries.is_applicant_or_enrolled(
                session, application.person_id, edition.id
            )
        ):
            raise RuleViolation(ApplicationProblem.ELSEWHERE)
        satisfied = evaluate_guards(session, edition, application, request)
        execute(session, application, request, satisfied)


def accept_offer(session: Session, application: Application, request: TransitionRequest) -> None:
    """Enrol a person from the waiting list with the seat that was offered to them (T8)."""
    edition = lock_edition(session, application.edition_id)
    session.refresh(application)
    plan_seat_changes(session, [application.id])
    waitlist.accept_offer(session, application, now=request.now)
    satisfied = applications.time_guards(edition, request.now) | {TransitionGuard.SEAT_LEFT}
    execute(session, application, request, satisfied)


def execute(
    session: Session,
    application: Application,
    request: TransitionRequest,
    satisfied: frozenset[TransitionGuard],
) -> None:
    """Apply a transition and its side effects.

    The edition is locked. Otherwise as `apply_transition`.
    """
    plan_seat_changes(session, [application.id])
    if request.event is ApplicationEvent.CANCEL and request.received_on is None:
        edition = session.get_one(Edition, application.edition_id)
        request = replace(request, received_on=day_in(edition.zone, request.now))
    if application.state is ApplicationState.ENROLLED:
        _end_enrolment(session, application, request, satisfied)
        return
    check_transition(application, request, satisfied)
    if request.event is ApplicationEvent.LAPSE and application.state is ApplicationState.ACCEPTED:
        publish_event(session, LapsePlanned(application_id=application.id, at=request.now))
    request = _with_cost(session, application, request)
    if request.event in OFFER_OUTCOMES:
        waitlist.withdraw_offer(session, application, OFFER_OUTCOMES[request.event], request.now)
    if request.event is ApplicationEvent.REQUEST_INFO:
        application.answer_until = request.now + deadlines.ANSWER_PERIOD
    if request.event in {ApplicationEvent.ACCEPT, ApplicationEvent.PROMOTE}:
        agree(session, application, now=request.now, penalty_floor=request.penalty_floor or 0)
    before = application.state
    apply_transition(session, application, request, satisfied)
    apply_side_effects(session, application, before, request)


def plan_seat_changes(session: Session, application_ids: Collection[int]) -> None:
    """Let packages above lock their rows about applications whose seats may change.

    Call it before anything is recorded; their editions are locked.
    """
    publish_event(session, SeatChangesPlanned(application_ids=frozenset(application_ids)))


def _with_cost(
    session: Session, application: Application, request: TransitionRequest
) -> TransitionRequest:
    """Return a request with the cost of its cancellation; others as they are.

    Raise RuleViolation for a day on which no notice can have been received, and if the cost is
    not the one that the page showed: midnight has passed, or a payment has arrived.
    """
    if request.received_on is None:
        return request
    edition = session.get_one(Edition, application.edition_id)
    terms = terms_of(session, application, edition)
    error = received_error(terms, request.received_on, today=day_in(edition.zone, request.now))
    if error:
        raise RuleViolation(error, field="received_on")
    if request.event is not ApplicationEvent.CANCEL:
        return request
    cost = cancellation_cost(session, application, edition, request.received_on, terms)
    if request.cost_key not in {None, cost.key}:
        raise RuleViolation(ApplicationProblem.OTHER_QUOTE)
    return replace(request, cost=cost)


def evaluate_guards(
    session: Session, edition: Edition, application: Application, request: TransitionRequest
) -> frozenset[TransitionGuard]:
    """Return the guards that are satisfied for a transition by staff or the system."""
    satisfied = set(applications.time_guards(edition, request.now))
    own = application_queries.open_offer(session, application.id) is not None
    if own or seats.free(session, edition) > 0:
        satisfied.add(TransitionGuard.SEAT_LEFT)
    if (
        request.event is ApplicationEvent.ACTIVATE
        and activation_of(session, application).is_settled
    ):
        satisfied.add(TransitionGuard.SETTLED)
    received_on = request.received_on or day_in(edition.zone, request.now)
    is_allowed = request.penalty_floor is not None
    if is_allowed or terms_of(session, application, edition).window(received_on).may_transfer:
        satisfied.add(TransitionGuard.NOTICE)
    return frozenset(satisfied)


def activation_of(session: Session, application: Application) -> ActivationPlanned:
    """Return whether the place of an accepted application is settled, and what is open.

    A fellow and a person whose fee is nothing pay nothing. Of the others, fees know.
    """
    if pays_nothing(session, application):
        return ActivationPlanned(application_id=application.id, is_settled=True)
    planned = ActivationPlanned(application_id=application.id)
    publish_event(session, planned)
    return planned


def pays_nothing(session: Session, application: Application) -> bool:
    """Whether an accepted application is a fellow's, or its agreed fee is nothing."""
    agreement = agreement_of(session, application)
    is_free = agreement is not None and agreement.price.minor == 0
    return is_free or applications.is_fellowship(application)


def apply_side_effects(
    session: Session,
    application: Application,
    before: ApplicationState | None,
    request: TransitionRequest,
) -> None:
    """Apply what a transition brings with it, in the same transaction."""
    if application.state is ApplicationState.ACCEPTED:
        _announce_acceptance(session, application, request.now)
        if application.state is ApplicationState.ACCEPTED and pays_nothing(session, application):
            system = TransitionRequest(
                event=ApplicationEvent.ACTIVATE,
                actor_role=ActorRole.SYSTEM,
                by=None,
                now=request.now,
            )
            decide(session, application, system)
    elif application.state is ApplicationState.ENROLLED:
        _enrol(session, application, request)
    elif before is ApplicationState.ACCEPTED:
        released = SeatReleased(
            application_id=application.id,
            event=request.event,
            at=request.now,
            by=request.by,
            received_on=request.received_on,
        )
        publish_event(session, released)


def _announce_acceptance(session: Session, application: Application, now: datetime) -> None:
    agreement = agreement_of(session, application)
    if agreement is None:
        raise LookupError(f"nothing was agreed about application {application.id}")
    publish_event(
        session,
        ApplicationAccepted(application_id=application.id, fee_agreement_id=agreement.id, at=now),
    )


def follow_ended_enrolment(session: Session, fact: EnrolmentEnded) -> None:
    """Publish that the seat of an application is released, when its enrolment ends."""
    enrolment = session.get_one(Enrolment, fact.enrolment_id)
    application = application_queries.application_of(session, enrolment)
    if application is not None and enrolment.status in UNENROLLED:
        released = SeatReleased(
            application_id=application.id,
            event=ApplicationEvent(fact.event),
            at=fact.at,
            by=fact.by,
            received_on=fact.received_on,
        )
        publish_event(session, released)


def name_pending(session: Session, fact: EnrolmentPlanned) -> None:
    """Add to `pending` the people whose application is undecided: they are not enrolled by hand."""
    edition = session.get_one(Edition, fact.edition_id)
    fact.pending.update(application_queries.applicants_among(session, edition, fact.people_ids))


def _enrol(session: Session, application: Application, request: TransitionRequest) -> None:
    """Turn an application's seat reservation into an enrolment."""
    edition = session.get_one(Edition, application.edition_id)
    admission = Admission(
        method=EnrolmentMethod.APPLICATION,
        actor_role=request.actor_role,
        by=request.by,
        now=request.now,
        has_seat=True,
    )
    (enrolment,) = commands.enrol_all(session, edition, [application.person_id], admission)
    application.enrolment_id, application.enrolment_period = enrolment.id, enrolment.period
    session.flush()  # event handlers of the enrolment find its application
    publish_event(session, EnrolmentConfirmed(enrolment_id=enrolment.id, at=request.now))


def _end_enrolment(
    session: Session,
    application: Application,
    request: TransitionRequest,
    satisfied: frozenset[TransitionGuard],
) -> None:
    """End the enrolment of an application; the guards are those of the application."""
    enrolment, change = enrolment_of(session, application), change_of(request)
    if enrolment is None:
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    unmet = transitions.unmet(
        request.event, transitions.GuardContext(satisfied=satisfied, reason=request.reason)
    )
    if unmet and change.event in rules.events_for(enrolment.status, change.actor_role):
        raise RuleViolation(unmet)
    guards = frozenset({EnrolmentGuard.NOTICE} if TransitionGuard.NOTICE in satisfied else ())
    commands.check(enrolment.status, change, guards)
    request = _with_cost(session, application, request)
    commands.apply_transition(session, enrolment, change, guards)
    send_transition_email(session, application, request)
