"""Staff pages: the progress of a batch operation, and its failed items."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.batches import actions, queries
from learning.batches.models import BatchOperation, OperationState
from learning.batches.queries import OperationProgress
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

bp = GuardedBlueprint("operations", __name__, url_prefix="/staff/editions/<edition>/operations")


@dataclass(frozen=True, kw_only=True)
class OperationPage(OperationProgress, Page):
    """A batch operation; `counts` are the numbers of items by state."""

    template: ClassVar[str] = "participants/operation.html"

    edition: Edition
    may_undo: bool  # whether it has not begun, and this reader may cancel it


@dataclass(frozen=True, kw_only=True)
class OperationsPage(Page):
    template: ClassVar[str] = "participants/operations.html"

    edition: Edition
    operations: Sequence[BatchOperation]


@bp.get("/", needs=Permission.READ_ENROLMENTS)
def show_operations(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    latest = queries.operations(db(), queries.edition_scope(where.id))
    return render_page(OperationsPage(edition=where, operations=latest))


@bp.get("/<reference>", needs=Permission.READ_ENROLMENTS)
def show_operation(edition: str, reference: str) -> ResponseReturnValue:
    where = edition_of(edition)
    operation = queries.operation(db(), queries.edition_scope(where.id), reference) or abort(404)
    is_running = operation.state == OperationState.RUNNING
    is_undoable = is_running and now() < queries.begins_at(operation)
    page = OperationPage(
        edition=where,
        operation=operation,
        counts=queries.counts(db(), operation.id),
        failures=queries.failed_items(db(), operation.id),
        may_undo=is_undoable and current_actor().may(Permission.ADMIT, edition),
    )
    return render_page(page)


@bp.post("/<reference>/undo", needs=Permission.ADMIT)
@form_post(has_form=False)
def undo_operation(edition: str, reference: str) -> ResponseReturnValue:
    """Cancel an operation that has not begun."""
    where = edition_of(edition)
    operation = queries.operation(db(), queries.edition_scope(where.id), reference) or abort(404)
    undone = actions.cancel_operation(db(), operation, by=current_person_id(), now=now())
    message = N_("It is undone: nothing was changed and no e-mail was sent.")
    flash(current_i18n().gettext(message if undone else N_("It has begun already.")))
    return redirect(address_of(edition, operation), 303)


def address_of(edition: str, operation: BatchOperation) -> str:
    return url_for("operations.show_operation", edition=edition, reference=operation.uid)
