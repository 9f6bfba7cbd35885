"""Reads of files."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.files.models import FileState, PendingUpload, StoredFile


def own_file(session: Session, slug: str, owner: int) -> StoredFile | None:
    """Return a file that a person sent, unless it was found infected."""
    return session.scalar(
        select(StoredFile).where(
            StoredFile.slug == slug,
            StoredFile.owner_id == owner,
            StoredFile.state != FileState.INFECTED,
        )
    )


def own_upload(session: Session, slug: str, owner: int) -> PendingUpload | None:
    return session.scalar(
        select(PendingUpload).where(PendingUpload.slug == slug, PendingUpload.owner_id == owner)
    )


def open_uploads(session: Session, owner: int, *, since: datetime) -> int:
    """Return how many uploads of a person have begun and not ended."""
    open_now = (
        select(func.count())
        .select_from(PendingUpload)
        .where(
            PendingUpload.owner_id == owner,
            PendingUpload.file_slug.is_(None),
            PendingUpload.fault.is_(None),
            PendingUpload.made_at > since,
        )
    )
    return session.scalar(open_now) or 0


def old_uploads(session: Session, *, before: datetime) -> Sequence[PendingUpload]:
    return session.scalars(select(PendingUpload).where(PendingUpload.made_at < before)).all()
