"""The application and its cookie, without what Flask makes anew for each request."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Cookies(SecureCookieSessionInterface):
    """Flask's own signed cookie; who signs is made once for each secret."""

    def __init__(self) -> None:
        self._made: dict[object, URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if app.secret_key not in self._made:
            self._made[app.secret_key] = super().get_signing_serializer(app)
        return self._made[app.secret_key]


class Application(Flask):
    """A Flask application none of whose functions is a coroutine: none is asked each time."""

    session_interface = Cookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
