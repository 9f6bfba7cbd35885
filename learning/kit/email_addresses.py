"""E-mail addresses: one normal form, what is wrong with one, and how it goes over the wire.

A domain is kept and shown in its own script (“münchen.de”) and sent in IDNA (“xn--mnchen-3ya.de”).
What stands before the @ is ASCII: mail to other letters (SMTPUTF8) is not delivered everywhere.
"""

import re
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address
from enum import StrEnum

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from learning.kit.i18n import N_

LONGEST, LONGEST_LOCAL = 254, 64  # RFC 5321, 4.5.3.1
MUCH_TOO_LONG = 1000  # not worth a closer look, which takes longer the longer a text is
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # as East Asian keyboards type
DOTS = re.compile(r"\.\.|^\.|\.$|\.@|@\.")
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+")  # RFC 5322, 3.2.3
IN_TEXT = re.compile(  # no longer than addresses are, so that nothing long takes long
    r"[^\s,;:<>()\[\]{}\"'=|]{1,128}(?:@|%40)[^\s,;:<>()\[\]{}\"'=|&]+"
)
ROWS = re.compile(
    r"^DETAIL: .*?(?=\n\n|\n\[SQL|\n(?:HINT|CONTEXT|LINE)|\Z)", re.DOTALL | re.MULTILINE
)
ADDRESSES = re.compile(r"[^\s,;<>]+@[^\s,;<>]+")


class EmailFault(StrEnum):
    """What is wrong with an address."""

    INCOMPLETE = "incomplete"
    SEVERAL = "several"
    LONG = "long"
    DOTS = "dots"
    LETTERS = "letters"
    SIGNS = "signs"
    DOMAIN = "domain"


EMAIL_FAULTS: dict[StrEnum, str] = {
    EmailFault.INCOMPLETE: N_("Write the address in full, as in awa@example.org."),
    EmailFault.SEVERAL: N_("Write one address only."),
    EmailFault.LONG: N_(
        "This address is too long: 64 characters before the @ and 254 in all are the most."
    ),
    EmailFault.DOTS: N_(
        "This address has a dot too many: two in a row, at one of its ends or beside the @."
    ),
    EmailFault.LETTERS: N_(
        "Before the @, this address has accents or letters other than a to z. "
        "Mail to such addresses does not arrive everywhere: give another address."
    ),
    EmailFault.SIGNS: N_(
        "Before the @, this address has a sign that addresses cannot have, "
        "such as a space or a bracket."
    ),
    EmailFault.DOMAIN: N_(
        "What stands after the @ is not a domain that mail can reach. Check it letter by letter."
    ),
}


def normal_email(text: str) -> str:
    """Return the one spelling of an address that is kept; of anything else, what can be read."""
    plain = readable_email(text)
    found = _validated(plain)
    return found.normalized if found else plain


def email_spellings(text: str) -> tuple[str, ...]:
    """Return the spellings under which an address may have been kept, the normal one first."""
    plain = readable_email(text)
    found = _validated(plain)
    known = (found.normalized, found.ascii_email or "", plain) if found else (plain,)
    return tuple(dict.fromkeys(spelling for spelling in known if spelling))


def email_fault(text: str) -> EmailFault | None:
    """Return what is wrong with an address; only a mail sent there proves that it exists."""
    plain = readable_email(text)
    local, at, domain = plain.rpartition("@")
    if len(plain) > MUCH_TOO_LONG:
        return EmailFault.LONG if at else EmailFault.INCOMPLETE
    checks = (
        (not (at and local and domain), EmailFault.INCOMPLETE),
        (len(ADDRESSES.findall(plain)) > 1 or "@" in local, EmailFault.SEVERAL),
        (len(plain) > LONGEST or len(local) > LONGEST_LOCAL, EmailFault.LONG),
        (DOTS.search(plain) is not None, EmailFault.DOTS),
        (not local.isascii(), EmailFault.LETTERS),
        (LOCAL.fullmatch(local) is None, EmailFault.SIGNS),
        (_validated(plain) is None, EmailFault.DOMAIN),
    )
    return next((fault for wrong, fault in checks if wrong), None)


def is_email(text: str) -> bool:
    return email_fault(text) is None


def sendable_email(email: str) -> str | None:
    """Return an address as it goes over the wire, in ASCII; None if no letter can be made for it.

    Some were taken before there was a gate: what can stand in a letter is tried as it is.
    """
    found = _validated(email)
    if found:
        return found.ascii_email
    return email if _may_head_a_letter(email) else None


def _may_head_a_letter(email: str) -> bool:
    try:
        Address(addr_spec=email)
    except (ValueError, IndexError, MessageError):
        return False
    return email.isascii()


def readable_email(text: str) -> str:
    """Return a text in lower case, composed, without invisible signs and blank ends."""
    visible = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cs"})
    return unicodedata.normalize("NFC", visible.translate(FULL_WIDTH)).strip().lower()


def without_addresses(text: str) -> str:
    """Return what a program said without the addresses and the rows that it names."""
    return IN_TEXT.sub("…@…", ROWS.sub("DETAIL: …", text))


def _validated(plain: str) -> ValidatedEmail | None:
    if len(plain) > MUCH_TOO_LONG:
        return None
    try:
        found = validate_email(plain, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    _, _, top = found.domain.rpartition(".")
    return found if len(top) > 1 else None
