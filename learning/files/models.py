"""Tables of files. Their content lies in a `Storage`."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.files.rules import FileKind, FileRejection
from learning.kit.database import Base, open_enum


class FileState(StrEnum):
    WAITING = "waiting"  # for the scanner; only its owner knows of it
    CLEAN = "clean"
    INFECTED = "infected"  # its content is deleted


class StoredFile(Base):
    """One file. `slug` stands in addresses, `key` leads to the content.

    `purpose` is the key of a `FilePurpose`: what it was sent for, and who may open it.
    `owner_id` is the id of the person who sent it, None for files that the platform made. It is no
    foreign key: accounts are above this package.
    """

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[FileKind] = mapped_column(open_enum(FileKind))
    size: Mapped[int]
    sha256: Mapped[str]
    state: Mapped[FileState]
    owner_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime]


class PendingUpload(Base):
    """A file that comes in pieces, and what became of it; forgotten after a day.

    `size` is what was promised, `part_key` the storage's key of what has come. `owner_id` is a
    person's id, as in StoredFile.
    """

    __tablename__ = "pending_uploads"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    owner_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str]
    size: Mapped[int]
    part_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    file_slug: Mapped[str | None] = mapped_column(default=None)
    rejection: Mapped[FileRejection | None] = mapped_column(open_enum(FileRejection), default=None)


class FileOwner(Base):
    """Somebody who sends files; the row is locked while what they keep is counted."""

    __tablename__ = "file_owners"

    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
