"""Rate limits: buckets that leak, for each purpose one, counted in one statement."""

import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from learning import wiring
from learning.kit import rate_limit
from learning.kit.database import Database
from learning.kit.rate_limit import (
    Attempt,
    Bucket,
    Limit,
    Rate,
    RateLimitCount,
    RateLimited,
    attempt,
    consume,
    purge_counts,
    refund,
)
from tests.world import NOW

QUARTER = timedelta(minutes=15)
WORDS = Limit(name="words of a test", each=(Rate(5, QUARTER), Rate(8, timedelta(days=1))))
NETWORK = Limit(name="network of a test", network=(Rate(5, QUARTER),))
AT_ONCE = 60


def attempts(app: Flask, limit: Limit, subject: object = "", address: str = "192.0.2.1") -> Attempt:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        return attempt(limit, subject)


def taken(session: Session, tried: Attempt, after: timedelta = timedelta(0)) -> timedelta | None:
    """Try; return how long one has to wait, None if one may go on."""
    try:
        with session.begin_nested():
            consume(session, tried, at=NOW + after)
    except RateLimited as refused:
        pause: timedelta = refused.args[0]
        return pause
    return None


def test_so_many_at_once_and_then_one_at_a_time(app: Flask, session: Session) -> None:
    tried = attempts(app, WORDS, "awa")
    assert [taken(session, tried) for _ in range(5)] == [None] * 5
    step = QUARTER / 5
    assert taken(session, tried) == step
    assert taken(session, tried, step - timedelta(seconds=1)) == timedelta(seconds=1)
    assert taken(session, tried, step) is None
    assert taken(session, tried, step) == step


def test_a_long_window_holds_where_the_short_one_has_decayed(app: Flask, session: Session) -> None:
    tried = attempts(app, WORDS, "awa")
    assert [taken(session, tried, n * QUARTER) for n in range(8)] == [None] * 8
    assert taken(session, tried, 8 * QUARTER) == timedelta(hours=3) - 8 * QUARTER
    assert taken(session, tried, timedelta(days=1) + 8 * QUARTER) is None


def test_what_is_refused_counts_nowhere(app: Flask, session: Session) -> None:
    tried = attempts(app, WORDS, "awa")
    for _ in range(5):
        taken(session, tried)
    before = session.scalars(select(RateLimitCount.empty_at).order_by(RateLimitCount.key)).all()
    for _ in range(20):
        assert taken(session, tried)
    after = session.scalars(select(RateLimitCount.empty_at).order_by(RateLimitCount.key)).all()
    assert before == after


def test_each_purpose_and_each_subject_has_a_bucket_of_its_own(
    app: Flask, session: Session
) -> None:
    for _ in range(5):
        taken(session, attempts(app, WORDS, "awa"))
    assert taken(session, attempts(app, WORDS, "AWA")), "the same, however it is written"
    assert taken(session, attempts(app, WORDS, "binta")) is None
    other = Limit(name="another purpose of a test", each=WORDS.each)
    assert taken(session, attempts(app, other, "awa")) is None


def test_two_limits_may_hold_for_one_try(app: Flask, session: Session) -> None:
    strict = Limit(name="strict limit of a test", each=(Rate(1, QUARTER),))
    both = attempts(app, WORDS, "awa") + attempts(app, strict, "mailbox")
    assert taken(session, both) is None
    assert taken(session, both) == QUARTER
    assert taken(session, attempts(app, WORDS, "awa")) is None


def test_a_try_that_was_right_is_given_back(app: Flask, session: Session) -> None:
    tried = attempts(app, WORDS, "awa")
    for _ in range(20):
        assert taken(session, tried) is None
        refund(session, tried)


def test_a_household_is_limited_and_a_provider_has_more_room(app: Flask, session: Session) -> None:
    """An IPv6 /64 tries as often as an IPv4 network; all of a /48 together four times as often."""
    done = Counter(
        taken(session, attempts(app, NETWORK, address=f"2001:db8:1:{institution:x}::{n:x}")) is None
        for institution in range(10)
        for n in range(1, 10)
    )
    assert done[True] == 4 * 5
    one = [
        taken(session, attempts(app, NETWORK, address=f"2001:db8:2:1::{n:x}")) for n in range(1, 9)
    ]
    assert one.count(None) == 5


def test_a_network_s_count_decays(app: Flask, session: Session) -> None:
    tried = attempts(app, NETWORK, address="::ffff:192.0.2.9")
    for _ in range(5):
        taken(session, tried)
    assert taken(session, attempts(app, NETWORK, address="192.0.2.200"))
    assert taken(session, tried, QUARTER) is None
    assert taken(session, attempts(app, NETWORK, address="::ffff:198.51.100.1")) is None


def test_empty_buckets_are_swept(app: Flask, session: Session) -> None:
    taken(session, attempts(app, WORDS, "awa"))
    purge_counts(session, now=NOW + timedelta(minutes=4))
    assert len(session.scalars(select(RateLimitCount)).all()) == 1, "the one of a day"
    purge_counts(session, now=NOW + timedelta(hours=4))
    assert session.scalars(select(RateLimitCount)).all() == []


def test_a_name_means_one_limit() -> None:
    with pytest.raises(ValueError, match="two limits are called"):
        Limit(name=WORDS.name, each=(Rate(9, QUARTER),))


@pytest.fixture
def committed(engine: Engine) -> Iterator[tuple[Database, Attempt]]:
    """A database in which everything is committed, and a try that nobody else makes."""
    database, key = wiring.database(engine), secrets.token_hex(32)
    yield database, Attempt((Bucket(key, Rate(5, timedelta(days=1))),))
    with database.transaction() as session:
        session.execute(delete(RateLimitCount).where(RateLimitCount.key == key))


def test_of_many_at_the_same_moment_exactly_as_many_as_may(
    committed: tuple[Database, Attempt],
) -> None:
    """Sixty at once: five get through, whatever comes first."""
    database, tried = committed
    start = Barrier(12)

    def run(_: int) -> list[bool]:
        start.wait()
        return [admitted(database, tried) for _ in range(AT_ONCE // 12)]

    with ThreadPoolExecutor(12) as pool:
        done = [each for some in pool.map(run, range(12)) for each in some]
    assert Counter(done) == {True: 5, False: AT_ONCE - 5}


def admitted(database: Database, tried: Attempt) -> bool:
    try:
        with database.transaction() as session:
            consume(session, tried, at=NOW)
    except RateLimited:
        return False
    return True


def test_a_person_who_has_to_wait_reads_how_long(visitor: FlaskClient) -> None:
    data = {"email": "a@example.org"}
    answers = [visitor.post("/fr/account/password-reset", data=data) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert "12 minutes" in answers[-1].text
    assert 700 < int(answers[-1].headers["Retry-After"]) <= 720
    assert rate_limit.LIMITS["reset"].each[0] == Rate(5, timedelta(hours=1))
