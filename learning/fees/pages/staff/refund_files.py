"""Pages of finance: files of refunds for the bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands import refund_export
from learning.fees.commands.refund_export import ExportRequest
from learning.fees.commands.refund_steps import RefundAction
from learning.fees.pages.refund_forms import BatchForm
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.refunds import refund_cipher
from learning.fees.queries.refund_files import (
    batch_by_uid,
    latest_batches,
    next_refunds,
    refunds_of_batch,
    settled_in,
)
from learning.fees.refund_models import BatchKind, Refund, RefundBatch
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page, render_page
from learning.kit.time import now

UNPROCESSABLE = 422
ENDINGS = {
    BatchKind.PAIN001: ("xml", "application/xml"),
    BatchKind.WORKLIST: ("csv", "text/csv; charset=utf-8"),
}


@dataclass(frozen=True, kw_only=True)
class NextFile:
    """The next file of a kind: its refunds, their sum, the form that makes it."""

    kind: BatchKind
    refunds: Sequence[Refund]
    total: Money
    form: BatchForm


@dataclass(frozen=True, kw_only=True)
class BatchesPage(Page):
    """The next files, and those that were made; `settled` counts what is settled of each."""

    template: ClassVar[str] = "fees/refund_batches.html"

    following: Sequence[NextFile]
    batches: Sequence[tuple[RefundBatch, str]]
    settled: Mapping[int, int]
    may_export: bool
    failed: BatchForm | None


@dataclass(frozen=True, kw_only=True)
class BatchPage(Page):
    """What is in a file."""

    template: ClassVar[str] = "fees/refund_batch.html"

    batch: RefundBatch
    refunds: Sequence[Refund]


@bp.get("/batches", needs=Permission.READ_FINANCES)
def show_batches() -> ResponseReturnValue:
    return _page()


@bp.post("/batches/<kind>", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.BULK_MONEY), idempotent=True)
def make_batch(kind: str) -> ResponseReturnValue:
    """Make the next file of a kind, of the refunds that were shown."""
    if kind not in set(BatchKind):
        abort(404)
    form = BatchForm(request.form)
    if not form.validate():
        return _page(form), UNPROCESSABLE
    made = ExportRequest(kind=BatchKind(kind), seen=form.uids, i18n=current_i18n())
    action = RefundAction(by=current_person_id(), now=now())
    batch = refund_export.export_batch(db(), made, refund_cipher(), action)
    flash(current_i18n().gettext(N_("The file is made. Download it, then give it to the bank.")))
    return redirect(url_for("money.show_batch", uid=batch.uid), 303)


@bp.get("/batches/<uid>", needs=Permission.READ_FINANCES)
def show_batch(uid: str) -> ResponseReturnValue:
    batch = _batch(uid)
    return render_page(BatchPage(batch=batch, refunds=refunds_of_batch(db(), batch)))


@bp.post("/batches/<uid>/download", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), has_form=False)
def download_batch(uid: str) -> ResponseReturnValue:
    """Send a file; the download is recorded, as it names accounts."""
    batch = _batch(uid)
    content = refund_export.read_batch(batch, refund_cipher())
    action = RefundAction(by=current_person_id(), now=now())
    refund_export.record_download(db(), batch, action)
    ending, content_type = ENDINGS[batch.kind]
    name = f"{batch.message_id}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)


def _batch(uid: str) -> RefundBatch:
    never_store()
    return batch_by_uid(db(), uid) or abort(404)


def _page(failed: BatchForm | None = None) -> str:
    never_store()
    batches = latest_batches(db())
    return render_page(
        BatchesPage(
            following=[_next(kind) for kind in BatchKind],
            batches=batches,
            settled=settled_in(db(), [batch.id for batch, _ in batches]),
            may_export=current_actor().may(Permission.MANAGE_FINANCES),
            failed=failed,
        )
    )


def _next(kind: BatchKind) -> NextFile:
    refunds = next_refunds(db(), kind)
    currency = refunds[0].gross.currency if refunds else "EUR"
    return NextFile(
        kind=kind,
        refunds=refunds,
        total=Money(sum(each.net.minor for each in refunds), currency),
        form=BatchForm(data={"seen": " ".join(each.uid for each in refunds)}),
    )
