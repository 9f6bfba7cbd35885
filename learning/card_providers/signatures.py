"""The signature of a webhook: HMAC-SHA256 over the time and the raw bytes, as Stripe makes it.

The header is `t=1700000000,v1=…`. There may be several `v1` while a secret is replaced; any valid
one is enough. Other schemes (`v0`) do not count. The time is in what is signed, so that an old
message cannot be sent again: https://docs.stripe.com/webhooks#verify-manually.
"""

import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

SCHEME = "v1"
WINDOW = timedelta(seconds=300)
MAX_HEADER = 1000  # characters; Stripe's own is about 150
MAX_DIGITS = 12  # of the time, in seconds since 1970


class SignatureProblem(StrEnum):
    """Why a webhook is not from the provider, or not from now."""

    MALFORMED = "malformed"
    NO_MATCH = "no_match"
    OUTSIDE_WINDOW = "outside_window"


class SignatureError(ValueError):
    """A signature that does not hold; `problem` says why."""

    def __init__(self, problem: SignatureProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def signature_header(secret: str, body: bytes, at: datetime) -> str:
    """Return the header that signs a body at a time."""
    seconds = int(at.timestamp())
    return f"t={seconds},{SCHEME}={_signature(secret, body, seconds)}"


def check_signature(secret: str, body: bytes, header: str, *, now: datetime) -> None:
    """Check a header against the raw bytes; raise SignatureError.

    The time of the message is at most WINDOW before or after `now`. Without a secret nothing holds.
    """
    seconds, signatures = _parts(header)
    expected = _signature(secret, body, seconds).encode()
    matches = [hmac.compare_digest(expected, each.encode()) for each in signatures]
    if not secret or not any(matches):
        raise SignatureError(SignatureProblem.NO_MATCH)
    if abs(now.timestamp() - seconds) > WINDOW.total_seconds():
        raise SignatureError(SignatureProblem.OUTSIDE_WINDOW)


def _parts(header: str) -> tuple[int, list[str]]:
    """Return the time, in seconds since 1970, and the signatures of our scheme."""
    if len(header) > MAX_HEADER:
        raise SignatureError(SignatureProblem.MALFORMED)
    pairs = [each.strip().partition("=") for each in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == SCHEME]
    if len(times) != 1 or not signatures or not _is_number(times[0]):
        raise SignatureError(SignatureProblem.MALFORMED)
    return int(times[0]), signatures


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


def _signature(secret: str, body: bytes, seconds: int) -> str:
    return hmac.new(secret.encode(), b"%d." % seconds + body, sha256).hexdigest()
