"""What a device keeps of unsent text is removed once the text has come: the server says so.

A form with such text carries a mark of the page on which it was typed (static/js/drafts.js). Once
the form has been carried out the mark returns as a cookie, which the script reads and removes.
"""

import re
from http import HTTPStatus

from flask import Flask, Response, request

from learning.kit.db import SAFE_METHODS

FIELD, COOKIE = "draft", "sent"
MARK = re.compile(r"[a-z0-9]{1,16}")
LASTS = 600  # seconds; the next page reads it
CARRIED_OUT = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})


def init_app(app: Flask) -> None:
    app.after_request(_say_that_it_came)


def _say_that_it_came(response: Response) -> Response:
    """Mark the answer to a form that was carried out; one that is shown again was not."""
    if request.method in SAFE_METHODS or response.status_code not in CARRIED_OUT:
        return response
    mark = request.form.get(FIELD, "")
    if MARK.fullmatch(mark):
        response.set_cookie(
            COOKIE, mark, max_age=LASTS, secure=request.is_secure, samesite="Lax", httponly=False
        )
    return response
