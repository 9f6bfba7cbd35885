"""The centre's bank data: finance proposes a change, an approver decides about it."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.bank_data import (
    ProposalDecision,
    decide_bank_data,
    propose_bank_data,
)
from learning.fees.pages.staff.bank_data_form import BankDataDecisionForm, BankDataForm
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.centre import bank_data_cipher, centre_page
from learning.fees.queries.bank_data import proposal_by_uid
from learning.fees.rules.bank_data import ProposalState
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now

CHANGE = per_person(limits.CHANGE_MONEY)
DONE = {
    ProposalState.OPEN: N_("The proposal waits for a second person. Until then nothing changes."),
    ProposalState.CONFIRMED: N_("Confirmed. Invoices, reminders and refunds have it from now on."),
    ProposalState.REFUSED: N_("Refused. Nothing changes."),
    ProposalState.WITHDRAWN: N_("Withdrawn. Nothing changes."),
}


@bp.post("/centre/bank-data", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def propose_centre_bank_data() -> ResponseReturnValue:
    form = BankDataForm(request.form)
    if not form.validate():
        return render_page(centre_page(form)), 422
    propose_bank_data(db(), form.values(), bank_data_cipher(), by=current_person_id(), now=now())
    return _done(ProposalState.OPEN)


@bp.post("/centre/bank-data/<proposal_uid>/confirmation", needs=Permission.APPROVE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def confirm_centre_bank_data(proposal_uid: str) -> ResponseReturnValue:
    return _decide(proposal_uid, ProposalState.CONFIRMED)


@bp.post("/centre/bank-data/<proposal_uid>/rejection", needs=Permission.APPROVE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def reject_centre_bank_data(proposal_uid: str) -> ResponseReturnValue:
    return _decide(proposal_uid, ProposalState.REFUSED)


@bp.post("/centre/bank-data/<proposal_uid>/withdrawal", needs=Permission.MANAGE_FINANCES)
@form_post(limit=CHANGE, idempotent=True)
def withdraw_centre_bank_data(proposal_uid: str) -> ResponseReturnValue:
    return _decide(proposal_uid, ProposalState.WITHDRAWN)


def _decide(proposal_uid: str, state: ProposalState) -> ResponseReturnValue:
    proposal = proposal_by_uid(db(), proposal_uid) or abort(404)
    form = BankDataDecisionForm(request.form)
    if not form.validate():
        return render_page(centre_page(form)), 422
    decision = ProposalDecision(
        state=state,
        by=current_person_id(),
        now=now(),
        version=form.known_version,
        digest=form.digest.data or "",
    )
    decide_bank_data(db(), proposal, bank_data_cipher(), decision)
    return _done(state)


def _done(state: ProposalState) -> ResponseReturnValue:
    flash(current_i18n().gettext(DONE[state]))
    return redirect(url_for("money.show_centre"), 303)
