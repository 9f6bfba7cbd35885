"""Slow values, cached on disk between starts.

Only files of this user are read: a file or a folder that belongs to another user, or that others
may write, is not opened; a damaged one is computed again. A cache that cannot be used costs time,
and stops nothing.
"""

import hashlib
import logging
import os
import pickle
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
DIGEST = hashlib.sha256().digest_size
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
MAX_VERSIONS = 4
"""Versions of one value, so that two releases side by side do not overwrite each other."""
LOG = logging.getLogger(__name__)


def cached(folder: Path, name: str, key: str, make: Callable[[], T]) -> T:
    """Return the value that is cached under a name and a key, or compute and cache it.

    The key says everything that the value depends on, the code that computes it included.
    """
    file = f"{name}-{key}.pickle"
    try:
        stored = _read(folder, file)
    except (OSError, ValueError) as error:
        LOG.warning("cache %s: %s: not used", folder / file, error)
        stored = None
    if stored is not None:
        value: T = stored[0]
        return value
    new_value = make()
    try:
        _write(folder, file, new_value)
        _delete_old(folder, name)
    except OSError as error:
        LOG.warning("cache %s: %s: not kept", folder / file, error)
    return new_value


def hash_of(*parts: bytes) -> str:
    """Return a short hash over parts, whatever their lengths."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:24]


def _read(folder: Path, file: str) -> tuple[Any] | None:
    """Return the value in a file, None if there is none.

    Raise ValueError if it must not be used.
    """
    with suppress(FileNotFoundError):
        inside = _opened(folder)
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=inside)
        finally:
            os.close(inside)
        with os.fdopen(descriptor, "rb") as opened:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode) or not _is_ours(about):
                raise ValueError("the file belongs to others, or they may write it")
            content = opened.read()
        return (_unpacked(content),)
    return None


def _opened(folder: Path) -> int:
    """Open a folder that only this user may write; raise ValueError for any other."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not _is_ours(os.fstat(descriptor)):
        os.close(descriptor)
        raise ValueError("the folder belongs to others, or they may write it")
    return descriptor


def _is_ours(about: os.stat_result) -> bool:
    return about.st_uid == os.geteuid() and not about.st_mode & OTHERS_WRITE


def _unpacked(content: bytes) -> Any:  # noqa: ANN401 whatever was kept
    digest, packed = content[:DIGEST], content[DIGEST:]
    if hashlib.sha256(packed).digest() != digest:
        raise ValueError("the file is damaged")
    try:
        return pickle.loads(packed)  # noqa: S301 written by this user, and whole
    except Exception as error:
        raise ValueError(f"the file cannot be read: {error!r}") from error


def _write(folder: Path, file: str, value: object) -> None:
    """Write a value atomically: a reader at the same moment gets the whole file or none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    packed = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    descriptor, temporary = tempfile.mkstemp(dir=folder, suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(hashlib.sha256(packed).digest() + packed)
        Path(temporary).replace(folder / file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _delete_old(folder: Path, name: str) -> None:
    files = sorted(folder.glob(f"{name}-*.pickle"), key=lambda path: path.stat().st_mtime)
    for path in files[:-MAX_VERSIONS]:
        path.unlink(missing_ok=True)
