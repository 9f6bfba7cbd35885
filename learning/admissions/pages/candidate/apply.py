"""Starting an application: the open editions of a course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts import queries as people
from learning.admissions.commands import applications
from learning.admissions.models import Application
from learning.admissions.pages.candidate.blueprint import answer, next_url, transition_request
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules import deadlines
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import TransitionGuard
from learning.catalogue.models import Edition
from learning.catalogue.queries import editions_of
from learning.content import registry
from learning.content.course import Course
from learning.enrolment import seats
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page
from learning.kit.time import now

bp = GuardedBlueprint("apply", __name__, url_prefix="/courses/<course>/apply")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An edition that takes applications; `mine` is the reader's own application, if any."""

    edition: Edition
    until: datetime
    free: int
    mine: Application | None


@dataclass(frozen=True, kw_only=True)
class ApplyPage(Page):
    template: ClassVar[str] = "admissions/apply.html"

    course: Course
    choices: Sequence[Choice]


@bp.get("", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def show_editions(course: str) -> ResponseReturnValue:
    """Show the editions that take applications, or say that there is none."""
    never_store()
    known = registry.courses().get(course) or abort(404)
    editions = _editions(course)
    free = seats.free_in(db(), editions)
    mine = application_queries.own_active_applications(db(), current_actor(), course)
    choices = [
        Choice(
            edition=edition,
            until=deadlines.last_second(edition.apply_until, edition.zone),
            free=free[edition.id],
            mine=mine.get(edition.id),
        )
        for edition in editions
    ]
    return answer(ApplyPage(course=known, choices=choices))


@bp.post("", needs=Permission.OWN_PAGES)
@form_post(has_form=False)
def begin(course: str) -> ResponseReturnValue:
    """Create an application for an edition, or continue the existing one.

    Without an edition code it is the only edition that takes applications; of several, one must
    be chosen.
    """
    never_store()
    if course not in registry.courses():
        abort(404)
    named = request.form.get("edition", "")
    editions = [e for e in _editions(course) if not named or e.code == named]
    if len(editions) != 1:
        return redirect(url_for(".show_editions", course=course), 303)
    person = people.get_person(db(), current_person_id()) or abort(404)
    application = applications.create_application(
        db(), editions[0], person, transition_request(ApplicationEvent.CREATE)
    )
    return redirect(next_url(application), 303)


def _editions(course: str) -> list[Edition]:
    """Return the editions that take applications now, the next one to start first."""
    moment = now()
    open_ = [
        edition
        for edition in editions_of(db(), current_actor(), course)
        if TransitionGuard.TAKES_APPLICATIONS in applications.time_guards(edition, moment)
    ]
    return sorted(open_, key=lambda edition: (edition.starts_on, edition.id))
