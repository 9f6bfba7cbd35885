"""Passwords: argon2id, never inside a transaction, never more at once than there are processors."""

import gzip
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import abort

from learning.accounts import rules
from learning.kit.i18n import N_

# OWASP's parameters: 25 ms and 19 MiB a hash.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)
LONGEST = 1024  # characters; a longer one is not a password but an attack
PATIENCE = 5  # seconds
_slots = threading.BoundedSemaphore(os.cpu_count() or 1)
_nobody = HASHER.hash("nobody has this password")


@contextmanager
def _one_slot() -> Iterator[None]:
    if not _slots.acquire(timeout=PATIENCE):
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    try:
        yield
    finally:
        _slots.release()


def hash_password(password: str) -> str:
    """Return the hash of a new password; wait for a processor, or answer 503."""
    with _one_slot():
        return HASHER.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether a password is right; an unknown person takes as long as a known one."""
    if len(password) > LONGEST:
        return False
    try:
        with _one_slot():
            verified = HASHER.verify(password_hash or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return verified and password_hash is not None


@lru_cache
def common_stems() -> frozenset[str]:
    """Return the stems of 19,641 common passwords (Royce Williams' list, as Django carries it)."""
    packed = (Path(__file__).parent / "common-stems.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def fault_of(password: str, *about: str) -> str | None:
    """Return what is wrong with a new password, None if it will do; `about` is name and address."""
    if len(password) < rules.SHORTEST_PASSWORD:
        return N_("Use at least 12 characters; three or four words make a good password.")
    if len(password) > LONGEST:
        return N_("That is longer than any password needs to be.")
    if rules.is_guessable(password, common_stems(), about):
        return N_("This is among the first that a stranger would try. Choose something else.")
    return None
