"""The page of the centre's details: finance changes them, approvers and auditors read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts.queries import names_of
from learning.bank_formats.accounts import grouped
from learning.fees import limits
from learning.fees.commands.centre import change_centre, lock_centre
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.centre_form import CentreForm, form_of
from learning.fees.queries.centre import centre_details, centre_values
from learning.fees.rules.centre import CentreValues, missing_details
from learning.kit.db import db
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

SAVED = N_("The details of the Centre are saved. Invoices that are issued from now on have them.")


@dataclass(frozen=True, kw_only=True)
class CentrePage(Page):
    """The details; with `may_change` in a form. `missing` are labels of what invoices need."""

    template: ClassVar[str] = "fees/centre.html"

    values: CentreValues
    iban: str  # in groups of four
    country: str  # its name
    missing: Sequence[str]
    form: CentreForm
    may_change: bool
    changed_at: datetime | None
    changed_by: str


@bp.get("/centre", needs=Permission.READ_FINANCES)
def show_centre() -> ResponseReturnValue:
    form = form_of(centre_values(db()))
    form.with_version()
    return render_page(_page(form))


@bp.post("/centre", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY))
def change_centre_details() -> ResponseReturnValue:
    """Store the details; refused with 409 if somebody else has changed them meanwhile."""
    form = CentreForm(request.form)
    if not form.validate():
        return render_page(_page(form)), 422
    lock_centre(db(), now=now())
    if not form.is_current(form_of(centre_values(db()))):
        return render_page(_page(form)), 409
    change_centre(db(), form.values(), by=current_person_id(), now=now())
    flash(current_i18n().gettext(SAVED))
    return redirect(url_for(".show_centre"), 303)


def _page(form: CentreForm) -> CentrePage:
    row, values, words = centre_details(db()), centre_values(db()), current_i18n()
    by = row.changed_by_id if row else None
    names = names_of(db(), [by]) if by else {}
    known = row is not None and row.version > 0
    return CentrePage(
        values=values,
        iban=grouped(values.iban),
        country=words.country(values.country) if values.country else "",
        missing=[
            words.gettext(form[name].label.text)
            for name in missing_details(values, tuple(LANGUAGES))
        ],
        form=form,
        may_change=current_actor().may(Permission.MANAGE_FINANCES),
        changed_at=row.changed_at if row and known else None,
        changed_by=names[by][0] if by in names else "",
    )
