"""The hash chain of the audit trail, and its comparison with anchors."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

GENESIS_HASH = "0" * 64


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """One action: by whom (a person's id), what, on what, with which details."""

    at: datetime
    actor_id: int | None
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """A position in the chain and its hash."""

    number: int
    hash: str


CHAIN_START = ChainLink(number=0, hash=GENESIS_HASH)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The head of the chain at a moment, stored outside the table."""

    at: datetime
    head: ChainLink


def detail_text(detail: Mapping[str, object]) -> str:
    """Return details as canonical JSON."""
    return json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)


def entry_hash(number: int, previous_hash: str, entry: AuditRecord) -> str:
    """Return the hash of a row, over its number, its content and the row before it."""
    parts = (
        number,
        previous_hash,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.action,
        entry.subject,
        entry.detail,
    )
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def first_break(
    rows: Iterable[tuple[int, str, str, AuditRecord]], *, after: ChainLink = CHAIN_START
) -> int | None:
    """Return the number of the first row that does not match, or None.

    Rows are (number, previous hash, hash, record) in the order of their numbers, which follow
    `after` without a gap.
    """
    expected, before = after.number + 1, after.hash
    for number, previous_hash, own_hash, record in rows:
        fits = number == expected and previous_hash == before
        if not fits or own_hash != entry_hash(number, previous_hash, record):
            return number
        expected, before = number + 1, own_hash
    return None


def format_anchor(anchor: Anchor) -> str:
    """Return an anchor as one line of a file: moment, number, hash."""
    return f"{anchor.at.isoformat(timespec='seconds')} {anchor.head.number} {anchor.head.hash}"


def parse_anchor(line: str) -> Anchor | None:
    """Return the anchor on a line, None if there is none."""
    try:
        moment, number, own_hash = line.split()
        return Anchor(
            at=datetime.fromisoformat(moment), head=ChainLink(number=int(number), hash=own_hash)
        )
    except ValueError:
        return None


def first_unmatched(anchors: Iterable[Anchor], hashes: Mapping[int, str]) -> Anchor | None:
    """Return the first anchor whose row is missing or has another hash; `hashes` by number."""
    return next((a for a in anchors if hashes.get(a.head.number) != a.head.hash), None)
