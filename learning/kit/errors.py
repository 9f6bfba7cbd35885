"""What goes wrong, in words that the reader understands."""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from learning.kit import failures
from learning.kit.db import forget_changes
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current
from learning.kit.pages import Page, show

RETRY_AFTER = 5  # seconds
log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 a refusal is not an error
    """The rules say no; the message, marked with N_, is shown to whoever asked.

    What the message names is given along, and `field` is where on a form it belongs, if anywhere.
    """

    def __init__(self, message: str, *, field: str = "", **named: object) -> None:
        super().__init__(message)
        self.field, self.named = field, named

    def said(self, words: I18n) -> str:
        """Return the message in a language, days, moments and amounts as they are written there."""
        message = words.gettext(str(self))
        named = {name: words.said(what) for name, what in self.named.items()}
        return message % named if named else message


@dataclass(frozen=True, kw_only=True)
class ProblemPage(Page):
    """What happened, what is safe, what to do."""

    template: ClassVar[str] = "layout/problem.html"

    title: str
    text: str


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
    app.register_error_handler(Refused, _show_refusal)
    app.register_error_handler(HTTPException, _show_problem)


def _show_refusal(refusal: Refused) -> ResponseReturnValue:
    words = current()
    page = ProblemPage(title=words.gettext(N_("That is not possible")), text=refusal.said(words))
    return show(page), HTTPStatus.CONFLICT


def _show_problem(error: HTTPException) -> ResponseReturnValue:
    """Show our own page for an error, and leave redirects alone."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    code = HTTPStatus(error.code)
    if code == HTTPStatus.INTERNAL_SERVER_ERROR:
        forget_changes()
        code = _note_failure(getattr(error, "original_exception", None))
    title, text = PROBLEMS.get(code, PROBLEMS[HTTPStatus.BAD_REQUEST])
    words = current()
    page = ProblemPage(title=words.gettext(title), text=words.gettext(text))
    waiting = {"Retry-After": str(RETRY_AFTER)} if code == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return show(page), code, waiting


def _note_failure(cause: BaseException | None) -> HTTPStatus:
    """Write down what failed; return whether it is our fault, a full disk, or too much at once."""
    code = failures.status_of(cause)
    log.error("%s %s failed (%s)", request.method, request.url_rule, code, exc_info=cause)
    return code
