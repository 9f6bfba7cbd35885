"""Rate limits by their figures: what a bucket holds, what is given back, what people are told."""

from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from flask import Flask, Response, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.kit import rate_limit
from learning.kit.db import db, rollback_changes
from learning.kit.rate_limit import (
    Attempt,
    Bucket,
    Limit,
    Rate,
    RateLimitCount,
    RateLimited,
    attempt,
    check_and_count,
    consume,
    is_redirect,
    limit_message,
    purge_counts,
    refund,
    reset,
)
from tests.world import NOW

MINUTE = timedelta(minutes=1)
SECOND_US = 1_000_000
FIVE = Limit(name="five of a test", each=(Rate(5, 5 * MINUTE),), network=(Rate(10, 5 * MINUTE),))
TWO_WINDOWS = Limit(name="two windows of a test", each=(Rate(2, MINUTE), Rate(3, 60 * MINUTE)))


def one(attempts: int = 5, window: timedelta = 5 * MINUTE, key: str = "k") -> Attempt:
    return Attempt((Bucket(key, Rate(attempts, window)),))


def full_until(session: Session, key: str = "k") -> float | None:
    """Return in how many seconds a bucket will be empty."""
    found = session.scalar(select(RateLimitCount.empty_at).where(RateLimitCount.key == key))
    return None if found is None else found / SECOND_US - NOW.timestamp()


def test_a_rate_counts_in_steps_of_its_window() -> None:
    rate = Rate(5, 5 * MINUTE)
    assert rate.emission_interval == 60 * SECOND_US
    assert rate.burst_tolerance == 4 * 60 * SECOND_US


def test_a_try_fills_its_share_of_a_bucket(session: Session) -> None:
    consume(session, one(), at=NOW)
    assert full_until(session) == 60
    consume(session, one(), at=NOW)
    assert full_until(session) == 120
    consume(session, one(), at=NOW + 10 * MINUTE)
    assert full_until(session) == 660, "an empty bucket begins now, not where it was empty"
    consume(session, one(), at=NOW + timedelta(minutes=10, seconds=30))
    assert full_until(session) == 720


def test_one_bucket_is_not_another(session: Session) -> None:
    for _ in range(5):
        consume(session, one(), at=NOW)
    consume(session, one(key="other"), at=NOW)
    assert (full_until(session), full_until(session, "other")) == (300, 60)
    with pytest.raises(RateLimited):
        consume(session, one(), at=NOW)
    assert full_until(session, "other") == 60


def test_what_no_limit_holds_for_need_not_wait(session: Session) -> None:
    consume(session, Attempt(()), at=NOW)


def test_the_longest_wait_of_all_buckets_counts(session: Session) -> None:
    both = one(1, MINUTE, "quick") + one(1, 60 * MINUTE, "slow")
    consume(session, both, at=NOW)
    with pytest.raises(RateLimited) as refused:
        consume(session, both, at=NOW + timedelta(seconds=1))
    assert refused.value.args[0] == timedelta(minutes=59, seconds=59)


def test_a_wait_is_never_nothing(session: Session) -> None:
    consume(session, one(1, MINUTE), at=NOW)
    almost = NOW + MINUTE - timedelta(microseconds=1)
    with pytest.raises(RateLimited) as refused:
        consume(session, one(1, MINUTE), at=almost)
    assert refused.value.args[0] == timedelta(microseconds=1)
    consume(session, one(1, MINUTE), at=NOW + MINUTE)


def test_what_is_given_back_empties_its_own_share(session: Session) -> None:
    consume(session, one(), at=NOW)
    consume(session, one(), at=NOW)
    consume(session, one(key="other"), at=NOW)
    refund(session, one())
    assert (full_until(session), full_until(session, "other")) == (60, 60)


def test_what_is_swept_is_empty_already(session: Session) -> None:
    consume(session, one(), at=NOW)
    consume(session, one(1, 10 * MINUTE, "long"), at=NOW)
    purge_counts(session, now=NOW + MINUTE)
    assert full_until(session) == 60, "it becomes empty in this very moment"
    purge_counts(session, now=NOW + MINUTE + timedelta(microseconds=1))
    assert (full_until(session), full_until(session, "long")) == (None, 600)


def test_somebody_s_buckets_are_emptied_and_nobody_else_s(app: Flask, session: Session) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        hers, his = attempt(FIVE, "Awa"), attempt(FIVE, "binta")
    for tried in (hers, his):
        consume(session, tried, at=NOW)
    reset(session, FIVE, "AWA")
    kept = set(session.scalars(select(RateLimitCount.key)))
    assert hers.buckets[0].key not in kept
    assert his.buckets[0].key in kept
    assert hers.buckets[1].key in kept, "what the network tried stays counted"


