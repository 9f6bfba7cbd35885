"""Settlements of places without a payment: proposed by one person, decided by another."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.settlements import (
    NewSettlement,
    SettlementDecision,
    decide_settlement,
    propose_settlement,
)
from learning.fees.file_purposes import GUARANTEE_LETTER
from learning.fees.models import FeeAccount, SettlementKind
from learning.fees.pages.staff.accounts import (
    AccountForms,
    account_or_404,
    account_page,
    back_to,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.payment_forms import SettlementDecisionForm, settlement_form
from learning.fees.queries.settlements import settlement_by_uid
from learning.files import actions as files
from learning.files.downloads import send_stored_file
from learning.files.labels import rejection_text
from learning.files.models import StoredFile
from learning.files.rules import FileRejection
from learning.files.uploads import store_upload, validate_uploads
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now


@bp.post("/accounts/<account_uid>/settlements", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def propose(account_uid: str) -> ResponseReturnValue:
    """Propose a settlement, with its letter if there is one."""
    form = settlement_form(request.form)
    checked = validate_uploads(request.files.getlist("letter"), GUARANTEE_LETTER)
    if isinstance(checked, FileRejection):
        form.validate()
        form.add_error(rejection_text(checked, GUARANTEE_LETTER, current_i18n()))
    elif form.validate():
        blob = store_upload(checked[0]) if checked else None  # before the transaction begins
        letter = None
        account = account_or_404(account_uid)
        if blob is not None:
            by = current_person_id()
            letter = files.create_file(db(), checked[0], blob, owner=by, now=now())
        new = NewSettlement(
            kind=SettlementKind(form.kind.data),
            reason=form.reason.data or "",
            file_id=letter.id if letter else None,
            by=current_person_id(),
            now=now(),
        )
        propose_settlement(db(), account, new)
        flash(current_i18n().gettext(N_("The proposal waits for a second person.")))
        return back_to(account)
    account = account_or_404(account_uid)
    return render_page(account_page(account, AccountForms(settlement=form))), 422


@bp.post("/settlements/<settlement_uid>", needs=Permission.APPROVE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def decide(settlement_uid: str) -> ResponseReturnValue:
    """Approve a settlement, or refuse it."""
    settlement = settlement_by_uid(db(), settlement_uid) or abort(404)
    account = db().get_one(FeeAccount, settlement.fee_account_id)
    form = SettlementDecisionForm(request.form)
    if not form.validate():
        return render_page(account_page(account, AccountForms(decision=form))), 422
    approved = form.decision.data == "approve"
    decision = SettlementDecision(
        approved=approved, by=current_person_id(), now=now(), version=form.known_version
    )
    decide_settlement(db(), settlement, decision)
    text = N_("Approved. The place is confirmed.") if approved else N_("Refused. Nothing changes.")
    flash(current_i18n().gettext(text))
    return back_to(account)


@bp.get("/settlements/<settlement_uid>/letter", needs=Permission.READ_FINANCES)
def download_guarantee(settlement_uid: str) -> ResponseReturnValue:
    settlement = settlement_by_uid(db(), settlement_uid) or abort(404)
    return send_stored_file(db().get(StoredFile, settlement.file_id or 0) or abort(404))
