"""Pages of files: one's own, and sending them in pieces over a bad line."""

from http import HTTPStatus

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.access.guard import Room, me
from learning.access.permissions import Permission
from learning.files import actions, limits, queries, receiving, rules
from learning.files.actions import Promise
from learning.files.checking import check
from learning.files.models import PendingUpload
from learning.files.rules import Fault
from learning.files.serving import send
from learning.files.storage import storage
from learning.files.words import FAULTS
from learning.kit.db import database, db
from learning.kit.headers import never_store
from learning.kit.languages import current
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.requests import asked_number
from learning.kit.time import now

room = Room("files", __name__, url_prefix="/files")


class TooMany:
    """Says no where a script sends files, instead of a form."""

    said = ""

    def refuse(self, message: str) -> None:
        self.said = message


@room.get("/<slug>", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def download(slug: str) -> ResponseReturnValue:
    """Hand a file to whoever sent it; other rooms hand it to whom they let see it."""
    return send(queries.own_file(db(), slug, me()) or abort(404))


@room.post("/uploads", needs=Permission.OWN_PAGES)
def begin_upload() -> ResponseReturnValue:
    """Promise a file of a name and a size; the answer says where its pieces go."""
    never_store()
    size = request.form.get("size", type=int)
    fault = rules.size_fault(size)
    if size is None or fault:
        return _refusal(fault or Fault.EMPTY)
    too_many = TooMany()
    if is_limited(attempt(limits.UPLOAD, me()), too_many):
        return {"error": too_many.said}, HTTPStatus.UNPROCESSABLE_ENTITY  # it becomes a 429
    promise = Promise(name=rules.clean_name(request.form.get("name", "")), size=size)
    pending = actions.begin_upload(db(), promise, owner=me(), now=now())
    if pending is None:
        return _refusal(Fault.QUOTA)
    return {"upload": pending.slug, "offset": 0}, HTTPStatus.CREATED


@room.get("/uploads/<upload>", needs=Permission.OWN_PAGES)
def show_upload(upload: str) -> ResponseReturnValue:
    """Say how much has come, or what became of it."""
    never_store()
    pending = queries.own_upload(db(), upload, me()) or abort(404)
    return _outcome(db(), pending) or {"offset": storage().size(pending.part)}


@room.post("/uploads/<upload>", needs=Permission.OWN_PAGES)
def send_piece(upload: str) -> ResponseReturnValue:
    """Take the piece that begins at `offset`; the last one makes it a file.

    No transaction is open while a slow line delivers a piece or a picture is made anew.
    """
    never_store()
    with database().reading() as reading:
        pending = queries.own_upload(reading, upload, me()) or abort(404)
        outcome = _outcome(reading, pending)
    if outcome:
        return outcome
    request.max_content_length = rules.PIECE
    piece, offset = request.get_data(cache=False), asked_number("offset")
    if offset is not None and not rules.fits(pending.size, offset=offset, length=len(piece)):
        abort(400)
    added = offset is not None and storage().append(pending.part, offset, piece)
    size = storage().size(pending.part)
    if not added:
        return {"offset": size}, HTTPStatus.CONFLICT
    return _finish(pending) if size == pending.size else {"offset": size}


def _finish(pending: PendingUpload) -> ResponseReturnValue:
    """Check what has come and keep it, in a transaction of its own; the part is done with."""
    try:
        with storage().open(pending.part) as part:
            checked = check(pending.name, part.read())
    except FileNotFoundError:  # the same piece came twice, and the other was faster
        return show_upload(pending.slug)
    if isinstance(checked, Fault):
        with database().transaction() as session:
            actions.refuse_upload(session, pending.slug, checked)
    else:
        blob = receiving.stored(checked)
        with database().transaction() as session:
            kept = actions.finish_upload(session, pending, checked, blob, now=now())
        if kept is None:
            storage().delete(blob.key)
    storage().delete(pending.part)
    return show_upload(pending.slug)


def _outcome(session: Session, pending: PendingUpload) -> ResponseReturnValue | None:
    """Return the answer to an upload that has ended, None for one that goes on."""
    if pending.fault:
        return _refusal(pending.fault)
    if pending.file_slug is None:
        return None
    file = queries.own_file(session, pending.file_slug, pending.owner_id) or abort(404)
    return {"file": file.slug, "name": file.name, "size": file.size}


def _refusal(fault: Fault) -> ResponseReturnValue:
    return {"error": current().gettext(FAULTS[fault])}, HTTPStatus.UNPROCESSABLE_ENTITY
