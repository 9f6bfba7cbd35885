"""Keeping files, judging them, taking them in pieces."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.files import queries
from learning.files.models import FileOwner, FileState, PendingUpload, StoredFile
from learning.files.rules import MAX_OPEN_UPLOADS, QUOTA_BYTES, FileRejection
from learning.files.storage import Storage, new_key
from learning.files.validation import ValidatedFile
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Queue
from learning.kit.idempotency import insert_if_absent

SCAN_JOB, DELETE_JOB = "files.scan", "files.delete-content"
SLUG_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Blob:
    """Where a content lies, and whether a scanner has to look at it first."""

    key: str
    scanned: bool


@dataclass(frozen=True, kw_only=True)
class AnnouncedUpload:
    """A file that somebody is about to send in pieces."""

    name: str
    size: int
    purpose: str


def store_content(storage: Storage, checked: ValidatedFile) -> str:
    """Write a content down and return its key. It is slow: do it outside any transaction."""
    key = new_key()
    storage.put(key, checked.content)
    return key


def create_file(
    session: Session, checked: ValidatedFile, blob: Blob, *, owner: int | None, now: datetime
) -> StoredFile:
    """Keep a file whose content is stored; with a scanner it waits to be looked at."""
    file = StoredFile(
        slug=secrets.token_urlsafe(SLUG_BYTES),
        purpose=checked.purpose,
        key=blob.key,
        name=checked.name,
        kind=checked.kind,
        size=len(checked.content),
        sha256=checked.sha256,
        state=FileState.WAITING if blob.scanned else FileState.CLEAN,
        owner_id=owner,
        created_at=now,
    )
    session.add(file)
    session.flush()  # the job, and rows that refer to the file, need its id
    if blob.scanned:
        payload, once = {"file": file.id}, f"scan {file.id}"
        add_job(
            session,
            NewJob(kind=SCAN_JOB, payload=payload, now=now, unique_key=once, queue=Queue.SLOW),
        )
    return file


def delete_file(session: Session, file: StoredFile, *, now: datetime) -> None:
    """Delete a file; its content goes once this is certain."""
    session.delete(file)
    add_job(session, NewJob(kind=DELETE_JOB, payload={"key": file.key}, now=now))


def delete_unreferenced(session: Session, file_id: int | None, *, now: datetime) -> None:
    """Delete a file that a row has just let go of, unless another row refers to it."""
    if file_id is None:
        return
    session.flush()  # of what referred to it
    if queries.is_referenced(session, file_id):
        return
    file = session.get(StoredFile, file_id)
    if file is not None:
        delete_file(session, file, now=now)


def record_scan(session: Session, file_id: int, *, infected: bool, now: datetime) -> None:
    """Write down what the scanner said of a file that waited for it."""
    file = session.get(StoredFile, file_id, with_for_update=True)
    if file is None or file.state is not FileState.WAITING:
        return
    file.state = FileState.INFECTED if infected else FileState.CLEAN
    if infected:
        detail = {"owner": file.owner_id, "sha256": file.sha256}
        record(session, "file infected", f"file {file.id}", by=None, now=now, **detail)


def is_within_quota(session: Session, owner: int, size: int) -> bool:
    """Whether a person may keep so many bytes more; locks what they keep until the end."""
    _lock(session, owner)
    return _fits(session, owner, size)


def _lock(session: Session, owner: int) -> None:
    """Lock what a person keeps; nobody counts it meanwhile."""
    insert_if_absent(session, FileOwner, owner_id=owner)
    session.get_one(FileOwner, owner, with_for_update=True)


def _fits(session: Session, owner: int, size: int) -> bool:
    return queries.used_bytes(session, owner) + size <= QUOTA_BYTES


def start_upload(
    session: Session, announced: AnnouncedUpload, *, owner: int, now: datetime
) -> PendingUpload | None:
    """Announce a file in pieces; None if there is no room for it.

    Uploads that broke off make room: of too many open ones the oldest are given up.
    """
    _lock(session, owner)
    surplus = queries.open_uploads(session, owner)[: -(MAX_OPEN_UPLOADS - 1)]
    for broken in surplus:
        add_job(session, NewJob(kind=DELETE_JOB, payload={"key": broken.part_key}, now=now))
    delete_uploads(session, [broken.slug for broken in surplus])
    if not _fits(session, owner, announced.size):
        return None
    pending = PendingUpload(
        slug=secrets.token_urlsafe(SLUG_BYTES),
        purpose=announced.purpose,
        owner_id=owner,
        name=announced.name,
        size=announced.size,
        part_key=new_key(),
        created_at=now,
    )
    session.add(pending)
    return pending


def finish_upload(
    session: Session, announced: PendingUpload, checked: ValidatedFile, blob: Blob, *, now: datetime
) -> StoredFile | None:
    """Keep a file that came in pieces, once; return None if it was kept or refused before.

    What is stored may be larger than what was announced: there has to be room for it.
    """
    more = len(checked.content) - announced.size
    fits_quota = is_within_quota(session, announced.owner_id, more)
    pending = session.get(PendingUpload, announced.slug, with_for_update=True)
    if pending is None or pending.file_slug or pending.rejection:
        return None
    if not fits_quota:
        pending.rejection = FileRejection.QUOTA
        return None
    file = create_file(session, checked, blob, owner=pending.owner_id, now=now)
    pending.file_slug = file.slug
    return file


def reject_upload(session: Session, slug: str, rejection: FileRejection) -> None:
    """Store why an upload was rejected, for later status requests."""
    pending = session.get(PendingUpload, slug, with_for_update=True)
    if pending and pending.file_slug is None:
        pending.rejection = rejection


def delete_uploads(session: Session, slugs: Iterable[str]) -> None:
    session.execute(delete(PendingUpload).where(PendingUpload.slug.in_(list(slugs))))
