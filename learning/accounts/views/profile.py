"""Pages about oneself: the profile, and the devices on which one is signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.accounts import actions, login, queries
from learning.accounts.forms import ProfileForm
from learning.accounts.models import Person, SignIn
from learning.accounts.views.room import room
from learning.kit import versions
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_, i18n_for
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.time import now
from learning.mail.queries import is_suppressed


@dataclass(frozen=True, kw_only=True)
class ProfilePage(Page):
    template: ClassVar[str] = "accounts/profile.html"

    form: ProfileForm
    email: str
    unreachable: bool


@dataclass(frozen=True, kw_only=True)
class DevicesPage(Page):
    template: ClassVar[str] = "accounts/devices.html"

    devices: Sequence[SignIn]
    here: str
    now: datetime


@room.get("/profile", needs=Permission.OWN_ACCOUNT)
def show_profile() -> ResponseReturnValue:
    never_store()
    person = queries.person(db(), me()) or abort(404)
    form = ProfileForm(obj=person)
    form.shown()
    return show(_page(person, form))


@room.post("/profile", needs=Permission.OWN_ACCOUNT)
def change_profile() -> ResponseReturnValue:
    never_store()
    person = queries.person(db(), me()) or abort(404)
    form = ProfileForm(request.form)
    if not form.validate():
        return show(_page(person, form)), 422
    versions.lock(db(), person)
    if not form.is_over(ProfileForm(obj=person)):
        return show(_page(person, form)), 409
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


def _page(person: Person, form: ProfileForm) -> ProfilePage:
    unreachable = is_suppressed(db(), person.email)
    return ProfilePage(form=form, email=person.email, unreachable=unreachable)
