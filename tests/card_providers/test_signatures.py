"""The signature of a webhook: any valid v1 of the raw bytes, within five minutes, nothing else."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from learning.card_providers.signatures import (
    MAX_HEADER,
    WINDOW,
    SignatureError,
    SignatureProblem,
    check_signature,
    signature_header,
)

SECRET, BODY = "whsec_test", b'{"id": "evt_1"}'
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
RIGHT = hmac.new(SECRET.encode(), f"{SECONDS}.".encode() + BODY, hashlib.sha256).hexdigest()
OTHER = "0" * 64
MALFORMED, NO_MATCH = SignatureProblem.MALFORMED, SignatureProblem.NO_MATCH


def problem_of(
    header: str, *, secret: str = SECRET, body: bytes = BODY, now: datetime = NOW
) -> SignatureProblem | None:
    try:
        check_signature(secret, body, header, now=now)
    except SignatureError as error:
        return error.problem
    return None


def test_the_header_is_that_of_the_documentation() -> None:
    assert signature_header(SECRET, BODY, NOW) == f"t={SECONDS},v1={RIGHT}"
    assert signature_header(SECRET, BODY, NOW + timedelta(microseconds=999_999)) == (
        f"t={SECONDS},v1={RIGHT}"
    )


@pytest.mark.parametrize(
    "header",
    [
        f"t={SECONDS},v1={RIGHT}",
        f"v1={RIGHT},t={SECONDS}",
        f"t={SECONDS}, v1={OTHER}, v1={RIGHT}",
        f"t={SECONDS},v1={RIGHT},v0={OTHER}",
        f"t={SECONDS},v1=é,v1={RIGHT}",
    ],
)
def test_any_valid_signature_is_enough(header: str) -> None:
    assert problem_of(header) is None


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("", MALFORMED),
        ("v1", MALFORMED),
        (f"v1={RIGHT}", MALFORMED),
        (f"t={SECONDS}", MALFORMED),
        (f"t={SECONDS},v0={RIGHT}", MALFORMED),
        (f"t={SECONDS},t={SECONDS},v1={RIGHT}", MALFORMED),
        (f"t=,v1={RIGHT}", MALFORMED),
        (f"t=-{SECONDS},v1={RIGHT}", MALFORMED),
        (f"t=²,v1={RIGHT}", MALFORMED),
        (f"t={'9' * 13},v1={RIGHT}", MALFORMED),
        (f"t={'9' * 12},v1={RIGHT}", NO_MATCH),
        (f"t={SECONDS},v1={OTHER}", NO_MATCH),
        (f"t={SECONDS},v1=", NO_MATCH),
        (f"t={SECONDS},v1={RIGHT[:-1]}", NO_MATCH),
        (f"t={SECONDS},v1={RIGHT.upper()}", NO_MATCH),
        (f"t={SECONDS + 1},v1={RIGHT}", NO_MATCH),
        (f"t=0{SECONDS},v1={OTHER}", NO_MATCH),
    ],
)
def test_everything_else_is_refused(header: str, problem: SignatureProblem) -> None:
    assert problem_of(header) is problem


def test_a_header_has_a_limit() -> None:
    header = f"t={SECONDS},v1={RIGHT}"
    longest = header + "," + "x" * (MAX_HEADER - len(header) - 1)
    assert problem_of(longest) is None
    assert problem_of(longest + "x") is MALFORMED


def test_the_bytes_are_signed_not_their_meaning() -> None:
    header = f"t={SECONDS},v1={RIGHT}"
    assert problem_of(header, body=b'{"id":"evt_1"}') is NO_MATCH
    assert problem_of(header, secret="whsec_other") is NO_MATCH


def test_an_error_says_why() -> None:
    with pytest.raises(SignatureError, match="malformed"):
        check_signature(SECRET, BODY, "", now=NOW)


def test_without_a_secret_nothing_holds() -> None:
    assert problem_of(signature_header("", BODY, NOW), secret="") is NO_MATCH


@pytest.mark.parametrize("sign", [1, -1])
def test_the_window_is_five_minutes(sign: int) -> None:
    header = signature_header(SECRET, BODY, NOW)
    assert timedelta(seconds=300) == WINDOW
    assert problem_of(header, now=NOW + sign * WINDOW) is None
    later = NOW + sign * (WINDOW + timedelta(seconds=1))
    assert problem_of(header, now=later) is SignatureProblem.OUTSIDE_WINDOW
