"""Twenty slow clients, and two hundred who sign in at once, behind nginx: what other pages feel.

Run as `make bench-rush`. nginx and gunicorn run as deploy/ ships them, on each database. Two
readers turn pages all the while; what counts is the time within which 95 of 100 pages came, beside
the same when nobody else was there. Each person who signs in has a network of their own,
and retries when told to. The states take turns; milliseconds of two runs do not compare, and the
crowd itself takes processors of the same machine.
"""

import argparse
import http.client
import multiprocessing
import os
import random
import re
import socket
import ssl
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from bench.servers import (
    CONFIG,
    BenchRequest,
    Database,
    command,
    databases,
    environment_of,
    gunicorn,
    once,
    open_database,
)
from learning.accounts.actions import NewPerson, add_person
from learning.accounts.passwords import hash_password
from learning.demo import PASSWORD
from learning.kit.time import now
from tests.deploy import proxy
from tests.deploy.proxy import Proxy
from tests.ports import listening_socket, port_of

PEOPLE, SLOW, READERS = 200, 20, 2
SECONDS, ROUNDS = 8.0, 3
PAUSE = 0.5  # seconds between two bytes of a slow client
TARGET = 3.0
PAGES = ("this-week", "editions/{edition}/", "editions/{edition}/lessons/m4-l1", "")
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


@dataclass
class Crowd:
    """How those who signed in fared: statuses, and the seconds until each was in."""

    statuses: Counter[int] = field(default_factory=Counter[int])
    seconds: list[float] = field(default_factory=list[float])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        for database in databases(Path(folder)):
            place = Path(folder) / database.name
            place.mkdir()
            with site(database, place) as made:
                measure(database.name, made, rounds)


def measure(name: str, made: Proxy, rounds: int) -> None:
    found: dict[str, list[float]] = defaultdict(list)
    crowd = Crowd()
    cookies = [sign_in(made, f"{who}@example.org") for who in ("awa", "luis")]
    pages = pages_of(made, cookies[0])
    read(made, cookies, pages, SECONDS / 2)
    for _ in range(rounds):
        found["nobody else"] += read(made, cookies, pages, SECONDS)
        with slow_clients(made):
            found[f"{SLOW} slow clients"] += read(made, cookies, pages, SECONDS)
        with rushing(made, crowd):
            found[f"{PEOPLE} sign in at once"] += read(made, cookies, pages, SECONDS)
    report(name, found, crowd)


def report(name: str, found: dict[str, list[float]], crowd: Crowd) -> None:
    quiet = percentile(found["nobody else"], 95)
    print(f"\n{name}{'':22} pages     p50      p95      max    p95 ratio")
    for state, durations in found.items():
        p50, p95 = percentile(durations, 50), percentile(durations, 95)
        ratio = p95 / quiet
        print(
            f"  {state:28} {len(durations):6} {p50 * 1000:6.0f} ms {p95 * 1000:5.0f} ms "
            f"{max(durations) * 1000:5.0f} ms   {ratio:5.2f} {'' if ratio <= TARGET else '  OVER'}"
        )
    print(f"  answers to those who signed in: {dict(crowd.statuses)}")
    half, everybody = percentile(crowd.seconds, 50), max(crowd.seconds)
    print(f"  half of them were in after {half:.1f} s, all after {everybody:.1f} s")


def percentile(values: list[float], share: int) -> float:
    return quantiles(values, n=100)[share - 1]


@contextmanager
def site(database: Database, place: Path) -> Iterator[Proxy]:
    """Serve the demonstration, with two hundred people more, behind nginx."""
    environment = environment_of(database, place)
    for words in ("migrate", "load-demo"):
        command(environment, words)
    opened = open_database(database.url)
    hashed = hash_password(PASSWORD)
    with opened.transaction() as session:
        for number in range(PEOPLE):
            new = NewPerson(email=address(number), name=f"Person {number}")
            add_person(session, new, by=None, now=now(), password_hash=hashed)
    opened.engine.dispose()
    with listening_socket() as listening:
        upstream = port_of(listening)
        made = proxy.configured(place, upstream)
        here = f"https://127.0.0.1:{made.https}"
        environment |= {"LEARNING_ORIGINS": here, "LEARNING_ADDRESS": here}
        process = gunicorn(listening, environment, *CONFIG, "wsgi:app")
    with process as server:
        try:
            once(upstream, BenchRequest(path="/healthz"))
            with proxy.running(made):
                yield made
        finally:
            server.terminate()


def address(number: int) -> str:
    return f"rush-{number}@example.org"


