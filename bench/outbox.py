"""E-mails through a mail server in every mood, with workers killed on the way.

Run as `make bench-outbox`. It enqueues e-mails on each database, lets several workers send them to
a server that takes, delays, refuses for now, falls silent or cuts the line, kills workers with
SIGKILL, and counts what arrived: nothing may be lost, and what came twice must carry the same
Message-ID.
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

from bench.servers import ROOT, databases, open_database
from learning import wiring
from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.kit.database import Database
from learning.kit.time import now
from learning.mail.actions import EmailRequest, Recipient, enqueue_email
from learning.mail.jobs import SendEmailHandler
from learning.mail.mime import SenderConfig
from learning.mail.models import EmailState, OutgoingEmail
from learning.mail.senders import SmtpSender
from tests.mail.smtp import Server, serving

KIND = "accounts.account-exists"
EMAILS, KILLS, WORKERS = 10_000, 10, 3
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
SENDER_CONFIG = SenderConfig(
    sender="Course <course@example.org>", address="https://c.example", secret=str(SEED)
)
LEASE = timedelta(seconds=10)
MAX_SECONDS = 1_800  # seconds


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
    sender = SmtpSender(host="127.0.0.1", port=port, timeout=1.0)
    soon = timedelta(milliseconds=200)
    post = SendEmailHandler(
        templates=wiring.EMAIL_TEMPLATES,
        sender=sender,
        config=SENDER_CONFIG,
        retry_delay=lambda _age: soon,
    )
    handlers = {"mail.send": post}
    database = open_database(url)
    worker = Worker(
        database=database,
        handlers=handlers,
        retry_delays=(timedelta(milliseconds=200),) * 30,
        lease=LEASE,
        name=f"drill-{os.getpid()}",
    )
    while True:
        if not worker.step():
            time.sleep(0.1)


def report(name: str, url: str) -> None:
    database = open_database(url)
    with database.transaction() as session:
        for number in range(EMAILS):
            to = Recipient(email=f"p{number}@example.org", name="P", language="es", zone="UTC")
            enqueue_email(session, to, EmailRequest(kind=KIND), now=now())
    chance = random.Random(SEED)  # noqa: S311 a drill, repeatable
    began = time.monotonic()
    with serving(lambda _number: chance.choice(MOODS)) as (server, port):
        drill(database, url, port)
    with database.read_transaction() as session:
        rows = session.execute(
            select(OutgoingEmail.state, func.count()).group_by(OutgoingEmail.state)
        ).all()
        dead = session.scalar(select(func.count()).where(Job.state == JobState.DEAD))
    tell(name, server, dict(rows), dead or 0, time.monotonic() - began)
    database.engine.dispose()


def drill(database: Database, url: str, port: int) -> None:
    """Run the workers until nothing is left, killing one every so often."""
    command = [sys.executable, "-m", "bench.outbox", url, str(port)]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(WORKERS)]  # noqa: S603 our own
    kills, began = 0, time.monotonic()
    while (left := waiting(database)) and time.monotonic() - began < MAX_SECONDS:
        time.sleep(0.5)
        if kills < KILLS and left < EMAILS * (1 - (kills + 1) / (KILLS + 2)):
            workers[kills % WORKERS].kill()
            workers[kills % WORKERS].wait()
            workers[kills % WORKERS] = subprocess.Popen(command, cwd=ROOT)  # noqa: S603 our own
            kills += 1
    for worker in workers:
        worker.kill()
        worker.wait()


def waiting(database: Database) -> int:
    with database.read_transaction() as session:
        open_ = Job.state.in_((JobState.WAITING, JobState.RUNNING))
        return session.scalar(select(func.count()).where(open_)) or 0


def tell(
    name: str, server: Server, states: dict[EmailState, int], dead: int, seconds: float
) -> None:
    sent, refused = states.get(EmailState.SENT, 0), states.get(EmailState.FAILED, 0)
    arrived = len(server.arrived)
    doubles = Counter(count for count in server.arrived.values() if count > 1)
    print(f"{name}: {EMAILS} e-mails, {KILLS} workers killed, {seconds:.0f} s")
    print(f"  moods met: {dict(server.moods)}")
    print(f"  sent {sent}, refused for good and left to people {refused} (failed jobs: {dead})")
    lost = EMAILS - arrived - refused
    print(f"  arrived {arrived} different Message-IDs; lost {max(0, lost)}")
    print(
        f"  came more than once, under the same Message-ID: {sum(doubles.values())} {dict(doubles)}"
    )
    still = EMAILS - sent - refused
    print(f"  still in the outbox: {still}")
    if lost > 0 or still:
        sys.exit(1)


if __name__ == "__main__":
    main()
