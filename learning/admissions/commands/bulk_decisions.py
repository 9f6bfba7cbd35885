"""Bulk decisions: each application is decided by itself, in the order that was shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.labels import DECISIONS
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent
from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import edition_scope, params_of, payload_of
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole
from learning.kit.errors import RuleViolation, code_name

KIND = "admissions.decide"
UNDO_PERIOD = timedelta(seconds=60)
"""How long a bulk decision waits before it begins, so that it can be undone."""


def start(
    session: Session,
    edition: Edition,
    chosen: Sequence[Application],
    request: TransitionRequest,
    reasons: Mapping[str, str],
) -> BatchOperation:
    """Start a batch operation over applications in their present versions, after UNDO_PERIOD.

    Their people are loaded. `reasons` are those for readers of a language, where they differ from
    that of the request.
    """
    items = [
        NewItem(
            label=each.person.name,
            payload={"application": each.id, "version": each.version},
            reference=each.reference,
        )
        for each in chosen
    ]
    params = {
        "edition": edition.id,
        "event": str(request.event),
        "reason": request.reason,
        "reasons": dict(reasons),
    }
    new = NewOperation(
        kind=KIND,
        label=DECISIONS[request.event],
        scope=edition_scope(edition.id),
        params=params,
        by=request.by,
        delay=UNDO_PERIOD,
    )
    return batches.start_operation(session, new, items, now=request.now)


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    """Decide about some applications; a violation in one does not stop the others."""
    params = params_of(operation)
    lock_edition(session, params["edition"])
    payloads = [payload_of(item) for item in items]
    ids = [each["application"] for each in payloads]
    applications, languages = lock_applications(session, ids), _languages(session, ids)
    for item, payload in zip(items, payloads, strict=True):
        request = TransitionRequest(
            event=ApplicationEvent(params["event"]),
            actor_role=ActorRole.REGISTRAR,
            by=operation.started_by,
            now=now,
            reason=params["reasons"].get(languages[payload["application"]], params["reason"]),
            version=payload["version"],
        )
        try:
            with session.begin_nested():
                decisions.decide(session, applications[payload["application"]], request)
        except RuleViolation as violation:
            finish_item(item, ItemState.FAILED, now=now, reason=code_name(violation.code))
        else:
            finish_item(item, ItemState.DONE, now=now)


def lock_applications(session: Session, ids: Sequence[int]) -> dict[int, Application]:
    """Return applications by id, locked, with what packages above have about their seats."""
    query = select(Application).where(Application.id.in_(ids)).order_by(Application.id)
    locked = {each.id: each for each in session.scalars(query.with_for_update())}
    decisions.plan_seat_changes(session, ids)
    return locked


def _languages(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return the languages of the people of applications, by application."""
    query = select(Application.id, Person.language).join(Person, Person.id == Application.person_id)
    return dict(session.execute(query.where(Application.id.in_(ids))).all())


HANDLER = BatchHandler(process_items=_carry_out)
