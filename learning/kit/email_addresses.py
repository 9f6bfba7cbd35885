"""E-mail addresses: the normal form, validation, and the form for SMTP.

A domain is stored and shown in its own script (“münchen.de”) and sent in IDNA
(“xn--mnchen-3ya.de”). The part before the @ is ASCII: other characters (SMTPUTF8) are not delivered
everywhere.
"""

import re
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from learning.kit.i18n import N_

MAX_LENGTH, MAX_LOCAL_LENGTH = 254, 64  # RFC 5321, 4.5.3.1
MAX_CHECKED_LENGTH = 1000  # longer texts are not parsed, which would take long
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # as East Asian keyboards type
DOTS = re.compile(r"\.\.|^\.|\.$|\.@|@\.")
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")  # RFC 5322, 3.2.3
IN_TEXT = re.compile(  # no longer than addresses are, to bound the time
    r"[^\s,;:<>()\[\]{}\"'=|]{1,128}(?:@|%40)[^\s,;:<>()\[\]{}\"'=|&]+"
)
ROWS = re.compile(
    r"^DETAIL: .*?(?=\n\n|\n\[SQL|\n(?:HINT|CONTEXT|LINE)|\Z)", re.DOTALL | re.MULTILINE
)
ADDRESSES = re.compile(r"[^\s,;<>]+@[^\s,;<>]+")


class EmailIssue(StrEnum):
    """What is wrong with an address."""

    INCOMPLETE = "incomplete"
    SEVERAL = "several"
    LONG = "long"
    DOTS = "dots"
    LETTERS = "letters"
    SIGNS = "signs"
    DOMAIN = "domain"


RESERVED_ENDS = frozenset({"example", "invalid", "localhost", "test"})
RESERVED_DOMAINS = frozenset({"example.com", "example.net", "example.org"})
EMAIL_ISSUES: dict[StrEnum, str] = {
    EmailIssue.INCOMPLETE: N_("Write the address in full, as in awa@example.org."),
    EmailIssue.SEVERAL: N_("Write one address only."),
    EmailIssue.LONG: N_(
        "This address is too long: 64 characters before the @ and 254 in all are the most."
    ),
    EmailIssue.DOTS: N_(
        "This address has a dot too many: two in a row, at one of its ends or beside the @."
    ),
    EmailIssue.LETTERS: N_(
        "Before the @, this address has accents or letters other than a to z. "
        "Mail to such addresses does not arrive everywhere: give another address."
    ),
    EmailIssue.SIGNS: N_(
        "Before the @, this address has a sign that addresses cannot have, "
        "such as a space or a bracket."
    ),
    EmailIssue.DOMAIN: N_(
        "What stands after the @ is not a domain that mail can reach. Check it letter by letter."
    ),
}


def normal_email(text: str) -> str:
    """Return the stored form of an address; of an invalid one, the readable text."""
    plain = readable_email(text)
    validated = _validated(plain)
    return validated.normalized if validated else plain


def email_spellings(text: str) -> tuple[str, ...]:
    """Return the forms in which an address may be stored, the normal one first."""
    plain = readable_email(text)
    validated = _validated(plain)
    spellings = (
        (validated.normalized, validated.ascii_email or "", plain) if validated else (plain,)
    )
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling))


def email_issue(text: str) -> EmailIssue | None:
    """Return what is wrong with an address; only an e-mail proves that it exists."""
    plain = readable_email(text)
    local, at, domain = plain.rpartition("@")
    if len(plain) > MAX_CHECKED_LENGTH:
        return EmailIssue.LONG if at else EmailIssue.INCOMPLETE
    checks = (
        (not (at and local and domain), EmailIssue.INCOMPLETE),
        (len(ADDRESSES.findall(plain)) > 1 or "@" in local, EmailIssue.SEVERAL),
        (len(plain) > MAX_LENGTH or len(local) > MAX_LOCAL_LENGTH, EmailIssue.LONG),
        (DOTS.search(plain) is not None, EmailIssue.DOTS),
        (not local.isascii(), EmailIssue.LETTERS),
        (LOCAL.fullmatch(local) is None, EmailIssue.SIGNS),
        (_validated(plain) is None, EmailIssue.DOMAIN),
    )
    return next((issue for wrong, issue in checks if wrong), None)


def is_email(text: str) -> bool:
    return email_issue(text) is None


def sendable_email(email: str) -> str | None:
    """Return an address for SMTP, in ASCII; None if no e-mail can be sent to it.

    Some addresses are older than the validation: they are tried as they are.
    """
    validated = _validated(email)
    if validated:
        return validated.ascii_email
    return email if _is_sendable(email) else None


def _is_sendable(email: str) -> bool:
    try:
        Address(addr_spec=email)
    except (ValueError, IndexError, MessageError):
        return False
    return email.isascii()


def readable_email(text: str) -> str:
    """Return a text in lower case, composed, without invisible characters and blank ends.

    Control characters go too, as they do from a form's field: one mailbox has one spelling, also
    where the text is read past its form.
    """
    visible = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFC", visible.translate(FULL_WIDTH)).strip().lower()


def without_addresses(text: str) -> str:
    """Return a program's message without the addresses and the rows in it."""
    return IN_TEXT.sub("…@…", ROWS.sub("DETAIL: …", text))


def _validated(plain: str) -> ValidatedEmail | None:
    if len(plain) > MAX_CHECKED_LENGTH:
        return None
    try:
        result = validate_email(
            plain, allow_smtputf8=False, check_deliverability=False, strict=True
        )
    except EmailNotValidError:
        return None
    _, _, top = result.domain.rpartition(".")
    return result if len(top) > 1 else None


def is_placeholder(address: str) -> bool:
    """Whether an address, or a name of a host, is of a domain that belongs to nobody (RFC 2606)."""
    *_, last_but_one, last = ["", *address.strip(" <>").casefold().rpartition("@")[2].split(".")]
    return last in RESERVED_ENDS or f"{last_but_one}.{last}" in RESERVED_DOMAINS
