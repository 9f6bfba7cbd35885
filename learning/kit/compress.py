"""Compresses pages, also where no proxy does."""

import gzip

import brotli
from flask import Flask, Response, request

MIN_BYTES = 600
BROTLI_QUALITY = 5
BROTLI_WINDOW = 16  # 64 kB, more than a page is; a larger one only costs time


def init_app(app: Flask) -> None:
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    """Compress a page. A secret in it has a mask that changes (`kit.csrf`)."""
    if (
        response.mimetype != "text/html"
        or response.is_streamed
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    accepted = request.accept_encodings
    if len(body) < MIN_BYTES or not (accepted["br"] or accepted["gzip"]):
        return response
    name = "br" if accepted["br"] else "gzip"
    small = _brotli(body) if name == "br" else gzip.compress(body, 6)
    response.set_data(small)
    response.headers["Content-Encoding"] = name
    return response


def _brotli(body: bytes) -> bytes:
    small: bytes = brotli.compress(body, quality=BROTLI_QUALITY, lgwin=BROTLI_WINDOW)
    return small
