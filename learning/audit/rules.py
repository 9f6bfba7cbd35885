"""How the rows of the trail are chained."""

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


def first_break(rows: Iterable[tuple[int, str, str, Deed]]) -> int | None:
    """Return the number of the first row that does not fit, or None.

    Rows are (number, previous hash, hash, deed) in the order of their numbers, which run from 1
    without a gap.
    """
    expected, before = 1, BEGINNING
    for number, previous_hash, own_hash, deed in rows:
        fits = number == expected and previous_hash == before
        if not fits or own_hash != chain(number, previous_hash, deed):
            return number
        expected, before = number + 1, own_hash
    return None
