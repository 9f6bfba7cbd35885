"""The blueprint of a candidate's own applications, and what its pages share."""

from http import HTTPStatus

from flask import abort, make_response, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.admissions.commands import applications
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.states import EDITABLE, ApplicationEvent, ApplicationState
from learning.enrolment.rules import ActorRole
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.kit.versions import version_number

bp = GuardedBlueprint("applications", __name__, url_prefix="/applications")


def own_application(reference: str) -> Application:
    """Return an application of the signed-in person; 404 for another person's."""
    never_store()
    return application_queries.own_application(db(), current_actor(), reference) or abort(404)


def transition_request(
    event: ApplicationEvent, *, reason: str = "", version: str | None = None
) -> TransitionRequest:
    """Return the transition that the candidate requests now; `version` as the form sent it."""
    return TransitionRequest(
        event=event,
        actor_role=ActorRole.APPLICANT,
        by=current_person_id(),
        now=now(),
        reason=reason,
        version=None if version is None else version_number(version),
    )


def answer(page: Page, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    return make_response(render_page(page), status)


def status_url(application: Application) -> str:
    return url_for("applications.show_application", reference=application.reference)


def review_url(application: Application) -> str:
    return url_for("applications.show_review", reference=application.reference)


def next_url(application: Application) -> str:
    """Return the next page of an application: a step, the review, or its status."""
    if application.state is not ApplicationState.DRAFT:
        return status_url(application)
    missing = applications.missing_steps(db(), application)
    if not missing:
        return review_url(application)
    return url_for("applications.show_step", reference=application.reference, step=str(missing[0]))


def can_change(application: Application) -> bool:
    return application.state in EDITABLE
