"""Staff pages: overrides for one person, under the progress of the cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.course import Module
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import enrolment_by_uid
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.forms import with_empty_choice
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.lessons import actions, queries
from learning.lessons.forms import CHOOSE_MODULE, ModuleOverrideForm
from learning.lessons.models import ModuleOverride
from learning.lessons.staff.blueprint import bp


@dataclass(frozen=True, kw_only=True)
class OverridesPage(Page):
    template: ClassVar[str] = "lessons/overrides.html"

    edition: Edition
    enrolment: Enrolment
    overrides: Sequence[ModuleOverride]
    modules: Mapping[str, Module]
    form: ModuleOverrideForm


@bp.get("/<enrolment_uid>", needs=Permission.OVERRIDE_MODULES)
def show_overrides(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    target_edition = edition_of(edition)
    enrolment, form = _enrolment(target_edition, enrolment_uid), _form(target_edition)
    form.with_version(*_shown_values(enrolment))
    return render_page(_overrides_page(target_edition, enrolment, form))


@bp.post("/<enrolment_uid>", needs=Permission.OVERRIDE_MODULES)
@form_post(idempotent=True)
def add_override(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    target_edition = edition_of(edition)
    enrolment, form = _enrolment(target_edition, enrolment_uid), _form(target_edition)
    form.process(request.form)
    if not form.validate():
        return render_page(_overrides_page(target_edition, enrolment, form)), 422
    lock_row(db(), enrolment)
    if not form.is_current(
        _stored(target_edition, enrolment, form.module.data), *_shown_values(enrolment)
    ):
        return render_page(_overrides_page(target_edition, enrolment, form)), 409
    actions.add_override(db(), enrolment, form.values(), by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The module opens on that day for this person.")))
    return redirect(url_for(".show_overrides", edition=edition, enrolment_uid=enrolment_uid), 303)


@bp.post("/<enrolment_uid>/remove", needs=Permission.OVERRIDE_MODULES)
@form_post(has_form=False)
def remove_override(edition: str, enrolment_uid: str) -> ResponseReturnValue:
    """Take an early opening back; `module` names the module."""
    target_edition = edition_of(edition)
    enrolment = _enrolment(target_edition, enrolment_uid)
    actions.remove_override(
        db(), enrolment, request.form.get("module", ""), by=current_person_id(), now=now()
    )
    flash(current_i18n().gettext(N_("The module opens with everybody else’s again.")))
    return redirect(url_for(".show_overrides", edition=edition, enrolment_uid=enrolment_uid), 303)


def _enrolment(edition: Edition, enrolment_uid: str) -> Enrolment:
    return enrolment_by_uid(db(), current_actor(), edition, enrolment_uid) or abort(404)


def _form(edition: Edition) -> ModuleOverrideForm:
    """Return an empty form with the modules of the course to choose from."""
    form, language = ModuleOverrideForm(), current_i18n().language
    modules = registry.course(edition.course).modules
    form.module.choices = with_empty_choice(
        ((module.key, f"{module.week}. {module.title[language]}") for module in modules),
        CHOOSE_MODULE,
    )
    return form


def _stored(edition: Edition, enrolment: Enrolment, module: str) -> ModuleOverrideForm:
    """Return the form with the stored override of a module."""
    form = _form(edition)
    for row in queries.overrides_of(db(), enrolment.id):
        if row.module == module:
            form.process(data={"module": module, "opens_on": row.opens_on, "reason": row.reason})
    return form


def _shown_values(enrolment: Enrolment) -> list[tuple[str, str, str]]:
    """Return everything that the page shows of a person's overrides."""
    rows = queries.overrides_of(db(), enrolment.id)
    return [(row.module, str(row.opens_on), row.reason) for row in rows]


def _overrides_page(
    edition: Edition, enrolment: Enrolment, form: ModuleOverrideForm
) -> OverridesPage:
    never_store()
    return OverridesPage(
        edition=edition,
        enrolment=enrolment,
        overrides=queries.overrides_of(db(), enrolment.id),
        modules={module.key: module for module in registry.course(edition.course).modules},
        form=form,
    )
