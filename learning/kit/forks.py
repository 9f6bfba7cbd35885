"""What must not cross a fork: threads.

A server that loads the application once and then forks its workers (`deploy/gunicorn.conf.py`)
says so before; what begins a thread waits for the fork, in each worker.
"""

from collections.abc import Callable

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
