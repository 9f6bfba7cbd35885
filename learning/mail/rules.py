"""Decisions about mail: what an answer of a mail server means, when an address is given up."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
GONE = frozenset({"5.1.1", "5.1.10", "5.2.1"})  # no such mailbox, null MX, mailbox disabled
PERMANENT = 500
GIVEN_UP = 40  # tenths
HARD, SOFT, RELIEF = 20, 10, 2


class Verdict(StrEnum):
    """What a mail server's answer says of an address."""

    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an address stands: its score in tenths, and whether it is given up."""

    score: int
    given_up: bool


def verdict(code: int, text: str) -> Verdict:
    """Return what a reply such as (550, "5.1.1 no such user") means."""
    found = STATUS.search(text)
    if found and found.group(0) in GONE:
        return Verdict.GONE
    if (found and found.group(1) == "5") or code >= PERMANENT:
        return Verdict.REFUSED
    return Verdict.LATER


def after_bounce(score: int, said: Verdict) -> Standing:
    """Return how an address stands after a bounce: at once, after two 5.x, or after four 4.x."""
    added = {Verdict.GONE: GIVEN_UP, Verdict.REFUSED: HARD, Verdict.LATER: SOFT}[said]
    return Standing(score=score + added, given_up=score + added >= GIVEN_UP)


def after_success(score: int) -> int:
    return max(0, score - RELIEF)


def one_line(text: str) -> str:
    """Return text that may stand in a header: no line breaks, no NUL, no other controls."""
    return CONTROLS.sub(" ", text).strip()


def message_id(secret: str, mail_id: int, domain: str) -> str:
    """Return the one Message-ID of a letter, the same at every attempt."""
    mark = hmac.new(secret.encode(), f"mail {mail_id}".encode(), hashlib.sha256).hexdigest()[:8]
    return f"<d-{mail_id}.{mark}@{domain}>"


def bounce_address(token: str, domain: str) -> str:
    """Return the envelope's sender: a bounce comes back to it and says whose it is."""
    return f"b+{token}@{domain}"


def token_in(address: str) -> str | None:
    """Return the letter's token in an envelope's sender, or None."""
    found = re.fullmatch(r"b\+([A-Za-z0-9_-]{10,40})@.+", address.strip("<> "))
    return found.group(1) if found else None
