"""Commands on accounts: of their owners and of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import credentials, queries, rules
from learning.accounts.administrators import require_other_administrator
from learning.accounts.events import AccountClosed, AccountReopened, RolesGranted, RolesRevoked
from learning.accounts.models import Person, RoleGrant, UserSession
from learning.audit.actions import record, record_all
from learning.kit.database import bulk_insert
from learning.kit.email_addresses import normal_email
from learning.kit.events import publish_event
from learning.kit.folding import sort_key
from learning.kit.idempotency import insert_if_absent


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """The data of a new person."""

    email: str
    name: str
    language: str = "en"
    zone: str = "UTC"
    institution: str = ""


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device that signs in: a new token and a name that its owner recognises."""

    token: str
    name: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class RoleAssignment:
    """A person's role, in one edition or (None) on the whole site, and the reason."""

    person_id: int
    role: Role
    edition_id: int | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class AccountDecision:
    """A decision about another account: by which member of staff (None: a command), and why.

    `version` is that of the credentials on the page where it was decided, if any.
    """

    by: int | None
    why: str
    version: int | None = None


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


def find_or_add_person(
    session: Session, new: NewPerson, *, by: int | None, now: datetime
) -> Person:
    """Return the person with an address; of two requests at once, one adds them."""
    person = queries.person_by_email(session, new.email)
    if person is not None:
        return person
    values = _person_values(new, now)
    added = insert_if_absent(session, Person, **values)
    person = session.scalars(select(Person).where(Person.email == values["email"])).one()
    if added:
        record(session, "person added", f"person {person.id}", by=by, now=now)
    return person


def _person_values(new: NewPerson, now: datetime) -> dict[str, Any]:
    return {
        "email": normal_email(new.email),
        "name": new.name,
        "sort_key": sort_key(new.name),
        "language": new.language,
        "zone": new.zone,
        "institution": new.institution,
        "institution_key": sort_key(new.institution),
        "joined_at": now,
    }


def add_people(
    session: Session, new: Sequence[NewPerson], *, by: int | None, now: datetime
) -> list[Person]:
    """Add people who have no password yet, in a few statements."""
    people = [Person(**_person_values(each, now)) for each in new]
    bulk_insert(session, people)
    added = select(Person).where(Person.email.in_([each.email for each in people]))
    by_email = {each.email: each for each in session.scalars(added)}
    people = [by_email[each.email] for each in people]
    record_all(session, "person added", (f"person {each.id}" for each in people), by=by, now=now)
    return people


def set_password(session: Session, person: Person, password_hash: str, *, now: datetime) -> None:
    """Change a password; it ends every session and every open token of the person."""
    credentials.invalidate(session, person)
    person.password_hash = password_hash
    record(session, "password changed", f"person {person.id}", by=person.id, now=now)


def update_password_hash(session: Session, person_id: int, former: str, password_hash: str) -> None:
    """Store the hash of the same password in today's format, unless it was changed meanwhile."""
    own = Person.id == person_id, Person.password_hash == former
    session.execute(update(Person).where(*own).values(password_hash=password_hash))


def start_session(
    session: Session, person_id: int, device: Device, *, staff: bool, now: datetime
) -> None:
    """Open a session for a device, and delete ended sessions of the same person."""
    lasts = rules.session_lifetime(staff=staff, shared_device=device.shared)
    session.execute(
        delete(UserSession).where(UserSession.person_id == person_id, UserSession.expires_at <= now)
    )
    session.add(
        UserSession(
            token_hash=rules.token_hash(device.token),
            person_id=person_id,
            device=device.name,
            signed_in_at=now,
            last_seen_at=now,
            idle_until=now + lasts.idle,
            expires_at=now + lasts.absolute,
            confirmed_at=now,
            shared_device=device.shared,
        )
    )
    record(session, "signed in", f"person {person_id}", by=person_id, now=now, device=device.name)


def record_password_confirmed(session: Session, token_hash: str, *, now: datetime) -> None:
    """Record that the password was confirmed on a device."""
    row = session.get(UserSession, token_hash)
    if row is not None:
        row.confirmed_at = now


def record_last_seen(session: Session, token_hash: str, *, staff: bool, now: datetime) -> None:
    """Extend a session: the person is active."""
    row = session.get(UserSession, token_hash)
    if row is not None:
        row.last_seen_at = now
        row.idle_until = (
            now + rules.session_lifetime(staff=staff, shared_device=row.shared_device).idle
        )


