"""The fee account of one place: who, what was agreed, the documents, the money, what is open."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions.models import Application
from learning.fees import limits
from learning.fees.commands.late_invoices import issue_late_invoices
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.models import FeeAccount, Payer
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.credit_form import CreditRefundForm, credit_refund_form
from learning.fees.pages.staff.payment_forms import (
    ManualPaymentForm,
    PaymentDecisionForm,
    SettlementDecisionForm,
    SettlementForm,
    manual_payment_form,
    settlement_form,
)
from learning.fees.payment_models import PaymentMethod
from learning.fees.proof_models import TransferProof
from learning.fees.queries.account_pages import AccountOverview, account_overview
from learning.fees.queries.accounts import (
    account_by_uid,
    account_of,
)
from learning.fees.queries.proofs import proofs_of
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """A fee account; a form is None for a reader who may not use it."""

    template: ClassVar[str] = "fees/account.html"

    account: FeeAccount
    overview: AccountOverview
    payment: ManualPaymentForm | None
    settlement: SettlementForm | None
    decision: SettlementDecisionForm | None
    credit: CreditRefundForm | None
    proofs: Sequence[tuple[TransferProof, str]]  # of transfers, with the numbers of invoices
    confirmation: PaymentDecisionForm | None
    may_invoice: bool
    reader_id: int

    def payer(self, value: str) -> Payer:
        """Return a payer of the balance, for its label."""
        return Payer(value)


@dataclass(kw_only=True)
class AccountForms:
    """The forms of the page; one of them is the form that was sent."""

    payment: ManualPaymentForm | None = None
    settlement: SettlementForm | None = None
    decision: SettlementDecisionForm | None = None
    credit: CreditRefundForm | None = None
    confirmation: PaymentDecisionForm | None = None


@bp.get("/accounts/<account_uid>", needs=Permission.READ_FINANCES)
def show_account(account_uid: str) -> ResponseReturnValue:
    return render_page(account_page(account_or_404(account_uid)))


@bp.get("/accounts/of/<reference>", needs=Permission.READ_FINANCES)
def find_account(reference: str) -> ResponseReturnValue:
    """Lead from an application to its account."""
    own = select(Application).where(Application.reference == reference)
    application = db().scalar(own) or abort(404)
    account = account_of(db(), application.id) or abort(404)
    return redirect(url_for("money.show_account", account_uid=account.uid), 303)


@bp.post("/accounts/<account_uid>/payment", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def record_manual_payment(account_uid: str) -> ResponseReturnValue:
    """Record a payment by hand, with what proves it."""
    account, form = account_or_404(account_uid), manual_payment_form(request.form)
    today = day_in(account_overview(db(), account).edition.zone, now())
    if form.validate() and form.received_on.data and form.received_on.data > today:
        form.add_error(current_i18n().gettext(N_("This day is still to come.")))
    if form.error_list:
        return render_page(account_page(account, AccountForms(payment=form))), 422
    new = NewPayment(
        payer=form.payer.data,
        method=PaymentMethod.MANUAL,
        source_key=form.idempotency_key.data or "",
        amount=form.amount.data,
        received_on=form.received_on.data,
        payer_name=form.payer_name.data or "",
        note=form.note.data or "",
        by=current_person_id(),
        now=now(),
    )
    record_payment(db(), account, new)
    flash(current_i18n().gettext(N_("The payment is recorded. A second person confirms it.")))
    return back_to(account)


@bp.post("/accounts/<account_uid>/invoices", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), has_form=False)
def issue_missing_invoices(account_uid: str) -> ResponseReturnValue:
    """Issue the invoices that were not issued while something was missing."""
    account = account_or_404(account_uid)
    issued = issue_late_invoices(db(), account.id, by=current_person_id(), now=now())
    text = N_("The invoice is issued.") if issued else N_("Nothing was issued: data are missing.")
    flash(current_i18n().gettext(text))
    return back_to(account)


def account_or_404(uid: str) -> FeeAccount:
    return account_by_uid(db(), uid) or abort(404)


def back_to(account: FeeAccount) -> ResponseReturnValue:
    return redirect(url_for("money.show_account", account_uid=account.uid), 303)


def account_page(account: FeeAccount, forms: AccountForms | None = None) -> AccountPage:
    """Return the page of an account, with a form that was sent, if any."""
    forms, actor = forms or AccountForms(), current_actor()
    manages = actor.may(Permission.MANAGE_FINANCES)
    overview = account_overview(db(), account)
    payment = forms.payment or manual_payment_form()
    if forms.payment is None:
        payment.received_on.data = day_in(overview.edition.zone, now())
        payment.payer_name.data = overview.person.name
    can_propose = manages and overview.can_be_settled
    can_refund = manages and overview.balance.credit.minor > 0 and not overview.is_uninvoiced
    approves = actor.may(Permission.APPROVE_FINANCES)
    unconfirmed = any(each.is_unconfirmed for each in overview.payments)
    decides = approves and overview.waiting is not None
    return AccountPage(
        account=account,
        overview=overview,
        payment=payment if manages else None,
        settlement=(forms.settlement or settlement_form()) if can_propose else None,
        decision=(forms.decision or SettlementDecisionForm()) if decides else None,
        credit=(forms.credit or credit_refund_form(overview.balance)) if can_refund else None,
        proofs=proofs_of(db(), account.id),
        confirmation=(
            (forms.confirmation or PaymentDecisionForm()) if approves and unconfirmed else None
        ),
        may_invoice=manages and overview.is_uninvoiced,
        reader_id=current_person_id(),
    )
