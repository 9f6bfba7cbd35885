"""Error pages, in words that the reader understands."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from learning.kit import conflicts, failures
from learning.kit.db import SAFE_METHODS, rollback_changes
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, message_of, render_page
from learning.kit.resend import request_url, submitted_fields

RETRY_AFTER_SECONDS = 5  # seconds
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ProblemPage(Page):
    """What happened, what is safe, what to do."""

    template: ClassVar[str] = "layout/problem.html"

    title: str
    text: str
    retry_url: str = ""  # the URL to which the typed values can be sent once more
    submitted: Sequence[tuple[str, str]] = ()


PROBLEMS = {
    HTTPStatus.BAD_REQUEST: (
        N_("This could not be read"),
        N_(
            "What the browser sent was not what this page expects. "
            "Nothing was changed. Go back and try again."
        ),
    ),
    HTTPStatus.FORBIDDEN: (
        N_("This was not sent from our pages"),
        N_(
            "For your safety it was not carried out, and nothing "
            "was changed. Open the page again and send the form from there."
        ),
    ),
    HTTPStatus.NOT_FOUND: (
        N_("There is no such page"),
        N_("The address may be mistyped, or the page is not open to you. Your work is safe."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        N_("This page cannot be used that way"),
        N_("Nothing was changed. Go back and use the form on the page."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        N_("That is too large to send"),
        N_(
            "Nothing was changed. Go back, shorten the text "
            "or choose a smaller file, and send it again."
        ),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        N_("Something went wrong on our side"),
        N_(
            "What you saved before is safe; this last step "
            "was not carried out. Go back and try again in a minute."
        ),
    ),
    HTTPStatus.INSUFFICIENT_STORAGE: (
        N_("There is no room left to save this"),
        N_(
            "What you saved before is safe; this last step was not carried out. Keep what you "
            "wrote, go back, and try again later: the people who run this site have to make room."
        ),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        N_("Many people are here at once"),
        N_("Nothing was changed. Wait a few seconds, then send it again."),
    ),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(RuleViolation, _show_rule_violation)
    app.register_error_handler(IntegrityError, _show_conflict)
    app.register_error_handler(HTTPException, _show_problem)


def _show_rule_violation(violation: RuleViolation) -> ResponseReturnValue:
    words = current_i18n()
    page = ProblemPage(title=words.gettext(N_("That is not possible")), text=message_of(violation))
    return render_page(page), HTTPStatus.CONFLICT


def _show_conflict(failure: IntegrityError) -> ResponseReturnValue:
    """Show the message of a violated unique constraint; any other error is a 500."""
    sentence = conflicts.message_for(failure)
    if sentence is None:
        raise failure
    rollback_changes()
    log.info("%s %s came second: %s", request.method, request.url_rule, sentence)
    return _conflict_page(sentence)


def _conflict_page(sentence: str) -> ResponseReturnValue:
    words = current_i18n()
    page = ProblemPage(
        title=words.gettext(N_("Somebody was quicker")),
        text=words.gettext(sentence),
        **_retry_fields(),
    )
    return render_page(page), HTTPStatus.CONFLICT


def _retry_fields() -> dict[str, Any]:
    """Return the typed values, if they can be sent once more: no file and no password."""
    if request.method in SAFE_METHODS or request.files or "password" in request.form:
        return {}
    return {"retry_url": request_url(), "submitted": submitted_fields()}


def _show_problem(error: HTTPException) -> ResponseReturnValue:
    """Show our own page for an error; redirects pass unchanged."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    code = HTTPStatus(error.code)
    typed_values = {}
    if code == HTTPStatus.INTERNAL_SERVER_ERROR:
        rollback_changes()
        cause = getattr(error, "original_exception", None)
        if sentence := conflicts.message_for(cause):
            return _conflict_page(sentence)
        code = _log_failure(cause)
        typed_values = _retry_fields() if code != HTTPStatus.INTERNAL_SERVER_ERROR else {}
    title, text = PROBLEMS.get(code, PROBLEMS[HTTPStatus.BAD_REQUEST])
    words = current_i18n()
    page = ProblemPage(title=words.gettext(title), text=words.gettext(text), **typed_values)
    waiting = (
        {"Retry-After": str(RETRY_AFTER_SECONDS)} if code == HTTPStatus.SERVICE_UNAVAILABLE else {}
    )
    return render_page(page), code, waiting


def _log_failure(cause: BaseException | None) -> HTTPStatus:
    """Log a failure; return its status: 500 for a bug, 507 for a full disk, 503 for overload."""
    code = failures.status_of(cause)
    log.error("%s %s failed (%s)", request.method, request.url_rule, code, exc_info=cause)
    return code
