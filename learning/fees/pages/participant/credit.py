"""The credit of one's own fee: the payer asks for it back."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.credits import CreditRefund, refund_credit
from learning.fees.models import Payer
from learning.fees.pages.participant.blueprint import answer, bp, fee_url, own_account
from learning.fees.pages.participant.fee import fee_page
from learning.fees.pages.participant.fee_forms import CreditRequestForm
from learning.fees.queries.payer_parts import part_of
from learning.fees.queries.refund_payers import has_own_credit
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.time import now

UNPROCESSABLE = 422


@bp.post("/credit", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def ask_for_credit(reference: str) -> ResponseReturnValue:
    """Draft the refund of the credit that the page has shown; more than that is refused."""
    application, account = own_account(reference)
    form = CreditRequestForm(request.form)
    part = part_of(db(), account, Payer.PARTICIPANT, application.person_id)
    words = current_i18n()
    if not has_own_credit(db(), account, part):
        flash(words.gettext(N_("Nothing is left of this credit.")))
        return redirect(fee_url(application), 303)
    if not form.validate():
        return answer(fee_page(application, form), UNPROCESSABLE)
    refund_request = CreditRefund(
        payer=Payer.PARTICIPANT,
        amount=Money(form.shown_minor, part.balance.credit.currency),
        reason=words.gettext(N_("Asked for by the payer.")),
        by=current_person_id(),
        now=now(),
    )
    refund_credit(db(), account, refund_request)
    flash(
        words.gettext(N_("The refund is asked for. A second person checks it before it is sent."))
    )
    return redirect(fee_url(application), 303)
