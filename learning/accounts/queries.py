"""Reads of accounts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from learning.access.guard import Actor
from learning.access.permissions import SITE_ROLES, Role
from learning.accounts import rules
from learning.accounts.models import Person, RoleGrant, SignIn
from learning.catalogue.models import Edition


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Whoever holds a token: the person, what they may do, and the state of this sign-in."""

    token_hash: str
    name: str
    language: str
    zone: str
    version: int
    seen_at: datetime
    shared_device: bool
    actor: Actor


# Statements of every page are built once: building costs more than the database does.
BY_TOKEN = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.zone,
        Person.version,
        SignIn.seen_at,
        SignIn.idle_until,
        SignIn.ends_at,
        SignIn.shared_device,
        RoleGrant.role,
        Edition.code,
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(Edition, Edition.id == RoleGrant.edition_id)
    .where(SignIn.token_hash == bindparam("token_hash"))
)


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Return who holds a token, with all their roles, in one query; None if it is not alive."""
    digest = rules.token_hash(token)
    rows = session.execute(BY_TOKEN, {"token_hash": digest}).all()
    if not rows:
        return None
    first = rows[0]
    if not rules.is_alive(ends_at=first.ends_at, idle_until=first.idle_until, now=now):
        return None
    return SignedIn(
        token_hash=digest,
        name=first.name,
        language=first.language,
        zone=first.zone,
        version=first.version,
        seen_at=first.seen_at,
        shared_device=first.shared_device,
        actor=actor_with(first.id, [(row.role, row.code) for row in rows if row.role]),
    )


def actor_with(person_id: int, grants: Sequence[tuple[Role, str | None]]) -> Actor:
    """Return the actor for a person's grants, each a role and an edition's code or None."""
    editions: defaultdict[str, set[Role]] = defaultdict(set)
    for role, code in grants:
        if code is not None:
            editions[code].add(role)
    return Actor(
        person_id=person_id,
        roles=frozenset({Role.MEMBER, *(role for role, code in grants if code is None)}),
        in_edition={code: frozenset(roles) for code, roles in editions.items()},
    )


def person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def person_by_email(session: Session, email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email == rules.normal_email(email)))


def people_by_email(session: Session, emails: Sequence[str]) -> dict[str, Person]:
    """Return the people who have one of these addresses, by address."""
    found = session.scalars(select(Person).where(Person.email.in_(emails)))
    return {person.email: person for person in found}


def is_staff(session: Session, person_id: int) -> bool:
    """Whether somebody holds any role beside that of participant."""
    staff = [*SITE_ROLES, Role.TUTOR, Role.EXPERT]
    grants = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(staff))
    return session.scalar(grants.limit(1)) is not None


def devices(session: Session, person_id: int, *, now: datetime) -> Sequence[SignIn]:
    """Return where a person is signed in, the last used first."""
    mine = select(SignIn).where(
        SignIn.person_id == person_id, SignIn.ends_at > now, SignIn.idle_until > now
    )
    return session.scalars(mine.order_by(SignIn.seen_at.desc(), SignIn.token_hash)).all()
