"""Flask-Login as the façade over our own sessions.

What Flask-Login calls a user id is here the session's token. It is looked up by its hash: without a
row the person is signed out (docs/decisions/0005).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from learning.access.actor import Actor
from learning.access.permissions import Permission, Role
from learning.accounts import (
    actions,
    credentials,
    impersonation,
    known_devices,
    queries,
    reader_marks,
    rules,
)
from learning.accounts.actions import Device
from learning.accounts.device_names import device_name
from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.accounts.problems import AccountProblem
from learning.accounts.queries import CurrentSession, SignInCandidate
from learning.kit.database import end_read
from learning.kit.db import SAFE_METHODS, database, db
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.time import now
from learning.mail.actions import EmailRequest

TOKEN_BYTES = 32
PENDING_KEY, PENDING_LIFETIME = "half", timedelta(minutes=10)
OPEN_PERMISSIONS = frozenset({Permission.OPEN_TO_ALL, Permission.OWN_ACCOUNT})
NON_STAFF_ROLES = frozenset({Role.MEMBER, Role.PARTICIPANT})


@dataclass(frozen=True, kw_only=True)
class PendingSignIn:
    """A sign-in whose second factor is still missing."""

    person_id: int
    version: int  # of the credentials when the password was checked
    shared: bool
    next_url: str


class LoginUser:
    """The owner of a session token, with the four members that Flask-Login requires of a user."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, signed_in: CurrentSession | None = None) -> None:
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask, *, two_factor_for_staff: bool) -> None:
    manager = LoginManager()
    if two_factor_for_staff:
        app.before_request(_require_two_factor)
    manager.session_protection = None  # phones change networks; only the token counts
    manager.user_loader(_load)
    known_devices.init_app(app)
    manager.init_app(app, add_context_processor=False)


def current_session() -> CurrentSession | None:
    """Return the session of this request, None for a visitor."""
    return cast("CurrentSession | None", getattr(current_user, "signed_in", None))


def load_actor() -> Actor:
    """Return the actor of this request."""
    signed_in = current_session()
    return signed_in.actor if signed_in else Actor()


def language_and_zone() -> tuple[str | None, str | None]:
    signed_in = current_session()
    return (signed_in.language, signed_in.zone) if signed_in else (None, None)


def reader_identity() -> tuple[object, ...]:
    """Return what differs between any two readers.

    The session, the person with their version, the permissions.
    """
    current = current_session()
    if current is None:
        return ()
    actor = current.actor
    rights = [_roles(person) for person in (actor, actor.impersonator) if person]
    return current.token_hash, actor.person_id, current.version, current.impersonator_name, rights


def _roles(actor: Actor) -> tuple[object, ...]:
    return sorted(actor.roles), sorted((e, sorted(r)) for e, r in actor.in_edition.items())


def log_in(person_id: int, version: int, *, shared: bool) -> bool:
    """Sign a person in on this device, with a new random token.

    `version` is that of the credentials that were checked; return False if they have changed
    since.
    """
    person = credentials.find_unchanged(db(), person_id, version)
    if person is None:
        return False
    _open_session(person, shared=shared)
    return True


def log_in_new(person: Person, *, shared: bool) -> None:
    """Sign in a person whose account this very transaction made, with the password just chosen."""
    _open_session(person, shared=shared)


def _open_session(person: Person, *, shared: bool) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = Device(token=token, name=device_name(request.user_agent.string), shared=shared)
    staff = queries.is_staff(db(), person.id)
    if queries.is_new_device(db(), person.id, device.name):
        email = EmailRequest(kind="accounts.new-device", params={"device": device.name})
        send_email_to(db(), person, email, now=now())
    actions.start_session(db(), person.id, device, staff=staff, now=now())
    if not shared:
        known_devices.remember(person.id)
    session.clear()
    session.permanent = not shared
    login_user(LoginUser(token))
    reader_marks.remember(person.id)
    session.pop("_id", None)  # Flask-Login's own protection is off; its mark only costs bytes


