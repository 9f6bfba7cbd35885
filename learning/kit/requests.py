"""What arrives, without what no database takes: NUL characters, numbers beyond its own.

A form that carries files may be larger than others. Whatever its size, it is there before its view
begins a transaction, which a slow line would hold open.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

NUL = "\x00"
NOT_FOUND = 404
BIGGEST = 2**63 - 1
MOST_BYTES_WITH_FILES = 6_000_000
WITH_FILES = "multipart/form-data"
FORMS = frozenset({WITH_FILES, "application/x-www-form-urlencoded"})


class Cleaned(ImmutableMultiDict[str, Any]):
    """The fields of a form or a question; files are left as they are."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__([(_clean(key), _clean(value)) for key, value in pairs or ()])


class CleanRequest(Request):
    parameter_storage_class = Cleaned


class WholeConverter(IntegerConverter):
    """A number in an address; one that no row can have leads nowhere."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 the base class's own
        super().__init__(*args, **({"max": BIGGEST} | options))


def asked_number(name: str) -> int | None:
    """Return a number of the question after the address, None without one that a row can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number <= BIGGEST else None


def _clean(value: Any) -> Any:  # noqa: ANN401 text or a file
    return value.replace(NUL, "") if isinstance(value, str) else value


def init_app(app: Flask) -> None:
    app.request_class = CleanRequest
    app.url_map.converters["int"] = WholeConverter
    app.before_request(_refuse_nul)
    app.before_request(_let_files_be_larger)


def hear_forms_out(app: Flask) -> None:
    """Read every form whole that is let through; call it once the guard stands."""
    app.before_request(_hear_out)


def _refuse_nul() -> None:
    if NUL in request.path:
        abort(NOT_FOUND)


def _let_files_be_larger() -> None:
    """Only such forms are written to disk as they come; any other is read into memory whole."""
    if request.mimetype == WITH_FILES:
        request.max_content_length = MOST_BYTES_WITH_FILES


def _hear_out() -> None:
    """Read a form; one that names no length and goes on beyond the most is refused, not cut off."""
    if request.mimetype not in FORMS:
        return
    form = request.form  # reads it whole
    if form and request.content_length is None:
        request.stream.read(1)
