"""What arrives, without NUL characters: no text has any, and PostgreSQL refuses them."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict

NUL = "\x00"
NOT_FOUND = 404


class Cleaned(ImmutableMultiDict[str, Any]):
    """The fields of a form or a question; files are left as they are."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__([(_clean(key), _clean(value)) for key, value in pairs or ()])


class CleanRequest(Request):
    parameter_storage_class = Cleaned


def _clean(value: Any) -> Any:  # noqa: ANN401 text or a file
    return value.replace(NUL, "") if isinstance(value, str) else value


def init_app(app: Flask) -> None:
    app.request_class = CleanRequest
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if NUL in request.path:
        abort(NOT_FOUND)
