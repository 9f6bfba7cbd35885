"""What people do with their accounts, and what is done for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import credentials, rules
from learning.accounts.models import Person, RoleGrant, SignIn
from learning.audit.actions import record, record_all
from learning.kit.db import insert_all
from learning.kit.email_addresses import normal_email
from learning.kit.folding import sort_key
from learning.kit.once import insert_new


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """What is known of somebody who joins."""

    email: str
    name: str
    language: str = "en"
    zone: str = "UTC"
    institution: str = ""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What people say of themselves."""

    name: str
    language: str
    zone: str
    institution: str


@dataclass(frozen=True, kw_only=True)
class Device:
    """What signs in: a new token and a name that its owner would recognise."""

    token: str
    name: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class HeldRole:
    """A role of somebody: in one edition, or with None on the whole site; and why it changes."""

    person_id: int
    role: Role
    edition_id: int | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What somebody of the staff decides about another's account: who, and why."""

    by: int
    why: str


def add_person(
    session: Session,
    new: NewPerson,
    *,
    by: int | None,
    now: datetime,
    password_hash: str | None = None,
) -> Person:
    (person,) = add_people(session, [new], by=by, now=now)
    person.password_hash = password_hash
    return person


def add_people(
    session: Session, new: Sequence[NewPerson], *, by: int | None, now: datetime
) -> list[Person]:
    """Add people who have no password yet, in a few statements."""
    people = [
        Person(
            email=normal_email(each.email),
            name=each.name,
            sort_key=sort_key(each.name),
            language=each.language,
            zone=each.zone,
            institution=each.institution,
            institution_key=sort_key(each.institution),
            joined_at=now,
        )
        for each in new
    ]
    insert_all(session, people)
    added = select(Person).where(Person.email.in_([each.email for each in people]))
    by_email = {each.email: each for each in session.scalars(added)}
    people = [by_email[each.email] for each in people]
    record_all(session, "person added", (f"person {each.id}" for each in people), by=by, now=now)
    return people


def set_password(session: Session, person: Person, password_hash: str, *, now: datetime) -> None:
    """Change a password; it ends every sign-in and every open link of the person."""
    credentials.invalidate(session, person)
    person.password_hash = password_hash
    record(session, "password changed", f"person {person.id}", by=person.id, now=now)


def renew_hash(session: Session, person_id: int, former: str, password_hash: str) -> None:
    """Keep the same password hashed in today's way, unless it was changed meanwhile."""
    own = Person.id == person_id, Person.password_hash == former
    session.execute(update(Person).where(*own).values(password_hash=password_hash))


def change_profile(session: Session, person: Person, new: Profile, *, now: datetime) -> None:
    person.name = new.name
    person.sort_key = sort_key(new.name)
    person.language = new.language
    person.zone = new.zone
    person.institution = new.institution
    person.institution_key = sort_key(new.institution)
    person.version += 1
    record(session, "profile changed", f"person {person.id}", by=person.id, now=now)


def sign_in(
    session: Session, person_id: int, device: Device, *, staff: bool, now: datetime
) -> None:
    """Open a session for a device; ended ones of the same person are swept away."""
    lasts = rules.limits(staff=staff, shared_device=device.shared)
    session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.ends_at <= now))
    session.add(
        SignIn(
            token_hash=rules.token_hash(device.token),
            person_id=person_id,
            device=device.name,
            signed_in_at=now,
            seen_at=now,
            idle_until=now + lasts.idle,
            ends_at=now + lasts.at_most,
            confirmed_at=now,
            shared_device=device.shared,
        )
    )
    record(session, "signed in", f"person {person_id}", by=person_id, now=now, device=device.name)


def note_confirmed(session: Session, token_hash: str, *, now: datetime) -> None:
    """Remember that the password was given again on a device."""
    row = session.get(SignIn, token_hash)
    if row is not None:
        row.confirmed_at = now


def note_seen(session: Session, token_hash: str, *, staff: bool, now: datetime) -> None:
    """Move the end of a sign-in's patience: somebody is here."""
    row = session.get(SignIn, token_hash)
    if row is not None:
        row.seen_at = now
        row.idle_until = now + rules.limits(staff=staff, shared_device=row.shared_device).idle


def sign_out(session: Session, person_id: int, token_hash: str, *, now: datetime) -> None:
    """End one sign-in of a person; one that is gone already, or another's, is left alone."""
    mine = SignIn.person_id == person_id, SignIn.token_hash == token_hash
    if session.scalar(delete(SignIn).where(*mine).returning(SignIn.device)) is not None:
        record(session, "signed out", f"person {person_id}", by=person_id, now=now)


def sign_out_elsewhere(session: Session, person_id: int, token_hash: str, *, now: datetime) -> None:
    """End every sign-in of a person but this one."""
    session.execute(
        delete(SignIn).where(SignIn.person_id == person_id, SignIn.token_hash != token_hash)
    )
    record(session, "signed out elsewhere", f"person {person_id}", by=person_id, now=now)


def lock(
    session: Session, person: Person, decision: Decision, *, open_again: bool, now: datetime
) -> None:
    """Close an account, or open it again; its sign-ins and open links end at once."""
    credentials.invalidate(session, person)
    person.locked_at = None if open_again else now
    action = "account opened" if open_again else "account closed"
    subject = f"person {person.id}"
    record(session, action, subject, by=decision.by, now=now, why=decision.why)


def grant_role(session: Session, held: HeldRole, *, by: int | None, now: datetime) -> None:
    """Give somebody a role, once."""
    new = insert_new(
        session,
        RoleGrant,
        person_id=held.person_id,
        role=held.role,
        edition_id=held.edition_id,
        granted_at=now,
    )
    if new:
        subject = f"person {held.person_id}"
        record(session, "role granted", subject, by=by, now=now, **_detail(held))


def grant_to_all(
    session: Session, people_ids: Sequence[int], held: HeldRole, *, by: int | None, now: datetime
) -> None:
    """Give many people the role of one, each once, in a few statements."""
    same = RoleGrant.role == held.role, RoleGrant.edition_id == held.edition_id
    known = select(RoleGrant.person_id).where(RoleGrant.person_id.in_(people_ids), *same)
    there = set(session.scalars(known))
    coming = [each for each in people_ids if each not in there]
    if not coming:
        return
    given = {"role": held.role, "edition_id": held.edition_id, "granted_at": now}
    session.execute(insert(RoleGrant), [given | {"person_id": each} for each in coming])
    subjects = (f"person {each}" for each in coming)
    record_all(session, "role granted", subjects, by=by, now=now, **_detail(held))


def withdraw_role(session: Session, held: HeldRole, *, by: int | None, now: datetime) -> None:
    """Take a role away; the person's open sessions lose it with their next page."""
    gone = session.scalar(delete(RoleGrant).where(*_same(held)).returning(RoleGrant.id))
    if gone is not None:
        subject = f"person {held.person_id}"
        record(session, "role withdrawn", subject, by=by, now=now, **_detail(held))


def _same(held: HeldRole) -> tuple[ColumnElement[bool], ...]:
    return (
        RoleGrant.person_id == held.person_id,
        RoleGrant.role == held.role,
        RoleGrant.edition_id == held.edition_id,
    )


def _detail(held: HeldRole) -> dict[str, object]:
    return {"role": str(held.role), "edition": held.edition_id, "why": held.why}
