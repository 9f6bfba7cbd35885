"""Deciding about many applications: each by itself, in the order that was shown."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, settle
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import params_of, payload_of
from learning.catalogue.models import Edition
from learning.enrolment import deciding
from learning.enrolment.batch_enrolment import scope_of
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed, lock
from learning.enrolment.rules import Event, Who
from learning.kit.errors import Refused

KIND = "enrolment.decide"


def start(
    session: Session, edition: Edition, chosen: Sequence[Application], deed: Deed
) -> BatchOperation:
    """Write down what is decided about whom, each as it stands now; their people are loaded."""
    items = [
        NewItem(
            label=each.person.name,
            payload={"application": each.id, "version": each.version},
            reference=each.reference,
        )
        for each in chosen
    ]
    params = {"edition": edition.id, "event": str(deed.event), "reason": deed.reason}
    new = NewOperation(kind=KIND, scope=scope_of(edition), params=params, by=deed.by or 0)
    return batches.start(session, new, items, now=deed.now)


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    """Decide about some; what is refused stops no other."""
    params = params_of(operation)
    lock(session, params["edition"])
    payloads = [payload_of(item) for item in items]
    applications = lock_applications(session, [each["application"] for each in payloads])
    for item, payload in zip(items, payloads, strict=True):
        deed = Deed(
            event=Event(params["event"]),
            who=Who.REGISTRAR,
            by=operation.started_by,
            now=now,
            reason=params["reason"],
            version=payload["version"],
        )
        try:
            with session.begin_nested():
                done = deciding.decide(session, applications[payload["application"]], deed)
        except Refused as refusal:
            settle(item, ItemState.FAILED, now=now, reason=str(refusal))
        else:
            settle(item, ItemState.DONE if done else ItemState.SKIPPED, now=now)


def lock_applications(session: Session, ids: Sequence[int]) -> dict[int, Application]:
    """Return applications by id, while nobody else moves them."""
    found = select(Application).where(Application.id.in_(ids)).order_by(Application.id)
    return {each.id: each for each in session.scalars(found.with_for_update())}


HANDLER = BatchHandler(carry_out=_carry_out)
