"""Reads of accounts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from learning.access.guard import Actor
from learning.access.permissions import SITE_ROLES, Permission, Role
from learning.accounts import rules
from learning.accounts.models import Person, RoleGrant, SignIn
from learning.catalogue.models import Edition
from learning.kit.email_addresses import email_spellings, readable_email
from learning.kit.folding import sort_key

PAGE = 50
MOST_WORDS = 12  # of a search; the rest is not looked at


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Whoever holds a token: the person, what they may do, and the state of this sign-in."""

    token_hash: str
    name: str
    language: str
    zone: str
    version: int
    seen_at: datetime
    confirmed_at: datetime
    shared_device: bool
    second_factor: bool
    seen_by: str | None  # the name of an administrator who looks through these eyes
    actor: Actor
    must_stop: bool = False  # the administrator has lost the right to look, or the person is closed


@dataclass(frozen=True, kw_only=True)
class Door:
    """What signing in to an account takes."""

    person_id: int
    version: int  # of the credentials
    password_hash: str | None
    second_factor: bool
    locked: bool


# Statements of every page are built once: building costs more than the database does.
WATCHER = aliased(Person)
BY_TOKEN = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.zone,
        Person.version,
        Person.totp_secret.is_not(None).label("second_factor"),
        SignIn.seen_at,
        SignIn.idle_until,
        SignIn.ends_at,
        SignIn.confirmed_at,
        SignIn.shared_device,
        Person.locked_at,
        WATCHER.id.label("watcher_id"),
        WATCHER.locked_at.label("watcher_locked_at"),
        WATCHER.name.label("seen_by"),
        RoleGrant.role,
        Edition.code,
    )
    .join(SignIn, Person.id == func.coalesce(SignIn.seeing_as_id, SignIn.person_id))
    .outerjoin(WATCHER, (WATCHER.id == SignIn.person_id) & SignIn.seeing_as_id.is_not(None))
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(Edition, Edition.id == RoleGrant.edition_id)
    .where(SignIn.token_hash == bindparam("token_hash"))
)


