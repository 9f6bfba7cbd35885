"""Reads of files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from learning.files.models import FileState, PendingUpload, StoredFile
from learning.kit.database import Base

_IS_OPEN = PendingUpload.file_slug.is_(None), PendingUpload.rejection.is_(None)


def file_by_slug(session: Session, slug: str) -> StoredFile | None:
    """Return a file, unless it was found infected; the caller checks who may open it."""
    return session.scalar(
        select(StoredFile).where(StoredFile.slug == slug, StoredFile.state != FileState.INFECTED)
    )


def own_file(session: Session, slug: str, owner: int, *, purpose: str) -> StoredFile | None:
    """Return a file that a person sent for a purpose, unless it was found infected."""
    return session.scalar(
        select(StoredFile).where(
            StoredFile.slug == slug,
            StoredFile.owner_id == owner,
            StoredFile.purpose == purpose,
            StoredFile.state != FileState.INFECTED,
        )
    )


def own_upload(session: Session, slug: str, owner: int) -> PendingUpload | None:
    return session.scalar(
        select(PendingUpload).where(PendingUpload.slug == slug, PendingUpload.owner_id == owner)
    )


def open_uploads(session: Session, owner: int) -> Sequence[PendingUpload]:
    """Return the uploads of a person that have begun and not ended, the oldest first."""
    mine = select(PendingUpload).where(PendingUpload.owner_id == owner, *_IS_OPEN)
    return session.scalars(mine.order_by(PendingUpload.created_at, PendingUpload.slug)).all()


def used_bytes(session: Session, owner: int) -> int:
    """Return how much a person keeps, together with what their open uploads announced."""
    kept = select(func.coalesce(func.sum(StoredFile.size), 0)).where(StoredFile.owner_id == owner)
    coming = select(func.coalesce(func.sum(PendingUpload.size), 0)).where(
        PendingUpload.owner_id == owner, *_IS_OPEN
    )
    both = select(kept.scalar_subquery() + coming.scalar_subquery())
    return int(session.scalar(both) or 0)


def old_uploads(session: Session, *, before: datetime, limit: int) -> Sequence[PendingUpload]:
    old = select(PendingUpload).where(PendingUpload.created_at < before)
    return session.scalars(old.order_by(PendingUpload.created_at).limit(limit)).all()


def is_referenced(session: Session, file_id: int) -> bool:
    """Whether any row of any table refers to a file."""
    found = select(StoredFile.id).where(StoredFile.id == file_id, ~_is_unreferenced())
    return session.scalar(found) is not None


@dataclass(frozen=True, kw_only=True)
class UnusedBefore:
    """Since when a file has been kept too long if nothing refers to it, by the key of its purpose.

    `others` is for purposes that are no longer registered.
    """

    by_purpose: Mapping[str, datetime]
    others: datetime


def unreferenced_files(
    session: Session, *, before: UnusedBefore, limit: int
) -> Sequence[StoredFile]:
    """Return files kept too long to which no row of any table refers, locked."""
    known = before.by_purpose
    is_old = or_(
        and_(StoredFile.purpose.not_in(known), StoredFile.created_at < before.others),
        *(
            and_(StoredFile.purpose == key, StoredFile.created_at < moment)
            for key, moment in known.items()
        ),
    )
    unused = select(StoredFile).where(is_old, _is_unreferenced())
    return session.scalars(unused.order_by(StoredFile.id).limit(limit).with_for_update()).all()


def existing_keys(session: Session, keys: Collection[str]) -> set[str]:
    """Return those keys of contents that a row knows of: a file, or an upload on its way."""
    files = select(StoredFile.key).where(StoredFile.key.in_(keys))
    parts = select(PendingUpload.part_key).where(PendingUpload.part_key.in_(keys))
    return set(session.scalars(files)) | set(session.scalars(parts))


def _is_unreferenced() -> ColumnElement[bool]:
    """Whether no foreign key of the whole schema leads to a file; packages need not be named."""
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is StoredFile.__table__
    ]
    return and_(true(), *(~exists().where(column == StoredFile.id) for column in columns))
