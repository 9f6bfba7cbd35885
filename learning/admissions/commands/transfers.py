"""Transfers to another edition (T14) and substitutions by another person (T15).

Payments are not handled here. Their package receives `SeatReleased` for the old application, then
`ApplicationAccepted` for the new one, which names the old: what was paid counts for it.
"""

from contextlib import ExitStack
from datetime import datetime

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.admissions.commands import applications, decisions
from learning.admissions.commands.agreements import agree
from learning.admissions.commands.billing_parties import copy_party
from learning.admissions.commands.transitions import (
    TransitionRequest,
    record_transition,
    sync_seat_reservation,
)
from learning.admissions.emails.applications import params_of
from learning.admissions.emails.cancellation import cost_params
from learning.admissions.models import Application
from learning.admissions.problems import ApplicationProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.terms import terms_of
from learning.admissions.queries.transfer_costs import (
    TransferCost,
    TransferNotice,
    TransferViolation,
    substitution_cost,
    transfer_cost,
)
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import TransitionGuard
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import seats
from learning.enrolment.rules import ActorRole
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in, start_of_day
from learning.mail.actions import EmailRequest


def transfer(
    session: Session, application: Application, target: Edition, request: TransitionRequest
) -> Application:
    """Transfer an application to another edition; return the new application.

    A participant stays enrolled, unless the other edition costs more: then the new application
    waits for the difference. Raise RuleViolation.
    """
    with ExitStack() as both:
        # always in this order, so that two cannot deadlock
        for edition_id in sorted({application.edition_id, target.id}):
            both.enter_context(seats.seat_changes(session, edition_id, now=request.now))
        session.refresh(application)
        return _transfer(session, application, target, request)


def _transfer(
    session: Session, application: Application, target: Edition, request: TransitionRequest
) -> Application:
    """Transfer to another edition; both editions are locked."""
    edition = session.get_one(Edition, application.edition_id)
    satisfied = decisions.evaluate_guards(session, edition, application, request) & {
        TransitionGuard.NOTICE
    }
    if _is_ahead(target, request.now):
        satisfied |= {TransitionGuard.NOT_STARTED}
    if seats.free(session, target) > 0:
        satisfied |= {TransitionGuard.SEAT_LEFT}
    if application_queries.is_applicant_or_enrolled(session, application.person_id, target.id):
        raise RuleViolation(ApplicationProblem.ELSEWHERE)
    decisions.plan_seat_changes(session, [application.id])
    received_on = request.received_on or day_in(edition.zone, request.now)
    notice = TransferNotice(received_on=received_on, late=request.penalty_floor is not None)
    _check_cost(transfer_cost(session, application, target, notice), request)
    confirmed = stays_confirmed(session, application, target)
    decisions.execute(session, application, request, satisfied)
    moved = _continued(session, application, target, request)
    decisions.apply_side_effects(session, moved, None, request)
    if confirmed:
        _confirm(session, moved, request)
    return moved


def substitute(
    session: Session, application: Application, successor: Application, request: TransitionRequest
) -> None:
    """Give the seat of an application to a person whose own is complete and under review.

    The seat is never free in between, and the agreed price stays. Raise RuleViolation.
    """
    edition = lock_edition(session, application.edition_id)
    session.refresh(application)
    session.refresh(successor)
    decisions.plan_seat_changes(session, [application.id, successor.id])
    if successor.edition_id != edition.id or successor.state is not ApplicationState.UNDER_REVIEW:
        raise RuleViolation(ApplicationProblem.SUBSTITUTE_DECIDED)
    received_on = request.received_on or day_in(edition.zone, request.now)
    notice = TransferNotice(received_on=received_on, late=request.penalty_floor is not None)
    _check_cost(substitution_cost(session, application, notice), request)
    satisfied = decisions.evaluate_guards(session, edition, application, request)
    if not applications.missing_steps(session, successor):
        satisfied |= {TransitionGuard.COMPLETE}
    confirmed = stays_confirmed(session, application, edition)
    decisions.execute(session, application, request, satisfied)
    successor.substitutes_id = application.id
    accept = _with_event(request, ApplicationEvent.ACCEPT)
    decisions.execute(session, successor, accept, satisfied | {TransitionGuard.SEAT_LEFT})
    if confirmed:
        _confirm(session, successor, request)


