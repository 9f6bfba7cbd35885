"""Several processes write and seal at once, and are killed: the chain is whole all the same."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from learning import wiring
from learning.audit.models import AuditEntry
from learning.audit.queries import first_broken
from learning.cli import migrate_to_head
from learning.kit.engines import make_engine
from learning.settings import ROOT
from tests.databases import own_database
from tests.world import trail_is_whole

WRITERS, ROWS = 3, 8


@pytest.fixture
def url(database_kind: str, database_url: str, tmp_path: Path) -> Iterator[str]:
    with own_database(database_kind, database_url, tmp_path) as made:
        yield made


def test_sealers_that_race_and_are_killed_leave_a_whole_chain(url: str) -> None:
    engine = make_engine(url)
    database = wiring.database(engine)
    migrate_to_head(database)
    acknowledged = 0
    for round_ in range(2):
        running = [
            subprocess.Popen(  # noqa: S603 our own script
                [sys.executable, "-m", "tests.audit.sealing", url, f"{round_}-{number}"],
                stdout=subprocess.PIPE, cwd=ROOT, text=True,
            )
            for number in range(WRITERS)
        ]  # fmt: skip
        for each in running:
            assert each.stdout
            for _ in range(ROWS):
                assert each.stdout.readline()
        for each in running:
            os.kill(each.pid, signal.SIGKILL)
        for each in running:
            assert each.stdout
            acknowledged += ROWS + len(each.stdout.readlines())
            each.stdout.close()
            each.wait()
    with database.session(write=True) as session, session.begin():
        sealed = select(func.count()).where(AuditEntry.number.is_not(None))
        assert session.scalar(sealed), "the processes themselves sealed rows"
        assert first_broken(session) is None
        assert trail_is_whole(session)
        written = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    engine.dispose()
    assert 2 * acknowledged <= written <= 2 * (acknowledged + 2 * WRITERS)
