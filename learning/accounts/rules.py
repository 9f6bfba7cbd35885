"""Decisions of accounts: plain values in, a plain value out."""

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from learning.access.permissions import Role
from learning.kit.folding import sort_key

SEEN_EVERY = timedelta(minutes=5)
CONFIRMATION_LASTS = timedelta(minutes=15)
SHORTEST_PASSWORD = 12
SHORTEST_STEM = 4
FEWEST_SIGNS = 6
LEET = str.maketrans("0134578@$!", "oleastbasi")
CONTEXT = frozenset(
    {
        "admin", "administrator", "certificate", "course", "cours", "curso", "diploma", "itcilo",
        "learning", "letmein", "migration", "migracion", "motdepasse", "contrasena", "password",
        "reintegration", "reintegracion", "retour", "return", "retorno", "turin", "torino",
    }
)  # fmt: skip
UNSAFE_IN_ADDRESS = re.compile(
    r"[\x00-\x20\x7f\\]|%(?:5c|0[0-9a-f]|1[0-9a-f]|7f)|^/(?:/|%2f)", re.IGNORECASE
)
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Opera Mini", "Opera Mini"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
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


def device_name(user_agent: str) -> str:
    """Return a browser and a system that somebody would recognise: “Chrome · Android”."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


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


def stem(password: str) -> str:
    """Return what is left of a password without decoration: “P@ssw0rd2026!” is “password”."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", sort_key(password)).translate(LEET)
    letters = re.sub(r"[^a-z]", "", core)
    repeated = re.fullmatch(r"(.+?)\1+", letters)
    return repeated.group(1) if repeated else letters


def is_guessable(password: str, common: Collection[str], about: Iterable[str]) -> bool:
    """Whether a password is a common one, a word of this place, or the person's own name.

    Letters of other scripts count as signs; only what has few signs, or such a stem, is refused.
    """
    if len(set(password.casefold())) < FEWEST_SIGNS:
        return True
    own = {stem(word) for text in about for word in re.split(r"[\s@.]+", text)}
    core = stem(password)
    known = core in common or core in CONTEXT or core in own
    return known and len(core) >= SHORTEST_STEM
