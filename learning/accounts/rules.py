"""Decisions of accounts: plain values in, a plain value out."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from learning.access.permissions import Role

SEEN_EVERY = timedelta(minutes=5)
CONFIRMATION_LASTS = timedelta(minutes=15)
UNSAFE_IN_ADDRESS = re.compile(
    r"[\x00-\x20\x7f\\]|%(?:5c|0[0-9a-f]|1[0-9a-f]|7f)|^/(?:/|%2f)", re.IGNORECASE
)


class RoleFault(StrEnum):
    """What speaks against a change of somebody's roles."""

    OWN = "own"
    LAST_ADMINISTRATOR = "last-administrator"
    OF_A_PLACE = "of-a-place"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long a sign-in lasts at most, and without being used."""

    at_most: timedelta
    idle: timedelta


MEMBERS = Limits(at_most=timedelta(days=30), idle=timedelta(days=7))
STAFF = Limits(at_most=timedelta(hours=12), idle=timedelta(minutes=30))
SHARED = Limits(at_most=timedelta(hours=4), idle=timedelta(minutes=30))


def limits(*, staff: bool, shared_device: bool) -> Limits:
    """Return how long a sign-in may last (OWASP ASVS 5, chapter 7)."""
    if staff:
        return STAFF
    return SHARED if shared_device else MEMBERS


def is_alive(*, ends_at: datetime, idle_until: datetime, now: datetime) -> bool:
    return now < ends_at and now < idle_until


def is_due(*, seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note again that somebody is here; not every page is a write."""
    return now - seen_at >= SEEN_EVERY


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def safe_next(address: str) -> str | None:
    """Return a path of ours to go on to, or None for anything that could lead elsewhere."""
    if not address.startswith("/") or UNSAFE_IN_ADDRESS.search(address):
        return None
    path = urlsplit(address)
    return path.path + (f"?{path.query}" if path.query else "")


def is_confirmed(confirmed_at: datetime, now: datetime) -> bool:
    """Whether the password was given on this device recently enough for a sensitive change."""
    return now - confirmed_at <= CONFIRMATION_LASTS


def may_withdraw(role: Role, *, administrators: int, own: bool) -> RoleFault | None:
    """Return what speaks against taking a role away; `administrators` is how many there are."""
    if own:
        return RoleFault.OWN
    if role is Role.PARTICIPANT:
        return RoleFault.OF_A_PLACE
    if role is Role.ADMINISTRATOR and administrators <= 1:
        return RoleFault.LAST_ADMINISTRATOR
    return None


def may_impersonate(*, has_right: bool, administrator: bool, closed: bool) -> bool:
    """Whether somebody with the right may look through the eyes of this person, now.

    Nobody looks through an administrator's eyes, nor when one of the two accounts is closed.
    """
    return has_right and not administrator and not closed


def may_grant(*, own: bool) -> RoleFault | None:
    """Return what speaks against giving a role: nobody raises themselves."""
    return RoleFault.OWN if own else None


def plain_code(text: str) -> str:
    """Return a code as it was meant: digits of any script, no spaces, dashes or invisible marks."""
    kept = (
        sign
        for sign in unicodedata.normalize("NFKC", text).casefold()
        if unicodedata.category(sign)[0] in "LN"
    )
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in kept)
