"""What must not cross a fork: threads.

A server that loads the application once and then forks its workers (`deploy/gunicorn.conf.py`)
says so before; what begins a thread waits for the fork, in each worker.
"""

import ctypes
from collections.abc import Callable

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # as glibc's malloc.h names them
BIG = 256 * 1024  # bytes: what is larger goes back to the system as soon as it is free
HEAPS = 2

_expected = False
_waiting: list[Callable[[], None]] = []


def expect() -> None:
    """Say that this process will fork and itself answer nobody."""
    global _expected  # noqa: PLW0603 it is a fact of the process
    _expected = True


def after_fork(start: Callable[[], None]) -> None:
    """Start something now, or in each process that is forked if forks are expected."""
    if _expected:
        _waiting.append(start)
    else:
        start()


def forked() -> None:
    """Start what waited; a worker calls this once."""
    global _expected  # noqa: PLW0603 see above
    _expected = False
    while _waiting:
        _waiting.pop(0)()


def give_memory_back() -> bool:
    """Have the C library return what is free; say whether it can (glibc). Forks inherit it.

    By itself it learns from the first large block, a password's 19 MB, that such blocks are to be
    kept, and keeps a heap for every few threads.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # another C library
        return False
    options = (TRIM_THRESHOLD, BIG), (MMAP_THRESHOLD, BIG), (ARENA_MAX, HEAPS)
    done = [mallopt(name, value) for name, value in options]  # each, whatever became of another
    return done == [1] * len(options)
