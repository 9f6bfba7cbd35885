"""The room, and what its pages share: where the reader is."""

from datetime import date

from flask import abort

from learning.access.guard import Room, actor
from learning.content import shelf
from learning.kit.db import db
from learning.kit.languages import current
from learning.kit.time import day_in, now
from learning.lessons import queries
from learning.lessons.outline import Outline, Reader, draw_outline
from learning.lessons.queries import Here, Kept

room = Room("lessons", __name__, url_prefix="/editions/<edition>")


def here_in(edition: str) -> Here:
    return queries.here(db(), actor(), edition) or abort(404)


def today_in(here: Here) -> date:
    return day_in(here.edition.zone, now())


def outline_of(here: Here, kept: Kept | None = None) -> Outline:
    """Return the course as the reader sees it; `kept` is what they have done, if it is known."""
    reader = Reader(
        here=here,
        kept=kept or queries.kept(db(), here.enrolment_id),
        language=current().language,
        today=today_in(here),
    )
    return draw_outline(shelf.course(here.edition.course), reader)
