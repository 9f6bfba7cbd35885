"""Cancelling an edition (T18): applicants and participants are notified.

The edition is cancelled at once, so that nobody else gets in; its people are processed in batches.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.admissions.commands import decisions
from learning.admissions.commands.bulk_decisions import lock_applications
from learning.admissions.commands.transitions import TransitionRequest, change_of
from learning.admissions.emails.applications import EMAIL_AFTER
from learning.admissions.models import Application
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules import transitions
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationEvent
from learning.admissions.rules.transitions import TransitionGuard, TransitionProblem
from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import edition_scope, params_of, payload_of
from learning.catalogue.actions import lock_edition, set_status
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import commands
from learning.enrolment.emails import days_of
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole, EnrolmentStatus
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.mail.actions import EmailRequest

CANCELLATION = "admissions.cancel-edition"


def cancel_edition(
    session: Session, edition_id: int, request: TransitionRequest
) -> BatchOperation | None:
    """Cancel an edition and start the batch over its people; None if it was cancelled before.

    Raise RuleViolation for an edition that has ended.
    """
    edition = lock_edition(session, edition_id)
    if edition.status is EditionStatus.CANCELLED:
        return None
    if request.actor_role not in transitions.BY_EVENT[request.event].actor_roles:
        raise RuleViolation(TransitionProblem.NOT_PERMITTED)
    if not request.reason.strip():
        raise RuleViolation(TransitionGuard.REASON)
    set_status(session, edition, EditionStatus.CANCELLED, by=request.by, now=request.now)
    params = {"edition": edition.id, "reason": request.reason}
    new = NewOperation(
        kind=CANCELLATION,
        label=N_("Cancel the edition"),
        scope=edition_scope(edition.id),
        params=params,
        by=request.by,
    )
    return batches.start_operation(session, new, _people_hit(session, edition), now=request.now)


def _people_hit(session: Session, edition: Edition) -> list[NewItem]:
    """Return the affected people: applicants first, then people enrolled by hand."""
    live = (
        select(Application)
        .options(joinedload(Application.person))
        .where(Application.edition_id == edition.id, Application.state.in_(ACTIVE_STATES))
        .order_by(Application.id)
    )
    applied = session.scalars(live).all()
    items = [
        NewItem(label=each.person.name, payload={"application": each.id}, reference=each.reference)
        for each in applied
    ]
    active = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Enrolment.id)
    )
    items += [
        NewItem(label=each.person.name, payload={"enrolment": each.id})
        for each in session.scalars(active)
    ]
    return items


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    params = params_of(operation)
    edition = lock_edition(session, params["edition"])
    request = TransitionRequest(
        event=ApplicationEvent.CANCEL_EDITION,
        actor_role=ActorRole.APPROVER,
        by=operation.started_by,
        now=now,
        reason=params["reason"],
    )
    payloads = [payload_of(item) for item in items]
    applications = lock_applications(
        session, [each["application"] for each in payloads if "application" in each]
    )
    enrolments = _lock_enrolments(
        session, [each["enrolment"] for each in payloads if "enrolment" in each]
    )
    of_enrolments = application_queries.applications_of(session, list(enrolments))
    decisions.plan_seat_changes(session, of_enrolments)
    for item, payload in zip(items, payloads, strict=True):
        if "application" in payload:
            done = _end_application(session, applications[payload["application"]], request)
        else:
            done = _end_enrolment(session, edition, enrolments[payload["enrolment"]], request)
        finish_item(item, ItemState.DONE if done else ItemState.SKIPPED, now=now)


def _end_application(
    session: Session, application: Application, request: TransitionRequest
) -> bool:
    """Cancel an application; return False for one that is not active any more."""
    if application.state not in ACTIVE_STATES:
        return False
    decisions.execute(session, application, request, frozenset())
    return True


def _end_enrolment(
    session: Session, edition: Edition, enrolment: Enrolment, request: TransitionRequest
) -> bool:
    """End an enrolment, with or without an application, and notify its person.

    Return False for one that is not active any more.
    """
    if enrolment.status is not EnrolmentStatus.ACTIVE:
        return False
    application = application_queries.application_of(session, enrolment)
    if application is not None:
        decisions.execute(session, application, request, frozenset())
        return True
    commands.apply_transition(session, enrolment, change_of(request))
    params = days_of(edition) | {"reference": "", "reason": request.reason}
    person = session.get_one(Person, enrolment.person_id)
    email = EmailRequest(kind=EMAIL_AFTER[request.event], params=params)
    send_email_to(session, person, email, now=request.now)
    return True


def _lock_enrolments(session: Session, ids: Sequence[int]) -> dict[int, Enrolment]:
    query = select(Enrolment).where(Enrolment.id.in_(ids)).order_by(Enrolment.id)
    return {each.id: each for each in session.scalars(query.with_for_update())}


def _add_the_late(session: Session, operation: BatchOperation, _now: datetime) -> None:
    """Add, once, people who got in while the edition was being cancelled."""
    params = params_of(operation)
    if params.get("late"):
        return
    operation.params = json.dumps(params | {"late": True})
    edition = lock_edition(session, params["edition"])
    batches.add_items(session, operation, _people_hit(session, edition))


HANDLER = BatchHandler(process_items=_carry_out, on_finish=_add_the_late)