def test_a_try_counts_for_its_subject_and_its_network(app: Flask) -> None:
    def keys(limit: Limit, subject: object = "", address: str = "192.0.2.1") -> list[str]:
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return [bucket.key for bucket in attempt(limit, subject).buckets]

    assert len(set(keys(FIVE, "awa"))) == 2
    assert keys(FIVE, "awa")[1] == keys(FIVE, "binta", "192.0.2.77")[1]
    assert keys(FIVE, "awa")[0] == keys(FIVE, "AWA", "198.51.100.1")[0]
    assert keys(FIVE, "awa")[0] != keys(FIVE, "binta")[0]
    assert len(set(keys(TWO_WINDOWS, "awa"))) == 2
    assert keys(FIVE, "awa", "no address") == keys(FIVE, "awa")[:1]
    assert keys(FIVE) == keys(FIVE, "")
    with app.test_request_context():  # a socket without an address
        assert [bucket.key for bucket in attempt(FIVE, "awa").buckets] == keys(FIVE, "awa")[:1]


def test_machines_of_two_releases_count_in_the_same_buckets(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        counted = attempt(FIVE, "Awa").buckets
    words = "five of a test|0:05:00|each awa", "five of a test|0:05:00|network 192.0.2.0/24"
    assert [bucket.key for bucket in counted] == [
        sha256(each.encode()).hexdigest() for each in words
    ]


def test_a_site_may_try_four_times_as_often_as_a_household(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "2001:db8:1:2::3"}):
        rates = [bucket.rate for bucket in attempt(FIVE, "awa").buckets]
    assert rates == [Rate(5, 5 * MINUTE), Rate(10, 5 * MINUTE), Rate(40, 5 * MINUTE)]


def test_a_limit_may_be_named_again_if_it_is_the_same() -> None:
    assert Limit(name=FIVE.name, each=FIVE.each, network=FIVE.network) == FIVE
    assert rate_limit.LIMITS[FIVE.name] == FIVE


def test_a_refusal_says_how_long_to_wait(app: Flask) -> None:
    refused = RateLimited(3 * MINUTE)
    with app.test_request_context("/en/"):
        assert "pause" not in g
        assert limit_message(refused) == ("Too many attempts. Wait 3 minutes, then try again.")
        assert limit_message(refused, "Set a new one.") == (
            "Too many attempts. Wait 3 minutes, then try again. Set a new one."
        )
        assert g.pause == 3 * MINUTE


def test_a_try_counts_even_if_its_request_is_refused_later(app: Flask, session: Session) -> None:
    with time_machine.travel(NOW, tick=False), app.test_request_context("/en/"):
        check_and_count(one(1, MINUTE))
        rollback_changes()
        with pytest.raises(RateLimited) as refused:
            check_and_count(one(1, MINUTE))
    assert refused.value.args[0] == MINUTE
    assert full_until(session) == 60


def test_what_is_not_committed_is_rolled_back_before_a_try_counts(app: Flask) -> None:
    with app.test_request_context("/en/", method="POST"):
        consume(db(), one(key="not committed"), at=NOW)
        check_and_count(one())
        assert set(db().scalars(select(RateLimitCount.key))) == {"k"}


@pytest.mark.parametrize(
    ("status", "leads_elsewhere"),
    [(200, False), (299, False), (300, True), (303, True), (399, True), (400, False)],
)
def test_which_answers_are_redirects(status: int, *, leads_elsewhere: bool) -> None:
    assert is_redirect(Response(status=status)) is leads_elsewhere


@pytest.mark.parametrize(
    ("pause", "seconds"),
    [
        (timedelta(microseconds=1), "1"),
        (timedelta(seconds=1), "1"),
        (timedelta(seconds=1, microseconds=1), "2"),
        (timedelta(minutes=3), "180"),
    ],
)
def test_a_page_that_refuses_says_when_to_come_again(app: Flask, pause, seconds) -> None:
    """Whole seconds, rounded up: who comes as told is let in (RFC 9110, section 10.2.3)."""
    with app.test_request_context("/en/"):
        answer = app.make_response(app.handle_user_exception(RateLimited(pause)))
        answer = app.process_response(answer)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, seconds)
    assert "Too many attempts." in answer.get_data(as_text=True)
    assert "Too many attempts" in answer.get_data(as_text=True)


def test_a_redirect_stays_one_whatever_the_limit(app: Flask) -> None:
    with app.test_request_context("/en/"):
        limit_message(RateLimited(3 * MINUTE))
        answer = app.process_response(app.redirect("/en/"))
    assert answer.status_code == 302
    assert "Retry-After" not in answer.headers


def test_an_answer_to_a_try_that_counted_is_as_it_was(app: Flask) -> None:
    with app.test_request_context("/en/"):
        answer = app.process_response(app.make_response("done"))
    assert answer.status_code == 200
    assert "Retry-After" not in answer.headers
