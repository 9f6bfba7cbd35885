"""What payers have paid too much: the list, and the refund of a credit from its fee account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.credits import CreditRefund, refund_credit
from learning.fees.models import Payer
from learning.fees.pages.staff.accounts import (
    AccountForms,
    account_or_404,
    account_page,
    back_to,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.credit_form import credit_refund_form
from learning.fees.queries.balances import balance_of
from learning.fees.queries.credits import Credit, credit_sums, listed_credits
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.lists import ListPart
from learning.kit.money import Money
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import now

PAGE_SIZE = 100


@dataclass(frozen=True, kw_only=True)
class CreditsPage(Page):
    """A part of the credits; `previous` and `following` are addresses, or None."""

    template: ClassVar[str] = "fees/credits.html"

    credits: Sequence[Credit]
    sums: Sequence[Money]
    part: ListPart
    previous: str | None
    following: str | None
    now: datetime


@bp.get("/credits", needs=Permission.READ_FINANCES)
def show_credits() -> ResponseReturnValue:
    """Show the credits, those that wait for longest first; `start` is the first row."""
    never_store()
    sums = credit_sums(db())
    total = sum(number for _currency, number, _minor in sums)
    part = ListPart(total=total, size=PAGE_SIZE, requested=query_number("start"))
    page = CreditsPage(
        credits=listed_credits(db(), start=part.start, limit=PAGE_SIZE),
        sums=[Money(minor, currency) for currency, _number, minor in sums],
        part=part,
        previous=_address(part.previous),
        following=_address(part.following),
        now=now(),
    )
    return render_page(page)


@bp.post("/accounts/<account_uid>/credit-refund", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def draft_credit_refund(account_uid: str) -> ResponseReturnValue:
    """Draft the refund of a credit, or of a part of it; lead to it if it is one refund."""
    account = account_or_404(account_uid)
    form = credit_refund_form(balance_of(db(), account), request.form)
    if not form.validate():
        return render_page(account_page(account, AccountForms(credit=form))), 422
    refund_request = CreditRefund(
        payer=Payer(form.credit_payer.data),
        amount=form.credit_amount.data,
        reason=form.credit_reason.data or "",
        by=current_person_id(),
        now=now(),
    )
    refunds = refund_credit(db(), account, refund_request)
    numbers = ", ".join(each.number for each in refunds)
    text = N_("Drafted: %(numbers)s. It is prepared and approved like every refund.")
    flash(current_i18n().gettext(text) % {"numbers": numbers})
    if len(refunds) > 1:
        return back_to(account)
    return redirect(url_for("money.show_refund", uid=refunds[0].uid), 303)


def _address(start: int | None) -> str | None:
    return None if start is None else url_for("money.show_credits", start=start)
