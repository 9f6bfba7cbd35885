"""Decisions about mail: what an answer of a mail server means, when an address is given up."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from email.utils import getaddresses
from enum import StrEnum

from learning.kit.email_addresses import sendable_email

CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
BOUNCE_ADDRESS = re.compile(r"b\+(?P<token>[a-z0-9_-]{10,40})@.+", re.IGNORECASE)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
GONE = frozenset({"5.1.1", "5.1.10", "5.2.1"})  # no such mailbox, null MX, mailbox disabled
FULL = frozenset({"5.2.2"})  # a full mailbox (RFC 3463, section 3.3): it is emptied some day
OUR_SUBJECTS = frozenset({"3", "5", "6", "7"})  # mail system, protocol, content, policy
OUR_STATUSES = frozenset({"5.1.7", "5.1.8", "5.1.9", "5.2.3"})  # our sender's address, our size
OUR_CODES = frozenset({*range(500, 505), *range(530, 540), 555})  # syntax, authentication
FULL_CODE = 552  # exceeded storage allocation (RFC 5321, section 4.2.3)
PERMANENT = 500
SOONEST_RETRY, LATEST_RETRY = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=4)  # "at least 4-5 days" (RFC 5321, section 4.5.4.1)
GIVEN_UP = 40  # tenths
HARD, SOFT, RELIEF = 20, 10, 2


class Stage(StrEnum):
    """Which part of an SMTP conversation an answer belongs to (RFC 5321, section 3)."""

    SESSION = "session"  # greeting, TLS, authentication
    SENDER = "sender"  # MAIL FROM
    RECIPIENT = "recipient"  # RCPT TO
    CONTENT = "content"  # DATA


class Verdict(StrEnum):
    """What a mail server's answer means: of the address, or of us."""

    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"
    OURS = "ours"  # it says nothing of the recipient; somebody has to mend our side


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an address stands: its score in tenths, and whether it is given up."""

    score: int
    given_up: bool


def verdict(code: int, text: str, stage: Stage = Stage.RECIPIENT) -> Verdict:
    """Return what a reply such as (550, "5.1.1 no such user") means.

    Only what is said of the recipient counts against an address. Statuses are those of RFC 3463;
    without one, the code decides.
    """
    found = STATUS.search(text)
    status = found.group(0) if found else ""
    if stage in {Stage.SESSION, Stage.SENDER}:
        return Verdict.OURS if code >= PERMANENT else Verdict.LATER
    if status in GONE:
        return Verdict.GONE
    if status in FULL or (code == FULL_CODE and not status):
        return Verdict.LATER
    permanent = status.startswith("5.") or (code >= PERMANENT and not status.startswith("4."))
    if not permanent:
        return Verdict.LATER
    return Verdict.OURS if _is_about_us(code, status, stage) else Verdict.REFUSED


def _is_about_us(code: int, status: str, stage: Stage) -> bool:
    """Whether a lasting refusal is about the sender or the message, not about the recipient."""
    if not status:
        return stage is Stage.CONTENT or code in OUR_CODES
    return status in OUR_STATUSES or status.split(".")[1] in OUR_SUBJECTS


def retry_wait(age: timedelta) -> timedelta | None:
    """Return how long an e-mail of this age waits for its next attempt, None to give up.

    A quarter of its age, between a minute and an hour, for four days.
    """
    if age >= GIVE_UP_AFTER:
        return None
    return min(LATEST_RETRY, max(SOONEST_RETRY, age / 4))


def after_bounce(score: int, said: Verdict) -> Standing:
    """Return how an address stands after a bounce: at once, after two 5.x, or after four 4.x."""
    added = {Verdict.GONE: GIVEN_UP, Verdict.REFUSED: HARD, Verdict.LATER: SOFT}.get(said, 0)
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


def wire_address(email: str) -> str:
    """Return an address as mail servers take it: its domain in ASCII (IDNA 2008, UTS 46)."""
    return sendable_email(email) or email


def bounce_address(token: str, domain: str) -> str:
    """Return the envelope's sender: a bounce comes back to it and says whose it is."""
    return f"b+{token}@{domain}"


def tokens_in(header: str) -> list[str]:
    """Return the tokens of ours among the addresses of a header, as in `Name <b+…@…>`."""
    addresses = (address for _, address in getaddresses([header]))
    return [found["token"] for each in addresses if (found := BOUNCE_ADDRESS.fullmatch(each))]
