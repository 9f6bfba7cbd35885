"""Staff pages to create the next edition from an existing one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.accounts import actions as accounts
from learning.accounts import queries as people
from learning.accounts.actions import RoleAssignment
from learning.admin.staff.editions import bp, saved_by_me
from learning.catalogue import actions, dates, rules
from learning.catalogue.actions import DATE_FIELDS, EditionData
from learning.catalogue.forms import CloneForm
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.catalogue.rules import DateShift
from learning.content import registry
from learning.kit.db import db
from learning.kit.i18n import N_, I18n, i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.tutors.actions import copy_competences


@dataclass(frozen=True, kw_only=True)
class ClonePage(Page):
    """The next edition: first its code and first day, then a preview of what changes."""

    template: ClassVar[str] = "admin/next_edition.html"

    edition: Edition
    form: CloneForm
    shifts: Sequence[DateShift] = ()
    moved: Sequence[tuple[str, datetime, datetime]] = ()  # deadlines: title, before, after
    clock: I18n
    clock_changes: Sequence[date] = ()
    roles: Sequence[tuple[str, str]] = ()


@bp.get("/<edition>/next", needs=Permission.EDIT_EDITIONS)
def show_next(edition: str) -> ResponseReturnValue:
    """Ask for the next edition's first day; with a day, show the new value of every date."""
    where = edition_of(edition)
    form = CloneForm(request.args) if request.args else CloneForm()
    submitted = bool(request.args) and form.validate()
    return render_page(
        _clone_page(where, form, submitted=submitted)
    ), 422 if request.args and not submitted else 200


@bp.post("/<edition>/next", needs=Permission.EDIT_EDITIONS)
@form_post(idempotent=True)
def create_next(edition: str) -> ResponseReturnValue:
    """Create the next edition as a draft, with every day shifted as far as the first one."""
    where, form = edition_of(edition), CloneForm(request.form)
    if not form.validate():
        return render_page(_clone_page(where, form, submitted=False)), 422
    wish = form.values()
    data, saved = _moved(where, wish.code, wish.starts_on), saved_by_me(where.course)
    new_edition = actions.create_edition(db(), where.course, data, saved)
    dates.copy_dates(db(), where, new_edition, saved.course.deadlines)
    if wish.with_roles:
        for person, role in people.staff_of(db(), where):
            assignment = RoleAssignment(person_id=person.id, role=role, edition_id=new_edition.id)
            accounts.grant_role(db(), assignment, by=current_person_id(), now=now())
        copy_competences(db(), where, new_edition)
    flash(
        current_i18n().gettext(N_("The new edition is a draft. Look through it, then publish it."))
    )
    return redirect(url_for(".show_edit", edition=new_edition.code), 303)


def _moved(edition: Edition, code: str, starts_on: date) -> EditionData:
    """Return an edition's data for another first day, without its texts, which name days."""
    same = EditionData.__dataclass_fields__.keys() - {"code", "texts", *DATE_FIELDS}
    values: dict[str, Any] = {name: getattr(edition, name) for name in same}
    values |= {shift.name: shift.after for shift in _shifts(edition, starts_on)}
    return EditionData(code=code, texts={}, **values)


def _shifts(edition: Edition, starts_on: date) -> list[DateShift]:
    return rules.shift_dates({name: getattr(edition, name) for name in DATE_FIELDS}, starts_on)


def _moved_dates(
    edition: Edition, after: Mapping[str, date]
) -> list[tuple[str, datetime, datetime]]:
    """Return (title, date in an edition, date in the next one) of each deadline."""
    deadlines = registry.course(edition.course).deadlines
    days = replace(
        dates.own_days(edition),
        starts_on=after["starts_on"],
        project_due_on=after["project_due_on"],
        ends_on=after["ends_on"],
    )
    now_at = dates.instants_of(db(), edition, deadlines)
    then_at = dates.moved_instants(db(), edition, days, deadlines)
    language = current_i18n().language
    return [(each.title[language], now_at[each.key], then_at[each.key]) for each in deadlines]


def _clone_page(edition: Edition, form: CloneForm, *, submitted: bool) -> ClonePage:
    clock = i18n_for(current_i18n().language, edition.zone)
    if not submitted:
        return ClonePage(edition=edition, form=form, clock=clock)
    shifts = _shifts(edition, form.values().starts_on)
    after = {shift.name: shift.after for shift in shifts}
    return ClonePage(
        edition=edition,
        form=form,
        shifts=shifts,
        moved=_moved_dates(edition, after),
        clock=clock,
        clock_changes=rules.clock_changes(edition.zone, after["starts_on"], after["ends_on"]),
        roles=[(person.name, str(role)) for person, role in people.staff_of(db(), edition)],
    )
