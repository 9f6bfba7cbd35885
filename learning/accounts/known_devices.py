"""Devices that signed in to an account before have a rate limit of their own.

Wrong passwords from elsewhere cannot lock the owner out on such a device. A signed cookie
identifies the device; it is set at a successful sign-in and after a password reset by e-mail. It
contains no name, grants nothing, and only selects the bucket that a wrong password counts against.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from learning.accounts import limits
from learning.kit.rate_limit import Attempt, Limit, attempt

COOKIE, COOKIE_LIFETIME = "device", timedelta(days=180)
MAX_ACCOUNTS = 5  # people who share a device, each with an account
KNOWN_BY_EMAIL_PREFIX = "e-"
"""Marks a device known by a reset only: enough for a password, not for the second factor."""


def init_app(app: Flask) -> None:
    app.after_request(_set_cookie)


def attempt_on_device(limit: Limit, subject: object, person_id: int | None) -> Attempt:
    """Return what an attempt at an account counts as.

    On a known device it has a bucket of its own.
    """
    mark = _devices().get(_account_mark(person_id)) if person_id is not None else None
    if mark is None or (mark.startswith(KNOWN_BY_EMAIL_PREFIX) and limit is not limits.SIGN_IN):
        return attempt(limit, subject)
    return attempt(limits.KNOWN_DEVICE, f"{limit.name} {mark}")


def remember(person_id: int, *, by_email: bool = False) -> None:
    """Mark this device as known to a person's account, with an empty bucket."""
    new_mark = (KNOWN_BY_EMAIL_PREFIX if by_email else "") + secrets.token_urlsafe(12)
    other_marks = {
        account: mark for account, mark in _devices().items() if account != _account_mark(person_id)
    }
    g.known_devices = dict(
        list(({_account_mark(person_id): new_mark} | other_marks).items())[:MAX_ACCOUNTS]
    )


def _set_cookie(response: Response) -> Response:
    if marks := g.get("known_devices"):
        response.set_cookie(
            _name(),
            _serializer().dumps(marks),
            max_age=COOKIE_LIFETIME,
            secure=_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _devices() -> Mapping[str, str]:
    """Return the marks of this device by account; empty if the cookie is not signed by us."""
    try:
        marks = _serializer().loads(
            request.cookies.get(_name(), ""), max_age=round(COOKIE_LIFETIME.total_seconds())
        )
    except BadSignature:
        return {}
    return marks if isinstance(marks, dict) else {}


def _account_mark(person_id: int) -> str:
    """Return the pseudonym of an account in the cookie, which others may read."""
    return hashlib.sha256(f"{current_app.secret_key!r} device {person_id}".encode()).hexdigest()[
        :12
    ]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known device")


def _name() -> str:
    return f"__Host-{COOKIE}" if _secure() else COOKIE


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
