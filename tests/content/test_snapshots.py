"""Content as it was: stored once, under one hash, never changed, by however many at once."""

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from learning import wiring
from learning.cli import migrate_to_head
from learning.content.models import ContentSnapshot
from learning.content.snapshots import (
    MAX_ROWS,
    SnapshotContent,
    canonical_json,
    load,
    snapshot,
    snapshots,
)
from learning.kit.database import Database
from learning.kit.engines import make_engine
from tests.databases import own_database

VALUE = {
    "question": "Où ?",
    "answers": [{"text": "ici", "right": True}, {"text": "là", "why": None}],
}


@pytest.fixture
def own(database_kind, database_url, tmp_path) -> Iterator[Database]:
    """A database of one's own, in which everything is committed."""
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        made = wiring.database(engine)
        migrate_to_head(made)
        yield made
        engine.dispose()


def same_process_anew(database: Database) -> Database:
    """Return the same database, as a process sees it that has stored nothing yet."""
    return wiring.database(database.engine)


def inserts(queries: list[str]) -> int:
    return sum("content_snapshots" in query and "INSERT" in query for query in queries)


def stored(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(ContentSnapshot)) or 0


def test_a_value_comes_back_as_it_was(session) -> None:
    sha256 = snapshot(session, "check", "c/m1-l1/check-1", VALUE)
    session.commit()
    session.expunge_all()
    found = load(session, sha256)
    assert found == SnapshotContent(kind="check", key="c/m1-l1/check-1", value=VALUE)
    assert load(session, "0" * 64) is None


def test_the_hash_is_that_of_kind_key_and_canonical_json(session) -> None:
    sha256 = snapshot(session, "lesson", "é", {"b": 1, "a": ["ü"]})
    written = '["lesson", "\\u00e9"]\n{"a":["ü"],"b":1}'
    assert sha256 == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("b", "k", 1),
        ("a", "l", 1),
        ("a", "k", 2),
        ("a", "k", "1"),
        ("a", "k", True),
        ("a", "k", [1]),
    ],
)
def test_another_kind_key_or_value_is_another_snapshot(session, kind, key, value) -> None:
    assert snapshot(session, "a", "k", 1) != snapshot(session, kind, key, value)
    assert stored(session) == 2


def test_the_order_of_keys_does_not_matter_and_that_of_lists_does(session) -> None:
    one, same, other = snapshots(
        session,
        [
            SnapshotContent(kind="a", key="k", value=value)
            for value in ({"x": 1, "y": [1, 2]}, {"y": (1, 2), "x": 1}, {"x": 1, "y": [2, 1]})
        ],
    )
    assert (one == same, one == other, stored(session)) == (True, False, 2)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), "\ud800"])
def test_what_has_no_json_is_refused(session, value) -> None:
    with pytest.raises((TypeError, ValueError)):
        snapshot(session, "a", "k", value)


@pytest.mark.parametrize("value", [{1: "a"}, [{"a": {None: 1}}], {"a": ({True: 2},)}])
def test_a_key_that_would_come_back_as_another_is_refused(value) -> None:
    with pytest.raises(TypeError, match="are texts"):
        canonical_json(value)


def test_many_take_one_statement_and_known_ones_none(database, session, queries) -> None:
    contents = [SnapshotContent(kind="q", key=str(n), value=n) for n in range(MAX_ROWS)]
    first = snapshots(session, contents)
    assert inserts(queries) == 1
    session.commit()
    with database.session(write=True) as later:
        assert snapshots(later, contents[::-1]) == first[::-1]
        assert inserts(queries) == 1
        snapshots(
            later, [*contents, *(SnapshotContent(kind="q", key="n", value=n) for n in (1, 2))]
        )
    assert inserts(queries) == 2


def test_more_than_one_statement_holds_are_stored(session, queries) -> None:
    contents = [SnapshotContent(kind="q", key=str(n), value=n) for n in range(MAX_ROWS + 1)]
    assert len(set(snapshots(session, contents))) == MAX_ROWS + 1 == stored(session)
    assert inserts(queries) == 2


def test_nothing_is_stored_of_nothing(session, queries) -> None:
    assert snapshots(session, []) == []
    assert inserts(queries) == 0


def test_what_was_rolled_back_is_written_again(own) -> None:
    with own.session(write=True) as session:
        sha256 = snapshot(session, "a", "k", 1)
        session.rollback()
        assert load(session, sha256) is None
        assert snapshot(session, "a", "k", 1) == sha256
        session.commit()
        assert load(session, sha256) is not None


def test_what_a_savepoint_took_back_is_written_again(own) -> None:
    with own.session(write=True) as session:
        with session.begin_nested() as savepoint:
            sha256 = snapshot(session, "a", "k", 1)
            savepoint.rollback()
        snapshot(session, "a", "k", 1)
        session.commit()
        assert load(session, sha256) is not None


def test_a_savepoint_that_ended_well_is_not_a_commit(own) -> None:
    with own.session(write=True) as session:
        with session.begin_nested():
            sha256 = snapshot(session, "a", "k", 1)
        session.rollback()
    with own.transaction() as session:
        snapshot(session, "a", "k", 1)
    with own.read_transaction() as session:
        assert load(session, sha256) is not None


def test_what_another_transaction_has_not_committed_is_not_known(own) -> None:
    """Two transactions of one process; the first is rolled back while the second waits."""
    with own.session(write=True) as first:
        sha256 = snapshot(first, "a", "k", 1)
        with ThreadPoolExecutor(1) as pool:
            begun = threading.Event()

            def second() -> str:
                begun.set()
                with own.transaction() as session:
                    return snapshot(session, "a", "k", 1)

            waiting = pool.submit(second)
            begun.wait()
            first.rollback()
            assert waiting.result(timeout=30) == sha256
    with own.read_transaction() as session:
        assert load(session, sha256) is not None


def test_two_processes_that_store_the_same_store_it_once(own) -> None:
    start = threading.Barrier(2)
    contents = [SnapshotContent(kind="q", key=str(n), value=n) for n in range(100)]

    def writer(order: int) -> list[str]:
        process = same_process_anew(own)
        start.wait()
        with process.transaction() as session:
            return list(snapshots(session, contents[::order]))[::order]

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(writer, (1, -1))
    assert one == two
    with own.read_transaction() as session:
        assert stored(session) == 100


def test_a_session_of_no_database_stores_too(own) -> None:
    with Session(own.engine.execution_options(begin="IMMEDIATE")) as session:
        first = snapshot(session, "a", "k", 1)
        session.commit()
        assert snapshot(session, "a", "k", 1) == first
        session.commit()
        assert stored(session) == 1


def test_a_snapshot_cannot_be_changed(own) -> None:
    with own.transaction() as session:
        snapshot(session, "a", "k", 1)
    with pytest.raises(DBAPIError, match="never changed"), own.transaction() as session:
        session.execute(text("UPDATE content_snapshots SET json = '2'"))


def test_a_text_that_was_changed_behind_our_back_is_not_believed(session) -> None:
    session.add(ContentSnapshot(sha256="a" * 64, kind="a", key="k", json="1"))
    session.flush()
    with pytest.raises(ValueError, match="was changed"):
        load(session, "a" * 64)
