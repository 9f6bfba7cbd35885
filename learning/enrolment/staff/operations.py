"""Pages for staff: how far an act on many people is, and who was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.batches import queries
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.catalogue.models import Edition
from learning.enrolment import batch_decisions, batch_enrolment, cancelling
from learning.enrolment.batch_enrolment import scope_of
from learning.enrolment.rules import Event
from learning.enrolment.staff.room import edition_of
from learning.enrolment.words import DECISIONS
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.pages import Page, show

room = Room("operations", __name__, url_prefix="/desk/editions/<edition>/operations")

KINDS = {
    batch_enrolment.KIND: N_("Enrol from a list"),
    cancelling.KIND: N_("Cancel the edition"),
}


@dataclass(frozen=True, kw_only=True)
class OperationPage(Page):
    """`counts` say how many people are in each state; `name` is what is done, in words."""

    template: ClassVar[str] = "enrolment/operation.html"

    edition: Edition
    operation: BatchOperation
    name: str
    counts: Mapping[ItemState, int]
    failures: Sequence[BatchItem]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def ended(self) -> int:
        return self.total - self.counts[ItemState.WAITING]

    @property
    def running(self) -> bool:
        return self.operation.state == OperationState.RUNNING


@dataclass(frozen=True, kw_only=True)
class OperationsPage(Page):
    template: ClassVar[str] = "enrolment/operations.html"

    edition: Edition
    operations: Sequence[tuple[BatchOperation, str]]


@room.get("/", needs=Permission.READ_ENROLMENTS)
def show_operations(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    latest = queries.operations(db(), scope_of(where))
    return show(
        OperationsPage(edition=where, operations=[(each, name_of(each)) for each in latest])
    )


@room.get("/<reference>", needs=Permission.READ_ENROLMENTS)
def show_operation(edition: str, reference: str) -> ResponseReturnValue:
    where = edition_of(edition)
    operation = queries.operation(db(), scope_of(where), reference) or abort(404)
    page = OperationPage(
        edition=where,
        operation=operation,
        name=name_of(operation),
        counts=queries.counts(db(), operation.id),
        failures=queries.failures(db(), operation.id),
    )
    return show(page)


def address_of(edition: str, operation: BatchOperation) -> str:
    return url_for("operations.show_operation", edition=edition, reference=operation.uid)


def name_of(operation: BatchOperation) -> str:
    if operation.kind == batch_decisions.KIND:
        return DECISIONS[Event(queries.params_of(operation)["event"])]
    return KINDS[operation.kind]
