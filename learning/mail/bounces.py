"""E-mails that came back: delivery status notifications (RFC 3464) and complaints (RFC 5965)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from sqlalchemy.orm import Session

from learning.mail import actions, queries, rules, subscriptions
from learning.mail.categories import COURSE, CRITICAL
from learning.mail.rules import DeliveryFailure

RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
FAILED_CODE = 550  # the reply that a failed delivery stands for, where the notice names none


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What came back: the token of our e-mail, what is said of its address, in which words."""

    token: str
    failure: DeliveryFailure
    reason: str
    complaint: bool = False


def parse_bounce(content: bytes, envelope_to: str = "") -> Bounce | None:
    """Return what a returned message tells, None if it is no such message or not about ours."""
    message = message_from_bytes(content, policy=default)
    token = _token(message, envelope_to)
    kind = message.get_param("report-type")
    if token is None or message.get_content_type() != "multipart/report":
        return None
    if kind == "feedback-report":
        return Bounce(
            token=token, failure=DeliveryFailure.TEMPORARY, reason="complaint", complaint=True
        )
    for status, action, reason in _reports(message):
        if action in {"failed", "delayed"}:
            code = FAILED_CODE if action == "failed" else FAILED_CODE - 100
            return Bounce(token=token, failure=rules.classify_reply(code, status), reason=reason)
    return None


def process_bounce(session: Session, bounce: Bounce, *, now: datetime) -> bool:
    """Count a bounce against its address; False if the e-mail is not known any more."""
    mail = queries.email_by_token(session, bounce.token)
    if mail is None:
        return False
    if bounce.complaint:
        category = COURSE.key if mail.category == CRITICAL.key else mail.category
        subscription = subscriptions.subscription_for(session, mail.email, category)
        subscriptions.unsubscribe(session, subscription.token, now=now)
    elif bounce.failure is not DeliveryFailure.OUR_SIDE:
        actions.record_bounce(session, mail.email, bounce.failure, now=now, reason=bounce.reason)
    return True


def _token(message: EmailMessage, envelope_to: str) -> str | None:
    headers = [envelope_to]
    headers += [str(value) for name in RECIPIENT_HEADERS for value in message.get_all(name, [])]
    return next((token for header in headers for token in rules.tokens_in(header)), None)


def _reports(message: Message) -> Iterator[tuple[str, str, str]]:
    """Yield (status, action, reason) of each recipient that a notice tells of."""
    for part in message.walk():
        status, action = part.get("Status"), part.get("Action")
        if status and action:
            reason = rules.one_line(str(part.get("Diagnostic-Code") or status))
            yield str(status), str(action).lower(), reason
