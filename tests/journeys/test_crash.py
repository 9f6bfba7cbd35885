"""kill -9 in the middle of writing loses nothing acknowledged and leaves nothing half done."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import func, select, text

from learning import wiring
from learning.accounts.models import Person
from learning.audit.models import AuditEntry
from learning.cli import migrate_to_head
from learning.kit.engines import make_engine
from learning.settings import ROOT
from tests.world import trail_is_whole

WRITER = """
import sys
from learning import wiring
from learning.accounts.actions import NewPerson, add_person
from learning.kit.engines import make_engine
from learning.kit.time import now
database = wiring.database(make_engine(sys.argv[1]))
for number in range(10**9):
    with database.transaction() as session:
        new = NewPerson(email=f"{sys.argv[2]}-{number}@x.org", name="N")
        add_person(session, new, by=None, now=now())
    print(number, flush=True)
"""
ROUNDS = 3


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/crash.sqlite"
    engine = make_engine(url)
    database = wiring.database(engine)
    migrate_to_head(database)
    acknowledged = 0
    for number in range(ROUNDS):
        writer = subprocess.Popen(  # noqa: S603 our own script
            [sys.executable, "-c", WRITER, url, str(number)],
            stdout=subprocess.PIPE, cwd=ROOT, text=True,
        )  # fmt: skip
        assert writer.stdout
        for _ in range(5):
            writer.stdout.readline()
        time.sleep(0.01 * number)
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += 5 + len(writer.stdout.readlines())
        writer.stdout.close()
        writer.wait()
    with database.read_transaction() as session:
        people = session.scalar(select(func.count()).select_from(Person)) or 0
        rows = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert trail_is_whole(session)
    engine.dispose()
    assert acknowledged <= people <= acknowledged + ROUNDS
    assert rows == people, "a person and the row that tells of it come together"
