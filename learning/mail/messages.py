"""A letter as it goes over the wire (RFC 5322, 2369, 3834, 8058)."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr

from learning.mail import rules
from learning.mail.letters import Letter, Setting, as_html, as_text
from learning.mail.models import Category, Mail

UNBROKEN = frozenset(
    {"list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id", "references"}
)


class Policy(EmailPolicy):
    """Nothing is 8-bit, so that signatures survive every relay; links in headers stay whole."""

    def fold(self, name: str, value: str) -> str:
        if name.lower() in UNBROKEN:
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii")


POLICY = Policy(cte_type="7bit", max_line_length=78, linesep="\r\n")


@dataclass(frozen=True, kw_only=True)
class House:
    """Who writes: the From line, the address of the site, the secret behind Message-IDs."""

    sender: str
    address: str
    secret: str

    @property
    def domain(self) -> str:
        """Return the domain of our addresses, in ASCII."""
        return rules.wire_address(parseaddr(self.sender)[1]).partition("@")[2]


def message(mail: Mail, letter: Letter, setting: Setting, house: House) -> EmailMessage:
    """Return a letter ready to be sent."""
    made = EmailMessage(policy=POLICY)
    name, sender = parseaddr(house.sender)
    made["From"] = Address(rules.one_line(name), addr_spec=rules.wire_address(sender))
    made["To"] = Address(rules.one_line(mail.name), addr_spec=rules.wire_address(mail.email))
    made["Subject"] = rules.one_line(letter.subject)
    made["Date"] = format_datetime(mail.made_at)
    made["Message-ID"] = rules.message_id(house.secret, mail.id, house.domain)
    made["Content-Language"] = mail.language
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Feedback-ID"] = f"{mail.kind}:{mail.category}:learning"
    if mail.thread:
        made["References"] = f"<t-{mail.thread}@{house.domain}>"
    if mail.category is not Category.CRITICAL:
        made["List-Id"] = f"<{mail.category}.{house.domain}>"
        made["List-Unsubscribe"] = f"<{house.address}{setting.decline}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(as_text(letter, setting), cte="quoted-printable")
    made.add_alternative(as_html(letter, setting), subtype="html", cte="quoted-printable")
    return made
