"""Secret links in letters: made once, used once, never shown again."""

import json
import secrets
from collections.abc import Mapping, Sequence
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
    return make_all(session, [wanted], now=now)[0]


def make_all(session: Session, wanted: Sequence[Wanted], *, now: datetime) -> list[str]:
    """Do as `make` for many, in a few statements."""
    people = [_holder(session, each) for each in wanted]
    for purpose in {each.purpose for each in wanted}:
        ids = [each.person_id for each in wanted if each.purpose is purpose and each.person_id]
        if ids:
            same = Link.purpose == purpose, Link.person_id.in_(ids)
            session.execute(delete(Link).where(*same))
    paths = []
    for each, person in zip(wanted, people, strict=True):
        token = secrets.token_urlsafe(24)
        session.add(_link(each, person, token, now))
        paths.append(f"/account/{each.purpose}/{token}")
    return paths


def _holder(session: Session, wanted: Wanted) -> Person | None:
    """Return whose link this is; of two that are made at once the second replaces the first.

    Whoever is invited may be new in this very transaction, and is not locked.
    """
    if wanted.person_id is None:
        return None
    lock = wanted.purpose is not Purpose.INVITATION
    return session.get_one(Person, wanted.person_id, with_for_update=lock or None)


def _link(wanted: Wanted, person: Person | None, token: str, now: datetime) -> Link:
    return Link(
        token_hash=rules.token_hash(token),
        purpose=wanted.purpose,
        email=wanted.email,
        payload=json.dumps(wanted.payload),
        person_id=wanted.person_id,
        credentials_version=person.credentials_version if person else None,
        made_at=now,
        ends_at=now + LASTS[wanted.purpose],
    )


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
