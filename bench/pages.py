"""CPU of the main pages, the database's included, as ratios to a bare Flask page with one query.

Run as `make bench`. One gunicorn worker with threads serves the demonstration on each database, in
the deployment's own configuration; the bare page (`bench/bare.py`) is a Flask application of its
own in a process of its own. Every round asks for all pages in a shuffled order, the bare one among
them; what counts is the median of the rounds, so that neither the luckiest moment nor another
program's decides. The kernel says what processor time the worker took, and each process of the
PostgreSQL server (SQLite works inside the worker). Ratios of one run compare; milliseconds of two
runs do not. `bench/start.py` measures starts, memory and a list of a thousand people.
"""

import argparse
import http.client
import random
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import brotli
from sqlalchemy import select

from bench import crowd, quiz_scene
from bench.servers import (
    CONFIG,
    ROOT,
    BenchRequest,
    Database,
    Server,
    ask,
    command,
    database_time,
    databases,
    environment_of,
    headers_of,
    once,
    open_database,
    processor_time,
    serving,
    since,
)
from learning.catalogue.models import Edition, EditionStatus
from learning.content.course_reader import load_course
from learning.demo import PASSWORD

COURSE = ROOT / "courses/reintegration"
REQUESTS, ROUNDS, WARM = 40, 9, 10
BARE = "bare page, one query"
SLOW = ("sign-in", "people of an edition of 1,000", "a quiz, an answer sent again")
"""Fewer requests of these: they take long, or are limited to some in a quarter of an hour."""
TARGETS = {
    "lesson": 2.5, "this week": 3, "course home": 3, "search": 4, "a note": 4,
    "an answer to a check": 4, "a lesson done": 4, "lesson, unchanged (304)": 1.5,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One page: seconds of the worker and of the database a request; bytes of its body."""

    worker: float
    database: float
    size: int

    @property
    def cpu(self) -> float:
        return self.worker + self.database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("SQLite", "PostgreSQL"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", default="", help="a part of the names of the pages")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for database in databases(folder):
            if options.database in {None, database.name}:
                environment = environment_of(database, folder)
                edition = prepare(database, environment)
                found = measure_all(database, environment, edition, options)
                report(database, found)


def prepare(database: Database, environment: dict[str, str]) -> str:
    """Fill a database with the demonstration and a thousand people; return the edition's code."""
    for name in ("migrate", "load-demo"):
        command(environment, name)
    opened = open_database(database.url)
    with opened.transaction() as session:
        running = select(Edition.code).where(Edition.status == EditionStatus.RUNNING)
        code = session.scalars(running).one()
        crowd.fill(session)
        quiz_scene.fill(session, load_course(COURSE))
    opened.engine.dispose()
    return code


def measure_all(
    database: Database, environment: dict[str, str], edition: str, options: argparse.Namespace
) -> dict[str, list[Measured]]:
    with (
        serving("bench.bare:app", environment, "--workers", "1") as bare,
        serving("wsgi:app", environment, *CONFIG, "--workers", "1", first="/fr/") as ours,
    ):
        pages = {BARE: (bare, BenchRequest(path="/"))}
        for name, page in pages_of(ours.port, edition).items():
            if options.only in name:
                pages[name] = (ours, page)
        rounds: dict[str, list[Measured]] = {name: [] for name in pages}
        for _ in range(options.rounds):
            order = list(pages)
            random.shuffle(order)
            for name in order:
                number = REQUESTS // 8 if name in SLOW else REQUESTS
                rounds[name].append(measure(database, *pages[name], number))
    return rounds


def pages_of(port: int, edition: str) -> dict[str, BenchRequest]:
    awa, registrar = (sign_in(port, f"{name}@example.org") for name in ("awa", "registrar"))
    lesson = f"/fr/editions/{edition}/lessons/m4-l3"
    html = once(port, BenchRequest(path=lesson, cookie=awa))[0].decode()
    check = re.findall(rf'{lesson}/checks/([^"/]+)"', html)[0]
    answers = load_course(COURSE).lessons["m4-l3"].texts["fr"].checks[check].answers
    right = next(answer.number for answer in answers if answer.right)  # may be sent again
    places = once(port, BenchRequest(path=f"{lesson}/notes", cookie=awa))[0].decode()
    blocks = re.findall(rf'{lesson}/notes/([^"/]+)"', places)
    block = next(key for key in blocks if has_no_note(port, f"{lesson}/notes/{key}", awa))
    note = {"body": "À relire avant la séance.", "version": "0"}
    return {
        "lesson": BenchRequest(path=lesson, cookie=awa),
        "this week": BenchRequest(path="/fr/this-week", cookie=awa),
        "course home": BenchRequest(path=f"/fr/editions/{edition}/", cookie=awa),
        "search": BenchRequest(path="/fr/search?q=mecanisme", cookie=awa),
        "lesson, unchanged (304)": BenchRequest(path=lesson, cookie=awa, again=True),
        "lesson, compressed here (br)": BenchRequest(path=lesson, cookie=awa, accept="gzip, br"),
        "lesson, compressed here (zstd)": BenchRequest(
            path=lesson, cookie=awa, accept="gzip, br, zstd"
        ),
        "lesson, browser without headers": BenchRequest(
            path=lesson, cookie=awa, accept="gzip, br", browser=False
        ),
        "a note": BenchRequest(path=f"{lesson}/notes/{block}", cookie=awa, sent=note),
        "an answer to a check": BenchRequest(
            path=f"{lesson}/checks/{check}", cookie=awa, sent={"answer": str(right)}
        ),
        "a lesson done": BenchRequest(path=f"{lesson}/done", cookie=awa, sent={"done": "1"}),
        **quiz_scene.pages(port, edition, awa),
        "place kept": BenchRequest(path=f"{lesson}/position", cookie=awa, sent={"block": block}),
        "sign-in": BenchRequest(path="/fr/account/sign-in", sent=credentials("awa"), far=True),
        "staff: people": BenchRequest(path="/fr/staff/people/", cookie=registrar),
        "staff: applications": BenchRequest(
            path=f"/fr/staff/editions/{edition}/applications/", cookie=registrar
        ),
        "cohort of 1,000": BenchRequest(
            path=f"/fr/staff/editions/{crowd.CROWD}/progress/", cookie=registrar
        ),
        "gradebook of 1,000": BenchRequest(
            path=f"/fr/staff/editions/{crowd.CROWD}/gradebook/", cookie=registrar
        ),
        "people of an edition of 1,000": BenchRequest(
            path=f"/fr/staff/editions/{crowd.CROWD}/people/", cookie=registrar
        ),
    }


def has_no_note(port: int, path: str, cookie: str) -> bool:
    """Whether the version 0 that the bench sends is the current one."""
    html = once(port, BenchRequest(path=path, cookie=cookie))[0].decode()
    return re.search(r'name="version"[^>]* value="0"', html) is not None


def credentials(name: str) -> dict[str, str]:
    return {"email": f"{name}@example.org", "password": PASSWORD}


def sign_in(port: int, email: str) -> str:
    """Sign in as a browser does; return the cookie."""
    sent = {"email": email, "password": PASSWORD}
    _, headers = once(port, BenchRequest(path="/fr/account/sign-in", sent=sent, far=True))
    return headers["Set-Cookie"].split(";")[0]


def measure(database: Database, server: Server, page: BenchRequest, number: int) -> Measured:
    """Return what a page costs, the median of no request but the mean of some."""
    _, found = once(server.port, page)
    etag = found.get("ETag", "") if page.again else ""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    for _ in range(min(WARM, number)):
        ask(connection, page, headers_of(page, etag, random.getrandbits(16)))
    (worker,) = server.workers
    cpu, in_database = processor_time(worker), database_time(database)
    body = b""
    for _ in range(number):
        body, _ = ask(connection, page, headers_of(page, etag, random.getrandbits(16)))
    cpu = processor_time(worker) - cpu
    spent = since(in_database, database_time(database))
    connection.close()
    plain = page.accept == "identity" and body
    size = len(brotli.compress(body, quality=5)) if plain else len(body)
    return Measured(worker=cpu / number, database=spent / number, size=size)


def report(database: Database, rounds: dict[str, list[Measured]]) -> None:
    bare = rounds[BARE]
    title = f"{'CPU ms':34}{'worker':>8}{'database':>9}{'x bare':>8}{'target':>8}{'bytes':>9}"
    print(f"\n{database.name}\n{title}")
    for name, found in rounds.items():
        worker, in_database = (
            1000 * median(getattr(each, part) for each in found) for part in ("worker", "database")
        )
        ratio = median(each.cpu / base.cpu for each, base in zip(found, bare, strict=True))
        target = f"{TARGETS[name]:g}" if name in TARGETS else ""
        size = found[-1].size
        print(f"{name:34}{worker:8.2f}{in_database:9.2f}{ratio:8.2f}{target:>8}{size:9,}")


if __name__ == "__main__":
    main()
