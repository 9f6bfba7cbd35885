"""What finance and the approver do with one refund."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.audit.actions import record
from learning.fees import limits
from learning.fees.commands import refund_approval, refunds
from learning.fees.commands.refund_approval import BankCharge
from learning.fees.commands.refund_steps import RefundAction
from learning.fees.commands.refunds import Settlement
from learning.fees.pages.refund_forms import (
    BankChargeForm,
    CardRefundForm,
    PayeeAccountForm,
    RefundApprovalForm,
    RefundForm,
    RefundReasonForm,
    RefundSettlementForm,
    ShowAccountForm,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.refunds import find_refund, paid_from, refund_cipher, refund_page
from learning.fees.queries.refund_pages import ListedRefund
from learning.fees.rules.refund_digest import NO_ACCOUNT
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.time import now

UNPROCESSABLE = 422
CHANGE = per_person(limits.CHANGE_MONEY)


@bp.post("/refunds/<uid>/account", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def prepare_refund(uid: str) -> ResponseReturnValue:
    row, form = find_refund(uid), PayeeAccountForm(request.form)
    form.paid_from = paid_from(row)
    if not form.validate():
        return refund_page(row, form), UNPROCESSABLE
    refund_approval.prepare_refund(db(), row.refund, form.values(), refund_cipher(), _action(form))
    return _done(row, N_("The refund is prepared. Somebody else approves it."))


@bp.post("/refunds/<uid>/card", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def prepare_card_refund(uid: str) -> ResponseReturnValue:
    """Propose that a refund goes back to the card that paid."""
    row, form = find_refund(uid), CardRefundForm(request.form)
    if not form.validate():
        return refund_page(row, form), UNPROCESSABLE
    refund_approval.prepare_refund(db(), row.refund, NO_ACCOUNT, refund_cipher(), _action(form))
    return _done(row, N_("The refund is prepared. Somebody else approves it."))


@bp.post("/refunds/<uid>/charge", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def set_bank_charge(uid: str) -> ResponseReturnValue:
    row, form = find_refund(uid), BankChargeForm(request.form)
    if not form.validate() or not isinstance(form.amount.data, Money):
        return refund_page(row, form), UNPROCESSABLE
    charge = BankCharge(minor=form.amount.data.minor, reason=form.reason.data or "")
    refund_approval.set_bank_charge(db(), row.refund, charge, refund_cipher(), _action(form))
    return _done(row, N_("The bank charge is saved."))


@bp.post("/refunds/<uid>/approval", needs=Permission.APPROVE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def approve_refund(uid: str) -> ResponseReturnValue:
    row, form = find_refund(uid), RefundApprovalForm(request.form)
    if not form.validate():
        return refund_page(row, form), UNPROCESSABLE
    seen = form.digest.data or ""
    refund_approval.approve_refund(db(), row.refund, seen, refund_cipher(), _action(form))
    return _done(row, N_("Approved."))


@bp.post("/refunds/<uid>/return", needs=Permission.APPROVE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def return_refund(uid: str) -> ResponseReturnValue:
    return _with_reason(uid, refund_approval.return_to_preparer, N_("The refund is returned."))


@bp.post("/refunds/<uid>/cancellation", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def cancel_refund(uid: str) -> ResponseReturnValue:
    text = N_("The refund is cancelled. The amount is to the payer’s credit again.")
    return _with_reason(uid, refunds.cancel_refund, text)


@bp.post("/refunds/<uid>/returned", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def mark_refund_returned(uid: str) -> ResponseReturnValue:
    """Take note by hand that the bank did not pay a refund."""
    text = N_("The refund needs another account. The payer is asked for it by e-mail.")
    return _with_reason(
        uid,
        lambda session, refund, action: refunds.mark_returned(
            session, refund, Settlement(action=action)
        ),
        text,
    )


@bp.post("/refunds/<uid>/settlement", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def settle_refund(uid: str) -> ResponseReturnValue:
    """Settle a refund by hand, with the day on which the bank paid."""
    row, form = find_refund(uid), RefundSettlementForm(request.form)
    if not form.validate():
        return refund_page(row, form), UNPROCESSABLE
    settlement = Settlement(action=_action(form), on=form.settled_on.data)
    refunds.settle_refund(db(), row.refund, settlement)
    return _done(row, N_("The refund is settled."))


@bp.post("/refunds/<uid>/account/shown", needs=Permission.READ_FINANCES)
@form_post(limit=CHANGE)
def show_refund_account(uid: str) -> ResponseReturnValue:
    """Show the account in full; who looked is in the audit trail."""
    row, form = find_refund(uid), ShowAccountForm(request.form)
    if not form.validate():
        return refund_page(row, form), UNPROCESSABLE
    page = refund_page(row, shown=True)
    subject = f"refund {row.refund.id}"
    record(db(), "refund account shown", subject, by=current_person_id(), now=now())
    return page


def _with_reason(uid: str, command: Callable[..., None], text: str) -> ResponseReturnValue:
    row, form = find_refund(uid), RefundReasonForm(request.form)
    if not form.validate():
        return refund_page(row, form), UNPROCESSABLE
    command(db(), row.refund, _action(form))
    return _done(row, text)


def _action(form: RefundForm) -> RefundAction:
    reason = form.reason.data or "" if isinstance(form, RefundReasonForm) else ""
    return RefundAction(
        by=current_person_id(), now=now(), version=form.known_version, reason=reason
    )


def _done(row: ListedRefund, text: str) -> ResponseReturnValue:
    flash(current_i18n().gettext(text))
    return redirect(url_for("money.show_refund", uid=row.refund.uid), 303)
