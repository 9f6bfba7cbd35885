"""Copies of this process, each for one piece of work that may hang, fail or fill the memory."""

import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

MEMORY_BYTES = 3_000_000_000
LOOK_EVERY_SECONDS = 0.005
RAISED = 70


@dataclass(frozen=True)
class Limits:
    """How long a copy may run: by its own time and by the clock on the wall."""

    cpu_seconds: int
    seconds: float


def in_child(work: Callable[[], int], limits: Limits, *, log: Path) -> int | None:
    """Run `work` in a copy of this process; return its exit status, None if it took too long.

    What it prints is appended to `log`. Its temporary files are removed.
    """
    folder = tempfile.mkdtemp(dir=log.parent)
    pid = os.fork()
    if pid == 0:
        _run(work, limits, log, folder)
    try:
        return _status(pid, time.monotonic() + limits.seconds)
    finally:
        _end(pid)
        shutil.rmtree(folder, ignore_errors=True)


def _run(work: Callable[[], int], limits: Limits, log: Path, folder: str) -> NoReturn:
    status = RAISED
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
        written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(written, 1)
        os.dup2(written, 2)
        status = work()
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 whatever a mutant raises, it is noticed
        traceback.print_exc()
    finally:
        os._exit(status)


def _status(pid: int, until: float) -> int | None:
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            killed_by_limit = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU
            return None if killed_by_limit else os.waitstatus_to_exitcode(status)
        time.sleep(LOOK_EVERY_SECONDS)
    _end(pid)
    os.waitpid(pid, 0)
    return None


def _end(pid: int) -> None:
    """End what a copy has started and left behind: all of its group, and nothing else."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
