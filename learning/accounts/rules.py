"""Rules of accounts: plain values in, a plain value out."""

import hashlib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from learning.access.permissions import Role

LAST_SEEN_INTERVAL = timedelta(minutes=5)
PASSWORD_CONFIRMATION_LIFETIME = timedelta(minutes=15)
UNSAFE_IN_URL = re.compile(
    r"[\x00-\x20\x7f\\]|%(?:5c|0[0-9a-f]|1[0-9a-f]|7f)|^/(?:/|%2f)", re.IGNORECASE
)


MARKUP = frozenset("<>&")


class RoleProblem(StrEnum):
    """Why a person's roles cannot be changed."""

    OWN = "own"
    LAST_ADMINISTRATOR = "last_administrator"
    FROM_ENROLMENT = "from_enrolment"


@dataclass(frozen=True, kw_only=True)
class SessionLifetime:
    """How long a session lasts at most, and without being used."""

    absolute: timedelta
    idle: timedelta


MEMBER_LIFETIME = SessionLifetime(absolute=timedelta(days=30), idle=timedelta(days=7))
STAFF_LIFETIME = SessionLifetime(absolute=timedelta(hours=12), idle=timedelta(minutes=30))
SHARED_DEVICE_LIFETIME = SessionLifetime(absolute=timedelta(hours=4), idle=timedelta(minutes=30))


def session_lifetime(*, staff: bool, shared_device: bool) -> SessionLifetime:
    """Return how long a session may last (OWASP ASVS 5, chapter 7)."""
    if staff:
        return STAFF_LIFETIME
    return SHARED_DEVICE_LIFETIME if shared_device else MEMBER_LIFETIME


def is_alive(*, expires_at: datetime, idle_until: datetime, now: datetime) -> bool:
    return now < expires_at and now < idle_until


def is_last_seen_due(*, last_seen_at: datetime, now: datetime) -> bool:
    """Whether `last_seen_at` is old enough to be written again; not every page is a write."""
    return now - last_seen_at >= LAST_SEEN_INTERVAL


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def safe_redirect_path(address: str) -> str | None:
    """Return a path of this site to redirect to, None for anything that could lead elsewhere."""
    if not address.startswith("/") or UNSAFE_IN_URL.search(address):
        return None
    path = urlsplit(address)
    return path.path + (f"?{path.query}" if path.query else "")


def is_confirmed(confirmed_at: datetime, now: datetime) -> bool:
    """Whether the password was confirmed on this device recently enough for a sensitive change."""
    return now - confirmed_at <= PASSWORD_CONFIRMATION_LIFETIME


def revoke_problem(role: Role, *, own: bool) -> RoleProblem | None:
    """Return why staff cannot revoke a role, besides that nobody else has it."""
    if own:
        return RoleProblem.OWN
    if role is Role.PARTICIPANT:
        return RoleProblem.FROM_ENROLMENT
    return None


def is_last_administrator(person_id: int, administrators: Collection[int]) -> bool:
    """Whether a person is the only one of the administrators who can sign in."""
    return set(administrators) == {person_id}


def may_impersonate(*, has_right: bool, administrator: bool, closed: bool) -> bool:
    """Whether a person with the permission may impersonate this person now.

    Nobody impersonates an administrator, nor when one of the two accounts is closed.
    """
    return has_right and not administrator and not closed


def grant_problem(*, own: bool) -> RoleProblem | None:
    """Return why a role cannot be granted: nobody changes their own roles."""
    return RoleProblem.OWN if own else None


def normal_code(text: str) -> str:
    """Return a code in its normal form: ASCII digits, no spaces, dashes or invisible marks."""
    digits = (
        sign
        for sign in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(sign)[0] in "LN"
    )
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in digits)


def languages_read(language: str, reading_languages: str) -> tuple[str, ...]:
    """Return the codes of the languages that somebody reads; that of the interface is the first."""
    return tuple(dict.fromkeys((language, *reading_languages.split())))


def printed_name(name: str, certificate_name: str) -> str:
    """Return the name that a certificate has."""
    return certificate_name or name


def can_be_printed(name: str) -> bool:
    """Whether a name has letters, and nothing that a document could take for markup."""
    return any(map(str.isalpha, name)) and not MARKUP & set(name)
