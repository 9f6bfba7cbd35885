"""Pages for staff: how far a cohort is, and opening a module early for one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.guard import Room, actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_by_code
from learning.content import shelf
from learning.content.course import Lesson, Module
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PAGE, Wanted, enrolment_by_id
from learning.kit import once, versions
from learning.kit.db import db
from learning.kit.forms import unchosen
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, macro, show
from learning.kit.requests import asked_number
from learning.kit.text import trust
from learning.kit.time import now
from learning.lessons import actions, queries
from learning.lessons.forms import CHOOSE_MODULE, OpeningForm
from learning.lessons.models import EarlyOpening
from learning.lessons.queries import Traveller

room = Room("cohort", __name__, url_prefix="/desk/editions/<edition>/progress")


@dataclass(frozen=True, kw_only=True)
class CohortPage(Page):
    template: ClassVar[str] = "lessons/cohort.html"

    edition: Edition
    lessons: Sequence[Lesson]
    people: Sequence[Traveller]
    number: int
    finished: Mapping[str, int]
    cells: Mapping[int, Markup]
    asked: str
    further: int | None
    may_open: bool


@dataclass(frozen=True, kw_only=True)
class OpeningsPage(Page):
    template: ClassVar[str] = "lessons/openings.html"

    edition: Edition
    enrolment: Enrolment
    openings: Sequence[EarlyOpening]
    modules: Mapping[str, Module]
    form: OpeningForm


@room.get("/", needs=Permission.SEE_COHORT)
def show_cohort(edition: str) -> ResponseReturnValue:
    never_store()
    where = _edition(edition)
    course = shelf.course(where.course)
    lessons = [lesson for lesson in course.lessons.values() if lesson.texts]
    asked = request.args.get("q", "").strip()
    people = queries.cohort(db(), actor(), where, Wanted(text=asked, after=asked_number("after")))
    number, finished = queries.finished(db(), actor(), where)
    page = CohortPage(
        edition=where,
        lessons=lessons,
        people=people,
        number=number,
        finished=finished,
        cells=_cells(people, lessons),
        asked=asked,
        further=people[-1].enrolment_id if len(people) == PAGE else None,
        may_open=actor().may(Permission.OPEN_EARLY, edition),
    )
    return show(page)


def _cells(people: Sequence[Traveller], lessons: Sequence[Lesson]) -> dict[int, Markup]:
    """Return everybody's row of cells; there are three, and a page has thousands of them."""
    cell = macro("components/cohort.html", "cell")
    read, begun, ahead = (str(cell(state)) for state in ("done", "opened", ""))
    keys = [lesson.key for lesson in lessons]
    return {
        person.enrolment_id: trust(
            "".join(
                read if key in person.done else begun if key in person.opened else ahead
                for key in keys
            )
        )
        for person in people
    }


@room.get("/<int:enrolment_id>", needs=Permission.OPEN_EARLY)
def show_openings(edition: str, enrolment_id: int) -> ResponseReturnValue:
    where = _edition(edition)
    enrolment, form = _enrolment(where, enrolment_id), _form(where)
    form.shown(*_seals(enrolment))
    return show(_openings_page(where, enrolment, form))


@room.post("/<int:enrolment_id>", needs=Permission.OPEN_EARLY)
def open_early(edition: str, enrolment_id: int) -> ResponseReturnValue:
    where = _edition(edition)
    enrolment, form = _enrolment(where, enrolment_id), _form(where)
    form.process(request.form)
    if not form.validate():
        return show(_openings_page(where, enrolment, form)), 422
    here = url_for(".show_openings", edition=edition, enrolment_id=enrolment_id)
    key = form.form_key.data or ""
    if once.claim(db(), me(), key, now=now()) is not None:
        return redirect(here, 303)
    versions.lock(db(), enrolment)
    if not form.is_over(_stored(where, enrolment, form.module.data), *_seals(enrolment)):
        return show(_openings_page(where, enrolment, form)), 409
    actions.open_early(db(), enrolment.id, form.values(), by=me(), now=now())
    once.settle(db(), me(), key, here)
    flash(current().gettext(N_("The module opens on that day for this person.")))
    return redirect(here, 303)


@room.post("/<int:enrolment_id>/close", needs=Permission.OPEN_EARLY)
def close_again(edition: str, enrolment_id: int) -> ResponseReturnValue:
    """Take an early opening back; `module` names the module."""
    where = _edition(edition)
    enrolment = _enrolment(where, enrolment_id)
    actions.close_again(db(), enrolment.id, request.form.get("module", ""), by=me(), now=now())
    flash(current().gettext(N_("The module opens with everybody else’s again.")))
    return redirect(url_for(".show_openings", edition=edition, enrolment_id=enrolment_id), 303)


def _edition(code: str) -> Edition:
    return edition_by_code(db(), actor(), code) or abort(404)


def _enrolment(edition: Edition, enrolment_id: int) -> Enrolment:
    return enrolment_by_id(db(), actor(), edition, enrolment_id) or abort(404)


def _form(edition: Edition) -> OpeningForm:
    """Return an empty form with the modules of the course to choose from."""
    form, language = OpeningForm(), current().language
    modules = shelf.course(edition.course).modules
    form.module.choices = unchosen(
        ((module.key, f"{module.week}. {module.title[language]}") for module in modules),
        CHOOSE_MODULE,
    )
    return form


def _stored(edition: Edition, enrolment: Enrolment, module: str) -> OpeningForm:
    """Return the form with what is decided already for a module."""
    form = _form(edition)
    for row in queries.opening_rows(db(), enrolment.id):
        if row.module == module:
            form.process(data={"module": module, "opens_on": row.opens_on, "reason": row.reason})
    return form


def _seals(enrolment: Enrolment) -> list[tuple[str, str, str]]:
    """Return everything that the page shows of a person's openings."""
    rows = queries.opening_rows(db(), enrolment.id)
    return [(row.module, str(row.opens_on), row.reason) for row in rows]


def _openings_page(edition: Edition, enrolment: Enrolment, form: OpeningForm) -> OpeningsPage:
    never_store()
    return OpeningsPage(
        edition=edition,
        enrolment=enrolment,
        openings=queries.opening_rows(db(), enrolment.id),
        modules={module.key: module for module in shelf.course(edition.course).modules},
        form=form,
    )
