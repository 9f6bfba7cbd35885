"""Logs as lines of JSON: requests and their outcome, without personal data."""

import json
import logging
import secrets
import sys
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event

from learning.kit.email_addresses import without_addresses

REQUEST_ID = "X-Request-Id"
log = logging.getLogger("learning.requests")


class JsonFormatter(logging.Formatter):
    """One object a line; line breaks inside are escaped by JSON itself."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name}
        message = without_addresses(record.getMessage())
        line |= {"message": message} | getattr(record, "fields", {})
        if record.exc_info:
            line["trace"] = without_addresses(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def configure() -> None:
    """Send everything to standard error, as lines of JSON, libraries' warnings included."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name, level in (("", logging.WARNING), ("learning", logging.INFO)):
        logger = logging.getLogger(name or None)
        logger.handlers = [] if name else [handler]
        logger.setLevel(level)
    for name in ("gunicorn.error", "gunicorn.access"):
        logging.getLogger(name).handlers = [handler]


def init_app(app: Flask) -> None:
    """Log each request: its route (never its path), status, time, queries, bytes."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """Return the id of this request, which its response and its log line carry."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)


def _begin() -> None:
    g.began, g.queries = time.perf_counter(), 0


@event.listens_for(Engine, "before_cursor_execute")
def _count_query(*_: object) -> None:
    if g and "queries" in g:
        g.queries += 1


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID] = request_id()
    if request.endpoint != "static" and log.isEnabledFor(logging.INFO):
        fields = {
            "request": request_id(),
            "method": request.method,
            "route": str(request.url_rule) if request.url_rule else None,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            "queries": g.get("queries", 0),
            "bytes": response.content_length,
        }
        log.info("answered", extra={"fields": fields})
    return response
