"""Both engines are set up as the design says."""

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from learning.audit.models import AuditRow
from learning.catalogue.models import Edition, EditionStatus
from learning.kit.engines import journal_mode, make_engine
from learning.kit.money import Money
from tests.world import make_edition


@pytest.mark.parametrize(
    ("version", "allowed", "expected"),
    [
        ((3, 40, 1), False, "TRUNCATE"),
        ((3, 51, 2), False, "TRUNCATE"),
        ((3, 51, 3), False, "WAL"),
        ((3, 52, 0), False, "WAL"),
        ((3, 40, 1), True, "WAL"),
    ],
)
def test_the_write_ahead_log_is_used_where_it_is_sound(version, allowed, expected) -> None:
    assert journal_mode(version, allow_old_wal=allowed) == expected


def test_the_profile_of_sqlite(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/made/here.sqlite")
    with engine.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("foreign_keys", "synchronous", "busy_timeout", "trusted_schema")
        }
        journal = connection.execute(text("PRAGMA journal_mode")).scalar()
    engine.dispose()
    assert told == {"foreign_keys": 1, "synchronous": 2, "busy_timeout": 15000, "trusted_schema": 0}
    assert journal == journal_mode(sqlite3.sqlite_version_info, allow_old_wal=False).lower()


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="sqlite or postgresql"):
        make_engine("mysql://localhost/x")


def test_the_profile_of_postgresql(engine: Engine, database_kind: str) -> None:
    if database_kind != "postgresql":
        pytest.skip("this is the SQLite run")
    with engine.connect() as connection:
        told = [
            connection.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "application_name",
            )
        ]
    assert told == ["15s", "3s", "30s", "learning"]


def test_a_moment_comes_back_as_it_was(session: Session) -> None:
    edition = make_edition(session, "m", 1, EditionStatus.OPEN)
    edition.changed_at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    session.flush()
    session.expire_all()
    found = session.scalars(select(Edition).where(Edition.code == "m")).one()
    assert found.changed_at == datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    assert found.fee == Money(98000, "EUR")
    assert isinstance(found.starts_on, date)


@pytest.mark.parametrize(
    "moment",
    [datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))],  # noqa: DTZ001 refused
)
def test_a_moment_without_utc_is_refused(session: Session, moment: datetime) -> None:
    edition = make_edition(session, "m", 1, EditionStatus.OPEN)
    edition.changed_at = moment
    with pytest.raises(StatementError, match="stored in UTC"):
        session.flush()


@pytest.mark.parametrize(
    "wrong",
    [
        {"capacity": "many"},
        {"capacity": 0},
        {"status": "closed"},
        {"fee_minor": -1},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(session: Session, wrong: dict) -> None:
    make_edition(session, "m", 1, EditionStatus.OPEN)
    (name, value), *_ = wrong.items()
    statement = text(f"UPDATE editions SET {name} = :value")  # noqa: S608 our own column
    with pytest.raises(DBAPIError):
        session.execute(statement, {"value": value})


def test_a_number_beyond_32_bits_fits(session: Session) -> None:
    row = {"number": 2**40, "at": datetime.now(UTC), "actor": 1, "action": "a", "subject": "s"}
    row |= {"detail": "{}", "previous_hash": "x", "hash": "y"}
    session.execute(insert(AuditRow).values(**row))
    assert session.scalar(select(AuditRow.number).where(AuditRow.hash == "y")) == 2**40
