"""The indicator laboratory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.content import registry
from learning.content.activity_types import Lab
from learning.content.course import Module
from learning.kit.pages import Page, render_page
from learning.lessons import rules
from learning.lessons.queries import LearnerEdition
from learning.lessons.rules import Scores
from learning.lessons.views.blueprint import bp, context_of, outline_of


@dataclass(frozen=True, kw_only=True)
class LabPage(Page):
    """The laboratory; `scores` once all statements are answered, `missing` if only some are.

    `model_scores` are those of the model answer, to compare with.
    """

    template: ClassVar[str] = "lessons/lab.html"

    edition: LearnerEdition
    module: Module
    lab: Lab
    answers: Mapping[str, int]
    missing: Sequence[str]
    scores: Scores | None
    model_scores: Scores


@bp.get("/lab/<module>", needs=Permission.READ_LESSONS)
def show_lab(edition: str, module: str) -> ResponseReturnValue:
    """Show the laboratory; with an answer to every statement (0 to 4), what they add up to."""
    context = context_of(edition)
    course = registry.course(context.edition.course)
    own = next((each for each in course.modules if each.key == module), None)
    shown = next((each for each in outline_of(context).modules if each.key == module), None)
    if own is None or own.lab is None or shown is None or not shown.open:
        abort(404)
    keys = [statement.key for statement in own.lab.statements]
    answers = rules.lab_answers(keys, request.args)
    missing = [key for key in keys if key not in answers] if request.args else []
    complete = bool(request.args) and not missing
    dimensions = {statement.key: statement.dimension for statement in own.lab.statements}
    page = LabPage(
        edition=context.edition,
        module=own,
        lab=own.lab,
        answers=answers,
        missing=missing,
        scores=rules.lab_scores(answers, dimensions) if complete else None,
        model_scores=rules.lab_scores(
            {statement.key: statement.model for statement in own.lab.statements}, dimensions
        ),
    )
    return render_page(page), 422 if missing else 200
