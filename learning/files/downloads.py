"""Downloads of files; the caller has checked that the reader may have them."""

import logging

from flask import Response, abort, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from learning.access.guard import current_actor
from learning.files.current_storage import storage
from learning.files.models import FileState, StoredFile
from learning.files.problems import FileProblem
from learning.files.rules import content_disposition
from learning.kit.errors import RuleViolation

SANDBOX_POLICY = "sandbox; default-src 'none'"
log = logging.getLogger(__name__)


def send_stored_file(file: StoredFile) -> Response:
    """Answer with a file that browsers save and never show as a page of ours.

    It is read piece by piece while it is sent. One range of it is sent where one is asked for
    (206), with `If-Range` only while the file is the same; one outside it is answered with 416.
    """
    if file.state is FileState.WAITING and file.owner_id == current_actor().person_id:
        raise RuleViolation(FileProblem.BEING_CHECKED)
    if file.state is not FileState.CLEAN:
        abort(404)
    response = _streamed(file)
    response.headers["Content-Disposition"] = content_disposition(file.name)
    response.headers["Content-Security-Policy"] = SANDBOX_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _streamed(file: StoredFile) -> Response:
    """Return the whole content or the range that is asked for, read while it is sent.

    What is no single range of bytes is ignored, and the whole file sent (RFC 9110, 14.2).
    """
    if storage().size(file.key) != file.size:
        log.error("the content of file %s is gone or cut off", file.id)
        abort(404)
    response = Response(mimetype=file.kind.mimetype)
    response.headers["Accept-Ranges"] = "bytes"
    response.content_length = file.size
    response.set_etag(file.sha256)
    try:
        response.make_conditional(
            request.environ, accept_ranges=_is_single_range(), complete_length=file.size
        )
    except RequestedRangeNotSatisfiable:
        response = Response(status=416, mimetype=file.kind.mimetype)
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    start = response.content_range.start or 0
    response.response = storage().read(file.key, start=start, length=response.content_length)
    return response


def _is_single_range() -> bool:
    """Whether one range of bytes is asked for, and under no condition that nothing can meet."""
    ranges = request.range
    if request.headers.get("If-Range", "").startswith("W/"):
        return False  # only strong versions are compared (RFC 9110, 13.1.5)
    return ranges is not None and ranges.units == "bytes" and len(ranges.ranges) == 1
