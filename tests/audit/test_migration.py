"""Rows that were sealed as they were written keep their place in the chain."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.audit.models import AuditRow
from learning.audit.queries import head
from learning.audit.rules import BEGINNING, Deed, chain
from learning.kit.engines import make_engine
from tests.databases import own_database
from tests.migrations.rows import go
from tests.world import NOW, seal_all, trail_is_whole

OLD_ROW = text(
    "INSERT INTO audit_rows (id, at, action, subject, detail, previous_hash, hash)"
    " VALUES (:id, :at, 'did', 'thing', '{}', :before, :hash)"
)


def test_the_chain_goes_on_where_it_stood(
    database_kind: str, database_url: str, tmp_path: Path
) -> None:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        go(engine, "upgrade", "0007")
        before = BEGINNING
        moment = NOW.isoformat(timespec="microseconds") if database_kind == "sqlite" else NOW
        with engine.begin() as connection:
            for number in (1, 2, 3):
                told = Deed(at=NOW, actor=None, action="did", subject="thing", detail="{}")
                own = chain(number, before, told)
                row = {"id": number, "at": moment, "before": before, "hash": own}
                connection.execute(OLD_ROW, row)
                before = own
        go(engine, "upgrade", "head")
        with Session(engine) as session:
            assert head(session).number == 3
            record(session, "did", "thing", by=None, now=NOW)
            session.commit()
            with pytest.raises(RuntimeError, match="1 audit rows are not sealed"):
                go(engine, "downgrade", "0007")
            assert seal_all(session) == 1
            assert trail_is_whole(session)
            assert session.scalar(select(AuditRow.previous_hash).order_by(AuditRow.id.desc()))
            session.commit()
        go(engine, "downgrade", "0007")
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM audit_rows")) == 4
        engine.dispose()
