"""Joining and coming back: sign-up, invitation, a new password, a new address.

Whatever depends on whether an address is known happens in a job: the page answers the same,
after the same work, for everybody.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts import actions, credentials, links, queries
from learning.accounts.actions import NewPerson
from learning.accounts.links import Wanted
from learning.accounts.models import Link, Person, Purpose
from learning.audit.actions import record, record_all
from learning.jobs.actions import NewJob, add
from learning.jobs.rules import Priority
from learning.jobs.worker import Handler, Task
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.mail.actions import Outgoing, Recipient, post, post_all


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What somebody gives who signs up; nothing of it counts until the address is proven."""

    email: str
    name: str
    language: str
    zone: str


def ask_to_join(session: Session, joining: Joining, *, now: datetime) -> None:
    """Let a job answer; it is told how things stood at the address when this was asked."""
    asked = asdict(joining) | {"version": credentials.version_at(session, joining.email)}
    _ask(session, "accounts.sign-up", asked, now=now)


def ask_for_reset(session: Session, email: str, *, now: datetime) -> None:
    asked = {
        "email": normal_email(email),
        "version": credentials.version_at(session, email),
    }
    _ask(session, "accounts.reset", asked, now=now)


def ask_for_address(session: Session, person: Person, email: str, *, now: datetime) -> None:
    payload = {
        "person": person.id,
        "email": normal_email(email),
        "version": person.credentials_version,
    }
    _ask(session, "accounts.new-address", payload, now=now)
    record(session, "address change asked", f"person {person.id}", by=person.id, now=now)


def _ask(session: Session, kind: str, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Have a letter written that somebody waits for."""
    add(session, NewJob(kind=kind, payload=payload, due_at=now, priority=Priority.HIGH))


def invite(session: Session, person: Person, *, by: int | None, now: datetime) -> str:
    """Send somebody who has no password yet a link to choose one; return its path."""
    letters = invitations(session, [person], by=by, now=now)
    post_all(session, letters, now=now)
    return str(letters[0][1].params["path"])


def invitations(
    session: Session, people: Sequence[Person], *, by: int | None, now: datetime
) -> list[tuple[Recipient, Outgoing]]:
    """Return the letters that invite people to choose a password, each with its own link."""
    wanted = [
        Wanted(purpose=Purpose.INVITATION, email=person.email, person_id=person.id)
        for person in people
    ]
    paths = links.make_all(session, wanted, now=now)
    record_all(session, "invited", (f"person {each.id}" for each in people), by=by, now=now)
    named = [recipient(person) for person in people]
    if by is None:
        named = [replace(to, name="") for to in named]
    return [
        (to, Outgoing(kind="accounts.invitation", params={"path": path}))
        for to, path in zip(named, paths, strict=True)
    ]


def asked_to_join(link: Link) -> Joining:
    """Return what was given when a link to sign up was asked for, whoever gave it."""
    return _joining(json.loads(link.payload))


def _joining(given: Mapping[str, Any]) -> Joining:
    """Read what was given; a password that an earlier release asked for is left out."""
    return Joining(**{field.name: given[field.name] for field in fields(Joining)})


def confirm_sign_up(
    session: Session, link: Link, name: str, password_hash: str, *, now: datetime
) -> Person:
    """Make the account of a proven address, with the name and password that its owner chose."""
    _use(session, link)
    if queries.person_by_email(session, link.email):
        raise Refused(N_("There is an account with this address already. Sign in."))
    asked = asked_to_join(link)
    new = NewPerson(email=asked.email, name=name, language=asked.language, zone=asked.zone)
    person = actions.add_person(session, new, by=None, now=now, password_hash=password_hash)
    record(session, "address confirmed", f"person {person.id}", by=person.id, now=now)
    return person


def confirm_address(session: Session, link: Link, *, now: datetime) -> Person:
    """Let a person use the new address that they have confirmed; tell the old one.

    Every device signs in again, with the new address.
    """
    _use(session, link)
    person = session.get_one(Person, link.person_id)
    if queries.person_by_email(session, link.email):
        raise Refused(N_("Another account uses this address already."))
    params = {"address": link.email}
    tell(session, person, Outgoing(kind="accounts.address-changed", params=params), now=now)
    credentials.invalidate(session, person, addresses=[link.email])
    person.email = link.email
    person.version += 1
    record(session, "address changed", f"person {person.id}", by=person.id, now=now)
    return person


def choose_password(session: Session, link: Link, password_hash: str, *, now: datetime) -> Person:
    """Set the password of whoever followed a reset or an invitation."""
    _use(session, link)
    person = session.get_one(Person, link.person_id)
    actions.set_password(session, person, password_hash, now=now)
    if link.purpose is Purpose.RESET:
        tell(session, person, Outgoing(kind="accounts.password-changed"), now=now)
    return person


def tell(session: Session, person: Person, what: Outgoing, *, now: datetime) -> None:
    """Write a letter to somebody, in their language."""
    post(session, recipient(person), what, now=now)


def recipient(person: Person) -> Recipient:
    return Recipient(
        email=person.email, name=person.name, language=person.language, zone=person.zone
    )


def _use(session: Session, link: Link) -> None:
    if not links.use(session, link):
        raise Refused(N_("This link has been used already."))


def _awaited(kind: str, params: Mapping[str, Any] | None = None) -> Outgoing:
    """Return a letter that somebody waits for in front of a screen."""
    return Outgoing(kind=kind, params=params or {}, priority=Priority.HIGH)


def _on_sign_up(task: Task) -> None:
    version, joining = task.payload.get("version"), _joining(task.payload)
    with task.database.transaction() as session:
        known = queries.person_by_email(session, joining.email)
        if known:
            tell(session, known, _awaited("accounts.known"), now=task.now)
            return
        if version is not None:  # somebody's address then, given up since
            return
        wanted = Wanted(purpose=Purpose.SIGN_UP, email=joining.email, payload=asdict(joining))
        to = Recipient(
            email=joining.email, name="", language=joining.language, zone=joining.zone
        )  # whoever typed the name may be a stranger
        params = {"path": links.make(session, wanted, now=task.now)}
        post(session, to, _awaited("accounts.sign-up", params), now=task.now)


def _on_reset(task: Task) -> None:
    with task.database.transaction() as session:
        person = queries.person_by_email(session, task.payload["email"])
        version = task.payload.get("version")
        if person is None or not credentials.unchanged(session, person.id, version):
            return
        wanted = Wanted(purpose=Purpose.RESET, email=person.email, person_id=person.id)
        params = {"path": links.make(session, wanted, now=task.now)}
        tell(session, person, _awaited("accounts.reset", params), now=task.now)


def _on_new_address(task: Task) -> None:
    email = task.payload["email"]
    with task.database.transaction() as session:
        version = task.payload.get("version")
        person = credentials.unchanged(session, task.payload["person"], version)
        if person is None:
            return
        other = queries.person_by_email(session, email)
        if other:
            tell(session, other, _awaited("accounts.known"), now=task.now)
            return
        wanted = Wanted(purpose=Purpose.NEW_ADDRESS, email=email, person_id=person.id)
        to = replace(recipient(person), email=email, name="")  # it may be a stranger's address
        params = {"path": links.make(session, wanted, now=task.now)}
        post(session, to, _awaited("accounts.new-address", params), now=task.now)
        old = Outgoing(kind="accounts.address-changing", params={"address": email})
        tell(session, person, old, now=task.now)


HANDLERS: dict[str, Handler] = {
    "accounts.sign-up": _on_sign_up,
    "accounts.reset": _on_reset,
    "accounts.new-address": _on_new_address,
}