def connection(made: Proxy, network: int = 0) -> http.client.HTTPSConnection:
    """Open a connection from one of many networks of this machine."""
    context = ssl.create_default_context(cafile=str(made.certificate))
    source = (f"127.{network // 200 + 1}.{network % 200}.1", 0)
    return http.client.HTTPSConnection(
        "127.0.0.1", made.https, context=context, timeout=60, source_address=source
    )


def sign_in(made: Proxy, email: str) -> str:
    """Return the cookie of somebody who signed in."""
    line = connection(made)
    line.request("POST", "/fr/account/sign-in", form(email), FORM)
    answer = line.getresponse()
    answer.read()
    line.close()
    cookie = re.search(r"\bs=[^;]+", " ".join(answer.headers.get_all("Set-Cookie", [])))
    if answer.status != http.HTTPStatus.SEE_OTHER or cookie is None:
        raise RuntimeError(f"{email}: {answer.status}")
    return cookie[0]


def form(email: str) -> str:
    return urlencode({"email": email, "password": PASSWORD})


def pages_of(made: Proxy, cookie: str) -> list[str]:
    line = connection(made)
    line.request("GET", "/fr/this-week", headers={"Cookie": cookie})
    edition = re.search(r"/fr/editions/([a-z0-9-]+)/", line.getresponse().read().decode())
    line.close()
    if edition is None:
        raise RuntimeError("the demonstration has no edition")
    return ["/fr/" + page.format(edition=edition[1]) for page in PAGES]


def read(made: Proxy, cookies: list[str], pages: list[str], seconds: float) -> list[float]:
    """Have people turn pages for some seconds; return how long each page took."""
    durations: list[float] = []
    ends = time.monotonic() + seconds

    def turn(cookie: str) -> None:
        line = connection(made)
        for page in cycle(pages):
            if time.monotonic() > ends:
                break
            began = time.monotonic()
            line.request("GET", page, headers={"Cookie": cookie})
            answer = line.getresponse()
            answer.read()
            durations.append(time.monotonic() - began)
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(f"{page}: {answer.status}")
            time.sleep(random.uniform(0, 0.05))  # noqa: S311 nothing depends on it
        line.close()

    readers = [threading.Thread(target=turn, args=[cookies[n % 2]]) for n in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    return durations


@contextmanager
def slow_clients(made: Proxy) -> Iterator[None]:
    """Send headers and bodies byte by byte; who is cut off begins again."""
    stop = threading.Event()
    clients = [
        threading.Thread(target=dribble, args=[made, number, stop]) for number in range(SLOW)
    ]
    for each in clients:
        each.start()
    try:
        yield
    finally:
        stop.set()
        for each in clients:
            each.join()


def dribble(made: Proxy, number: int, stop: threading.Event) -> None:
    head = b"POST /fr/account/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"
    sent = b"GET /fr/ HTTP/1.1\r\nX-Slow: " if number % 2 else head
    context = ssl.create_default_context(cafile=str(made.certificate))
    while not stop.is_set():
        with suppress(OSError), socket.create_connection(("127.0.0.1", made.https)) as plain:
            line = context.wrap_socket(plain, server_hostname="127.0.0.1")
            line.sendall(sent)
            while not stop.wait(PAUSE):
                line.sendall(b"x")


@contextmanager
def rushing(made: Proxy, crowd: Crowd) -> Iterator[None]:
    """Have everybody sign in at once, in a process of their own; wait until all are in."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[Crowd] = context.Queue()
    process = context.Process(target=rush, args=[made, results])
    process.start()
    try:
        yield
    finally:
        one = results.get()
        crowd.statuses += one.statuses
        crowd.seconds += one.seconds
        process.join()


def rush(made: Proxy, results: "multiprocessing.Queue[Crowd]") -> None:
    os.nice(10)  # whose processors these are should not be the question
    crowd, together = Crowd(), threading.Barrier(PEOPLE)
    people = [
        threading.Thread(target=come, args=[made, number, together, crowd])
        for number in range(PEOPLE)
    ]
    for each in people:
        each.start()
    for each in people:
        each.join()
    results.put(crowd)


def come(made: Proxy, number: int, together: threading.Barrier, crowd: Crowd) -> None:
    """Sign in, and come again as long as one is told to."""
    line = connection(made, number + 1)
    line.connect()
    together.wait()
    began = time.monotonic()
    while True:
        line.request("POST", "/fr/account/sign-in", form(address(number)), FORM)
        answer = line.getresponse()
        answer.read()
        crowd.statuses[answer.status] += 1
        if answer.status != http.HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(int(answer.headers["Retry-After"]) * random.uniform(0.5, 1.5))  # noqa: S311 see above
    crowd.seconds.append(time.monotonic() - began)
    line.close()


if __name__ == "__main__":
    main()
