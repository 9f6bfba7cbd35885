"""Forms that a script sends in the background, or again after a broken line (static/js/queue.js).

It looks at the status: what went well is answered with 204 and where the reader would go next. What
one person left on a device is never taken from another who signed in there since.
"""

from collections.abc import Callable

from flask import Flask, Response, abort, request

from learning.kit.db import SAFE_METHODS

QUIET, READER = "X-Quiet", "X-Reader"
UNAUTHORIZED, SEE_OTHER, NO_CONTENT = 401, 303, 204


def init_app(app: Flask, reader: Callable[[], str]) -> None:
    """Set quiet answers up; `reader` gives the mark of whoever makes this request."""

    @app.before_request
    def refuse_another_reader() -> None:
        sender = request.headers.get(READER)
        if sender is not None and request.method not in SAFE_METHODS and sender != reader():
            abort(UNAUTHORIZED)

    app.after_request(_say_where_to_go)


def _say_where_to_go(response: Response) -> Response:
    if QUIET in request.headers and response.status_code == SEE_OTHER:
        response.status_code = NO_CONTENT
        response.set_data(b"")
    return response
