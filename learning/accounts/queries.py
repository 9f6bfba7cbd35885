"""Reads of accounts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from learning.access.actor import Actor
from learning.access.permissions import SITE_ROLES, TEACHING_ROLES, Permission, Role
from learning.accounts import rules
from learning.accounts.models import Person, RoleGrant, UserSession
from learning.catalogue.models import Edition
from learning.kit.email_addresses import email_spellings, readable_email
from learning.kit.folding import sort_key

MAX_SEARCH_WORDS = 12  # of a search; further words are ignored
MAX_STAFF = 200  # roles of one edition


@dataclass(frozen=True, kw_only=True)
class CurrentSession:
    """The owner of a token: the person, what they may do, and the state of this session."""

    token_hash: str
    name: str
    language: str
    zone: str
    version: int
    last_seen_at: datetime
    confirmed_at: datetime
    shared_device: bool
    has_two_factor: bool
    impersonator_name: str | None  # the name of the administrator who impersonates this person
    actor: Actor
    # the administrator has lost the permission, or the account is closed
    must_stop_impersonating: bool = False


@dataclass(frozen=True, kw_only=True)
class SignInCandidate:
    """What is needed to sign in to an account."""

    person_id: int
    version: int  # of the credentials
    password_hash: str | None
    has_two_factor: bool
    closed: bool


# Statements of every page are built once: building costs more than the database does.
IMPERSONATOR = aliased(Person)
SESSION_BY_TOKEN = (
    select(
        Person.id,
        Person.name,
        Person.language,
        Person.zone,
        Person.version,
        Person.totp_secret.is_not(None).label("has_two_factor"),
        UserSession.last_seen_at,
        UserSession.idle_until,
        UserSession.expires_at,
        UserSession.confirmed_at,
        UserSession.shared_device,
        Person.closed_at,
        IMPERSONATOR.id.label("impersonator_id"),
        IMPERSONATOR.closed_at.label("impersonator_closed_at"),
        IMPERSONATOR.name.label("impersonator_name"),
        RoleGrant.role,
        Edition.code,
    )
    .join(
        UserSession, Person.id == func.coalesce(UserSession.impersonating_id, UserSession.person_id)
    )
    .outerjoin(
        IMPERSONATOR,
        (IMPERSONATOR.id == UserSession.person_id) & UserSession.impersonating_id.is_not(None),
    )
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .outerjoin(Edition, Edition.id == RoleGrant.edition_id)
    .where(UserSession.token_hash == bindparam("token_hash"))
)


def session_by_token(session: Session, token: str, *, now: datetime) -> CurrentSession | None:
    """Return the session of a token, with all roles of its person, in one query.

    None if it has ended.

    A second query reads the permissions of an administrator who impersonates the person.
    """
    digest = rules.token_hash(token)
    rows = session.connection().execute(SESSION_BY_TOKEN, {"token_hash": digest}).all()
    if not rows:
        return None
    first = rows[0]
    if not rules.is_alive(expires_at=first.expires_at, idle_until=first.idle_until, now=now):
        return None
    impersonated = actor_for(first.id, [(row.role, row.code) for row in rows if row.role])
    impersonator = _actor(session, first.impersonator_id) if first.impersonator_id else None
    must_stop = impersonator is not None and not rules.may_impersonate(
        has_right=impersonator.may(Permission.IMPERSONATE),
        administrator=Role.ADMINISTRATOR in impersonated.roles,
        closed=bool(first.closed_at or first.impersonator_closed_at),
    )
    return CurrentSession(
        token_hash=digest,
        name=first.name,
        language=first.language,
        zone=first.zone,
        version=first.version,
        last_seen_at=first.last_seen_at,
        confirmed_at=first.confirmed_at,
        shared_device=first.shared_device,
        has_two_factor=first.has_two_factor,
        impersonator_name=first.impersonator_name,
        actor=replace(impersonated, impersonator=impersonator),
        must_stop_impersonating=must_stop,
    )


def _actor(session: Session, person_id: int) -> Actor:
    """Return the actor for a person, with their roles of now."""
    grants = session.execute(
        select(RoleGrant.role, Edition.code)
        .outerjoin(Edition, Edition.id == RoleGrant.edition_id)
        .where(RoleGrant.person_id == person_id)
    )
    return actor_for(person_id, [(role, code) for role, code in grants])


def actor_for(person_id: int, grants: Sequence[tuple[Role, str | None]]) -> Actor:
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


def sign_in_candidate(session: Session, email: str) -> SignInCandidate | None:
    """Return the account for a sign-in with an address, None if no account has it."""
    person = person_by_email(session, email)
    if person is None:
        return None
    return SignInCandidate(
        person_id=person.id,
        version=person.credentials_version,
        password_hash=person.password_hash,
        has_two_factor=person.totp_secret is not None,
        closed=person.closed_at is not None,
    )


def is_new_device(session: Session, person_id: int, device: str) -> bool:
    """Whether a person who is signed in elsewhere has no such device yet."""
    mine = select(UserSession.device).where(UserSession.person_id == person_id)
    known = set(session.scalars(mine))
    return bool(known) and device not in known


def get_person(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def person_by_uid(session: Session, uid: str) -> Person | None:
    return session.scalar(select(Person).where(Person.uid == uid))


def names_of(session: Session, people_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the name and the uid of people, by id."""
    rows = session.execute(
        select(Person.id, Person.name, Person.uid).where(Person.id.in_(people_ids))
    )
    return {person_id: (name, uid) for person_id, name, uid in rows}


