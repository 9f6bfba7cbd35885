"""Registration: sign-up, invitation, a new password, a new address.

Whatever depends on whether an address is known happens in a job: the page gives the same answer,
after the same work, to everybody.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts import actions, credentials, former_emails, queries, tokens
from learning.accounts.actions import NewPerson
from learning.accounts.models import AccountToken, Person, TokenPurpose
from learning.accounts.person_emails import recipient_of, send_email_to
from learning.accounts.problems import AccountProblem
from learning.accounts.tokens import TokenRequest
from learning.audit.actions import record, record_all
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Priority
from learning.jobs.worker import Handler, Task
from learning.kit.email_addresses import normal_email
from learning.kit.errors import RuleViolation
from learning.mail import subscriptions
from learning.mail.actions import EmailRequest, Recipient, enqueue_email, enqueue_emails


@dataclass(frozen=True, kw_only=True)
class SignUpRequest:
    """The data of a sign-up; nothing of it counts until the address is confirmed.

    `next_url` is the page of this site to show once the account is there, "" for none.
    """

    email: str
    name: str
    language: str
    zone: str
    next_url: str = ""


def request_sign_up(session: Session, sign_up: SignUpRequest, *, now: datetime) -> None:
    """Enqueue the job that answers a sign-up, with the credentials version at its address."""
    payload = asdict(sign_up) | {"version": credentials.version_at(session, sign_up.email)}
    _enqueue(session, "accounts.sign-up", payload, now=now)


def request_password_reset(session: Session, email: str, *, now: datetime) -> None:
    payload = {
        "email": normal_email(email),
        "version": credentials.version_at(session, email),
    }
    _enqueue(session, "accounts.reset", payload, now=now)


def request_email_change(
    session: Session, person: Person, email: str, *, now: datetime, by: int | None = None
) -> None:
    """Send a link to a new address, and a notice to the present one.

    `by` is the member of staff who corrects an account, None for its owner.
    """
    payload = {
        "person": person.id,
        "email": normal_email(email),
        "version": person.credentials_version,
        "by_staff": by is not None,
    }
    _enqueue(session, "accounts.email-change", payload, now=now)
    record(session, "email change requested", f"person {person.id}", by=by or person.id, now=now)


def _enqueue(session: Session, kind: str, payload: Mapping[str, Any], *, now: datetime) -> None:
    """Enqueue the job that writes an urgent e-mail."""
    add_job(session, NewJob(kind=kind, payload=payload, now=now, priority=Priority.HIGH))


def invite(session: Session, person: Person, *, by: int | None, now: datetime) -> str:
    """Send a person without a password a link to choose one; return its path."""
    invitations = create_invitations(session, [person], by=by, now=now)
    enqueue_emails(session, invitations, now=now)
    return str(invitations[0][1].params["path"])


def create_invitations(
    session: Session, people: Sequence[Person], *, by: int | None, now: datetime
) -> list[tuple[Recipient, EmailRequest]]:
    """Return the e-mails that invite people to choose a password, each with its own token."""
    request = [
        TokenRequest(purpose=TokenPurpose.INVITATION, email=person.email, person_id=person.id)
        for person in people
    ]
    paths = tokens.create_tokens(session, request, now=now)
    record_all(session, "invited", (f"person {each.id}" for each in people), by=by, now=now)
    named = [recipient_of(person) for person in people]
    if by is None:
        named = [replace(to, name="") for to in named]
    return [
        (to, EmailRequest(kind="accounts.invitation", params={"path": path}))
        for to, path in zip(named, paths, strict=True)
    ]


def sign_up_request_of(token: AccountToken) -> SignUpRequest:
    """Return the data of the sign-up that a token belongs to."""
    return _sign_up_request(json.loads(token.payload))


def _sign_up_request(payload: Mapping[str, Any]) -> SignUpRequest:
    """Read a payload; a password that an earlier release stored is left out."""
    known = [field.name for field in fields(SignUpRequest) if field.name in payload]
    return SignUpRequest(**{name: payload[name] for name in known})


def confirm_sign_up(
    session: Session, token: AccountToken, name: str, password_hash: str, *, now: datetime
) -> Person:
    """Create the account of a confirmed address, with its owner's name and password."""
    _use_token(session, token)
    if queries.person_by_email(session, token.email):
        raise RuleViolation(AccountProblem.ACCOUNT_EXISTS)
    sign_up = sign_up_request_of(token)
    new = NewPerson(email=sign_up.email, name=name, language=sign_up.language, zone=sign_up.zone)
    person = actions.add_person(session, new, by=None, now=now, password_hash=password_hash)
    record(session, "email confirmed", f"person {person.id}", by=person.id, now=now)
    return person


