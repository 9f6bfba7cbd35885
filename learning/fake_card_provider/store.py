"""What the fake provider knows: sessions, refunds, answers by idempotency key, and its events.

It is a file of SQLite; each call is one transaction. Objects are stored as JSON in the shape of
Stripe's API. An event waits until it is delivered; it may be delivered again, later, out of order
or never.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Object = dict[str, Any]
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, request TEXT NOT NULL, object_id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, object_id TEXT NOT NULL,
    body TEXT NOT NULL, deliveries INTEGER NOT NULL DEFAULT 0) STRICT;
"""
PRIVATE = frozenset({"success_url", "title", "refused"})
"""What only the page of the checkout needs."""
WAIT = 10.0  # seconds for another process's transaction


class FakeProviderError(Exception):
    """What the fake provider refuses; `code` as in Stripe's API, with the status of its answer."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True, kw_only=True)
class FakeEvent:
    """An event: its number in the order in which things happened, and its body as it is sent."""

    number: int
    id: str
    body: bytes
    deliveries: int

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])


class FakeStore:
    """The state of the fake provider, in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=WAIT, isolation_level=None)) as connection:
            connection.executescript(SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def once(self, key: str, form: Mapping[str, str], make: Callable[[], Object]) -> Object:
        """Return the object of an idempotency key, made on first use.

        Raise FakeProviderError if the key comes with another form.
        """
        request = json.dumps(form, sort_keys=True)
        with self.transaction() as connection:
            known = connection.execute(
                "SELECT request, object_id FROM answers WHERE key = ?", (key,)
            ).fetchone()
            if known is not None:
                if known[0] != request:
                    raise FakeProviderError("idempotency_key_in_use")
                return _get(connection, known[1])
            made = make()
            connection.execute("INSERT INTO answers VALUES (?, ?, ?)", (key, request, made["id"]))
            _put(connection, made)
            return made

    def get(self, object_id: str) -> Object:
        """Return an object; raise FakeProviderError for one that was never made."""
        with self.transaction() as connection:
            return _get(connection, object_id)

    def change(self, object_id: str, change: Callable[[Object], Sequence[str]], now: int) -> Object:
        """Change an object; `change` returns the types of the events that follow from it."""
        with self.transaction() as connection:
            found = _get(connection, object_id)
            for kind in change(found):
                _add_event(connection, found, kind, now)
            _put(connection, found)
            return found

    def add_event(self, found: Object, kind: str, now: int) -> None:
        """Add an event about an object as it is."""
        with self.transaction() as connection:
            _add_event(connection, found, kind, now)

    def objects(self, kind: str) -> list[Object]:
        """Return all objects of a kind, in no order."""
        with self.transaction() as connection:
            rows = connection.execute("SELECT body FROM objects").fetchall()
        return [each for (body,) in rows if (each := json.loads(body))["object"] == kind]

    def events(self, object_id: str | None = None) -> list[FakeEvent]:
        """Return the events of an object, or all, in the order in which they happened."""
        with self.transaction() as connection:
            rows = connection.execute(
                "SELECT number, id, body, deliveries FROM events"
                " WHERE ? IS NULL OR object_id = ? ORDER BY number",
                (object_id, object_id),
            ).fetchall()
        return [
            FakeEvent(number=number, id=event_id, body=body.encode(), deliveries=deliveries)
            for number, event_id, body, deliveries in rows
        ]

    def count_delivery(self, event_id: str) -> None:
        with self.transaction() as connection:
            connection.execute(
                "UPDATE events SET deliveries = deliveries + 1 WHERE id = ?", (event_id,)
            )


def new_id(prefix: str) -> str:
    """Return an id such as `cs_test_3f…`."""
    return f"{prefix}_{secrets.token_hex(12)}"


def as_sent(found: Object, *, expanded: bool = False) -> Object:
    """Return an object as the API sends it; the payment of a session is an id unless `expanded`."""
    shown = {name: value for name, value in found.items() if name not in PRIVATE}
    intent = found.get("payment_intent")
    if isinstance(intent, dict) and not expanded:
        shown["payment_intent"] = intent["id"]
    return shown


def _get(connection: sqlite3.Connection, object_id: str) -> Object:
    row = connection.execute("SELECT body FROM objects WHERE id = ?", (object_id,)).fetchone()
    if row is None:
        raise FakeProviderError("resource_missing", 404)
    found: Object = json.loads(row[0])
    return found


def _put(connection: sqlite3.Connection, found: Object) -> None:
    connection.execute(
        "INSERT INTO objects VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        (found["id"], json.dumps(found)),
    )


def _add_event(connection: sqlite3.Connection, found: Object, kind: str, now: int) -> None:
    event = {
        "id": new_id("evt_test"),
        "object": "event",
        "type": kind,
        "created": now,
        "livemode": False,
        "data": {"object": as_sent(found)},
    }
    connection.execute(
        "INSERT INTO events (id, object_id, body) VALUES (?, ?, ?)",
        (event["id"], found["id"], json.dumps(event)),
    )
