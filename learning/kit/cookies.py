"""The application and its cookie, without what Flask computes anew for each request."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class CachedSessionInterface(SecureCookieSessionInterface):
    """Flask's own signed cookie; the serializer is created once for each secret."""

    def __init__(self) -> None:
        self._made: dict[object, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app.secret_key not in self._made:
            self._made[app.secret_key] = super().get_signing_serializer(app)
        return self._made[app.secret_key]


class Application(Flask):
    """A Flask application without coroutines, so that no function is checked for being one."""

    session_interface = CachedSessionInterface()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
