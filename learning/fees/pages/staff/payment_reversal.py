"""A payment that was none: recorded by mistake, or taken back by the bank without an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.fees import limits
from learning.fees.commands.corrections import PaymentReversal, take_payment_back
from learning.fees.models import FeeAccount
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.payment_forms import ReasonForm
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.queries.refund_sources import invoice_numbers
from learning.fees.statement_models import BankEntry
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.number_fields import CalendarDateField
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now

UNPROCESSABLE = 422


class ReversalForm(ReasonForm):
    """Why a payment is taken back, and on which day of the books."""

    booked_on = CalendarDateField(N_("Day of the books"))


@dataclass(frozen=True, kw_only=True)
class ReversalPage(Page):
    """A payment, the invoices that it pays, and the form; `entry` is its bank entry, if any."""

    template: ClassVar[str] = "fees/payment_reversal.html"

    payment: Payment
    account: FeeAccount
    entry: BankEntry | None
    invoices: Sequence[str]
    form: ReversalForm


@bp.get("/payments/<payment_uid>/reversal", needs=Permission.MANAGE_FINANCES)
def show_reversal(payment_uid: str) -> ResponseReturnValue:
    payment, form = _payment(payment_uid), ReversalForm()
    if payment.reversed_at is not None or payment.method is PaymentMethod.CARD:
        return _to_account(payment)
    form.version.data = str(payment.version)
    form.booked_on.data = day_in(db().get_one(Edition, payment.edition_id).zone, now())
    return _page(payment, form)


@bp.post("/payments/<payment_uid>/reversal", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def reverse(payment_uid: str) -> ResponseReturnValue:
    """Take the payment back, with the reason and the day."""
    payment, form = _payment(payment_uid), ReversalForm(request.form)
    if not form.validate():
        return _page(payment, form), UNPROCESSABLE
    reversal = PaymentReversal(
        reason=form.reason.data or "",
        on=form.booked_on.data,
        version=form.known_version,
        by=current_person_id(),
        now=now(),
    )
    take_payment_back(db(), payment, reversal)
    flash(current_i18n().gettext(N_("The payment is taken back. Its amount is open again.")))
    return _to_account(payment)


def _payment(uid: str) -> Payment:
    never_store()
    return db().scalar(select(Payment).where(Payment.uid == uid)) or abort(404)


def _account(payment: Payment) -> FeeAccount:
    return db().get_one(FeeAccount, payment.fee_account_id)


def _to_account(payment: Payment) -> ResponseReturnValue:
    uid = _account(payment).uid
    return redirect(url_for("money.show_account", account_uid=uid, _anchor="payments"), 303)


def _page(payment: Payment, form: ReversalForm) -> str:
    entry_id = payment.bank_entry_id
    page = ReversalPage(
        payment=payment,
        account=_account(payment),
        entry=db().get_one(BankEntry, entry_id) if entry_id is not None else None,
        invoices=invoice_numbers(db(), [payment.id]).get(payment.id, []),
        form=form,
    )
    return render_page(page)