def confirm_email_change(session: Session, token: AccountToken, *, now: datetime) -> Person:
    """Change a person's address to the one that they have confirmed; notify the old one.

    Every session ends: every device signs in again, with the new address. That one declines
    whatever e-mails the old one declined.
    """
    _use_token(session, token)
    person = session.get_one(Person, token.person_id)
    if queries.person_by_email(session, token.email):
        raise RuleViolation(AccountProblem.ADDRESS_TAKEN)
    params = {"address": token.email}
    send_email_to(
        session, person, EmailRequest(kind="accounts.email-changed", params=params), now=now
    )
    credentials.invalidate(session, person, emails=[token.email])
    former_emails.add_former_email(session, person, now=now)
    subscriptions.copy_declined(session, person.email, token.email)
    person.email = token.email
    person.version += 1
    record(session, "email changed", f"person {person.id}", by=person.id, now=now)
    return person


def set_password_with_token(
    session: Session, token: AccountToken, password_hash: str, *, now: datetime
) -> Person:
    """Set the password of the person who followed a reset or an invitation."""
    _use_token(session, token)
    person = session.get_one(Person, token.person_id)
    actions.set_password(session, person, password_hash, now=now)
    if token.purpose is TokenPurpose.RESET:
        send_email_to(session, person, EmailRequest(kind="accounts.password-changed"), now=now)
    return person


def _use_token(session: Session, token: AccountToken) -> None:
    if not tokens.use_token(session, token):
        raise RuleViolation(AccountProblem.LINK_USED)


def _urgent_email(kind: str, params: Mapping[str, Any] | None = None) -> EmailRequest:
    """Return an e-mail that a person waits for in front of a screen."""
    return EmailRequest(kind=kind, params=params or {}, priority=Priority.HIGH)


def _on_sign_up(task: Task) -> None:
    version, sign_up = task.payload.get("version"), _sign_up_request(task.payload)
    with task.database.transaction() as session:
        known = queries.person_by_email(session, sign_up.email)
        if known:
            send_email_to(session, known, _urgent_email("accounts.account-exists"), now=task.now)
            return
        if version is not None:  # another person's address at that time, changed since
            return
        request = TokenRequest(
            purpose=TokenPurpose.SIGN_UP, email=sign_up.email, payload=asdict(sign_up)
        )
        # a stranger may have typed the name
        to = Recipient(email=sign_up.email, name="", language=sign_up.language, zone=sign_up.zone)
        params = {"path": tokens.create_token(session, request, now=task.now)}
        enqueue_email(session, to, _urgent_email("accounts.sign-up", params), now=task.now)


def _on_reset(task: Task) -> None:
    with task.database.transaction() as session:
        person = queries.person_by_email(session, task.payload["email"])
        version = task.payload.get("version")
        if person is None or not credentials.find_unchanged(session, person.id, version):
            return
        request = TokenRequest(purpose=TokenPurpose.RESET, email=person.email, person_id=person.id)
        params = {"path": tokens.create_token(session, request, now=task.now)}
        send_email_to(session, person, _urgent_email("accounts.reset", params), now=task.now)


def _on_email_change(task: Task) -> None:
    email = task.payload["email"]
    with task.database.transaction() as session:
        version = task.payload.get("version")
        person = credentials.find_unchanged(session, task.payload["person"], version)
        if person is None:
            return
        other = queries.person_by_email(session, email)
        if other:
            send_email_to(session, other, _urgent_email("accounts.account-exists"), now=task.now)
            return
        request = TokenRequest(purpose=TokenPurpose.EMAIL_CHANGE, email=email, person_id=person.id)
        to = replace(recipient_of(person), email=email, name="")  # it may be a stranger's address
        by_staff = task.payload.get("by_staff", False)
        params = {
            "path": tokens.create_token(session, request, now=task.now),
            "by_staff": by_staff,
        }
        enqueue_email(session, to, _urgent_email("accounts.email-change", params), now=task.now)
        notice = {"address": email, "by_staff": by_staff}
        old = EmailRequest(kind="accounts.email-changing", params=notice)
        send_email_to(session, person, old, now=task.now)


HANDLERS: dict[str, Handler] = {
    "accounts.sign-up": _on_sign_up,
    "accounts.reset": _on_reset,
    "accounts.email-change": _on_email_change,
}
