"""Unchanged pages are answered with 304 before anything is rendered or even read.

A page's version is a handful of keys. Those of every page are added here, where no view can forget
them: the build (code, templates, translations), the language and the zone, the reader with session
and permissions, and all that the layout shows. Views add the keys of their own content.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, make_response, request, session
from flask.typing import ResponseReturnValue

from learning.kit import csrf
from learning.kit.languages import current_i18n
from learning.kit.pages import current_layout

BUILD_FOLDERS = ("learning", "templates", "static", "translations")


def init_app(app: Flask, reader: Callable[[], object]) -> None:
    """Set up versions; `reader` identifies the reader, as a value whose `repr` is stable."""
    app.extensions["build"] = build_hash(Path(app.root_path))
    app.extensions["reader"] = reader


@lru_cache
def build_hash(root: Path) -> str:
    """Return a short hash over everything that shapes a page besides its data."""
    digest = hashlib.sha256()
    for folder in BUILD_FOLDERS:
        for path in sorted((root / folder).rglob("*.[phcj]*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".po"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def not_modified(*keys: object) -> Response | None:
    """Return a 304 if the reader already has this version of the page, else None.

    Either way the answer of this request will carry the version as a weak ETag. A page with a
    flash message has no version.
    """
    if session.get("_flashes"):
        return None
    etag = hashlib.sha256(repr((*_common_keys(), *keys)).encode()).hexdigest()[:24]
    request.environ["learning.etag"] = etag
    if not request.if_none_match.contains_weak(etag):
        return None
    response = make_response("", 304)
    response.set_etag(etag, weak=True)
    return response


def _common_keys() -> tuple[object, ...]:
    extensions, words = current_app.extensions, current_i18n()
    token = None if "Sec-Fetch-Site" in request.headers else session.get(csrf.FIELD, "")
    reader = extensions["reader"]()
    return extensions["build"], words.language, words.zone, reader, current_layout(), token


def with_etag(page: ResponseReturnValue) -> Response:
    """Return a page as a response with the version from `not_modified`."""
    response = make_response(page)
    etag = cast("str | None", request.environ.get("learning.etag"))
    if etag and response.status_code == HTTPStatus.OK:
        response.set_etag(etag, weak=True)
    return response
