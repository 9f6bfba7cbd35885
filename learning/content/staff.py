"""Pages for staff: how current the translations are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, current_app
from flask.typing import ResponseReturnValue

from learning.access.guard import Room
from learning.access.permissions import Permission
from learning.content import shelf
from learning.content.course import Course
from learning.content.translation import LessonState, State, overview
from learning.kit.i18n import N_
from learning.kit.pages import Page, show

room = Room("content", __name__, url_prefix="/desk/courses/<course>")
STATES = {
    State.MISSING: N_("Missing"),
    State.OUTDATED: N_("Outdated"),
    State.TRANSLATED: N_("Translated"),
    State.REVIEWED: N_("Reviewed"),
}


@dataclass(frozen=True, kw_only=True)
class TranslationsPage(Page):
    template: ClassVar[str] = "content/translations.html"

    course: Course
    lessons: Sequence[LessonState]
    states: Mapping[State, str]


@room.get("/translations", needs=Permission.READ_TRANSLATIONS, somewhere=True)
def show_translations(course: str) -> ResponseReturnValue:
    known = shelf.courses().get(course) or abort(404)
    folder = current_app.extensions["course_folder"] / course
    return show(
        TranslationsPage(course=known, lessons=list(overview(known, folder)), states=STATES)
    )
