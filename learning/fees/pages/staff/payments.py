"""Payments recorded by hand: a second person confirms them, or takes them back."""

from flask import abort, flash, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.payment_confirmation import PaymentDecision, decide_payment
from learning.fees.models import FeeAccount
from learning.fees.pages.staff.accounts import AccountForms, account_page, back_to
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.payment_forms import PaymentDecisionForm
from learning.fees.queries.unconfirmed_payments import payment_by_uid
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now


@bp.post("/payments/<payment_uid>", needs=Permission.APPROVE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def decide_on_payment(payment_uid: str) -> ResponseReturnValue:
    """Confirm a payment that another person recorded, or take it back."""
    payment = payment_by_uid(db(), payment_uid) or abort(404)
    account = db().get_one(FeeAccount, payment.fee_account_id)
    form = PaymentDecisionForm(request.form)
    if not form.validate():
        return render_page(account_page(account, AccountForms(confirmation=form))), 422
    confirmed = form.decision.data == "confirm"
    decision = PaymentDecision(
        confirmed=confirmed, by=current_person_id(), now=now(), version=form.known_version
    )
    decide_payment(db(), payment, decision)
    text = N_("The payment is confirmed.") if confirmed else N_("The payment is taken back.")
    flash(current_i18n().gettext(text))
    return back_to(account)
