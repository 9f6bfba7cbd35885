"""What goes wrong, in words that the reader understands."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from learning.kit import conflicts, crossing, failures
from learning.kit.db import SAFE_METHODS, forget_changes
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current
from learning.kit.pages import Page, show

RETRY_AFTER = 5  # seconds
SECRETS = frozenset({"password", crossing.FIELD})  # never written into a page
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
    address: str = ""  # where what was typed can be sent once more
    typed: Sequence[tuple[str, str]] = ()


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
    app.register_error_handler(IntegrityError, _show_conflict)
    app.register_error_handler(HTTPException, _show_problem)


def _show_refusal(refusal: Refused) -> ResponseReturnValue:
    words = current()
    page = ProblemPage(title=words.gettext(N_("That is not possible")), text=refusal.said(words))
    return show(page), HTTPStatus.CONFLICT


def _show_conflict(failure: IntegrityError) -> ResponseReturnValue:
    """Say who was quicker, in the words of the constraint; anything else is our fault."""
    sentence = conflicts.sentence_for(failure)
    if sentence is None:
        raise failure
    forget_changes()
    log.info("%s %s came second: %s", request.method, request.url_rule, sentence)
    return _conflict_page(sentence)


def _conflict_page(sentence: str) -> ResponseReturnValue:
    words = current()
    page = ProblemPage(
        title=words.gettext(N_("Somebody was quicker")),
        text=words.gettext(sentence),
        **_kept(),
    )
    return show(page), HTTPStatus.CONFLICT


def _kept() -> dict[str, Any]:
    """Return what was typed, if it can be sent once more: no file and no password is kept."""
    if request.method in SAFE_METHODS or request.files or "password" in request.form:
        return {}
    return {"address": request.full_path.rstrip("?"), "typed": typed_fields()}


def typed_fields() -> list[tuple[str, str]]:
    """Return what a form brought, secrets left out."""
    return [(k, v) for k, v in request.form.items(multi=True) if k not in SECRETS]


def _show_problem(error: HTTPException) -> ResponseReturnValue:
    """Show our own page for an error, and leave redirects alone."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    code = HTTPStatus(error.code)
    kept = {}
    if code == HTTPStatus.INTERNAL_SERVER_ERROR:
        forget_changes()
        cause = getattr(error, "original_exception", None)
        if sentence := conflicts.sentence_for(cause):
            return _conflict_page(sentence)
        code = _note_failure(cause)
        kept = _kept() if code != HTTPStatus.INTERNAL_SERVER_ERROR else {}
    title, text = PROBLEMS.get(code, PROBLEMS[HTTPStatus.BAD_REQUEST])
    words = current()
    page = ProblemPage(title=words.gettext(title), text=words.gettext(text), **kept)
    waiting = {"Retry-After": str(RETRY_AFTER)} if code == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return show(page), code, waiting


def _note_failure(cause: BaseException | None) -> HTTPStatus:
    """Write down what failed; return whether it is our fault, a full disk, or too much at once."""
    code = failures.status_of(cause)
    log.error("%s %s failed (%s)", request.method, request.url_rule, code, exc_info=cause)
    return code
