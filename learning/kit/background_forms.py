"""Forms sent in the background or retried by a script (static/js/queue.js), and whose they are.

The script looks at the status: a success is 204 with the URL that the reader would go to next. What
one person typed is not sent in the name of another who signed in since, in the background or not.
"""

from collections.abc import Callable, Collection

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.kit.db import SAFE_METHODS
from learning.kit.requests import FORMS

BACKGROUND, READER = "X-Background", "X-Reader"
WAITED = "X-Waited"  # seconds since the form was sent by its writer, who had no connection
MAX_WAITED = 60 * 60 * 24 * 30
FIELD = "reader"  # the same as X-Reader, in a form: whose page it was typed on
UNAUTHORIZED, SEE_OTHER, NO_CONTENT = 401, 303, 204


def init_app(app: Flask, reader: Callable[[], str]) -> None:
    """Set up background answers; `reader` returns the mark of the person who makes this request."""

    @app.before_request
    def reject_another_reader() -> None:
        sender = request.headers.get(READER)
        if sender is not None and request.method not in SAFE_METHODS and sender != reader():
            abort(UNAUTHORIZED)

    def reader_field() -> Markup:
        mark = reader()
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return field.format(FIELD, mark) if mark else Markup("")

    app.jinja_env.globals["reader_field"] = reader_field
    app.after_request(_replace_redirect)


def reject_forms_of_others(
    app: Flask,
    reader: Callable[[], str],
    ask: Callable[[], ResponseReturnValue],
    sign_in_endpoints: Collection[str],
) -> None:
    """Refuse a form from the page of one person that comes while another is signed in.

    `ask` returns the page on which its writer signs in, which sends it to the `sign_in_endpoints`.
    Call it before the guard is registered: what the other may not do is no reason to lose the text.
    """

    @app.before_request
    def reject_form_of_another() -> ResponseReturnValue | None:
        if request.method in SAFE_METHODS or request.mimetype not in FORMS:
            return None
        if request.endpoint in sign_in_endpoints:
            return None
        current = reader()
        if not current:  # the guard asks a visitor, where one has to be signed in
            return None
        return ask() if request.form.get(FIELD, current) != current else None


def waited() -> int:
    """Return for how many seconds this form has waited on the device, as the device says."""
    seconds = request.headers.get(WAITED, "")
    known = seconds.isascii() and seconds.isdigit() and len(seconds) <= len(str(MAX_WAITED))
    return min(int(seconds), MAX_WAITED) if known else 0


def _replace_redirect(response: Response) -> Response:
    if BACKGROUND in request.headers and response.status_code == SEE_OTHER:
        response.status_code = NO_CONTENT
        response.set_data(b"")
    return response