def _check_cost(cost: TransferCost, request: TransitionRequest) -> None:
    """Raise RuleViolation unless the cost is the one that the page showed, if it showed one.

    The accounts of the money are locked, so that no payment arrives in between.
    """
    if cost.violation is TransferViolation.CURRENCY:
        raise RuleViolation(ApplicationProblem.OTHER_CURRENCY, field="to")
    if request.cost_key not in {None, cost.key}:
        raise RuleViolation(ApplicationProblem.OTHER_PRICE)


def stays_confirmed(session: Session, application: Application, edition: Edition) -> bool:
    """Whether a confirmed application stays confirmed after a transfer into an edition."""
    if application.state is not ApplicationState.ENROLLED:
        return False
    if edition.id == application.edition_id:
        return True
    agreement = agreement_of(session, application)
    price = agreement.price if agreement else None
    return (
        price is not None
        and price.currency == edition.fee.currency
        and price.minor >= edition.fee.minor
    )


def _is_ahead(edition: Edition, now: datetime) -> bool:
    """Whether an edition is public and has not begun."""
    begins_at = start_of_day(edition.starts_on, edition.zone)
    return edition.status is EditionStatus.OPEN and now < begins_at


def _continued(
    session: Session, application: Application, target: Edition, request: TransitionRequest
) -> Application:
    """Create the accepted application in the other edition, and notify its person."""
    moved = _copied(session, application, target, request.now)
    session.add(moved)
    session.flush()  # its history refers to it by id
    sync_seat_reservation(session, moved, None)
    agree(session, moved, now=request.now, penalty_floor=request.penalty_floor or 0)
    record_transition(session, moved, request, None)
    person = session.get_one(Person, moved.person_id)
    costs = cost_params(terms_of(session, moved, target), day_in(target.zone, request.now))
    params = params_of(moved, target, reason="") | costs
    email = EmailRequest(kind="admissions.transferred", params=params)
    send_email_to(session, person, email, now=request.now)
    return moved


def _copied(
    session: Session, application: Application, target: Edition, now: datetime
) -> Application:
    """Return an accepted application for another edition with the same answers."""
    return Application(
        reference=applications.new_reference(),
        edition_id=target.id,
        created_at=now,
        changed_at=now,
        state=ApplicationState.ACCEPTED,
        transferred_from_id=application.id,
        person_id=application.person_id,
        name_key=application.name_key,
        gender=application.gender,
        country=application.country,
        position=application.position,
        constituency=application.constituency,
        motivation=application.motivation,
        study_language=application.study_language,
        funding=application.funding,
        sponsor_share=application.sponsor_share,
        sponsorship_id=application.sponsorship_id,
        letter_id=application.letter_id,
        billing_party_id=copy_party(session, application.billing_party_id, target.id),
        consent_version=application.consent_version,
        consented_at=application.consented_at,
        submitted_at=application.submitted_at,
        score=application.score,
    )


def _confirm(session: Session, application: Application, request: TransitionRequest) -> None:
    """Confirm an application that was confirmed before: what settled its place goes on with it.

    A fellow's is confirmed already, and so is one that fees have found to be paid.
    """
    if application.state is ApplicationState.ACCEPTED:
        activate = TransitionRequest(
            event=ApplicationEvent.ACTIVATE,
            actor_role=ActorRole.SYSTEM,
            by=request.by,
            now=request.now,
            reason=request.reason,
        )
        decisions.execute(session, application, activate, frozenset({TransitionGuard.SETTLED}))


def _with_event(request: TransitionRequest, event: ApplicationEvent) -> TransitionRequest:
    return TransitionRequest(
        event=event,
        actor_role=request.actor_role,
        by=request.by,
        now=request.now,
        reason=request.reason,
        penalty_floor=request.penalty_floor,
    )
