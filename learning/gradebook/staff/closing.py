"""Staff page: the sheet from which lead and registrar close an edition."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission, Role
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content.activity_types import RequirementKey
from learning.gradebook import closing
from learning.gradebook.closing import SheetRow, Signature
from learning.gradebook.forms import SignForm
from learning.gradebook.models import ClosingSheet
from learning.gradebook.rules.closing import ClosingOutcome
from learning.gradebook.rules.decisions import SheetState, Signatory
from learning.gradebook.staff.blueprint import bp, requirements_of, sources
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class SignedBy:
    """Who has signed in a role, None if nobody has signed the list as it is now."""

    signatory: Signatory
    name: str | None
    signed_at: object


@dataclass(frozen=True, kw_only=True)
class ClosingPage(Page):
    """The sheet; `signatory` is the role in which the reader can sign, None if they cannot."""

    template: ClassVar[str] = "gradebook/closing.html"

    edition: Edition
    requirements: Sequence[RequirementKey]
    borderline: Sequence[SheetRow]
    others: Sequence[SheetRow]
    counts: Mapping[ClosingOutcome, int]
    signatures: Sequence[SignedBy]
    signatory: Signatory | None
    is_over: bool
    last_day: date
    state: SheetState
    may_see_operations: bool
    form: SignForm


@bp.get("/closing", needs=Permission.SIGN_CLOSING)
def show_sheet(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    return render_page(_page(where, SignForm()))


@bp.post("/closing", needs=Permission.SIGN_CLOSING)
@form_post(idempotent=True)
def sign(edition: str) -> ResponseReturnValue:
    """Sign the sheet that was read; with the second signature the edition is closed."""
    where, form = edition_of(edition), SignForm(request.form)
    signatory = _signatory(where)
    if not form.validate() or signatory is None:
        return render_page(_page(where, form)), 422
    signature = Signature(
        signatory=signatory, person_id=current_person_id(), digest=form.digest.data or ""
    )
    operation = closing.sign(db(), where.id, _rows, signature, now=now())
    text = N_("Signed. The edition is being closed, one person at a time.")
    if operation is None:
        text = N_("Signed. The second signature closes the edition.")
    flash(current_i18n().gettext(text))
    return redirect(url_for(".show_sheet", edition=edition), 303)


def _rows(session: Session, edition: Edition) -> Sequence[SheetRow]:
    return closing.sheet_rows(session, sources(), edition, current_i18n())


def _signatory(edition: Edition) -> Signatory | None:
    """Return the role in which the reader signs: as course lead of the edition, or as registrar."""
    actor = current_actor()
    state = closing.sheet_state(db(), edition.id)
    roles = {
        Signatory.LEAD: Role.LEAD in actor.in_edition.get(edition.code, ()),
        Signatory.REGISTRAR: Role.REGISTRAR in actor.roles,
    }
    held = [signatory for signatory, holds in roles.items() if holds]
    signed = {Signatory.LEAD: state.lead_id, Signatory.REGISTRAR: state.registrar_id}
    return next((each for each in held if signed[each] is None), held[0] if held else None)


def _page(edition: Edition, form: SignForm) -> ClosingPage:
    rows, state = _rows(db(), edition), closing.sheet_state(db(), edition.id)
    digest = closing.digest_of(rows)
    form.digest.data = digest
    actor, signatory = current_actor(), _signatory(edition)
    signed = state.signed_by(digest)
    last_day = closing.last_day(db(), edition)
    over = day_in(edition.zone, now()) > last_day
    is_open = over and not state.is_closed and bool(rows)
    return ClosingPage(
        edition=edition,
        requirements=requirements_of(edition),
        borderline=[row for row in rows if row.reasons],
        others=[row for row in rows if not row.reasons],
        counts=Counter(row.outcome for row in rows),
        signatures=list(map(partial(_signed_by, edition, signed), Signatory)),
        signatory=signatory if is_open and signatory not in signed else None,
        is_over=over,
        last_day=last_day,
        state=state,
        may_see_operations=actor.may(Permission.READ_ENROLMENTS, edition.code),
        form=form,
    )


def _signed_by(edition: Edition, signed: frozenset[Signatory], role: Signatory) -> SignedBy:
    sheet = db().get(ClosingSheet, edition.id)
    if sheet is None or (role not in signed and sheet.closed_at is None):
        return SignedBy(signatory=role, name=None, signed_at=None)
    is_lead = role is Signatory.LEAD
    person_id = sheet.lead_id if is_lead else sheet.registrar_id
    at = sheet.lead_signed_at if is_lead else sheet.registrar_signed_at
    person = db().get(Person, person_id) if person_id is not None else None
    return SignedBy(signatory=role, name=person.name if person else None, signed_at=at)
