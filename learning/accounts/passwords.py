"""Passwords: argon2id, never inside a transaction, never more at once than there are processors."""

import os
import threading
from http import HTTPStatus

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import abort

# OWASP's parameters: 25 ms and 19 MiB a hash.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)
LONGEST = 1024  # characters; a longer one is not a password but an attack
PATIENCE = 5  # seconds
_slots = threading.BoundedSemaphore(os.cpu_count() or 1)
_nobody = HASHER.hash("nobody has this password")


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether a password is right; an unknown person takes as long as a known one."""
    if len(password) > LONGEST:
        return False
    if not _slots.acquire(timeout=PATIENCE):
        abort(HTTPStatus.SERVICE_UNAVAILABLE)
    try:
        verified = HASHER.verify(password_hash or _nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _slots.release()
    return verified and password_hash is not None
