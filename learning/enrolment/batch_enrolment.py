"""Enrolling many from a list: each line as it was shown, some in each transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, settle
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import params_of, payload_of
from learning.catalogue.models import Edition
from learning.enrolment import actions, lists
from learning.enrolment.actions import Planned
from learning.enrolment.lists import Line, Outcome
from learning.enrolment.moving import lock
from learning.jobs.rules import Priority
from learning.kit.i18n import N_
from learning.mail.actions import post_all

KIND = "enrolment.enrol"
REASONS = {
    Outcome.APPLIED: N_("Has applied to this edition: decide about the application instead"),
    Outcome.NO_PLACE: N_("No place was left in the edition."),
    Outcome.BAD: N_("The line cannot be carried out."),
}
OTHER_NAME = N_("The address belongs to somebody of another name now.")


def scope_of(edition: Edition) -> str:
    return f"edition {edition.id}"


def start(
    session: Session, edition: Edition, lines: Sequence[Line], *, by: int, now: datetime
) -> BatchOperation:
    """Write a list down as it was shown, to be carried out; refuse it whole if it cannot be."""
    planned = actions.plan_whole(session, edition, lines)
    items = [
        NewItem(
            label=each.line.name,
            payload=vars(each.line) | {"known_as": each.known_as},
        )
        for each in planned
        if each.outcome in lists.ENROLS
    ]
    new = NewOperation(kind=KIND, scope=scope_of(edition), params={"edition": edition.id}, by=by)
    return batches.start(session, new, items, now=now)


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    """Enrol some; whoever does not fit any more is left out by name."""
    edition = lock(session, params_of(operation)["edition"])
    shown = [payload_of(item) for item in items]
    names = [each.pop("known_as") for each in shown]
    planned = actions.plan(session, edition, [Line(**each) for each in shown])
    coming = []
    for item, each, known_as in zip(items, planned, names, strict=True):
        if each.outcome is Outcome.ALREADY_HERE:
            settle(item, ItemState.SKIPPED, now=now)
        elif reason := _refusal(each, known_as):
            settle(item, ItemState.FAILED, now=now, reason=reason)
        else:
            coming.append(each)
            settle(item, ItemState.DONE, now=now)
    letters = actions.enrol_planned(session, edition, coming, by=operation.started_by, now=now)
    post_all(session, [(to, replace(what, priority=Priority.LOW)) for to, what in letters], now=now)


def _refusal(planned: Planned, known_as: str) -> str:
    """Return why a line is not carried out any more; `known_as` is the name that was shown."""
    if planned.is_other_name and planned.known_as != known_as:
        return OTHER_NAME
    return REASONS.get(planned.outcome, "")


HANDLER = BatchHandler(carry_out=_carry_out, smallest=20)
