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
NO_MAILBOX_STATUSES = frozenset({"5.1.1", "5.1.10", "5.2.1"})  # none, null MX, disabled
MAILBOX_FULL_STATUSES = frozenset({"5.2.2"})  # RFC 3463, section 3.3; it is emptied some day
OUR_SUBJECTS = frozenset({"3", "5", "6", "7"})  # mail system, protocol, content, policy
OUR_STATUSES = frozenset({"5.1.7", "5.1.8", "5.1.9", "5.2.3"})  # our sender's address, our size
OUR_CODES = frozenset({*range(500, 505), *range(530, 540), 555})  # syntax, authentication
MAILBOX_FULL_CODE = 552  # exceeded storage allocation (RFC 5321, section 4.2.3)
PERMANENT = 500
MIN_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(minutes=1), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=4)  # "at least 4-5 days" (RFC 5321, section 4.5.4.1)
SUPPRESSION_SCORE = 40  # tenths
HARD_BOUNCE_SCORE, SOFT_BOUNCE_SCORE, SUCCESS_RELIEF = 20, 10, 2


class SmtpStage(StrEnum):
    """Which part of an SMTP conversation an answer belongs to (RFC 5321, section 3)."""

    SESSION = "session"  # greeting, TLS, authentication
    SENDER = "sender"  # MAIL FROM
    RECIPIENT = "recipient"  # RCPT TO
    CONTENT = "content"  # DATA


class DeliveryFailure(StrEnum):
    """What a mail server's answer means: of the address, or of us."""

    NO_MAILBOX = "gone"
    REJECTED = "refused"
    TEMPORARY = "later"
    OUR_SIDE = "ours"  # it says nothing of the recipient; somebody has to fix our side


@dataclass(frozen=True, kw_only=True)
class BounceState:
    """How an address stands: its score in tenths, and whether it is given up."""

    score: int
    suppressed: bool


def classify_reply(code: int, text: str, stage: SmtpStage = SmtpStage.RECIPIENT) -> DeliveryFailure:
    """Return what a reply such as (550, "5.1.1 no such user") means.

    Only what is said of the recipient counts against an address. Statuses are those of RFC 3463;
    without one, the code decides.
    """
    match = STATUS.search(text)
    status = match.group(0) if match else ""
    if stage in {SmtpStage.SESSION, SmtpStage.SENDER}:
        return DeliveryFailure.OUR_SIDE if code >= PERMANENT else DeliveryFailure.TEMPORARY
    if status in NO_MAILBOX_STATUSES:
        return DeliveryFailure.NO_MAILBOX
    if status in MAILBOX_FULL_STATUSES or (code == MAILBOX_FULL_CODE and not status):
        return DeliveryFailure.TEMPORARY
    permanent = status.startswith("5.") or (code >= PERMANENT and not status.startswith("4."))
    if not permanent:
        return DeliveryFailure.TEMPORARY
    return (
        DeliveryFailure.OUR_SIDE if _is_about_us(code, status, stage) else DeliveryFailure.REJECTED
    )


def _is_about_us(code: int, status: str, stage: SmtpStage) -> bool:
    """Whether a lasting refusal is about the sender or the message, not about the recipient."""
    if not status:
        return stage is SmtpStage.CONTENT or code in OUR_CODES
    return status in OUR_STATUSES or status.split(".")[1] in OUR_SUBJECTS


def retry_delay(age: timedelta) -> timedelta | None:
    """Return how long an e-mail of this age waits for its next attempt, None to give up.

    A quarter of its age, between a minute and an hour, for four days.
    """
    if age >= GIVE_UP_AFTER:
        return None
    return min(MAX_RETRY_DELAY, max(MIN_RETRY_DELAY, age / 4))


def score_after_bounce(score: int, failure: DeliveryFailure) -> BounceState:
    """Return how an address stands after a bounce: at once, after two 5.x, or after four 4.x."""
    added = {
        DeliveryFailure.NO_MAILBOX: SUPPRESSION_SCORE,
        DeliveryFailure.REJECTED: HARD_BOUNCE_SCORE,
        DeliveryFailure.TEMPORARY: SOFT_BOUNCE_SCORE,
    }.get(failure, 0)
    return BounceState(score=score + added, suppressed=score + added >= SUPPRESSION_SCORE)


def score_after_success(score: int) -> int:
    return max(0, score - SUCCESS_RELIEF)


def one_line(text: str) -> str:
    """Return text that may stand in a header: no line breaks, no NUL, no other controls."""
    return CONTROLS.sub(" ", text).strip()


def message_id(secret: str, mail_id: int, domain: str) -> str:
    """Return the one Message-ID of an e-mail, the same at every attempt."""
    mark = hmac.new(secret.encode(), f"mail {mail_id}".encode(), hashlib.sha256).hexdigest()[:8]
    return f"<d-{mail_id}.{mark}@{domain}>"


def ascii_address(email: str) -> str:
    """Return an address as mail servers take it: its domain in ASCII (IDNA 2008, UTS 46)."""
    return sendable_email(email) or email


def bounce_address(token: str, domain: str) -> str:
    """Return the envelope's sender: a bounce comes back to it and says whose it is."""
    return f"b+{token}@{domain}"


def tokens_in(header: str) -> list[str]:
    """Return the tokens of ours among the addresses of a header, as in `Name <b+…@…>`."""
    addresses = (address for _, address in getaddresses([header]))
    return [match["token"] for each in addresses if (match := BOUNCE_ADDRESS.fullmatch(each))]