def end_session(session: Session, person_id: int, token_hash: str, *, now: datetime) -> None:
    """End one session of a person; one that has ended, or is another person's, is left alone."""
    mine = UserSession.person_id == person_id, UserSession.token_hash == token_hash
    if session.scalar(delete(UserSession).where(*mine).returning(UserSession.device)) is not None:
        record(session, "signed out", f"person {person_id}", by=person_id, now=now)


def end_other_sessions(session: Session, person_id: int, token_hash: str, *, now: datetime) -> None:
    """End every session of a person but this one."""
    session.execute(
        delete(UserSession).where(
            UserSession.person_id == person_id, UserSession.token_hash != token_hash
        )
    )
    record(session, "signed out elsewhere", f"person {person_id}", by=person_id, now=now)


def close_account(
    session: Session, person: Person, decision: AccountDecision, *, reopen: bool, now: datetime
) -> bool:
    """Close an account, or reopen it; its sessions and open tokens end at once.

    Return False if the account has changed since it was decided; raise RuleViolation for the last
    administrator.
    """
    if not reopen:
        require_other_administrator(session, person.id)
    if not credentials.invalidate(session, person, seen_version=decision.version):
        return False
    person.closed_at = None if reopen else now
    changed = AccountReopened if reopen else AccountClosed
    publish_event(session, changed(person_id=person.id, at=now))
    action = "account reopened" if reopen else "account closed"
    subject = f"person {person.id}"
    record(session, action, subject, by=decision.by, now=now, why=decision.why)
    return True


def grant_role(
    session: Session, assignment: RoleAssignment, *, by: int | None, now: datetime
) -> None:
    """Grant a role to a person, once."""
    new = insert_if_absent(
        session,
        RoleGrant,
        person_id=assignment.person_id,
        role=assignment.role,
        edition_id=assignment.edition_id,
        granted_at=now,
    )
    if new:
        _announce_grant(session, [assignment.person_id], assignment, by=by, now=now)


def grant_role_to_all(
    session: Session,
    people_ids: Sequence[int],
    assignment: RoleAssignment,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Grant one role to many people, each once, in a few statements."""
    same = RoleGrant.role == assignment.role, RoleGrant.edition_id == assignment.edition_id
    granted = select(RoleGrant.person_id).where(RoleGrant.person_id.in_(people_ids), *same)
    there = set(session.scalars(granted))
    coming = [each for each in people_ids if each not in there]
    if not coming:
        return
    values = {"role": assignment.role, "edition_id": assignment.edition_id, "granted_at": now}
    session.execute(insert(RoleGrant), [values | {"person_id": each} for each in coming])
    _announce_grant(session, coming, assignment, by=by, now=now)


def _announce_grant(
    session: Session,
    people_ids: Sequence[int],
    assignment: RoleAssignment,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Publish and record that people have a new role."""
    role, edition_id = assignment.role, assignment.edition_id
    granted = RolesGranted(people_ids=people_ids, role=role, edition_id=edition_id, at=now)
    publish_event(session, granted)
    subjects = (f"person {each}" for each in people_ids)
    record_all(session, "role granted", subjects, by=by, now=now, **_detail(assignment))


def revoke_role(
    session: Session, assignment: RoleAssignment, *, by: int | None, now: datetime
) -> None:
    """Revoke a role; the person's open sessions lose it with their next page.

    Raise RuleViolation for that of the last administrator.
    """
    if assignment.role is Role.ADMINISTRATOR:
        require_other_administrator(session, assignment.person_id)
    removed = session.scalar(delete(RoleGrant).where(*_same(assignment)).returning(RoleGrant.id))
    if removed is not None:
        people_ids = [assignment.person_id]
        role, edition_id = assignment.role, assignment.edition_id
        revoked = RolesRevoked(people_ids=people_ids, role=role, edition_id=edition_id, at=now)
        publish_event(session, revoked)
        subject = f"person {assignment.person_id}"
        record(session, "role revoked", subject, by=by, now=now, **_detail(assignment))


def _same(assignment: RoleAssignment) -> tuple[ColumnElement[bool], ...]:
    return (
        RoleGrant.person_id == assignment.person_id,
        RoleGrant.role == assignment.role,
        RoleGrant.edition_id == assignment.edition_id,
    )


def _detail(assignment: RoleAssignment) -> dict[str, object]:
    return {"role": str(assignment.role), "edition": assignment.edition_id, "why": assignment.why}
