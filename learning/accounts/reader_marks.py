"""A pseudonym for each person: what was typed by one is not sent in the name of another.

Scripts read it on every page. The cookie keeps it after a session has expired, so that the page for
signing in again knows whose text it holds.
"""

import hashlib

from flask import current_app, session

KEY = "reader"


def mark_of(person_id: int | None, impersonator_name: str | None = None) -> str:
    """Return a pseudonym that distinguishes readers and identifies nobody."""
    identity = f"{current_app.secret_key!r} {person_id} {impersonator_name}"
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


def remember(person_id: int) -> None:
    """Keep in the cookie who signs in; signing out empties it."""
    session[KEY] = mark_of(person_id)


def last_mark() -> str:
    """Return who signed in last in this browser without signing out, "" if that is unknown."""
    return str(session.get(KEY, ""))
