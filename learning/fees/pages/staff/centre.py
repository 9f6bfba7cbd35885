"""The page of the centre's details: finance changes them, approvers and auditors read them.

Its bank data are proposed here and decided by a second person (`pages.staff.bank_data`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts.queries import names_of
from learning.bank_formats.accounts import grouped
from learning.fees import limits
from learning.fees.centre_labels import CENTRE_LABELS
from learning.fees.centre_models import BankDataProposal
from learning.fees.commands.bank_data import PURPOSE
from learning.fees.commands.centre import change_centre, lock_centre
from learning.fees.pages.staff.bank_data_form import (
    BankDataDecisionForm,
    BankDataForm,
    bank_data_form,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.centre_form import CentreForm, form_of
from learning.fees.queries.bank_data import (
    bank_data_in,
    bank_data_now,
    former_data_in,
    open_proposal,
)
from learning.fees.queries.centre import centre_details, centre_values
from learning.fees.rules.centre import CentreValues, missing_details
from learning.kit.db import db
from learning.kit.encryption import Cipher
from learning.kit.forms import Form
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

SAVED = N_("The details of the Centre are saved. Invoices that are issued from now on have them.")


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """The proposal that waits; `changes` are (label, before, after)."""

    row: BankDataProposal
    changes: Sequence[tuple[str, str, str]]
    proposed_by: str
    is_own: bool
    form: BankDataDecisionForm


@dataclass(frozen=True, kw_only=True)
class CentrePage(Page):
    """The details; with `may_change` in a form. `missing` are labels of what invoices need.

    `failed` is the form that was not accepted, `form` that of the details, `bank_form` that of a
    proposal.
    """

    template: ClassVar[str] = "fees/centre.html"

    values: CentreValues
    iban: str  # in groups of four
    country: str  # its name
    missing: Sequence[str]
    form: CentreForm
    bank_form: BankDataForm
    failed: Form
    proposal: ProposalView | None
    may_change: bool
    may_decide: bool
    changed_at: datetime | None
    changed_by: str


@bp.get("/centre", needs=Permission.READ_FINANCES)
def show_centre() -> ResponseReturnValue:
    return render_page(centre_page())


@bp.post("/centre", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY))
def change_centre_details() -> ResponseReturnValue:
    """Store the details; refused with 409 if somebody else has changed them meanwhile."""
    form = CentreForm(request.form)
    if not form.validate():
        return render_page(centre_page(form)), 422
    lock_centre(db(), now=now())
    if not form.is_current(form_of(centre_values(db()))):
        return render_page(centre_page(form)), 409
    change_centre(db(), form.values(), by=current_person_id(), now=now())
    flash(current_i18n().gettext(SAVED))
    return redirect(url_for(".show_centre"), 303)


def bank_data_cipher() -> Cipher:
    """Return what digests of proposals are counted with."""
    return Cipher(str(current_app.secret_key), PURPOSE)


def centre_page(failed: Form | None = None) -> CentrePage:
    """Return the page; `failed` is the form that was not accepted."""
    row, values, words = centre_details(db()), centre_values(db()), current_i18n()
    waiting = open_proposal(db())
    by = row.changed_by_id if row else None
    people = {by, waiting.proposed_by_id if waiting else None} - {None}
    names = names_of(db(), [each for each in people if each]) if people else {}
    known = row is not None and row.version > 0
    form = failed if isinstance(failed, CentreForm) else form_of(values)
    if form is not failed:
        form.with_version()
    bank_form = failed if isinstance(failed, BankDataForm) else bank_data_form(bank_data_now(db()))
    return CentrePage(
        values=values,
        iban=grouped(values.iban),
        country=words.country(values.country) if values.country else "",
        missing=[
            words.gettext(CENTRE_LABELS[name]) for name in missing_details(values, tuple(LANGUAGES))
        ],
        form=form,
        bank_form=bank_form,
        failed=failed or form,
        proposal=_view(waiting, names, failed) if waiting else None,
        may_change=current_actor().may(Permission.MANAGE_FINANCES),
        may_decide=current_actor().may(Permission.APPROVE_FINANCES),
        changed_at=row.changed_at if row and known else None,
        changed_by=names[by][0] if by in names else "",
    )


def _view(
    row: BankDataProposal, names: Mapping[int, Sequence[str]], failed: Form | None
) -> ProposalView:
    before, after = vars(former_data_in(row)), vars(bank_data_in(row))
    form = failed if isinstance(failed, BankDataDecisionForm) else BankDataDecisionForm()
    form.version.data, form.digest.data = str(row.version), row.digest
    words = current_i18n()
    return ProposalView(
        row=row,
        changes=[
            (words.gettext(CENTRE_LABELS[name]), _shown(name, before), _shown(name, after))
            for name in after
            if before[name] != after[name]
        ],
        proposed_by=names[row.proposed_by_id][0] if row.proposed_by_id in names else "",
        is_own=row.proposed_by_id == current_person_id(),
        form=form,
    )


def _shown(name: str, values: Mapping[str, str]) -> str:
    return grouped(values[name]) if name == "iban" else values[name]
