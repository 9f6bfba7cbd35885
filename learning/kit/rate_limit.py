"""Rate limits: how often something may be tried, counted in the database, atomically.

Each count is a bucket that leaks (GCRA): so many tries at once, and one more each time a share of
the window has passed. Nobody is locked out for good, and every count decays by itself. Tries are
checked and counted in one statement, so that tries at the same moment cannot all slip through. The
figures stand beside what they limit, in each package's `limits.py` (docs/decisions/0028).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.db import Base, database, db
from learning.kit.errors import ProblemPage
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.networks import networks_of
from learning.kit.pages import show
from learning.kit.time import now

Insert = sqlite.Insert | postgresql.Insert
MICROSECOND = timedelta(microseconds=1)
SITE_FACTOR = 4  # an IPv6 /48 holds many /64: it may try more, not without end
LIMITS: dict[str, "Limit"] = {}
"""Every limit, by name; the table in the decision record is compared with it."""


class RateLimited(Exception):  # noqa: N818 a request to wait is not an error
    """A try that comes too soon after others; `args[0]` is how long to wait."""


class Refusing(Protocol):
    """A form, which can say no."""

    def refuse(self, message: str) -> None: ...


class RateLimitCount(Base):
    """A bucket that leaks: when it will be empty, in microseconds since 1970.

    `key` is a hash of what is limited and for whom. A bucket that is empty is as good as none.
    """

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    empty_at: Mapped[int] = mapped_column(index=True)


@dataclass(frozen=True, order=True)
class Rate:
    """So many tries at once, and as many again evenly over a window."""

    tries: int
    window: timedelta

    @property
    def step(self) -> int:
        """How much of a bucket one try fills, in microseconds."""
        return self.window // MICROSECOND // self.tries

    @property
    def room(self) -> int:
        """How full a bucket may be for one more try to fit, in microseconds."""
        return self.step * (self.tries - 1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How often one thing may be tried, by each subject and from each network.

    A subject is whatever the limit says: a person, an address, a link. Each purpose has a limit of
    its own, so that who uses one up stops nobody from anything else.
    """

    name: str
    each: Sequence[Rate] = ()
    network: Sequence[Rate] = ()

    def __post_init__(self) -> None:
        if LIMITS.setdefault(self.name, self) != self:
            raise ValueError(f"two limits are called {self.name}")


@dataclass(frozen=True, order=True)
class Bucket:
    key: str
    rate: Rate


@dataclass(frozen=True)
class Attempt:
    """One try, and every bucket that has to have room for it."""

    buckets: tuple[Bucket, ...]

    def __add__(self, other: "Attempt") -> "Attempt":
        return Attempt(self.buckets + other.buckets)


def init_app(app: Flask) -> None:
    app.register_error_handler(RateLimited, _show_pause)
    app.after_request(_say_how_long)


def attempt(limit: Limit, subject: object = "") -> Attempt:
    """Return what this request counts as; `subject` may be whatever tells one from another."""
    buckets = [_bucket(limit, f"each {subject}".lower(), rate) for rate in limit.each]
    for number, network in enumerate(networks_of(request.remote_addr or "")):
        factor = SITE_FACTOR if number else 1
        wider = (Rate(rate.tries * factor, rate.window) for rate in limit.network)
        buckets += [_bucket(limit, f"network {network}", rate) for rate in wider]
    return Attempt(tuple(buckets))


def check_and_count(tried: Attempt) -> None:
    """Count a try if there is room for it everywhere, else raise RateLimited and count nothing.

    That happens in a transaction of its own: it counts even if the request is refused later. What
    the request has not committed is rolled back; load what it works on afterwards.
    """
    db().rollback()
    with database().transaction() as session:
        take(session, tried, at=now())


def take(session: Session, tried: Attempt, *, at: datetime) -> None:
    """Count a try in a transaction that is open; raise RateLimited if there is no room."""
    moment = _microseconds(at)
    waits = [_take(session, bucket, moment) for bucket in sorted(tried.buckets)]
    if longest := max(waits, default=0):
        raise RateLimited(longest * MICROSECOND)


