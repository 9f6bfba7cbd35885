"""Secret links in letters: made once, used once, never shown again."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import Session

from learning.accounts import credentials, rules
from learning.accounts.models import Link, Person, Purpose
from learning.mail.letters import LetterCheck, Params

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
    version = None
    if wanted.person_id is not None:
        # Whoever is invited may be new in this very transaction; for the others, of two links that
        # are made at once the second one replaces the first.
        lock = wanted.purpose is not Purpose.INVITATION
        person = session.get_one(Person, wanted.person_id, with_for_update=lock or None)
        version = person.credentials_version
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
            credentials_version=version,
            made_at=now,
            ends_at=now + LASTS[wanted.purpose],
        )
    )
    return f"/account/{wanted.purpose}/{token}"


def find(session: Session, token: str, purpose: Purpose, *, now: datetime) -> Link | None:
    """Return the link that a token opens, None if it never was, was used, or has ended."""
    link = session.scalar(_living().where(*_is(token, purpose)))
    return link if link and link.ends_at > now else None


def use(session: Session, link: Link) -> bool:
    """Use a link up; False if somebody was quicker, or its person's credentials have changed."""
    if link.person_id is not None and not credentials.unchanged(
        session, link.person_id, link.credentials_version
    ):
        return False
    used = delete(Link).where(Link.token_hash == link.token_hash).returning(Link.token_hash)
    return session.scalar(used) is not None


def is_worth_sending(session: Session, params: Params) -> bool:
    """Whether the link of a letter that is still in the outbox has not been called back."""
    _, _, purpose, token = params["path"].split("/")
    return session.scalar(_living().where(*_is(token, Purpose(purpose)))) is not None


def _is(token: str, purpose: Purpose) -> tuple[ColumnElement[bool], ...]:
    return Link.token_hash == rules.token_hash(token), Link.purpose == purpose


def _living() -> Select[Link]:
    """Links of nobody yet, and of people whose accounts are open and as they were."""
    as_then = and_(
        Person.credentials_version == Link.credentials_version, Person.locked_at.is_(None)
    )
    joined = select(Link).outerjoin(Person, Person.id == Link.person_id)
    return joined.where(or_(Link.person_id.is_(None), as_then))


CHECKS: dict[str, LetterCheck] = {f"accounts.{purpose}": is_worth_sending for purpose in Purpose}
