"""Rate limits: how often something may be attempted, counted in the database, atomically.

Each count is a leaky bucket (GCRA): so many attempts at once, and one more each time a share of the
window has passed. Nobody is locked out for good, and every count decays by itself. Attempts are
checked and counted in one statement, so that simultaneous attempts cannot all pass. The limits are
in each package's `limits.py` (docs/decisions/0028).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.database import Base
from learning.kit.db import database, rollback_changes
from learning.kit.error_pages import ProblemPage
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.networks import networks_of
from learning.kit.pages import render_page
from learning.kit.time import now

Insert = sqlite.Insert | postgresql.Insert
MICROSECOND = timedelta(microseconds=1)
SITE_FACTOR = 4  # an IPv6 /48 has many /64: a higher limit
LIMITS: dict[str, "Limit"] = {}
"""Every limit, by name; the table in the decision record is compared with it."""


class RateLimited(Exception):  # noqa: N818 a request to wait is not an error
    """An attempt over the limit; `args[0]` is how long to wait."""


class RateLimitCount(Base):
    """A leaky bucket: when it will be empty, in microseconds since 1970.

    `key` is a hash of the limit and its subject. An empty bucket needs no row.
    """

    __tablename__ = "rate_limits"

    key: Mapped[str] = mapped_column(primary_key=True)
    empty_at: Mapped[int] = mapped_column(index=True)


@dataclass(frozen=True, order=True)
class Rate:
    """So many attempts at once, and as many again evenly over a window."""

    attempts: int
    window: timedelta

    @property
    def emission_interval(self) -> int:
        """How much of a bucket one attempt fills, in microseconds."""
        return self.window // MICROSECOND // self.attempts

    @property
    def burst_tolerance(self) -> int:
        """How full a bucket may be for one more attempt, in microseconds."""
        return self.emission_interval * (self.attempts - 1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How often one thing may be attempted, by each subject and from each network.

    A subject is whatever the limit says: a person, an address, a link. Each purpose has a limit
    of its own, so that using one up blocks nothing else.
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
    """One attempt, and every bucket that it counts in."""

    buckets: tuple[Bucket, ...]

    def __add__(self, other: "Attempt") -> "Attempt":
        return Attempt(self.buckets + other.buckets)


def init_app(app: Flask) -> None:
    app.register_error_handler(RateLimited, _show_rate_limited)
    app.after_request(_set_retry_after)


def attempt(limit: Limit, subject: object = "") -> Attempt:
    """Return the attempt of this request; `subject` is any value that identifies its subject."""
    buckets = [_bucket(limit, f"each {subject}".lower(), rate) for rate in limit.each]
    for number, network in enumerate(networks_of(request.remote_addr or "")):
        factor = SITE_FACTOR if number else 1
        wider = (Rate(rate.attempts * factor, rate.window) for rate in limit.network)
        buckets += [_bucket(limit, f"network {network}", rate) for rate in wider]
    return Attempt(tuple(buckets))


def check_and_count(tried: Attempt) -> None:
    """Count an attempt if all buckets have room, else raise RateLimited and count nothing.

    That happens in a transaction of its own: it counts even if the request is refused later. What
    the request has not committed is rolled back. Views leave it to `access.form_post`, which comes
    before the request's transaction begins; they count only links that open nothing.
    """
    rollback_changes()
    with database().transaction() as session:
        consume(session, tried, at=now())


def consume(session: Session, tried: Attempt, *, at: datetime) -> None:
    """Count an attempt in an open transaction; raise RateLimited if there is no room."""
    moment = _microseconds(at)
    waits = [_consume(session, bucket, moment) for bucket in sorted(tried.buckets)]
    if longest_wait := max(waits, default=0):
        raise RateLimited(longest_wait * MICROSECOND)


def limit_message(refused: RateLimited, hint: str = "") -> str:
    """Return how long to wait, and what else one can do; the answer of this request is a 429."""
    g.pause = refused.args[0]
    return f"{_wait_message(g.pause)} {current_i18n().gettext(hint) if hint else ''}".strip()


def refund(session: Session, tried: Attempt) -> None:
    """Take back an attempt that turned out to be right."""
    for bucket in sorted(tried.buckets):
        own = update(RateLimitCount).where(RateLimitCount.key == bucket.key)
        session.execute(
            own.values(empty_at=RateLimitCount.empty_at - bucket.rate.emission_interval)
        )


def reset(session: Session, limit: Limit, subject: object) -> None:
    """Empty a subject's buckets: the person has identified themselves in another way."""
    keys = [_bucket(limit, f"each {subject}".lower(), rate).key for rate in limit.each]
    session.execute(delete(RateLimitCount).where(RateLimitCount.key.in_(keys)))


def purge_counts(session: Session, *, now: datetime) -> None:
    """Remove buckets that are empty."""
    moment = _microseconds(now)
    session.execute(delete(RateLimitCount).where(RateLimitCount.empty_at < moment))


def _bucket(limit: Limit, subject: str, rate: Rate) -> Bucket:
    identity = f"{limit.name}|{rate.window}|{subject}"
    return Bucket(hashlib.sha256(identity.encode()).hexdigest(), rate)


def _consume(session: Session, bucket: Bucket, moment: int) -> int:
    """Count an attempt and return 0, or return how long it has to wait, in one statement."""
    fits = RateLimitCount.empty_at <= moment + bucket.rate.burst_tolerance
    new = _inserting(session, bucket, moment)
    filled = new.on_conflict_do_update(
        index_elements=["key"],
        set_={"empty_at": _begins(moment) + bucket.rate.emission_interval},
        where=fits,
    )
    if session.execute(filled.returning(RateLimitCount.key)).first():
        return 0
    mine = select(RateLimitCount.empty_at).where(RateLimitCount.key == bucket.key)
    return max(1, (session.scalar(mine) or 0) - moment - bucket.rate.burst_tolerance)


def _inserting(session: Session, bucket: Bucket, moment: int) -> Insert:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new: Insert = dialect.insert(RateLimitCount)
    return new.values(key=bucket.key, empty_at=moment + bucket.rate.emission_interval)


def _begins(moment: int) -> ColumnElement[int]:
    """Return where a new attempt is added: to the bucket's level, or to an empty one."""
    return case((RateLimitCount.empty_at > moment, RateLimitCount.empty_at), else_=moment)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _wait_message(pause: timedelta) -> str:
    words = current_i18n()
    text = words.gettext(N_("Too many attempts. Wait %(pause)s, then try again."))
    return text % {"pause": words.duration(pause)}


def _show_rate_limited(refused: RateLimited) -> ResponseReturnValue:
    g.pause = refused.args[0]
    title = current_i18n().gettext(N_("Too many attempts"))
    return make_response(render_page(ProblemPage(title=title, text=_wait_message(g.pause))))


def is_redirect(response: Response) -> bool:
    """Whether an answer leads elsewhere: the view found nothing left to do."""
    return 300 <= response.status_code < 400  # noqa: PLR2004 the redirects of HTTP


def _set_retry_after(response: Response) -> Response:
    """Turn the response to an attempt over the limit into a 429 with Retry-After.

    A redirect stays one: the view found nothing left to do.
    """
    if (pause := g.get("pause")) and not is_redirect(response):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response.headers["Retry-After"] = str(max(1, -(-pause // timedelta(seconds=1))))
    return response
