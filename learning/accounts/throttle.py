"""Tries are counted in the database: after a few, each next one has to wait longer.

Nobody is locked out for good, so that nobody can lock another out. Counts are kept for an
account and, more generously, for a network, which a whole university may share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from learning.accounts import rules
from learning.accounts.models import Throttle
from learning.kit.db import database, db
from learning.kit.time import now


@dataclass(frozen=True, kw_only=True)
class Tries:
    """What is counted (`what`), for whom (an address, a person's id), and from which network."""

    what: str
    who: str = ""
    network: str = ""

    @property
    def keys(self) -> Sequence[tuple[str, int]]:
        """Return (key, free tries) of each count."""
        kept = []
        if self.who:
            kept.append((rules.throttle_key(self.what, self.who), rules.FREE_TRIES))
        if self.network:
            kept.append((rules.throttle_key(self.what, self.network), rules.FREE_IN_NETWORK))
        return kept


def tries(what: str, who: object = "") -> Tries:
    """Return what this request would be counted as."""
    return Tries(
        what=what, who=str(who).lower(), network=rules.network_of(request.remote_addr or "")
    )


def wait(tried: Tries) -> timedelta | None:
    """Return how long this try has to wait still, None if it may go on."""
    moment = now()
    with database().reading() as session:
        waits = [
            rules.still_to_wait(row.count - free, row.last_at, moment)
            for key, free in tried.keys
            if (row := session.get(Throttle, key))
        ]
    longest = max(waits, default=timedelta(0))
    return longest if longest > timedelta(0) else None


def count(tried: Tries) -> None:
    """Count a try, in a transaction of its own: it counts even if the request is refused.

    What the request has not committed yet is rolled back first; on SQLite it would keep the
    count waiting.
    """
    moment = now()
    db().rollback()
    with database().transaction() as session:
        for key, _ in tried.keys:
            _count(session, key, moment)


def forget(session: Session, tried: Tries) -> None:
    """Begin again for an account after a success; the network's count stays."""
    if tried.who:
        session.execute(delete(Throttle).where(Throttle.key == tried.keys[0][0]))


def sweep(session: Session, *, before: datetime) -> None:
    session.execute(delete(Throttle).where(Throttle.last_at < before))


def _count(session: Session, key: str, moment: datetime) -> None:
    last = session.scalar(select(Throttle.last_at).where(Throttle.key == key))
    if last is not None and rules.is_forgotten(last, moment):
        session.execute(delete(Throttle).where(Throttle.key == key))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(Throttle).values(key=key, count=1, last_at=moment)
    again = {"count": Throttle.count + 1, "last_at": moment}
    session.execute(new.on_conflict_do_update(index_elements=["key"], set_=again))
