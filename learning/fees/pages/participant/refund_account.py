"""The page on which the payer of a place enters the account for a refund."""

from dataclasses import dataclass
from typing import ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.bank_formats.accounts import masked_iban, masked_number
from learning.fees import limits
from learning.fees.commands import refund_approval
from learning.fees.commands.refund_steps import RefundAction
from learning.fees.pages.participant.blueprint import bp, own_application
from learning.fees.pages.refund_forms import PayeeAccountForm
from learning.fees.queries.refund_pages import refund_by_uid
from learning.fees.queries.refund_payers import payer_of
from learning.fees.refund_accounts import PURPOSE, read_account
from learning.fees.refund_models import Refund
from learning.fees.rules.refunds import EDITABLE
from learning.kit.db import db
from learning.kit.encryption import Cipher
from learning.kit.errors import RuleViolation
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

UNPROCESSABLE = 422


@dataclass(frozen=True, kw_only=True)
class RefundAccountPage(Page):
    """The form, and the account that is stored, masked."""

    template: ClassVar[str] = "fees/refund_account.html"

    refund: Refund
    reference: str
    known_number: str
    may_change: bool
    form: PayeeAccountForm


@bp.get("/refunds/<uid>/account", needs=Permission.OWN_PAGES)
def show_refund_account(reference: str, uid: str) -> ResponseReturnValue:
    refund = _own_refund(reference, uid)
    return _page(reference, refund, PayeeAccountForm(data={"holder_name": refund.holder_name}))


@bp.post("/refunds/<uid>/account", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def enter_refund_account(reference: str, uid: str) -> ResponseReturnValue:
    """Store the account; the refund waits for its approval."""
    refund, form = _own_refund(reference, uid), PayeeAccountForm(request.form)
    if not form.validate():
        return _page(reference, refund, form), UNPROCESSABLE
    action = RefundAction(by=current_person_id(), now=now(), version=form.known_version)
    refund_approval.prepare_refund(db(), refund, form.values(), _cipher(), action)
    flash(current_i18n().gettext(N_("Your account is saved. We tell you when the refund is sent.")))
    return redirect(url_for(".show_refund_account", reference=reference, uid=uid), 303)


def _own_refund(reference: str, uid: str) -> Refund:
    """Return a refund of a payment of the reader; 404 for one of somebody else's."""
    never_store()
    application = own_application(reference)
    refund = refund_by_uid(db(), uid) or abort(404)
    payer = payer_of(db(), refund)
    if payer is None or payer.person_id != application.person_id:
        abort(404)
    return refund


def _page(reference: str, refund: Refund, form: PayeeAccountForm) -> str:
    form.version.data = str(refund.version)
    return render_page(
        RefundAccountPage(
            refund=refund,
            reference=reference,
            known_number=_known(refund),
            may_change=refund.state in EDITABLE,
            form=form,
        )
    )


def _known(refund: Refund) -> str:
    try:
        account = read_account(refund, _cipher())
    except RuleViolation:
        return ""
    return masked_iban(account.iban) if account.iban else masked_number(account.account_number)


def _cipher() -> Cipher:
    return Cipher(str(current_app.secret_key), PURPOSE)
