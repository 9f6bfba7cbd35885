"""Passwords: argon2id in one thread of low priority, never inside a transaction.

A hash takes 25 ms of processor time. One thread in each process makes them in turn, with a lower
priority than pages. Only so many requests may wait for it that most threads of the server are left
for other pages (deploy/gunicorn.conf.py); any further request gets 503 at once.
"""

import gzip
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.exceptions import ServiceUnavailable

from learning.accounts import password_rules
from learning.kit.i18n import N_

# OWASP's parameters: 25 ms and 19 MiB a hash.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)
MAX_PASSWORD_LENGTH = 1024  # characters; a longer one is not a password but an attack
MAX_WAITING_REQUESTS = 100  # of one process, the running ones included
MAX_RUNNING_REQUESTS = 2  # at once: one hashes, one reads and writes
QUEUE_TIMEOUT_SECONDS = 15.0
RETRY_AFTER_SECONDS = 3
NICENESS = 5
P = ParamSpec("P")
R = TypeVar("R")
_dummy_hash = HASHER.hash("nobody has this password")
waiting_slots = threading.BoundedSemaphore(MAX_WAITING_REQUESTS)
running_slots = threading.BoundedSemaphore(MAX_RUNNING_REQUESTS)
_thread_state = threading.local()


class TooManySignIns(ServiceUnavailable):
    """More sign-ins at once than can be served."""

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_AFTER_SECONDS)


def _lower_priority() -> None:
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


hash_executor = ThreadPoolExecutor(1, "learning-passwords", _lower_priority)


def queued(view: Callable[P, R]) -> Callable[P, R]:
    """Decorate a view so that it waits for its turn in the queue before it reads or writes."""

    @wraps(view)
    def queued_view(*args: P.args, **named: P.kwargs) -> R:
        with _queue_slot():
            return view(*args, **named)

    return queued_view


@contextmanager
def _queue_slot() -> Iterator[None]:
    """Wait for a slot, unless this request has one already.

    Raise TooManySignIns after a timeout.
    """
    if getattr(_thread_state, "held", False):
        yield
        return
    if not waiting_slots.acquire(blocking=False):
        raise TooManySignIns
    try:
        if not running_slots.acquire(timeout=QUEUE_TIMEOUT_SECONDS):
            raise TooManySignIns
        _thread_state.held = True
        try:
            yield
        finally:
            _thread_state.held = False
            running_slots.release()
    finally:
        waiting_slots.release()


def run_in_queue(work: Callable[[], R]) -> R:
    """Run slow work in the hash thread and return its result.

    Raise TooManySignIns after a timeout.
    """
    with _queue_slot():
        future = hash_executor.submit(work)
        try:
            return future.result(QUEUE_TIMEOUT_SECONDS)
        except TimeoutError as late:
            future.cancel()
            raise TooManySignIns from late


def hash_password(password: str) -> str:
    """Return the hash of a new password in its normal form."""
    return run_in_queue(lambda: HASHER.hash(password_rules.normal_password(password)))


def check_password(password_hash: str | None, password: str) -> bool:
    """Return whether a password is right; takes the same time for an unknown person.

    Hashes from before the normal form fit the form that they were made of.
    """
    if len(password) > MAX_PASSWORD_LENGTH:
        return False
    known = password_hash or _dummy_hash
    right = any(_verified(known, form) for form in password_rules.accepted_forms(password))
    return right and password_hash is not None


def rehash_if_needed(password_hash: str, password: str) -> str | None:
    """Return a new hash of a right password, None if the present one uses today's parameters."""
    normal = password_rules.normal_password(password)
    as_it_is = normal.isascii() or _verified(password_hash, normal)
    if as_it_is and not HASHER.check_needs_rehash(password_hash):
        return None
    return hash_password(normal)


def _verified(password_hash: str, password: str) -> bool:
    try:
        return run_in_queue(lambda: HASHER.verify(password_hash, password))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def common_stems() -> frozenset[str]:
    """Return the stems of 19,641 common passwords (Royce Williams' list, as in Django)."""
    packed = (Path(__file__).parent / "common-stems.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def password_error(password: str, *about: str) -> str | None:
    """Return what is wrong with a new password, None if nothing is; `about` is name and address."""
    password = password_rules.normal_password(password)
    if len(password) < password_rules.MIN_PASSWORD_LENGTH:
        return N_("Use at least 12 characters; three or four words make a good password.")
    if len(password) > MAX_PASSWORD_LENGTH:
        return N_("That is longer than any password needs to be.")
    if password_rules.is_guessable(password, common_stems(), about):
        return N_("This is among the first that a stranger would try. Choose something else.")
    return None
