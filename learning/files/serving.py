"""Handing files out; whoever calls has checked that the reader may have them."""

import logging

from flask import Response, abort

from learning.access.guard import actor
from learning.files.models import FileState, StoredFile
from learning.files.rules import disposition
from learning.files.storage import storage
from learning.kit.errors import Refused
from learning.kit.i18n import N_

SANDBOX = "sandbox; default-src 'none'"
log = logging.getLogger(__name__)


def send(file: StoredFile) -> Response:
    """Answer with a file that browsers save and never show as a page of ours."""
    if file.state is FileState.WAITING and file.owner_id == actor().person_id:
        raise Refused(
            N_("The file was received and is being checked. It can be opened in a few minutes.")
        )
    if file.state is not FileState.CLEAN:
        abort(404)
    response = Response(_content(file), mimetype=file.kind.mimetype)
    response.headers["Content-Disposition"] = disposition(file.name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _content(file: StoredFile) -> bytes:
    """Return a whole content; a few megabytes at most, so that nothing stays open."""
    try:
        with storage().open(file.key) as stream:
            return stream.read()
    except FileNotFoundError:
        log.exception("the content of file %s is gone", file.id)
        abort(404)
