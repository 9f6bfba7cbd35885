"""Content as it was when somebody used it, stored under its hash.

The files of a course change while an edition runs. An answer, a mark or a certificate keeps the
hash of what it is about; the text is stored once, at first use, and never changed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learning.content.models import ContentSnapshot
from learning.kit import committed

MAX_ROWS = 500  # of one statement
Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, kw_only=True)
class SnapshotContent:
    """A piece of content: `kind` ("check"), `key` ("reintegration/m4-l2/check-1"), and its value.

    The value is JSON: texts, whole numbers, lists, and mappings whose keys are texts.
    """

    kind: str
    key: str
    value: Json


def snapshot(session: Session, kind: str, key: str, value: Json) -> str:
    """Store a piece of content unless it is stored already; return its hash (64 hex digits).

    Raises TypeError or ValueError if the value has no JSON form of its own.
    """
    return snapshots(session, [SnapshotContent(kind=kind, key=key, value=value)])[0]


def snapshots(session: Session, contents: Sequence[SnapshotContent]) -> Sequence[str]:
    """Store pieces of content unless they are stored already; return their hashes, in order.

    One statement for 500 new ones, none for those that this process has stored before. Call it
    once in a transaction: two that store the same pieces in turns could wait for each other.
    """
    rows = [_row(content) for content in contents]
    by_hash = {row["sha256"]: row for row in rows}
    new = sorted(committed.unknown(session, by_hash))  # one order for all who write
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    for start in range(0, len(new), MAX_ROWS):
        values = [by_hash[sha256] for sha256 in new[start : start + MAX_ROWS]]
        session.execute(dialect.insert(ContentSnapshot).values(values).on_conflict_do_nothing())
    committed.remember(session, new)
    return [row["sha256"] for row in rows]


def load(session: Session, sha256: str) -> SnapshotContent | None:
    """Return a piece of content by its hash, None if there is none.

    Raises ValueError if the stored text is not the one that was hashed.
    """
    row = session.get(ContentSnapshot, sha256)
    if row is None:
        return None
    content = SnapshotContent(kind=row.kind, key=row.key, value=json.loads(row.json))
    if _row(content)["sha256"] != sha256:
        raise ValueError(f"content snapshot {sha256} was changed")
    return content


def _row(content: SnapshotContent) -> dict[str, str]:
    """Return the columns of a snapshot; equal contents have equal hashes."""
    parts = content.kind, content.key, canonical_json(content.value)
    sha256 = hashlib.sha256("\n".join([json.dumps(parts[:2]), parts[2]]).encode()).hexdigest()
    return {"sha256": sha256, "kind": parts[0], "key": parts[1], "json": parts[2]}


def canonical_json(value: Json) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, no number that is not one."""
    _check_keys(value)
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _check_keys(value: Json) -> None:
    """Refuse keys that JSON would turn into texts: they would come back as others."""
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a snapshot are texts")
        for each in value.values():
            _check_keys(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_keys(each)
