"""How the rows of the trail are chained, and how anchors are compared with them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

BEGINNING = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing that happened: by whom (a person's id), what, to what, with which details."""

    at: datetime
    actor: int | None
    action: str
    subject: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A position in the chain and the hash that stands there."""

    number: int
    hash: str


START = Link(number=0, hash=BEGINNING)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """What the head of the chain was at a moment, kept outside the table."""

    at: datetime
    head: Link


def detail_text(detail: Mapping[str, object]) -> str:
    """Return details as one stable line of JSON."""
    return json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)


def chain(number: int, previous_hash: str, deed: Deed) -> str:
    """Return the hash of a row, over its number, its content and the row before it."""
    parts = (
        number,
        previous_hash,
        deed.at.isoformat(timespec="microseconds"),
        deed.actor,
        deed.action,
        deed.subject,
        deed.detail,
    )
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def first_break(rows: Iterable[tuple[int, str, str, Deed]], *, after: Link = START) -> int | None:
    """Return the number of the first row that does not fit, or None.

    Rows are (number, previous hash, hash, deed) in the order of their numbers, which follow
    `after` without a gap.
    """
    expected, before = after.number + 1, after.hash
    for number, previous_hash, own_hash, deed in rows:
        fits = number == expected and previous_hash == before
        if not fits or own_hash != chain(number, previous_hash, deed):
            return number
        expected, before = number + 1, own_hash
    return None


def anchor_line(anchor: Anchor) -> str:
    """Return an anchor as one line of a file: moment, number, hash."""
    return f"{anchor.at.isoformat(timespec='seconds')} {anchor.head.number} {anchor.head.hash}"


def anchor_in(line: str) -> Anchor | None:
    """Return the anchor that stands on a line, None if it is not one."""
    try:
        moment, number, own_hash = line.split()
        return Anchor(
            at=datetime.fromisoformat(moment), head=Link(number=int(number), hash=own_hash)
        )
    except ValueError:
        return None


def first_unmatched(anchors: Iterable[Anchor], hashes: Mapping[int, str]) -> Anchor | None:
    """Return the first anchor whose row is gone or carries another hash; `hashes` by number."""
    return next((a for a in anchors if hashes.get(a.head.number) != a.head.hash), None)
