"""Tries are counted in the database: after a few, each next one has to wait longer.

Nobody is locked out for good, so that nobody can lock another out. Counts are kept for an
account or an address and, more generously, for a network, which a whole university may share.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import Protocol

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.db import Base, database, db
from learning.kit.errors import ProblemPage
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.time import now

FREE_TRIES, FREE_IN_NETWORK = 5, 60
LONGEST_PAUSE = timedelta(minutes=15)
TRIES_LAST = timedelta(hours=24)
IPV4 = 4


class TooOften(Exception):  # noqa: N818 a request to wait is not an error
    """A try that comes too soon after others; `args[0]` is how long to wait."""


class Refusing(Protocol):
    """A form, which can say no."""

    def refuse(self, message: str) -> None: ...


class Throttle(Base):
    """How often something was tried; `key` is a hash of what and by whom."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)


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
            kept.append((_key(self.what, self.who), FREE_TRIES))
        if self.network:
            kept.append((_key(self.what, self.network), FREE_IN_NETWORK))
        return kept


def init_app(app: Flask) -> None:
    app.register_error_handler(TooOften, _show_pause)
    app.after_request(_say_how_long)


def tries(what: str, who: object = "") -> Tries:
    """Return what this request would be counted as."""
    return Tries(what=what, who=str(who).lower(), network=network_of(request.remote_addr or ""))


def letters_to(whom: object) -> Tries:
    """Return what a letter is counted as that somebody else causes, whoever that is."""
    return Tries(what="letter", who=str(whom).lower())


def wait(tried: Tries) -> timedelta | None:
    """Return how long this try has to wait still, None if it may go on."""
    moment = now()
    with database().reading() as session:
        waits = [
            still_to_wait(row.count - free, row.last_at, moment)
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


def admit(tried: Tries) -> None:
    """Count a try that may go on; raise TooOften for one that has to wait.

    Call it before the request changes anything, and load what it works on afterwards.
    """
    insist_on_patience(tried)
    count(tried)


def insist_on_patience(tried: Tries) -> None:
    """Raise TooOften for a try that has to wait; count nothing."""
    pause = wait(tried)
    if pause is not None:
        raise TooOften(pause)


def is_hasty(tried: Tries, form: Refusing) -> bool:
    """Whether this try comes too soon after others; if so, the form says how long to wait."""
    pause = wait(tried)
    if pause is None:
        return False
    g.pause = pause
    form.refuse(_please_wait(pause))
    return True


def forget(session: Session, tried: Tries) -> None:
    """Begin again for an account after a success; the network's count stays."""
    if tried.who:
        session.execute(delete(Throttle).where(Throttle.key == tried.keys[0][0]))


def sweep(session: Session, *, before: datetime) -> None:
    session.execute(delete(Throttle).where(Throttle.last_at < before))


def network_of(address: str) -> str:
    """Return the network that an address belongs to: its /24, or its /48 for IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{ip}/{24 if ip.version == IPV4 else 48}", strict=False))


def still_to_wait(above: int, last_at: datetime, now: datetime) -> timedelta:
    """Return how long the next try has to wait; `above` is how many tries were not free.

    Two seconds after the first, then twice as long each time, a quarter of an hour at most.
    """
    if above < 0 or is_forgotten(last_at, now):
        return timedelta(0)
    pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(above + 1, 12)))
    return max(timedelta(0), last_at + pause - now)


def is_forgotten(last_at: datetime, now: datetime) -> bool:
    return now - last_at > TRIES_LAST


def _please_wait(pause: timedelta) -> str:
    words = current()
    text = words.gettext(N_("There were too many tries. Wait %(pause)s, then try once more."))
    return text % {"pause": words.duration(pause)}


def _show_pause(refused: TooOften) -> ResponseReturnValue:
    g.pause = refused.args[0]
    title = current().gettext(N_("A little patience"))
    return make_response(show(ProblemPage(title=title, text=_please_wait(g.pause))))


def _say_how_long(response: Response) -> Response:
    """Turn the answer to a try that came too soon into a 429 that says when to come again."""
    if pause := g.get("pause"):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(max(1, round(pause / timedelta(seconds=1))))
    return response


def _key(what: str, who: str) -> str:
    return hashlib.sha256(f"{what}|{who}".encode()).hexdigest()


def _count(session: Session, key: str, moment: datetime) -> None:
    last = session.scalar(select(Throttle.last_at).where(Throttle.key == key))
    if last is not None and is_forgotten(last, moment):
        session.execute(delete(Throttle).where(Throttle.key == key))
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(Throttle).values(key=key, count=1, last_at=moment)
    again = {"count": Throttle.count + 1, "last_at": moment}
    session.execute(new.on_conflict_do_update(index_elements=["key"], set_=again))
