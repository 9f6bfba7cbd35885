"""Letters through a mail server in every mood, with workers killed on the way.

Run as `make post`. It posts letters on each database, lets several workers send them to a server
that takes, delays, refuses for now, falls silent or cuts the line, kills workers with SIGKILL,
and counts what arrived: nothing may be lost, and what came twice must carry the same Message-ID.
"""

import logging
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.servers import ROOT, databases
from learning import wiring
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.kit.db import Database
from learning.kit.engines import make_engine
from learning.kit.time import now
from learning.mail.actions import Outgoing, Recipient, post
from learning.mail.jobs import Post
from learning.mail.messages import House
from learning.mail.models import Mail, MailState
from learning.mail.senders import SmtpSender
from tests.mail.smtp import Server, serving

LETTERS, KILLS, WORKERS = 10_000, 10, 3
SEED = 2026
MOODS = (
    ("ok",) * 89
    + ("5xx",)
    + ("4xx",) * 4
    + ("slow",) * 2
    + ("silent",)
    + ("dropped",) * 2
    + ("gone",)
)
HOUSE = House(sender="Course <course@example.org>", address="https://c.example", secret=str(SEED))
LEASE = timedelta(seconds=10)
LONGEST = 1_800  # seconds


def main() -> None:
    if len(sys.argv) > 1:
        work(sys.argv[1], int(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in databases(Path(folder)):
            name, url = kind.name, kind.url
            environment = os.environ | {"LEARNING_DATABASE_URL": url}
            migrate = [sys.executable, "-m", "learning.cli", "migrate"]
            subprocess.run(migrate, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603 our own command
            report(name, url)


def work(url: str, port: int) -> None:
    """Be a worker until killed; retries come quickly, so that the drill ends."""
    logging.getLogger("learning").setLevel(logging.CRITICAL)  # faults are the point
    sender = SmtpSender(host="127.0.0.1", port=port, patience=1.0)
    soon = timedelta(milliseconds=200)
    post = Post(writers=wiring.LETTERS, sender=sender, house=HOUSE, retry_wait=lambda _age: soon)
    handlers = {"mail.send": post}
    database = Database(make_engine(url))
    worker = Worker(
        database=database,
        handlers=handlers,
        patience=(timedelta(milliseconds=200),) * 30,
        lease=LEASE,
        name=f"drill-{os.getpid()}",
    )
    while True:
        if not worker.step():
            time.sleep(0.1)


def report(name: str, url: str) -> None:
    database = Database(make_engine(url))
    with database.transaction() as session:
        for number in range(LETTERS):
            to = Recipient(email=f"p{number}@example.org", name="P", language="es", zone="UTC")
            post(session, to, Outgoing(kind="accounts.known"), now=now())
    chance = random.Random(SEED)  # noqa: S311 a drill, repeatable
    began = time.monotonic()
    with serving(lambda _number: chance.choice(MOODS)) as (server, port):
        drill(database, url, port)
    with database.reading() as session:
        rows = session.execute(select(Mail.state, func.count()).group_by(Mail.state)).all()
        dead = session.scalar(select(func.count()).where(Job.state == JobState.DEAD))
    tell(name, server, dict(rows), dead or 0, time.monotonic() - began)
    database.engine.dispose()


def drill(database: Database, url: str, port: int) -> None:
    """Run the workers until nothing is left, killing one every so often."""
    command = [sys.executable, "-m", "bench.post", url, str(port)]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(WORKERS)]  # noqa: S603 our own
    kills, began = 0, time.monotonic()
    while (left := waiting(database)) and time.monotonic() - began < LONGEST:
        time.sleep(0.5)
        if kills < KILLS and left < LETTERS * (1 - (kills + 1) / (KILLS + 2)):
            workers[kills % WORKERS].kill()
            workers[kills % WORKERS].wait()
            workers[kills % WORKERS] = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 our own
            kills += 1
    for worker in workers:
        worker.kill()
        worker.wait()


def waiting(database: Database) -> int:
    with database.reading() as session:
        open_ = Job.state.in_((JobState.WAITING, JobState.TAKEN))
        return session.scalar(select(func.count()).where(open_)) or 0


def tell(
    name: str, server: Server, states: dict[MailState, int], dead: int, seconds: float
) -> None:
    sent, refused = states.get(MailState.SENT, 0), states.get(MailState.FAILED, 0)
    arrived = len(server.arrived)
    doubles = Counter(count for count in server.arrived.values() if count > 1)
    print(f"{name}: {LETTERS} letters, {KILLS} workers killed, {seconds:.0f} s")
    print(f"  moods met: {dict(server.moods)}")
    print(f"  sent {sent}, refused for good and left to people {refused} (jobs given up: {dead})")
    lost = LETTERS - arrived - refused
    print(f"  arrived {arrived} different Message-IDs; lost {max(0, lost)}")
    print(
        f"  came more than once, under the same Message-ID: {sum(doubles.values())} {dict(doubles)}"
    )
    still = LETTERS - sent - refused
    print(f"  still in the outbox: {still}")
    if lost > 0 or still:
        sys.exit(1)


if __name__ == "__main__":
    main()
