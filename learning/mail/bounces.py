"""Letters that came back: delivery status notifications (RFC 3464) and complaints (RFC 5965)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from sqlalchemy.orm import Session

from learning.mail import actions, queries, rules
from learning.mail.models import Category
from learning.mail.rules import Verdict

TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
HELD = 550  # the reply that a failed delivery stands for, where the notice names none


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """What came back: the token of our letter, what is said of its address, in which words."""

    token: str
    said: Verdict
    reason: str
    complaint: bool = False


def read(content: bytes, envelope_to: str = "") -> Bounce | None:
    """Return what a returned message tells, None if it is no such message or not about ours."""
    message = message_from_bytes(content, policy=default)
    token = _token(message, envelope_to)
    kind = message.get_param("report-type")
    if token is None or message.get_content_type() != "multipart/report":
        return None
    if kind == "feedback-report":
        return Bounce(token=token, said=Verdict.LATER, reason="complaint", complaint=True)
    for status, action, reason in _reports(message):
        if action in {"failed", "delayed"}:
            code = HELD if action == "failed" else HELD - 100
            return Bounce(token=token, said=rules.verdict(code, status), reason=reason)
    return None


def take(session: Session, bounce: Bounce, *, now: datetime) -> bool:
    """Count a bounce against its address; False if the letter is not known any more."""
    mail = queries.mail_of_token(session, bounce.token)
    if mail is None:
        return False
    if bounce.complaint:
        wanted = actions.subscription(session, mail.email, Category.COURSE)
        actions.decline(session, wanted.token, now=now)
    elif bounce.said is not Verdict.OURS:
        actions.note_bounce(session, mail.email, bounce.said, now=now, reason=bounce.reason)
    return True


def _token(message: EmailMessage, envelope_to: str) -> str | None:
    headers = [envelope_to]
    headers += [str(value) for name in TO for value in message.get_all(name, [])]
    return next((token for header in headers for token in rules.tokens_in(header)), None)


def _reports(message: Message) -> Iterator[tuple[str, str, str]]:
    """Yield (status, action, reason) of each recipient that a notice tells of."""
    for part in message.walk():
        status, action = part.get("Status"), part.get("Action")
        if status and action:
            reason = rules.one_line(str(part.get("Diagnostic-Code") or status))
            yield str(status), str(action).lower(), reason
