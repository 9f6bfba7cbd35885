"""Unsent text on a device is removed once the server has it: the server confirms it.

A form with such text carries a mark of the page on which it was typed (static/js/drafts.js). Once
the form has been carried out the mark returns as a cookie, which the script reads and removes.
"""

import re
from http import HTTPStatus

from flask import Flask, Response, request

from learning.kit.db import SAFE_METHODS

FIELD, COOKIE = "draft", "sent"
DRAFT_ID = re.compile(r"[a-z0-9]{1,16}")
COOKIE_SECONDS = 600  # seconds; the next page reads it
SUCCESS_STATUSES = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})


def init_app(app: Flask) -> None:
    app.after_request(_confirm_draft)


def _confirm_draft(response: Response) -> Response:
    """Set the cookie after a form that was carried out, not after one that is shown again."""
    if request.method in SAFE_METHODS or response.status_code not in SUCCESS_STATUSES:
        return response
    mark = request.form.get(FIELD, "")
    if DRAFT_ID.fullmatch(mark):
        response.set_cookie(
            COOKIE,
            mark,
            max_age=COOKIE_SECONDS,
            secure=request.is_secure,
            samesite="Lax",
            httponly=False,
        )
    return response
