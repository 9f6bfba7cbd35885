"""Threads and connections belong to one process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from learning.kit import forks
from learning.kit.engines import make_engine
from learning.settings import ROOT

LOADED = """
import runpy, threading
runpy.run_path("deploy/gunicorn.conf.py")
import wsgi
from learning.kit import forks
engine = wsgi.app.extensions["database"].engine
print(threading.active_count(), engine.pool.checkedin() + engine.pool.checkedout())
forks.run_after_fork()
print(threading.active_count())
forks.run_after_fork()
print(threading.active_count())
"""

LARGE_BLOCKS = """
import ctypes, pathlib, sys
from learning.kit import forks
if sys.argv[1] == "given back" and not forks.trim_memory():
    sys.exit("not glibc")
c = ctypes.CDLL(None)
c.malloc.restype, c.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
c.free.argtypes = [ctypes.c_void_p]
def held(): return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096
before = held()
for _ in range(4):
    block = c.malloc(19_000_000)
    ctypes.memset(block, 1, 19_000_000)
    c.free(block)
print(held() - before)
"""


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch) -> None:
    monkeypatch.setattr(forks, "_expected", False)
    monkeypatch.setattr(forks, "_waiting", [])


def test_without_forks_it_starts_at_once() -> None:
    started: list[int] = []
    forks.after_fork(lambda: started.append(1))
    assert started == [1]


def test_before_a_fork_it_waits_and_starts_once() -> None:
    started: list[int] = []
    forks.prepare_for_fork()
    forks.after_fork(lambda: started.append(1))
    assert started == []
    forks.run_after_fork()
    forks.run_after_fork()
    assert started == [1]


def test_what_a_password_took_is_given_back() -> None:
    """By itself the C library keeps such a block from the second one on."""
    output = [
        subprocess.run(  # noqa: S603 our own program
            [sys.executable, "-c", LARGE_BLOCKS, how],
            cwd=ROOT, check=False, capture_output=True, text=True,
        )
        for how in ("kept", "given back")
    ]  # fmt: skip
    if "not glibc" in output[1].stderr:
        pytest.skip("another C library")
    kept, returned_memory = (int(each.stdout) for each in output)
    assert kept > 15_000_000
    assert returned_memory < 3_000_000


def test_the_server_loads_without_threads_and_connections(tmp_path: Path) -> None:
    environment = os.environ | {
        "LEARNING_DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite",
        "LEARNING_EMBEDDED_WORKER": "1",
    }
    output = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-c", LOADED],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    threads, connections, once, twice = map(int, output)
    assert (threads, connections) == (1, 0)
    assert once == twice > 1


def test_a_forked_process_opens_connections_of_its_own(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert engine.pool.checkedin() == 1
    child = os.fork()
    if child == 0:
        os._exit(engine.pool.checkedin())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert engine.pool.checkedin() == 1
    engine.dispose()
