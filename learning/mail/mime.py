"""An e-mail as it goes over the wire (RFC 5322, 2369, 3834, 8058)."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from learning.mail import rules
from learning.mail.attachments import FileContent
from learning.mail.emails import EmailContent, EmailContext, render_html, render_text
from learning.mail.models import OutgoingEmail

UNFOLDED_HEADERS = frozenset(
    {"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "references"}
)


class SmtpPolicy(EmailPolicy):
    """Nothing is 8-bit, so that signatures survive every relay; links in headers stay whole."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in UNFOLDED_HEADERS:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


SMTP_POLICY = SmtpPolicy(cte_type="7bit", max_line_length=78, linesep="\r\n")


@dataclass(frozen=True, kw_only=True)
class SenderConfig:
    """Who writes: the From line, the address of the site, the secret behind Message-IDs."""

    sender: str
    address: str
    secret: str

    @property
    def domain(self) -> str:
        """Return the domain of our addresses, in ASCII."""
        return rules.ascii_address(parseaddr(self.sender)[1]).partition("@")[2]


def build_message(
    mail: OutgoingEmail, content: EmailContent, context: EmailContext, config: SenderConfig
) -> EmailMessage:
    """Return an e-mail ready to be sent."""
    message = EmailMessage(policy=SMTP_POLICY)
    name, sender = parseaddr(config.sender)
    message["From"] = Address(rules.one_line(name), addr_spec=rules.ascii_address(sender))
    message["To"] = Address(rules.one_line(mail.name), addr_spec=rules.ascii_address(mail.email))
    message["Subject"] = rules.one_line(content.subject)
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = rules.message_id(config.secret, mail.id, config.domain)
    message["Content-Language"] = mail.language
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Feedback-ID"] = f"{mail.kind}:{mail.category}:learning"
    if mail.thread:
        message["References"] = f"<t-{mail.thread}@{config.domain}>"
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=rules.ascii_address(mail.reply_to))
    if context.unsubscribe_path:
        topic = f"{mail.topic}." if mail.topic else ""
        message["List-Id"] = f"<{topic}{mail.category}.{config.domain}>"
        message["List-Unsubscribe"] = f"<{config.address}{context.unsubscribe_path}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(render_text(content, context), cte="quoted-printable")
    message.add_alternative(render_html(content, context), subtype="html", cte="quoted-printable")
    if mail.calendar:
        _add_calendar(message, mail.calendar)
    return message


def add_files(message: EmailMessage, files: Sequence[FileContent]) -> None:
    """Attach files to an e-mail, which becomes multipart/mixed."""
    for file in files:
        maintype, _, subtype = file.mimetype.partition("/")
        name = rules.one_line(file.name)
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=name)


def _add_calendar(message: EmailMessage, calendar: str) -> None:
    """Add an invitation as the last and best alternative (RFC 6047), so that programs offer it."""
    message.add_alternative(
        calendar,
        subtype="calendar",
        cte="base64",  # keeps its folded lines as they are
        params={"method": method_of(calendar)},
    )


def method_of(calendar: str) -> str:
    """Return the METHOD of a calendar object that was checked."""
    lines = (line for line in calendar.splitlines() if line.startswith("METHOD:"))
    return next(lines).removeprefix("METHOD:")
