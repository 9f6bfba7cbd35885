"""Pages of accounts: signing in and out, one's profile, one's devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, me
from learning.access.permissions import Permission
from learning.accounts import actions, login, passwords, queries, rules
from learning.accounts.forms import ProfileForm, SignInForm
from learning.accounts.models import SignIn
from learning.kit import crossing
from learning.kit.db import SAFE_METHODS, database, db
from learning.kit.headers import never_store
from learning.kit.i18n import N_, i18n_for
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.time import now

room = Room("accounts", __name__, url_prefix="/account")
SECRETS = frozenset({"password", crossing.FIELD})


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    template: ClassVar[str] = "accounts/sign_in.html"

    form: SignInForm
    next: str
    asked: bool


@dataclass(frozen=True, kw_only=True)
class SignInAgainPage(Page):
    """The session ended while somebody was typing: what they typed is kept on this page."""

    template: ClassVar[str] = "accounts/sign_in_again.html"

    address: str
    typed: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ProfilePage(Page):
    template: ClassVar[str] = "accounts/profile.html"

    form: ProfileForm
    email: str


@dataclass(frozen=True, kw_only=True)
class DevicesPage(Page):
    template: ClassVar[str] = "accounts/devices.html"

    devices: Sequence[SignIn]
    here: str
    now: datetime


@room.get("/sign-in", needs=Permission.OPEN_TO_ALL)
def show_sign_in() -> ResponseReturnValue:
    if login.whoever():
        return redirect(url_for("home.this_week"), 303)
    never_store()
    onward = request.args.get("next", "")
    return show(SignInPage(form=SignInForm(), next=onward, asked=bool(onward)))


@room.post("/sign-in", needs=Permission.OPEN_TO_ALL)
def sign_in() -> ResponseReturnValue:
    form, onward = SignInForm(request.form), request.form.get("next", "")
    never_store()
    if form.validate() and (person_id := _person_who_fits(form)):
        login.open_session(person_id, shared=form.values().shared)
        return redirect(rules.safe_next(onward) or url_for("home.this_week"), 303)
    return show(SignInPage(form=form, next=onward, asked=False)), 422


def _person_who_fits(form: SignInForm) -> int | None:
    """Return who signs in; the slow comparison happens between transactions, not inside one."""
    given = form.values()
    with database().reading() as reading:
        person = queries.person_by_email(reading, given.email)
        found = (person.id, person.password_hash) if person else (None, None)
    if passwords.fits(found[1], given.password):
        return found[0]
    form.refuse(N_("This address and this password do not belong together. Check both."))
    return None


@room.post("/sign-out", needs=Permission.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    shared = bool((signed_in := login.whoever()) and signed_in.shared_device)
    login.close_session()
    flash(current().gettext(N_("You are signed out.")))
    response = redirect(url_for("accounts.show_sign_in"), 303)
    if shared:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@room.get("/profile", needs=Permission.OWN_ACCOUNT)
def show_profile() -> ResponseReturnValue:
    never_store()
    person = queries.person(db(), me()) or abort(404)
    return show(ProfilePage(form=ProfileForm(obj=person), email=person.email))


@room.post("/profile", needs=Permission.OWN_ACCOUNT)
def change_profile() -> ResponseReturnValue:
    never_store()
    person = queries.person(db(), me()) or abort(404)
    form = ProfileForm(request.form)
    if not form.validate():
        return show(ProfilePage(form=form, email=person.email)), 422
    actions.change_profile(db(), person, form.values(), now=now())
    new = form.values()
    flash(i18n_for(new.language, new.zone).gettext(N_("Your profile is saved.")))
    return redirect(url_for(".show_profile", lang=new.language), 303)


@room.get("/devices", needs=Permission.OWN_ACCOUNT)
def show_devices() -> ResponseReturnValue:
    never_store()
    signed_in = login.whoever() or abort(401)
    devices = queries.devices(db(), me(), now=now())
    return show(DevicesPage(devices=devices, here=signed_in.token_hash, now=now()))


@room.post("/devices", needs=Permission.OWN_ACCOUNT)
def sign_out_devices() -> ResponseReturnValue:
    """Sign out one other device (`device`, the hash of its token), or all others."""
    signed_in = login.whoever() or abort(401)
    device = request.form.get("device", "")
    if device == "others":
        actions.sign_out_elsewhere(db(), me(), signed_in.token_hash, now=now())
    else:
        actions.sign_out(db(), me(), device, now=now())
    flash(current().gettext(N_("Done. That device has to sign in again.")))
    return redirect(url_for(".show_devices"), 303)


def ask_to_sign_in() -> ResponseReturnValue:
    """Ask a visitor who wants a page of ours to sign in; keep what was typed, if anything was."""
    if request.method in SAFE_METHODS:
        onward = request.full_path.rstrip("?")
        return redirect(url_for("accounts.show_sign_in", next=onward), 303)
    never_store()
    typed = [(k, v) for k, v in request.form.items(multi=True) if k not in SECRETS]
    return show(SignInAgainPage(address=request.full_path.rstrip("?"), typed=typed)), 401
