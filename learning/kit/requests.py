"""What arrives, without NUL characters: no text has any, and PostgreSQL refuses them."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict

NUL = "\x00"
NOT_FOUND = 404


class Cleaned(ImmutableMultiDict[str, Any]):
    """The fields of a form or a question."""

    def __init__(self, pairs: Iterable[tuple[str, str]] | None = None) -> None:
        super().__init__([(k.replace(NUL, ""), v.replace(NUL, "")) for k, v in pairs or ()])


class CleanRequest(Request):
    parameter_storage_class = Cleaned


def init_app(app: Flask) -> None:
    app.request_class = CleanRequest
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    if NUL in request.path:
        abort(NOT_FOUND)
