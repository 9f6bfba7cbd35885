"""Keeping files, judging them, taking them in pieces."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.files import queries
from learning.files.checking import Checked
from learning.files.models import FileOwner, FileState, PendingUpload, StoredFile
from learning.files.rules import MOST_OPEN, QUOTA_BYTES, Fault
from learning.files.storage import Storage, new_key
from learning.jobs.actions import NewJob, add, enqueue
from learning.jobs.rules import Queue
from learning.kit.once import insert_new

SCAN, DROP = "files.scan", "files.drop"
SLUG_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Blob:
    """Where a content lies, and whether a scanner has to look at it first."""

    key: str
    scanned: bool


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A file that somebody is about to send in pieces."""

    name: str
    size: int


def store(storage: Storage, checked: Checked) -> str:
    """Write a content down and return its key. It is slow: do it outside any transaction."""
    key = new_key()
    storage.put(key, checked.content)
    return key


def keep(
    session: Session, checked: Checked, blob: Blob, *, owner: int | None, now: datetime
) -> StoredFile:
    """Keep a file whose content is stored; with a scanner it waits to be looked at."""
    file = StoredFile(
        slug=secrets.token_urlsafe(SLUG_BYTES),
        key=blob.key,
        name=checked.name,
        kind=checked.kind,
        size=len(checked.content),
        sha256=checked.sha256,
        state=FileState.WAITING if blob.scanned else FileState.CLEAN,
        owner_id=owner,
        made_at=now,
    )
    session.add(file)
    session.flush()  # the job, and whoever refers to the file, name it by id
    if blob.scanned:
        payload, once = {"file": file.id}, f"scan {file.id}"
        add(session, NewJob(kind=SCAN, payload=payload, due_at=now, once=once, queue=Queue.SLOW))
    return file


def remove(session: Session, file: StoredFile, *, now: datetime) -> None:
    """Delete a file; its content goes once this is certain."""
    session.delete(file)
    enqueue(session, DROP, {"key": file.key}, due_at=now)


def judge(session: Session, file_id: int, *, infected: bool, now: datetime) -> None:
    """Write down what the scanner said of a file that waited for it."""
    file = session.get(StoredFile, file_id, with_for_update=True)
    if file is None or file.state is not FileState.WAITING:
        return
    file.state = FileState.INFECTED if infected else FileState.CLEAN
    if infected:
        detail = {"owner": file.owner_id, "sha256": file.sha256}
        record(session, "file infected", f"file {file.id}", by=None, now=now, **detail)


def has_room(session: Session, owner: int, size: int) -> bool:
    """Whether a person may keep so many bytes more; locks what they keep until the end."""
    _lock(session, owner)
    return _fits(session, owner, size)


def _lock(session: Session, owner: int) -> None:
    """Lock what a person keeps; nobody counts it meanwhile."""
    insert_new(session, FileOwner, owner_id=owner)
    session.get_one(FileOwner, owner, with_for_update=True)


def _fits(session: Session, owner: int, size: int) -> bool:
    return queries.bytes_of(session, owner) + size <= QUOTA_BYTES


def begin_upload(
    session: Session, promise: Promise, *, owner: int, now: datetime
) -> PendingUpload | None:
    """Announce a file in pieces; None if there is no room for it.

    Uploads that broke off make room: of too many open ones the oldest are given up.
    """
    _lock(session, owner)
    surplus = queries.open_uploads(session, owner)[: -(MOST_OPEN - 1)]
    for broken in surplus:
        enqueue(session, DROP, {"key": broken.part}, due_at=now)
    forget_uploads(session, [broken.slug for broken in surplus])
    if not _fits(session, owner, promise.size):
        return None
    pending = PendingUpload(
        slug=secrets.token_urlsafe(SLUG_BYTES),
        owner_id=owner,
        name=promise.name,
        size=promise.size,
        part=new_key(),
        made_at=now,
    )
    session.add(pending)
    return pending


def finish_upload(
    session: Session, announced: PendingUpload, checked: Checked, blob: Blob, *, now: datetime
) -> StoredFile | None:
    """Keep a file that came in pieces, once; return None if it was kept or refused before.

    What is kept may be larger than what was announced: there has to be room for it.
    """
    more = len(checked.content) - announced.size
    has_its_room = has_room(session, announced.owner_id, more)
    pending = session.get(PendingUpload, announced.slug, with_for_update=True)
    if pending is None or pending.file_slug or pending.fault:
        return None
    if not has_its_room:
        pending.fault = Fault.QUOTA
        return None
    file = keep(session, checked, blob, owner=pending.owner_id, now=now)
    pending.file_slug = file.slug
    return file


def refuse_upload(session: Session, slug: str, fault: Fault) -> None:
    """Remember why a file that came in pieces is not taken, for whoever asks again."""
    pending = session.get(PendingUpload, slug, with_for_update=True)
    if pending and pending.file_slug is None:
        pending.fault = fault


def forget_uploads(session: Session, slugs: Iterable[str]) -> None:
    session.execute(delete(PendingUpload).where(PendingUpload.slug.in_(list(slugs))))
