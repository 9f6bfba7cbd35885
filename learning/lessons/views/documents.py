"""Pages beside the lessons: guides, plans, briefs, and the indicator laboratory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue

from learning.access.guard import actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.content import shelf
from learning.content.course import Module
from learning.content.documents import TITLES, is_for_teachers
from learning.content.pieces import Criterion, Example, Lab
from learning.kit import fresh
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.lessons import beside, rules
from learning.lessons.beside import Line, Part
from learning.lessons.queries import Here
from learning.lessons.rules import Scores
from learning.lessons.views.room import here_in, outline_of, room, today_in


@dataclass(frozen=True, kw_only=True)
class DocumentPage(Page):
    """A document; `opens_on` is set, and the rest empty, while its module is closed."""

    template: ClassVar[str] = "lessons/document.html"

    edition: Edition
    title: str
    module: Module | None
    opens_on: date | None
    parts: Sequence[Part] = ()
    rubric: Sequence[Criterion] = ()
    example: Example | None = None
    heads: Sequence[str] = ()
    people: Sequence[Line] = ()


@dataclass(frozen=True, kw_only=True)
class LabPage(Page):
    """The laboratory; `scores` once all statements are answered, `missing` if only some are."""

    template: ClassVar[str] = "lessons/lab.html"

    edition: Edition
    module: Module
    lab: Lab
    answers: Mapping[str, int]
    missing: Sequence[str]
    scores: Scores | None


@room.get("/documents/<document>", needs=Permission.READ_LESSONS)
def show_document(edition: str, document: str) -> ResponseReturnValue:
    here = here_in(edition)
    course = shelf.course(here.edition.course)
    name, found, module = beside.find(course, document) or abort(404)
    teaching = actor().may(Permission.READ_EXPERT_NOTES, edition)
    if is_for_teachers(name) and not teaching:
        abort(404)
    keys = (course.revision, here.keys, today_in(here), teaching)
    if same := fresh.unchanged(document, *keys):
        return same
    language, title = current().language, TITLES[name]
    closed = _opens_on(here, module)
    if closed:
        page = DocumentPage(edition=here.edition, title=title, module=module, opens_on=closed)
        return show(page), 403
    rubric = {"project": "project", "peer": "peer", "strong": "peer", "weak": "peer"}.get(name, "")
    manifest = course.work.manifest if name == "group" else None
    heads, people = beside.people(manifest, language) if manifest else ((), ())
    page = DocumentPage(
        edition=here.edition,
        title=title,
        module=module,
        opens_on=None,
        parts=list(beside.parts(name, found, language, teaching=teaching)),
        rubric=course.work.rubrics.get(rubric, ()),
        example=course.work.examples.get(name),
        heads=heads,
        people=people,
    )
    return fresh.stamped(show(page))


@room.get("/lab/<module>", needs=Permission.READ_LESSONS)
def show_lab(edition: str, module: str) -> ResponseReturnValue:
    """Show the laboratory; with an answer to every statement (0 to 4), what they add up to."""
    here = here_in(edition)
    course = shelf.course(here.edition.course)
    own = next((each for each in course.modules if each.key == module), None)
    if own is None or own.lab is None or _opens_on(here, own):
        abort(404)
    keys = [statement.key for statement in own.lab.statements]
    answers = rules.lab_answers(keys, request.args)
    missing = [key for key in keys if key not in answers] if request.args else []
    complete = bool(request.args) and not missing
    dimensions = {statement.key: statement.dimension for statement in own.lab.statements}
    page = LabPage(
        edition=here.edition,
        module=own,
        lab=own.lab,
        answers=answers,
        missing=missing,
        scores=rules.lab_scores(answers, dimensions) if complete else None,
    )
    return show(page), 422 if missing else 200


def _opens_on(here: Here, module: Module | None) -> date | None:
    """Return the day on which a module opens for the reader, None if it is open."""
    if module is None:
        return None
    line = next(line for line in outline_of(here).modules if line.key == module.key)
    return None if line.open else line.opens_on
