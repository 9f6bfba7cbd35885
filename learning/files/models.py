"""Tables of files. Their content lies in a `Storage`."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum
from sqlalchemy.orm import Mapped, mapped_column

from learning.files.rules import Fault, Kind
from learning.kit.db import Base, values


class FileState(StrEnum):
    WAITING = "waiting"  # for the scanner; only its owner knows of it
    CLEAN = "clean"
    INFECTED = "infected"  # its content is deleted


class StoredFile(Base):
    """One file. `slug` stands in addresses, `key` leads to the content.

    `owner_id` is the id of the person who sent it, None for files that the platform made. It is no
    foreign key: accounts are above this room.
    """

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[Kind] = mapped_column(  # no check: other rooms will take other kinds
        Enum(Kind, native_enum=False, length=16, values_callable=values)
    )
    size: Mapped[int]
    sha256: Mapped[str]
    state: Mapped[FileState]
    owner_id: Mapped[int | None] = mapped_column(index=True)
    made_at: Mapped[datetime]


class PendingUpload(Base):
    """A file that comes in pieces, and what became of it; forgotten after a day.

    `size` is what was promised, `part` the storage's key of what has come. `owner_id` is a person's
    id, as in StoredFile.
    """

    __tablename__ = "pending_uploads"
    __table_args__ = (CheckConstraint("size > 0", name="size"),)

    slug: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str]
    size: Mapped[int]
    part: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    file_slug: Mapped[str | None] = mapped_column(default=None)
    fault: Mapped[Fault | None] = mapped_column(
        Enum(Fault, native_enum=False, length=16, values_callable=values), default=None
    )


class FileOwner(Base):
    """Somebody who sends files; the row is locked while what they keep is counted."""

    __tablename__ = "file_owners"

    owner_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