def reload_session() -> None:
    """Let the page of this request be that of the person who has just signed in."""
    db().flush()
    token = current_user.get_id()
    login_user(LoginUser(token, queries.session_by_token(db(), token, now=now())))


def hold_for_code(candidate: SignInCandidate, *, shared: bool, next_url: str) -> None:
    """Store that the password was right, until the code is entered."""
    session.clear()
    session[PENDING_KEY] = {
        "person": candidate.person_id,
        "version": candidate.version,
        "shared": shared,
        "next": next_url,
        "until": (now() + PENDING_LIFETIME).timestamp(),
    }


def pending_sign_in() -> PendingSignIn | None:
    """Return the sign-in that waits for its code, None if there is none or it has expired."""
    pending = session.get(PENDING_KEY)
    if not pending or pending["until"] < now().timestamp():
        return None
    return PendingSignIn(
        person_id=pending["person"],
        version=pending.get("version", 0),
        shared=pending["shared"],
        next_url=pending["next"],
    )


def is_confirmed() -> bool:
    """Whether the password was confirmed on this device recently."""
    signed_in = current_session()
    return signed_in is not None and rules.is_confirmed(signed_in.confirmed_at, now())


def log_out() -> None:
    """Sign out on this device."""
    signed_in = current_session()
    if signed_in and signed_in.actor.person_id:
        actions.end_session(db(), signed_in.actor.person_id, signed_in.token_hash, now=now())
    logout_user()
    session.clear()


def is_staff(actor: Actor) -> bool:
    """Whether an actor has any role besides participant."""
    everywhere = actor.roles.union(*actor.in_edition.values())
    return not everywhere <= NON_STAFF_ROLES


def _require_two_factor() -> ResponseReturnValue | None:
    """Send staff to set up two-factor authentication before any other page."""
    endpoint = request.endpoint or ""
    if current_app.extensions["needs"].get(endpoint, Permission.OPEN_TO_ALL) in OPEN_PERMISSIONS:
        return None
    signed_in = current_session()
    if signed_in is None or signed_in.has_two_factor or not is_staff(signed_in.actor):
        return None
    if signed_in.actor.read_only:
        return None
    flash(current_i18n().gettext(N_("Your role requires two-step verification. Set it up first.")))
    return redirect(url_for("accounts.show_two_factor"), 303)


def _stop_impersonation(token: str, moment: datetime) -> CurrentSession | None:
    """End an impersonation that is no longer allowed; return the administrator."""
    if request.method in SAFE_METHODS:
        end_read(db())  # on SQLite our own open read would keep the write waiting
    with database().transaction() as writing:
        impersonation.stop_impersonation(writing, rules.token_hash(token), now=moment)
    if request.method not in SAFE_METHODS:  # written on another's page, it is not done as oneself
        raise RuleViolation(AccountProblem.IMPERSONATION_OVER)
    with database().read_transaction() as reading:
        return queries.session_by_token(reading, token, now=moment)


def _load(token: str) -> LoginUser | None:
    moment = now()
    if request.method in SAFE_METHODS:
        current = queries.session_by_token(db(), token, now=moment)
    else:  # a form's own transaction begins later, and only if it is let through
        with database().read_transaction() as reading:
            current = queries.session_by_token(reading, token, now=moment)
    if current is not None and current.must_stop_impersonating:
        current = _stop_impersonation(token, moment)
    if current is None:
        return None
    if rules.is_last_seen_due(last_seen_at=current.last_seen_at, now=moment):
        if request.method in SAFE_METHODS:
            end_read(db())  # on SQLite our own open read would keep the write waiting
        with database().transaction() as writing:
            staff = is_staff(current.actor.impersonator or current.actor)
            actions.record_last_seen(writing, current.token_hash, staff=staff, now=moment)
    return LoginUser(token, current)
