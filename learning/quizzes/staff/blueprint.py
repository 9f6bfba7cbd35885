"""The blueprint of the quizzes of an edition, for staff, and the quiz of a URL."""

from dataclasses import dataclass

from flask import abort

from learning.access.guard import GuardedBlueprint
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.activity_types import QuizRules
from learning.content.course import Module
from learning.kit.languages import current_i18n
from learning.quizzes.pages import ModuleHead

bp = GuardedBlueprint("quiz_results", __name__, url_prefix="/staff/editions/<edition>/quizzes")


@dataclass(frozen=True, kw_only=True)
class StaffQuiz:
    """The quiz of a module of an edition."""

    edition: Edition
    module: Module
    rules: QuizRules

    @property
    def head(self) -> ModuleHead:
        return module_head(self.module)


def staff_quiz(edition: str, module: str) -> StaffQuiz:
    """Return the quiz of a URL, or 404."""
    where = edition_of(edition)
    course = registry.course(where.course)
    found = next((m for m in course.modules if m.key == module and m.bank), None) or abort(404)
    return StaffQuiz(edition=where, module=found, rules=course.assessment.quiz or abort(404))


def module_head(module: Module) -> ModuleHead:
    title = module.title[current_i18n().language]
    return ModuleHead(key=module.key, week=module.week, title=title)
