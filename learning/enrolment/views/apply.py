"""Beginning an application: the editions of a course that take some."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor, me
from learning.access.permissions import Permission
from learning.accounts import queries as people
from learning.catalogue.models import Edition
from learning.catalogue.queries import editions_of
from learning.content import shelf
from learning.content.course import Course
from learning.enrolment import applying, deadlines, queries
from learning.enrolment.models import Application
from learning.enrolment.rules import Event, Guard
from learning.enrolment.views.room import answer, deed, way_on
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import I18n, i18n_for
from learning.kit.languages import current
from learning.kit.pages import Page
from learning.kit.time import now

room = Room("apply", __name__, url_prefix="/courses/<course>/apply")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An edition that takes applications; `mine` is the reader's own, if there is one already."""

    edition: Edition
    until: datetime
    centre: I18n
    free: int
    mine: Application | None


@dataclass(frozen=True, kw_only=True)
class ApplyPage(Page):
    template: ClassVar[str] = "enrolment/apply.html"

    course: Course
    choices: Sequence[Choice]


@room.get("", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def show_editions(course: str) -> ResponseReturnValue:
    """Show the editions that take applications, or say that none does."""
    never_store()
    known = shelf.courses().get(course) or abort(404)
    editions = _editions(course)
    free = queries.places_free(db(), editions)
    mine = queries.own_live(db(), actor(), course)
    choices = [
        Choice(
            edition=edition,
            until=deadlines.last_second(edition.apply_until, edition.zone),
            centre=i18n_for(current().language, edition.zone),
            free=free[edition.id],
            mine=mine.get(edition.id),
        )
        for edition in editions
    ]
    return answer(ApplyPage(course=known, choices=choices))


@room.post("", needs=Permission.OWN_PAGES)
def begin(course: str) -> ResponseReturnValue:
    """Begin an application, or go on with the one that there is, for the edition that is named.

    Without a name it is the one edition that takes applications; of several, one is chosen.
    """
    never_store()
    if course not in shelf.courses():
        abort(404)
    named = request.form.get("edition", "")
    editions = [e for e in _editions(course) if not named or e.code == named]
    if len(editions) != 1:
        return redirect(url_for(".show_editions", course=course), 303)
    person = people.person(db(), me()) or abort(404)
    application = applying.begin(db(), editions[0], person, deed(Event.CREATE))
    return redirect(way_on(application), 303)


def _editions(course: str) -> list[Edition]:
    """Return the editions that take applications now, the next one to start first."""
    moment = now()
    open_ = [
        edition
        for edition in editions_of(db(), actor(), course)
        if Guard.TAKES_APPLICATIONS in applying.takes(edition, moment)
    ]
    return sorted(open_, key=lambda edition: (edition.starts_on, edition.id))
