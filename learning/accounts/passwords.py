"""Passwords: argon2id in one thread of low priority, never inside a transaction.

A hash takes a processor for 25 ms. One thread in each process makes them one after the other and
lets every page go first. So many requests may wait for it as leave most threads of the server to
other pages (deploy/gunicorn.conf.py); who comes beyond is told at once to come again.
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
LONGEST = 1024  # characters; a longer one is not a password but an attack
PLACES = 100  # requests of one process that may wait for their turn, or have it
TURNS = 2  # of these at once: one has its hash made, one reads and writes
PATIENCE = 15.0  # seconds
COME_AGAIN = 3  # seconds
NICENESS = 5
P = ParamSpec("P")
R = TypeVar("R")
_nobody = HASHER.hash("nobody has this password")
places = threading.BoundedSemaphore(PLACES)
turns = threading.BoundedSemaphore(TURNS)
_mine = threading.local()


class Busy(ServiceUnavailable):
    """More people give a password at once than can be served."""

    def __init__(self) -> None:
        super().__init__(retry_after=COME_AGAIN)


def _let_pages_go_first() -> None:
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


hashing = ThreadPoolExecutor(1, "learning-passwords", _let_pages_go_first)


def queued(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view begin when it is its turn: what it reads and writes makes others wait, too."""

    @wraps(view)
    def view_with_a_place(*given: P.args, **named: P.kwargs) -> R:
        with _place():
            return view(*given, **named)

    return view_with_a_place


@contextmanager
def _place() -> Iterator[None]:
    """Wait for one's turn, unless this request has it already; raise Busy if it does not come."""
    if getattr(_mine, "held", False):
        yield
        return
    if not places.acquire(blocking=False):
        raise Busy
    try:
        if not turns.acquire(timeout=PATIENCE):
            raise Busy
        _mine.held = True
        try:
            yield
        finally:
            _mine.held = False
            turns.release()
    finally:
        places.release()


def in_turn(work: Callable[[], R]) -> R:
    """Have something slow done by the one thread; raise Busy if its turn does not come."""
    with _place():
        made = hashing.submit(work)
        try:
            return made.result(PATIENCE)
        except TimeoutError as late:
            made.cancel()
            raise Busy from late


def hash_password(password: str) -> str:
    """Return the hash of a new password, its letters in their normal form."""
    return in_turn(lambda: HASHER.hash(password_rules.normal_password(password)))


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether a password is right; an unknown person takes as long as a known one.

    Hashes of before letters had a normal form fit the form that they were made of.
    """
    if len(password) > LONGEST:
        return False
    known = password_hash or _nobody
    right = any(_verified(known, form) for form in password_rules.spellings(password))
    return right and password_hash is not None


def renewed(password_hash: str, password: str) -> str | None:
    """Return a new hash of a password that fits, None if the present one is as it should be."""
    normal = password_rules.normal_password(password)
    as_it_is = normal.isascii() or _verified(password_hash, normal)
    if as_it_is and not HASHER.check_needs_rehash(password_hash):
        return None
    return hash_password(normal)


def _verified(password_hash: str, password: str) -> bool:
    try:
        return in_turn(lambda: HASHER.verify(password_hash, password))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def common_stems() -> frozenset[str]:
    """Return the stems of 19,641 common passwords (Royce Williams' list, as Django carries it)."""
    packed = (Path(__file__).parent / "common-stems.txt.gz").read_bytes()
    return frozenset(gzip.decompress(packed).decode().split())


def fault_of(password: str, *about: str) -> str | None:
    """Return what is wrong with a new password, None if it will do; `about` is name and address."""
    password = password_rules.normal_password(password)
    if len(password) < password_rules.SHORTEST_PASSWORD:
        return N_("Use at least 12 characters; three or four words make a good password.")
    if len(password) > LONGEST:
        return N_("That is longer than any password needs to be.")
    if password_rules.is_guessable(password, common_stems(), about):
        return N_("This is among the first that a stranger would try. Choose something else.")
    return None