def signed_in(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Return who holds a token, with all their roles, in one query; None if it is not alive.

    A second one asks for the rights of somebody who looks through another's eyes.
    """
    digest = rules.token_hash(token)
    rows = session.connection().execute(BY_TOKEN, {"token_hash": digest}).all()
    if not rows:
        return None
    first = rows[0]
    if not rules.is_alive(ends_at=first.ends_at, idle_until=first.idle_until, now=now):
        return None
    seen = actor_with(first.id, [(row.role, row.code) for row in rows if row.role])
    watcher = _actor(session, first.watcher_id) if first.watcher_id else None
    must_stop = watcher is not None and not rules.may_impersonate(
        has_right=watcher.may(Permission.SEE_AS),
        administrator=Role.ADMINISTRATOR in seen.roles,
        closed=bool(first.locked_at or first.watcher_locked_at),
    )
    return SignedIn(
        token_hash=digest,
        name=first.name,
        language=first.language,
        zone=first.zone,
        version=first.version,
        seen_at=first.seen_at,
        confirmed_at=first.confirmed_at,
        shared_device=first.shared_device,
        second_factor=first.second_factor,
        seen_by=first.seen_by,
        actor=replace(seen, watcher=watcher),
        must_stop=must_stop,
    )


def _actor(session: Session, person_id: int) -> Actor:
    """Return what somebody may do now."""
    grants = session.execute(
        select(RoleGrant.role, Edition.code)
        .outerjoin(Edition, Edition.id == RoleGrant.edition_id)
        .where(RoleGrant.person_id == person_id)
    )
    return actor_with(person_id, [(role, code) for role, code in grants])


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


def door(session: Session, email: str) -> Door | None:
    """Return what signing in with an address takes, None for an unknown one."""
    found = person_by_email(session, email)
    if found is None:
        return None
    return Door(
        person_id=found.id,
        version=found.credentials_version,
        password_hash=found.password_hash,
        second_factor=found.totp_secret is not None,
        locked=found.locked_at is not None,
    )


def is_new_device(session: Session, person_id: int, device: str) -> bool:
    """Whether somebody who is signed in elsewhere has no such device yet."""
    mine = select(SignIn.device).where(SignIn.person_id == person_id)
    known = set(session.scalars(mine))
    return bool(known) and device not in known


def person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def person_by_email(session: Session, email: str) -> Person | None:
    """Return whoever has an address, however it is spelled."""
    spellings = email_spellings(email)
    found = session.scalars(select(Person).where(Person.email.in_(spellings))).all()
    return min(found, key=lambda person: spellings.index(person.email), default=None)


def people_by_email(session: Session, emails: Sequence[str]) -> dict[str, Person]:
    """Return the people who have one of these addresses, by the address asked for."""
    asked = {spelling: email for email in emails for spelling in email_spellings(email)}
    found = session.scalars(select(Person).where(Person.email.in_(asked)))
    normal_last = sorted(found, key=lambda person: person.email == asked[person.email])
    return {asked[person.email]: person for person in normal_last}


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


def people(session: Session, asked: str, *, after: int | None) -> Sequence[Person]:
    """Return one page of people by name, whose name, address or institution has the words.

    `after` is the id of the last person of the page before; people may share a name.
    """
    found = select(Person)
    last = session.get(Person, after) if after is not None else None
    if last is not None:
        found = found.where(tuple_(Person.sort_key, Person.id) > (last.sort_key, last.id))
    found = found.where(*found_by(asked))
    return session.scalars(found.order_by(Person.sort_key, Person.id).limit(PAGE)).all()


def found_by(asked: str) -> list[ColumnElement[bool]]:
    """Return what makes somebody be found by words of a name, an address or an institution."""
    return [has_word(word) for word in asked.split()[:MOST_WORDS]]


def has_word(word: str) -> ColumnElement[bool]:
    """Return whether somebody's name, institution or address has a word, however it is written."""
    in_email = Person.email.contains(readable_email(word), autoescape=True)
    parts = sort_key(word).split()
    if not parts:
        return in_email
    return or_(
        in_email,
        *(
            and_(*(key.contains(part, autoescape=True) for part in parts))
            for key in (Person.sort_key, Person.institution_key)
        ),
    )


def roles_of(session: Session, people_ids: Sequence[int]) -> dict[int, list[Role]]:
    """Return the roles of several people, each once, by person."""
    held = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(people_ids))
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    for person_id, role in session.execute(held.distinct().order_by(RoleGrant.role)):
        roles[person_id].append(role)
    return dict(roles)


def grants_of(session: Session, person_id: int) -> Sequence[RoleGrant]:
    held = select(RoleGrant).where(RoleGrant.person_id == person_id)
    return session.scalars(
        held.options(joinedload(RoleGrant.edition)).order_by(RoleGrant.granted_at, RoleGrant.id)
    ).all()


def grant(session: Session, grant_id: int) -> RoleGrant | None:
    return session.get(RoleGrant, grant_id)


def staff_of(session: Session, edition: Edition) -> Sequence[tuple[Person, Role]]:
    """Return who teaches in an edition, with their roles in it."""
    teaching = (
        select(Person, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.edition_id == edition.id, RoleGrant.role.in_((Role.TUTOR, Role.EXPERT)))
    )
    rows = session.execute(teaching.order_by(Person.sort_key, RoleGrant.role))
    return [(person, role) for person, role in rows]


def is_administrator(session: Session, person_id: int) -> bool:
    held = RoleGrant.person_id == person_id, RoleGrant.role == Role.ADMINISTRATOR
    return session.scalar(select(RoleGrant.id).where(*held)) is not None


def lock_administrators(session: Session) -> int:
    """Return how many administrators can sign in, and let nobody else change that meanwhile.

    Neither may their roles be withdrawn, nor their accounts be closed.
    """
    held = (
        select(RoleGrant.id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.locked_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return len(session.scalars(held.with_for_update(of=(RoleGrant, Person))).all())
