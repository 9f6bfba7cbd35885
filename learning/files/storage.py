"""Where the content of files lies: outside the database and the web root, under random keys."""

import fcntl
import os
import re
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import RawIOBase
from pathlib import Path
from typing import BinaryIO, Protocol

READ_BYTES = 65_536  # what is in memory of a content while it is read
KEY = re.compile(r"[0-9a-f]{32}")


class Storage(Protocol):
    """A place for contents. What was put there is whole or not there at all.

    A content that comes in parts is told by the offset of each part, and read by ranges. So a store
    of objects that cannot append can keep each part under its key and offset. There is one such
    place today, a folder; S3 would be another class with these methods.
    """

    def put(self, key: str, content: bytes) -> None: ...

    def open(self, key: str) -> BinaryIO:
        """Open for reading; raise FileNotFoundError."""
        ...

    def read(self, key: str, *, start: int, length: int) -> Iterator[bytes]:
        """Yield a range in chunks; nothing is opened before the first, nor stays open after all."""
        ...

    def delete(self, key: str) -> None:
        """Delete what may be gone already."""
        ...

    def append(self, key: str, offset: int, chunk: bytes) -> bool:
        """Add a piece if what is there ends at `offset`; return whether it was added."""
        ...

    def size(self, key: str) -> int:
        """Return how many bytes are there, 0 for none."""
        ...

    def keys(self, *, before: datetime) -> Iterator[str]:
        """Yield the keys of contents that were last written before a moment."""
        ...


@dataclass(frozen=True, kw_only=True)
class FolderStorage:
    """Files in a folder, spread over two levels of folders."""

    root: Path

    def put(self, key: str, content: bytes) -> None:
        path = self._prepared(key)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def read(self, key: str, *, start: int, length: int) -> Iterator[bytes]:
        with self.open(key) as file:
            file.seek(start)
            while length > 0 and (chunk := file.read(min(length, READ_BYTES))):
                length -= len(chunk)
                yield chunk

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def append(self, key: str, offset: int, chunk: bytes) -> bool:
        if offset and not self._path(key).exists():
            return False
        with self._prepared(key).open("ab", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # the same piece may arrive twice at once
            if file.seek(0, os.SEEK_END) != offset:
                return False
            try:
                _write_all(file, chunk)
                os.fsync(file.fileno())
            except OSError:
                os.truncate(file.fileno(), offset)  # half a piece is none
                raise
        return True

    def size(self, key: str) -> int:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return 0

    def keys(self, *, before: datetime) -> Iterator[str]:
        for path in self.root.glob("??/??/*"):
            with suppress(FileNotFoundError):  # deleted meanwhile
                if KEY.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                    yield path.name

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a key")
        return self.root / key[:2] / key[2:4] / key

    def _prepared(self, key: str) -> Path:
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path


def _write_all(file: RawIOBase, chunk: bytes) -> None:
    """Write every byte: a disk that is nearly full takes some, and refuses the next."""
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) or 0 :]


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def folder_error(folder: Path) -> str:
    """Return why nothing can be written into a folder, which is made if it is not there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
    except OSError as error:
        return f"nothing can be written into {folder}: {error.strerror}"
    return ""


def new_key() -> str:
    return secrets.token_hex(16)