def person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with an address, however it is spelled."""
    spellings = email_spellings(email)
    people = session.scalars(select(Person).where(Person.email.in_(spellings))).all()
    return min(people, key=lambda person: spellings.index(person.email), default=None)


def people_by_email(session: Session, emails: Sequence[str]) -> dict[str, Person]:
    """Return the people who have one of these addresses, by the address as it was passed in."""
    email_of_spelling = {spelling: email for email in emails for spelling in email_spellings(email)}
    people = session.scalars(select(Person).where(Person.email.in_(email_of_spelling)))
    normal_last = sorted(people, key=lambda person: person.email == email_of_spelling[person.email])
    return {email_of_spelling[person.email]: person for person in normal_last}


def is_staff(session: Session, person_id: int) -> bool:
    """Whether somebody holds any role beside that of participant."""
    staff = SITE_ROLES | TEACHING_ROLES
    grants = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(staff))
    return session.scalar(grants.limit(1)) is not None


def active_sessions(session: Session, person_id: int, *, now: datetime) -> Sequence[UserSession]:
    """Return where a person is signed in, the last used first."""
    mine = select(UserSession).where(
        UserSession.person_id == person_id,
        UserSession.expires_at > now,
        UserSession.idle_until > now,
    )
    return session.scalars(
        mine.order_by(UserSession.last_seen_at.desc(), UserSession.token_hash)
    ).all()


def match_all_words(words: str) -> list[ColumnElement[bool]]:
    """Return the conditions that a person's name, address or institution has every word."""
    return [match_word(word) for word in words.split()[:MAX_SEARCH_WORDS]]


def match_word(word: str) -> ColumnElement[bool]:
    """Return the condition that a person's name, institution or address has a word."""
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
    query = select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(people_ids))
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    for person_id, role in session.execute(query.distinct().order_by(RoleGrant.role)):
        roles[person_id].append(role)
    return dict(roles)


def grants_of(session: Session, person_id: int) -> Sequence[RoleGrant]:
    query = select(RoleGrant).where(RoleGrant.person_id == person_id)
    return session.scalars(
        query.options(joinedload(RoleGrant.edition)).order_by(RoleGrant.granted_at, RoleGrant.id)
    ).all()


def grant(session: Session, grant_id: int) -> RoleGrant | None:
    return session.get(RoleGrant, grant_id)


def staff_of(
    session: Session, edition: Edition, *conditions: ColumnElement[bool]
) -> Sequence[tuple[Person, Role]]:
    """Return the teaching staff of an edition, by name, with their roles in it.

    `conditions` choose among the people. More than MAX_STAFF roles are not read: every one of them
    is granted by hand.
    """
    teaching = (
        select(Person, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.edition_id == edition.id, RoleGrant.role.in_(TEACHING_ROLES), *conditions)
    )
    by_name = teaching.order_by(Person.sort_key, Person.id, RoleGrant.role).limit(MAX_STAFF)
    rows = session.execute(by_name)
    return [(person, role) for person, role in rows]


def is_administrator(session: Session, person_id: int) -> bool:
    conditions = RoleGrant.person_id == person_id, RoleGrant.role == Role.ADMINISTRATOR
    return session.scalar(select(RoleGrant.id).where(*conditions)) is not None


def lock_administrators(session: Session) -> Sequence[int]:
    """Return the ids of the administrators who can sign in, and lock them.

    Meanwhile their roles cannot be revoked, nor their accounts closed.
    """
    query = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.closed_at.is_(None))
        .order_by(RoleGrant.id)
    )
    return session.scalars(query.with_for_update(of=(RoleGrant, Person))).all()
