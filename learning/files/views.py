"""Pages of files: one's own, and sending them in pieces over a bad line."""

from http import HTTPStatus

from flask import abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.access.form_post import form_post, per_person
from learning.access.guard import GuardedBlueprint, current_actor, current_person_id
from learning.access.permissions import Permission
from learning.files import actions, limits, queries, rules, uploads
from learning.files.actions import AnnouncedUpload
from learning.files.current_storage import file_purposes, storage
from learning.files.downloads import send_stored_file
from learning.files.labels import rejection_text
from learning.files.models import PendingUpload
from learning.files.purposes import FilePurpose
from learning.files.rules import FileRejection
from learning.files.validation import validate_file
from learning.kit.db import database, db
from learning.kit.form_violations import current_violation
from learning.kit.headers import never_store
from learning.kit.languages import current_i18n
from learning.kit.requests import query_number
from learning.kit.time import now

bp = GuardedBlueprint("files", __name__, url_prefix="/files")


@bp.get("/<slug>", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def download(slug: str) -> ResponseReturnValue:
    """Hand a file to its owner, and to those whom its purpose lets open it."""
    file = queries.file_by_slug(db(), slug) or abort(404)
    if not file_purposes().may_read(db(), current_actor(), file):
        abort(404)
    return send_stored_file(file)


@bp.post("/uploads", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.UPLOAD))
def start_upload() -> ResponseReturnValue:
    """Announce a file of a name, a size and a purpose; the answer says where its pieces go."""
    never_store()
    purpose = file_purposes().get(request.form.get("purpose", "")) or abort(400)
    size = request.form.get("size", type=int)
    rejection = rules.size_rejection(size, purpose.max_bytes)
    if size is None or rejection:
        return _rejection(rejection or FileRejection.EMPTY, purpose)
    if violation := current_violation():
        return {"error": str(violation)}, HTTPStatus.TOO_MANY_REQUESTS
    name = rules.clean_name(request.form.get("name", ""))
    announced = AnnouncedUpload(name=name, size=size, purpose=purpose.key)
    pending = actions.start_upload(db(), announced, owner=current_person_id(), now=now())
    if pending is None:
        return _rejection(FileRejection.QUOTA, purpose)
    return {"upload": pending.slug, "offset": 0}, HTTPStatus.CREATED


@bp.get("/uploads/<upload>", needs=Permission.OWN_PAGES)
def show_upload(upload: str) -> ResponseReturnValue:
    """Say how much has come, or what became of it."""
    never_store()
    pending = queries.own_upload(db(), upload, current_person_id()) or abort(404)
    return _outcome(db(), pending) or {"offset": storage().size(pending.part_key)}


@bp.post("/uploads/<upload>", needs=Permission.OWN_PAGES)
@form_post(has_form=False)
def send_chunk(upload: str) -> ResponseReturnValue:
    """Take the piece that begins at `offset`; the last one makes it a file.

    No transaction is open while a slow line delivers a piece or a picture is made anew.
    """
    never_store()
    with database().read_transaction() as reading:
        pending = queries.own_upload(reading, upload, current_person_id()) or abort(404)
        outcome = _outcome(reading, pending)
    if outcome:
        return outcome
    request.max_content_length = rules.MAX_CHUNK_BYTES
    piece, offset = request.get_data(cache=False), query_number("offset")
    if offset is not None and not rules.is_within_size(
        pending.size, offset=offset, length=len(piece)
    ):
        abort(400)
    added = offset is not None and storage().append(pending.part_key, offset, piece)
    size = storage().size(pending.part_key)
    if not added:
        return {"offset": size}, HTTPStatus.CONFLICT
    return _finish(pending) if size == pending.size else {"offset": size}


def _finish(pending: PendingUpload) -> ResponseReturnValue:
    """Check what has come and keep it, in a transaction of its own; the part is done with."""
    try:
        with storage().open(pending.part_key) as part:
            checked = validate_file(pending.name, part.read(), _purpose_of(pending))
    except FileNotFoundError:  # the same piece came twice, and the other was faster
        return show_upload(pending.slug)
    if isinstance(checked, FileRejection):
        with database().transaction() as session:
            actions.reject_upload(session, pending.slug, checked)
    else:
        blob = uploads.write_content(checked)
        with database().transaction() as session:
            kept = actions.finish_upload(session, pending, checked, blob, now=now())
        if kept is None:
            storage().delete(blob.key)
    storage().delete(pending.part_key)
    return show_upload(pending.slug)


def _outcome(session: Session, pending: PendingUpload) -> ResponseReturnValue | None:
    """Return the answer to an upload that has ended, None for one that goes on."""
    if pending.rejection:
        return _rejection(pending.rejection, _purpose_of(pending))
    if pending.file_slug is None:
        return None
    file = queries.own_file(
        session, pending.file_slug, pending.owner_id, purpose=pending.purpose
    ) or abort(404)
    return {"file": file.slug, "name": file.name, "size": file.size}


def _purpose_of(pending: PendingUpload) -> FilePurpose:
    """Return what an upload is for; one begun before its purpose was given up leads nowhere."""
    return file_purposes().get(pending.purpose) or abort(404)


def _rejection(rejection: FileRejection, purpose: FilePurpose) -> ResponseReturnValue:
    text = rejection_text(rejection, purpose, current_i18n())
    return {"error": text}, HTTPStatus.UNPROCESSABLE_ENTITY
