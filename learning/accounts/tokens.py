"""One-time tokens in e-mails: created once, used once, never shown again."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import Session

from learning.accounts import credentials, rules
from learning.accounts.models import AccountToken, Person, TokenPurpose
from learning.mail.emails import EmailCheck, Params

TOKEN_LIFETIMES = {
    TokenPurpose.SIGN_UP: timedelta(days=1),
    TokenPurpose.EMAIL_CHANGE: timedelta(days=1),
    TokenPurpose.RESET: timedelta(minutes=30),
    TokenPurpose.INVITATION: timedelta(days=14),
}


@dataclass(frozen=True, kw_only=True)
class TokenRequest:
    """What a token is for: the person, the address, and the payload."""

    purpose: TokenPurpose
    email: str
    person_id: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict[str, Any])


def create_token(session: Session, request: TokenRequest, *, now: datetime) -> str:
    """Return the path of a new token; earlier ones for the same purpose and person stop working."""
    return create_tokens(session, [request], now=now)[0]


def create_tokens(
    session: Session, requests: Sequence[TokenRequest], *, now: datetime
) -> list[str]:
    """Do as `create_token` for many, in a few statements."""
    people = [_lock_person(session, each) for each in requests]
    for purpose in {each.purpose for each in requests}:
        ids = [each.person_id for each in requests if each.purpose is purpose and each.person_id]
        if ids:
            same = AccountToken.purpose == purpose, AccountToken.person_id.in_(ids)
            session.execute(delete(AccountToken).where(*same))
    paths = []
    for each, person in zip(requests, people, strict=True):
        token = secrets.token_urlsafe(24)
        session.add(_new_token(each, person, token, now))
        paths.append(f"/account/{each.purpose}/{token}")
    return paths


def _lock_person(session: Session, request: TokenRequest) -> Person | None:
    """Return the person of a token; of two that are created at once the second replaces the first.

    A person who is invited may be new in this very transaction, and is not locked.
    """
    if request.person_id is None:
        return None
    lock = request.purpose is not TokenPurpose.INVITATION
    return session.get_one(Person, request.person_id, with_for_update=lock or None)


def _new_token(
    request: TokenRequest, person: Person | None, token: str, now: datetime
) -> AccountToken:
    return AccountToken(
        token_hash=rules.token_hash(token),
        purpose=request.purpose,
        email=request.email,
        payload=json.dumps(request.payload),
        person_id=request.person_id,
        credentials_version=person.credentials_version if person else None,
        created_at=now,
        expires_at=now + TOKEN_LIFETIMES[request.purpose],
    )


def find_token(
    session: Session, token: str, purpose: TokenPurpose, *, now: datetime
) -> AccountToken | None:
    """Return the row of a token, None if it never existed, was used, or has ended."""
    token_row = session.scalar(_usable_tokens().where(*_matches(token, purpose)))
    return token_row if token_row and token_row.expires_at > now else None


def use_token(session: Session, token: AccountToken) -> bool:
    """Use a token.

    False if another request was faster, or the person's credentials have changed.
    """
    if token.person_id is not None and not credentials.find_unchanged(
        session, token.person_id, token.credentials_version
    ):
        return False
    used = (
        delete(AccountToken)
        .where(AccountToken.token_hash == token.token_hash)
        .returning(AccountToken.token_hash)
    )
    return session.scalar(used) is not None


def is_still_usable(session: Session, params: Params) -> bool:
    """Whether the token of an e-mail that is still in the outbox is still valid."""
    _, _, purpose, token = params["path"].split("/")
    return (
        session.scalar(_usable_tokens().where(*_matches(token, TokenPurpose(purpose)))) is not None
    )


def _matches(token: str, purpose: TokenPurpose) -> tuple[ColumnElement[bool], ...]:
    return AccountToken.token_hash == rules.token_hash(token), AccountToken.purpose == purpose


def _usable_tokens() -> Select[AccountToken]:
    """Tokens without a person, and of people with open accounts and unchanged credentials."""
    same_credentials = and_(
        Person.credentials_version == AccountToken.credentials_version, Person.closed_at.is_(None)
    )
    joined = select(AccountToken).outerjoin(Person, Person.id == AccountToken.person_id)
    return joined.where(or_(AccountToken.person_id.is_(None), same_credentials))


EMAIL_CHECKS: dict[str, EmailCheck] = {
    f"accounts.{purpose}": is_still_usable for purpose in TokenPurpose
}
