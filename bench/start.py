"""What a start costs, what a worker holds, and a list of a thousand people.

Run as `make bench`, after the pages. CPU is of all processes of the server, the one that forks
included, up to the first answer to a signed-out reader; memory is the kernel's proportional share
(PSS) of each worker, after a first thousand requests and after ten thousand more.
"""

import http.client
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from bench import crowd
from bench.pages import prepare, sign_in
from bench.servers import (
    CONFIG,
    BenchRequest,
    Database,
    Server,
    ask,
    children,
    database_time,
    databases,
    environment_of,
    headers_of,
    memory,
    once,
    open_database,
    processor_time,
    serving,
    since,
    ticks,
)
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment
from learning.kit.i18n import LANGUAGES
from learning.participants.list_files import read_text
from learning.participants.people_lists import read_list

STARTS, FIRST, MORE = 3, 1000, 10_000
LESSONS = [f"lessons/m{week}-l{number}" for week in range(1, 5) for number in range(1, 6)]
MAX_SECONDS = 180  # seconds that a list may take


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for database in databases(folder):
            environment = environment_of(database, folder)
            edition = prepare(database, environment)
            print(f"\n{database.name}")
            starts(folder, environment)
            growth(environment, edition)
            a_list(database, environment)


def starts(folder: Path, environment: dict[str, str]) -> None:
    """Start with an empty cache, then with a full one."""
    for title, warm in (("start, cache empty", False), ("start, cache full", True)):
        found = []
        for number in range(-int(warm), STARTS):  # the first of all fills the cache
            cache = folder / ("cache" if warm else f"cache-{number}")
            own = environment | {"LEARNING_CACHE": str(cache)}
            with serving("wsgi:app", own, *CONFIG, "--workers", "1", first="/fr/") as server:
                found += (
                    []
                    if number < 0
                    else [sum(ticks(each) for each in (server.process, *server.workers))]
                )
        print(f"{title:34}{median(found):8.2f} s CPU to the first answer")


def growth(environment: dict[str, str], edition: str) -> None:
    """Ask for pages of all kinds and languages, again and again."""
    with serving("wsgi:app", environment, *CONFIG, "--workers", "2", first="/fr/") as server:
        cookie = sign_in(server.port, "awa@example.org")
        paths = [
            f"/{language}/editions/{edition}/{page}"
            for language in ("fr", "en", "es")
            for page in ("", "glossary", *LESSONS)
        ]
        pages = [BenchRequest(path=path, cookie=cookie) for path in paths]
        for title, number in ((f"memory, {FIRST:,} requests", FIRST), (f"and {MORE:,} more", MORE)):
            drive(server, pages, number)
            sizes = [memory(worker) for worker in children(server.process)]
            print(
                f"{title:34}" + "".join(f"{pss:8.1f} MB PSS ({own:.1f} own)" for pss, own in sizes)
            )


def drive(server: Server, pages: list[BenchRequest], number: int) -> None:
    """Ask on connections that end now and then, so that every worker gets its share."""
    for begin in range(0, number, 25):
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for page in (pages[at % len(pages)] for at in range(begin, begin + 25)):
            ask(connection, page, headers_of(page))
        connection.close()


def a_list(database: Database, environment: dict[str, str]) -> None:
    """Enrol a thousand people from a list; what the request does not do, the worker does."""
    own = environment | {"LEARNING_EMBEDDED_WORKER": "1"}
    with serving("wsgi:app", own, *CONFIG, "--workers", "1", first="/fr/") as server:
        cookie = sign_in(server.port, "registrar@example.org")
        path = f"/fr/staff/editions/{crowd.EMPTY}/people/list/enrol"
        text = crowd.a_list()
        shown = read_list(read_text(text), LANGUAGES).digest
        sent = {"idempotency_key": os.urandom(8).hex(), "text": text, "shown": shown}
        (worker,) = server.workers
        cpu, in_database, began = processor_time(worker), database_time(database), time.monotonic()
        once(server.port, BenchRequest(path=path, cookie=cookie, sent=sent))
        answered = time.monotonic() - began
        enrolled = wait_for_all(database)
        cpu = processor_time(worker) - cpu
        spent = since(in_database, database_time(database))
        print(
            f"{'a list of 1,000 people':34}{cpu:8.2f} s CPU, {spent:.2f} s of the database; "
            f"answered after {answered:.1f} s; {enrolled} enrolled"
        )


def wait_for_all(database: Database) -> int:
    """Wait until everybody of the list is enrolled; return how many are."""
    opened = open_database(database.url)
    count = select(func.count()).join(Edition).where(Edition.code == crowd.EMPTY)
    enrolled = 0
    for _ in range(MAX_SECONDS):
        with opened.read_transaction() as session:
            enrolled = session.scalar(count.select_from(Enrolment)) or 0
        if enrolled >= crowd.SIZE:
            break
        time.sleep(1)
    opened.engine.dispose()
    return enrolled


if __name__ == "__main__":
    main()
