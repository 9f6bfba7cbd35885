"""Flask-Login as the façade over our own sessions.

What Flask-Login calls a user id is here the session's token: it is looked up by its hash, so a
row that is gone is a person signed out (docs/decisions/0005).
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from learning.access.guard import Actor
from learning.access.permissions import Permission, Role
from learning.accounts import (
    actions,
    credentials,
    impersonation,
    known_devices,
    queries,
    rules,
)
from learning.accounts.actions import Device
from learning.accounts.device_names import device_name
from learning.accounts.joining import tell
from learning.accounts.queries import Door, SignedIn
from learning.kit.db import SAFE_METHODS, database, db, end_reading
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.time import now
from learning.mail.actions import Outgoing

TOKEN_BYTES = 32
HALF, HALF_LASTS = "half", timedelta(minutes=10)
ALWAYS = frozenset({Permission.OPEN_TO_ALL, Permission.OWN_ACCOUNT})
NOT_STAFF = frozenset({Role.MEMBER, Role.PARTICIPANT})


@dataclass(frozen=True, kw_only=True)
class HalfOpened:
    """A sign-in that waits for its second step."""

    person_id: int
    version: int  # of the credentials that the first step was taken with
    shared: bool
    onward: str


class Holder:
    """Whoever holds a token, with the four members that Flask-Login asks of a user."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, signed_in: SignedIn | None = None) -> None:
        self.token = token
        self.signed_in = signed_in

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask, *, second_factor_for_staff: bool) -> None:
    manager = LoginManager()
    if second_factor_for_staff:
        app.before_request(_demand_second_factor)
    manager.session_protection = None  # phones change networks; the token alone decides
    manager.user_loader(_load)
    known_devices.init_app(app)
    manager.init_app(app, add_context_processor=False)


def whoever() -> SignedIn | None:
    """Return who makes this request, None for a visitor."""
    return cast("SignedIn | None", getattr(current_user, "signed_in", None))


def load_actor() -> Actor:
    """Return what whoever makes this request may do."""
    signed_in = whoever()
    return signed_in.actor if signed_in else Actor()


def language_and_zone() -> tuple[str | None, str | None]:
    signed_in = whoever()
    return (signed_in.language, signed_in.zone) if signed_in else (None, None)


def reader() -> tuple[object, ...]:
    """Return what no two readers share: the sign-in, the person and their version, the rights."""
    found = whoever()
    if found is None:
        return ()
    actor = found.actor
    rights = [_roles(who) for who in (actor, actor.watcher) if who]
    return found.token_hash, actor.person_id, found.version, found.seen_by, rights


def _roles(actor: Actor) -> tuple[object, ...]:
    return sorted(actor.roles), sorted((e, sorted(r)) for e, r in actor.in_edition.items())


def open_session(person_id: int, version: int, *, shared: bool) -> bool:
    """Sign a person in on this device, with a token that has never been anybody's.

    `version` is that of the credentials that were shown; return False if they have changed since.
    """
    person = credentials.unchanged(db(), person_id, version)
    if person is None:
        return False
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = Device(token=token, name=device_name(request.user_agent.string), shared=shared)
    staff = queries.is_staff(db(), person_id)
    if queries.is_new_device(db(), person_id, device.name):
        letter = Outgoing(kind="accounts.new-device", params={"device": device.name})
        tell(db(), person, letter, now=now())
    actions.sign_in(db(), person_id, device, staff=staff, now=now())
    if not shared:
        known_devices.remember(person_id)
    session.clear()
    session.permanent = not shared
    login_user(Holder(token))
    session.pop("_id", None)  # Flask-Login's own protection is off; its mark only costs bytes
    return True


def half_open(door: Door, *, shared: bool, onward: str) -> None:
    """Remember that the password was right, until the code from the phone comes."""
    session.clear()
    session[HALF] = {
        "person": door.person_id,
        "version": door.version,
        "shared": shared,
        "next": onward,
        "until": (now() + HALF_LASTS).timestamp(),
    }


def half_opened() -> HalfOpened | None:
    """Return the sign-in that waits for its code, None if there is none or it took too long."""
    half = session.get(HALF)
    if not half or half["until"] < now().timestamp():
        return None
    return HalfOpened(
        person_id=half["person"],
        version=half.get("version", 0),
        shared=half["shared"],
        onward=half["next"],
    )


def is_confirmed() -> bool:
    """Whether the password was given on this device a moment ago."""
    signed_in = whoever()
    return signed_in is not None and rules.is_confirmed(signed_in.confirmed_at, now())


def close_session() -> None:
    """Sign whoever makes this request out, on this device."""
    signed_in = whoever()
    if signed_in and signed_in.actor.person_id:
        actions.sign_out(db(), signed_in.actor.person_id, signed_in.token_hash, now=now())
    logout_user()
    session.clear()


def is_staff(actor: Actor) -> bool:
    """Whether an actor holds any role beside that of participant."""
    everywhere = actor.roles.union(*actor.in_edition.values())
    return not everywhere <= NOT_STAFF


def _demand_second_factor() -> ResponseReturnValue | None:
    """Let staff do nothing until signing in takes a second step."""
    endpoint = request.endpoint or ""
    if current_app.extensions["needs"].get(endpoint, Permission.OPEN_TO_ALL) in ALWAYS:
        return None
    signed_in = whoever()
    if signed_in is None or signed_in.second_factor or not is_staff(signed_in.actor):
        return None
    if signed_in.actor.read_only:
        return None
    flash(current().gettext(N_("Your role needs a second step at sign-in. Set it up first.")))
    return redirect(url_for("accounts.show_second_factor"), 303)


def _stop_seeing(token: str, moment: datetime) -> SignedIn | None:
    """End looking through somebody's eyes that is not allowed any more; return whoever looked."""
    if request.method in SAFE_METHODS:
        end_reading(db())  # on SQLite our own open read would keep the write waiting
    with database().transaction() as writing:
        impersonation.stop_seeing(writing, rules.token_hash(token), now=moment)
    if request.method not in SAFE_METHODS:  # written on another's page, it is not done as oneself
        raise Refused(N_("You do not look through somebody’s eyes any more. Nothing was changed."))
    with database().reading() as reading:
        return queries.signed_in(reading, token, now=moment)


def _load(token: str) -> Holder | None:
    moment = now()
    if request.method in SAFE_METHODS:
        found = queries.signed_in(db(), token, now=moment)
    else:  # a form's own transaction begins later, and only if it is let through
        with database().reading() as reading:
            found = queries.signed_in(reading, token, now=moment)
    if found is not None and found.must_stop:
        found = _stop_seeing(token, moment)
    if found is None:
        return None
    if rules.is_due(seen_at=found.seen_at, now=moment):
        if request.method in SAFE_METHODS:
            end_reading(db())  # on SQLite our own open read would keep the write waiting
        with database().transaction() as writing:
            staff = is_staff(found.actor.watcher or found.actor)
            actions.note_seen(writing, found.token_hash, staff=staff, now=moment)
    return Holder(token, found)
