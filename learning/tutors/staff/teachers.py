"""Pages for staff: who teaches in an edition, and the modules and languages they cover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.tutors import actions, queries
from learning.tutors.actions import NewCompetences
from learning.tutors.forms import CompetenceForm
from learning.tutors.queries import Teacher
from learning.tutors.rules import ALL, Cover

bp = GuardedBlueprint("teachers", __name__, url_prefix="/staff/editions/<edition>/teachers")


@dataclass(frozen=True, kw_only=True)
class TeachersPage(Page):
    """Who teaches, each with (module, languages) of what they cover."""

    template: ClassVar[str] = "tutors/teachers.html"

    edition: Edition
    teachers: Sequence[tuple[Teacher, Sequence[tuple[str, str]]]]


@dataclass(frozen=True, kw_only=True)
class CompetencePage(Page):
    template: ClassVar[str] = "tutors/competence.html"

    edition: Edition
    teacher: Teacher
    form: CompetenceForm


@bp.get("/", needs=Permission.SET_COMPETENCES)
def show_teachers(edition: str) -> ResponseReturnValue:
    here = edition_of(edition)
    titles = dict(_titles(here))
    found = queries.teachers(db(), here)
    shown = [(each, list(_in_words(each.covers, titles))) for each in found]
    return render_page(TeachersPage(edition=here, teachers=shown))


@bp.get("/<person_uid>", needs=Permission.SET_COMPETENCES)
def show_competences(edition: str, person_uid: str) -> ResponseReturnValue:
    here = edition_of(edition)
    teacher = _teacher(here, person_uid)
    form = _form(here, teacher.covers)
    form.with_version()
    return render_page(CompetencePage(edition=here, teacher=teacher, form=form))


@bp.post("/<person_uid>", needs=Permission.SET_COMPETENCES)
@form_post()
def set_competences(edition: str, person_uid: str) -> ResponseReturnValue:
    """State what somebody covers (`covers`, several values as in "m4:fr")."""
    here = edition_of(edition)
    teacher, form = _teacher(here, person_uid), _form(here, ())
    form.process(request.form)
    page = CompetencePage(edition=here, teacher=teacher, form=form)
    if not form.validate():
        return render_page(page), 422
    lock_row(db(), teacher.person)
    stored = _form(here, queries.covers_of(db(), here, teacher.person.id))
    if not form.is_current(stored):
        return render_page(page), 409
    new = NewCompetences(person=teacher.person, covers=form.values())
    actions.set_competences(db(), here, new, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The modules and languages are saved.")))
    return redirect(url_for(".show_teachers", edition=edition), 303)


def _teacher(edition: Edition, person_uid: str) -> Teacher:
    return queries.teacher(db(), edition, person_uid) or abort(404)


def _form(edition: Edition, covers: Iterable[Cover]) -> CompetenceForm:
    form = CompetenceForm()
    form.fill(_titles(edition), covers)
    return form


def _titles(edition: Edition) -> list[tuple[str, str]]:
    """Return the modules of a course by key with their titles, after all modules."""
    i18n = current_i18n()
    modules = registry.course(edition.course).modules
    each = [(module.key, f"{module.week}. {module.title[i18n.language]}") for module in modules]
    return [(ALL, i18n.gettext(N_("All modules"))), *each]


def _in_words(covers: Iterable[Cover], titles: dict[str, str]) -> Iterable[tuple[str, str]]:
    """Yield each module with its languages; a module that the course lost is left out."""
    every = current_i18n().gettext(N_("all languages"))
    for module, group in groupby(covers, lambda cover: cover[0]):
        if module in titles:
            yield titles[module], ", ".join(LANGUAGES.get(code, every) for _, code in group)
