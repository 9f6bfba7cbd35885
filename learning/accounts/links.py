"""Secret links in letters: made once, used once, never shown again."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.accounts import rules
from learning.accounts.models import Link, Purpose

LASTS = {
    Purpose.SIGN_UP: timedelta(days=1),
    Purpose.NEW_ADDRESS: timedelta(days=1),
    Purpose.RESET: timedelta(minutes=30),
    Purpose.INVITATION: timedelta(days=14),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a link is for: whose, at which address, with what it has to remember."""

    purpose: Purpose
    email: str
    person_id: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict[str, Any])


def make(session: Session, wanted: Wanted, *, now: datetime) -> str:
    """Return the path of a new link; earlier ones for the same purpose and person stop working."""
    if wanted.person_id is not None:
        same = Link.purpose == wanted.purpose, Link.person_id == wanted.person_id
        session.execute(delete(Link).where(*same))
    token = secrets.token_urlsafe(24)
    session.add(
        Link(
            token_hash=rules.token_hash(token),
            purpose=wanted.purpose,
            email=wanted.email,
            payload=json.dumps(wanted.payload),
            person_id=wanted.person_id,
            made_at=now,
            ends_at=now + LASTS[wanted.purpose],
        )
    )
    return f"/account/{wanted.purpose}/{token}"


def find(session: Session, token: str, purpose: Purpose, *, now: datetime) -> Link | None:
    """Return the link that a token opens, None if it never was, was used, or has ended."""
    link = session.scalar(
        select(Link).where(Link.token_hash == rules.token_hash(token), Link.purpose == purpose)
    )
    return link if link and link.ends_at > now else None


def use(session: Session, link: Link) -> bool:
    """Use a link up; False if somebody was quicker."""
    used = delete(Link).where(Link.token_hash == link.token_hash).returning(Link.token_hash)
    return session.scalar(used) is not None
