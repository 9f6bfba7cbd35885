"""Enrolling many from a list: each line as it was previewed, in batches."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import edition_scope, params_of, payload_of
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.jobs.rules import Priority
from learning.kit.errors import code_name
from learning.kit.i18n import N_
from learning.mail.actions import enqueue_emails
from learning.participants import commands, people_lists
from learning.participants.commands import Planned
from learning.participants.people_lists import ListRow, Outcome
from learning.participants.problems import EnrolProblem

KIND = "participants.enrol"
REASONS = {
    Outcome.APPLIED: EnrolProblem.APPLIED,
    Outcome.NO_SEAT: EnrolProblem.NO_PLACE,
    Outcome.BAD: EnrolProblem.BAD_LINE,
}


def start(
    session: Session, edition: Edition, lines: Sequence[ListRow], *, by: int, now: datetime
) -> BatchOperation:
    """Start the batch operation of a list as it was previewed.

    Raise RuleViolation if it cannot be.
    """
    planned = commands.plan_whole(session, edition, lines)
    items = [
        NewItem(
            label=each.line.name,
            payload=vars(each.line) | {"known_as": each.known_as},
        )
        for each in planned
        if each.outcome in people_lists.ENROLS
    ]
    new = NewOperation(
        kind=KIND,
        label=N_("Enrol from a list"),
        scope=edition_scope(edition.id),
        params={"edition": edition.id},
        by=by,
    )
    return batches.start_operation(session, new, items, now=now)


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    """Enrol one batch; people who no longer fit are recorded as failed."""
    edition = lock_edition(session, params_of(operation)["edition"])
    payloads = [payload_of(item) for item in items]
    names = [each.pop("known_as") for each in payloads]
    planned = commands.plan(session, edition, [ListRow(**each) for each in payloads])
    coming = []
    for item, each, person_name in zip(items, planned, names, strict=True):
        if each.outcome is Outcome.ENROLLED:
            finish_item(item, ItemState.SKIPPED, now=now)
        elif problem := _problem(each, person_name):
            finish_item(item, ItemState.FAILED, now=now, reason=code_name(problem))
        else:
            coming.append(each)
            finish_item(item, ItemState.DONE, now=now)
    invitations = commands.enrol_planned(session, edition, coming, by=operation.started_by, now=now)
    enqueue_emails(
        session, [(to, replace(what, priority=Priority.LOW)) for to, what in invitations], now=now
    )


def _problem(planned: Planned, known_as: str) -> EnrolProblem | None:
    """Return why a line is not carried out any more; `known_as` is the name that was shown."""
    if planned.is_other_name and planned.known_as != known_as:
        return EnrolProblem.OTHER_NAME
    return REASONS.get(planned.outcome)


HANDLER = BatchHandler(process_items=_carry_out, min_size=20)
BATCHES: dict[str, BatchHandler] = {KIND: HANDLER}