def is_limited(tried: Attempt, form: Refusing, also: str = "") -> bool:
    """Count a try, or let its form say how long to wait, and `also` what else one can do."""
    pause = _pause(tried)
    if pause:
        g.pause = pause
        form.refuse(f"{_please_wait(pause)} {current().gettext(also) if also else ''}".strip())
        return True
    check_and_count(tried)
    return False


def give_back(session: Session, tried: Attempt) -> None:
    """Take a try back that turned out to be right."""
    for bucket in sorted(tried.buckets):
        own = update(RateLimitCount).where(RateLimitCount.key == bucket.key)
        session.execute(own.values(empty_at=RateLimitCount.empty_at - bucket.rate.step))


def forget(session: Session, limit: Limit, subject: object) -> None:
    """Empty a subject's buckets: somebody has shown in another way who they are."""
    keys = [_bucket(limit, f"each {subject}".lower(), rate).key for rate in limit.each]
    session.execute(delete(RateLimitCount).where(RateLimitCount.key.in_(keys)))


def sweep(session: Session, *, now: datetime) -> None:
    """Remove buckets that are empty."""
    moment = _microseconds(now)
    session.execute(delete(RateLimitCount).where(RateLimitCount.empty_at < moment))


def _bucket(limit: Limit, subject: str, rate: Rate) -> Bucket:
    told = f"{limit.name}|{rate.window}|{subject}"
    return Bucket(hashlib.sha256(told.encode()).hexdigest(), rate)


def _pause(tried: Attempt) -> timedelta:
    """Return how long a try would have to wait."""
    moment, rates = _microseconds(now()), {bucket.key: bucket.rate for bucket in tried.buckets}
    found = select(RateLimitCount).where(RateLimitCount.key.in_(rates))
    with database().reading() as session:
        waits = [row.empty_at - moment - rates[row.key].room for row in session.scalars(found)]
    return max(0, *waits, 0) * MICROSECOND


def _take(session: Session, bucket: Bucket, moment: int) -> int:
    """Count a try and return 0, or return how long it has to wait: one statement decides."""
    fits = RateLimitCount.empty_at <= moment + bucket.rate.room
    new = _inserting(session, bucket, moment)
    filled = new.on_conflict_do_update(
        index_elements=["key"], set_={"empty_at": _begins(moment) + bucket.rate.step}, where=fits
    )
    if session.execute(filled.returning(RateLimitCount.key)).first():
        return 0
    mine = select(RateLimitCount.empty_at).where(RateLimitCount.key == bucket.key)
    return max(1, (session.scalar(mine) or 0) - moment - bucket.rate.room)


def _inserting(session: Session, bucket: Bucket, moment: int) -> Insert:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new: Insert = dialect.insert(RateLimitCount)
    return new.values(key=bucket.key, empty_at=moment + bucket.rate.step)


def _begins(moment: int) -> ColumnElement[int]:
    """Return where a new try is added: to what is in the bucket, or to an empty one."""
    return case((RateLimitCount.empty_at > moment, RateLimitCount.empty_at), else_=moment)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _please_wait(pause: timedelta) -> str:
    words = current()
    text = words.gettext(N_("There were too many tries. Wait %(pause)s, then try once more."))
    return text % {"pause": words.duration(pause)}


def _show_pause(refused: RateLimited) -> ResponseReturnValue:
    g.pause = refused.args[0]
    title = current().gettext(N_("A little patience"))
    return make_response(show(ProblemPage(title=title, text=_please_wait(g.pause))))


def _say_how_long(response: Response) -> Response:
    """Turn the answer to a try that came too soon into a 429 that says when to come again."""
    if pause := g.get("pause"):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(max(1, -(-pause // timedelta(seconds=1))))
    return response
