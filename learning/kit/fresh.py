"""Unchanged pages are answered with 304 before anything is rendered or even read.

A page's version is a handful of keys: the build (code, templates, words), the content's
revision, the language, the reader's own counter. Views name them; the same keys, the same page.
"""

import hashlib
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, make_response, request, session
from flask.typing import ResponseReturnValue

from learning.kit.languages import current

BUILD_FOLDERS = ("learning", "templates", "static", "translations")


def init_app(app: Flask) -> None:
    app.extensions["build"] = build_of(Path(app.root_path))


@lru_cache
def build_of(root: Path) -> str:
    """Return a short hash over everything that shapes a page beside its data."""
    digest = hashlib.sha256()
    for folder in BUILD_FOLDERS:
        for path in sorted((root / folder).rglob("*.[phcj]*")):
            if path.suffix in {".py", ".html", ".css", ".js", ".po"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def unchanged(*keys: object) -> Response | None:
    """Return a 304 if the reader already has this version of the page, else None.

    Either way the answer of this request will carry the version as a weak ETag. A page that
    shows a message once (after a form) has no version.
    """
    if session.get("_flashes") or "Sec-Fetch-Site" not in request.headers:
        return None
    words = current()
    parts = (current_app.extensions["build"], words.language, words.zone, *keys)
    etag = hashlib.sha256(repr(parts).encode()).hexdigest()[:24]
    request.environ["learning.etag"] = etag
    if not request.if_none_match.contains_weak(etag):
        return None
    response = make_response("", 304)
    response.set_etag(etag, weak=True)
    return response


def stamped(page: ResponseReturnValue) -> Response:
    """Return a page as a response with the version that `unchanged` computed for it."""
    response = make_response(page)
    etag = cast("str | None", request.environ.get("learning.etag"))
    if etag and response.status_code == HTTPStatus.OK:
        response.set_etag(etag, weak=True)
    return response
