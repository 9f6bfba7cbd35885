"""The room of one's own applications, and what its pages share."""

from http import HTTPStatus

from flask import abort, make_response, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor, me
from learning.enrolment import applying, queries
from learning.enrolment.applying import CHANGEABLE
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, State, Who
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, show
from learning.kit.requests import BIGGEST
from learning.kit.time import now

room = Room("applications", __name__, url_prefix="/applications")
NO_VERSION = -1  # no page was ever shown with it


def own(reference: str) -> Application:
    """Return an application of whoever makes this request; another's is not there."""
    never_store()
    return queries.own_application(db(), actor(), reference) or abort(404)


def own_again(reference: str) -> Application:
    """Forget what this request has changed, and return the application as it is kept."""
    db().rollback()
    return own(reference)


def deed(event: Event, *, reason: str = "", version: str | None = None) -> Deed:
    """Return what the candidate does now; `version` is what the page was shown with, as sent."""
    return Deed(
        event=event,
        who=Who.APPLICANT,
        by=me(),
        now=now(),
        reason=reason,
        version=None if version is None else _number(version),
    )


def answer(page: Page, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    return make_response(show(page), status)


def status_address(application: Application) -> str:
    return url_for("applications.show_application", reference=application.reference)


def review_address(application: Application) -> str:
    return url_for("applications.show_review", reference=application.reference)


def way_on(application: Application) -> str:
    """Return where somebody goes on with an application: a step, the review, or its status."""
    if application.state is not State.DRAFT:
        return status_address(application)
    left = applying.missing(db(), application)
    if not left:
        return review_address(application)
    return url_for("applications.show_step", reference=application.reference, step=str(left[0]))


def can_change(application: Application) -> bool:
    return application.state in CHANGEABLE


def _number(sent: str) -> int:
    number = int(sent) if sent.isdecimal() and len(sent) <= len(str(BIGGEST)) else NO_VERSION
    return number if number <= BIGGEST else NO_VERSION
