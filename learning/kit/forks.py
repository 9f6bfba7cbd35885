"""Threads must not be started before a fork.

A server that loads the application once and then forks its workers (`deploy/gunicorn.conf.py`) says
so before; code that starts a thread waits for the fork, in each worker.
"""

import ctypes
from collections.abc import Callable

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8  # as glibc's malloc.h names them
MMAP_THRESHOLD_BYTES = 256 * 1024
"""What is larger goes back to the system as soon as it is free."""
MALLOC_ARENAS = 2

_expected = False
_waiting: list[Callable[[], None]] = []


def prepare_for_fork() -> None:
    """Declare that this process will fork and serve no request itself."""
    global _expected  # noqa: PLW0603 it is a fact of the process
    _expected = True


def after_fork(start: Callable[[], None]) -> None:
    """Call a function now, or in each forked process if forks are expected."""
    if _expected:
        _waiting.append(start)
    else:
        start()


def run_after_fork() -> None:
    """Call the waiting functions; a worker calls this once."""
    global _expected  # noqa: PLW0603 see above
    _expected = False
    while _waiting:
        _waiting.pop(0)()


def trim_memory() -> bool:
    """Make the C library return free memory; return whether it can (glibc). Forks inherit it.

    By itself it learns from the first large block, a password's 19 MB, to keep such blocks, and
    keeps a heap for every few threads.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):  # another C library
        return False
    options = (
        (TRIM_THRESHOLD, MMAP_THRESHOLD_BYTES),
        (MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES),
        (ARENA_MAX, MALLOC_ARENAS),
    )
    done = [mallopt(name, value) for name, value in options]  # each, even if another failed
    return done == [1] * len(options)
