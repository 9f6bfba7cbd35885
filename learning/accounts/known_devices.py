"""Devices that signed in to an account before have a rate limit of their own.

Whoever tries wrong passwords from elsewhere cannot keep the owner out on such a device. The device
is known by a signed cookie, given at a successful sign-in and after a new password by e-mail. It
names nobody, opens nothing, and only says which bucket a wrong try falls into.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask, Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from learning.accounts import limits
from learning.kit.rate_limit import Attempt, Limit, attempt

COOKIE, LASTS = "device", timedelta(days=180)
MOST = 5  # people who share a device, each with an account
BY_EMAIL = "e-"  # known by a reset only: enough for a password, not for the second step


def init_app(app: Flask) -> None:
    app.after_request(_give_cookie)


def attempt_at(limit: Limit, subject: object, person_id: int | None) -> Attempt:
    """Return what a try at an account counts as: on a known device, as one of its own."""
    mark = _devices().get(_mark(person_id)) if person_id is not None else None
    if mark is None or (mark.startswith(BY_EMAIL) and limit is not limits.SIGN_IN):
        return attempt(limit, subject)
    return attempt(limits.KNOWN_DEVICE, f"{limit.name} {mark}")


def remember(person_id: int, *, by_email: bool = False) -> None:
    """Let this device be known to somebody's account from now on, with an empty bucket."""
    fresh = (BY_EMAIL if by_email else "") + secrets.token_urlsafe(12)
    others = {who: mark for who, mark in _devices().items() if who != _mark(person_id)}
    g.known_devices = dict(list(({_mark(person_id): fresh} | others).items())[:MOST])


def _give_cookie(response: Response) -> Response:
    if kept := g.get("known_devices"):
        response.set_cookie(
            _name(),
            _serializer().dumps(kept),
            max_age=LASTS,
            secure=_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _devices() -> Mapping[str, str]:
    """Return the marks of this device by account; a cookie that we did not sign has none."""
    try:
        found = _serializer().loads(
            request.cookies.get(_name(), ""), max_age=round(LASTS.total_seconds())
        )
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _mark(person_id: int) -> str:
    """Return what stands for an account in the cookie, which others may read."""
    return hashlib.sha256(f"{current_app.secret_key!r} device {person_id}".encode()).hexdigest()[
        :12
    ]


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="known device")


def _name() -> str:
    return f"__Host-{COOKIE}" if _secure() else COOKIE


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
