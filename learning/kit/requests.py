"""Requests without what no database accepts: NUL characters, numbers out of range.

A form with files may be larger than others. It is always read before its view begins a transaction,
which a slow connection would hold open.
"""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from learning.kit.email_addresses import normal_email

NUL = "\x00"
NOT_FOUND = 404
MAX_BIGINT = 2**63 - 1
MAX_MULTIPART_BYTES = 6_000_000
MULTIPART = "multipart/form-data"
FORMS = frozenset({MULTIPART, "application/x-www-form-urlencoded"})


class CleanMultiDict(ImmutableMultiDict[str, Any]):
    """The fields of a form or a query string; files are left as they are."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__([(_clean(key), _clean(value)) for key, value in pairs or ()])


class CleanRequest(Request):
    parameter_storage_class = CleanMultiDict


class BigIntConverter(IntegerConverter):
    """A number in a URL; 404 for one that no row can have."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 the base class's own
        super().__init__(*args, **({"max": MAX_BIGINT} | options))


def query_number(name: str) -> int | None:
    """Return a number from the query string, None without one that a row can have."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 <= number <= MAX_BIGINT else None


def posted_email(name: str = "email") -> str:
    """Return an address from the form that is sent, in its normal form, before it is validated."""
    return normal_email(request.form.get(name, ""))


def _clean(value: Any) -> Any:  # noqa: ANN401 text or a file
    return value.replace(NUL, "") if isinstance(value, str) else value


def init_app(app: Flask) -> None:
    app.request_class = CleanRequest
    app.url_map.converters["int"] = BigIntConverter
    app.before_request(_reject_nul)
    app.before_request(_raise_limit_for_files)


def read_forms_before_views(app: Flask) -> None:
    """Read every permitted form whole; call it after the guard is registered."""
    app.before_request(_read_form)


def _reject_nul() -> None:
    if NUL in request.path:
        abort(NOT_FOUND)


def _raise_limit_for_files() -> None:
    """Raise the size limit for forms with files, which are written to disk.

    Others are read into memory.
    """
    if request.mimetype == MULTIPART:
        request.max_content_length = MAX_MULTIPART_BYTES


def _read_form() -> None:
    """Read a form; one without a length that exceeds the limit is rejected, not cut off."""
    if request.mimetype not in FORMS:
        return
    form = request.form  # reads it whole
    if form and request.content_length is None:
        request.stream.read(1)
