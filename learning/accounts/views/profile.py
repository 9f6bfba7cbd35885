"""The person's own pages: the profile, and the devices on which they are signed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import TEACHING_ROLES, Permission
from learning.accounts import actions, login, profiles, queries, rules
from learning.accounts.device_names import numbered
from learning.accounts.forms import ProfileForm
from learning.accounts.models import Person, UserSession
from learning.accounts.views.blueprint import bp
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_, i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.mail.queries import is_suppressed


@dataclass(frozen=True, kw_only=True)
class ProfilePage(Page):
    """The profile; `teaches`: whether they are asked to be named on public pages."""

    template: ClassVar[str] = "accounts/profile.html"

    form: ProfileForm
    email: str
    printed_name: str
    unreachable: bool
    teaches: bool


@dataclass(frozen=True, kw_only=True)
class DevicesPage(Page):
    template: ClassVar[str] = "accounts/devices.html"

    devices: Sequence[tuple[str, UserSession]]
    current_device: str
    now: datetime


@bp.get("/profile", needs=Permission.OWN_ACCOUNT)
def show_profile() -> ResponseReturnValue:
    never_store()
    person = queries.get_person(db(), current_person_id()) or abort(404)
    form = ProfileForm.of(profiles.profile_of(person))
    form.with_version()
    return render_page(_page(person, form))


@bp.post("/profile", needs=Permission.OWN_ACCOUNT)
@form_post()
def change_profile() -> ResponseReturnValue:
    never_store()
    person = queries.get_person(db(), current_person_id()) or abort(404)
    form = ProfileForm(request.form)
    if not form.validate():
        return render_page(_page(person, form)), 422
    lock_row(db(), person)
    if not form.is_current(ProfileForm.of(profiles.profile_of(person))):
        return render_page(_page(person, form)), 409
    profiles.change_profile(db(), person, form.values(), now=now())
    new = form.values()
    flash(i18n_for(new.language, new.zone).gettext(N_("Your profile is saved.")))
    return redirect(url_for(".show_profile", lang=new.language), 303)


@bp.get("/devices", needs=Permission.OWN_ACCOUNT)
def show_devices() -> ResponseReturnValue:
    never_store()
    signed_in = login.current_session() or abort(401)
    sessions = queries.active_sessions(db(), current_person_id(), now=now())
    unknown = current_i18n().gettext(N_("Unknown device"))
    names = numbered([each.device or unknown for each in sessions])
    devices = list(zip(names, sessions, strict=True))
    return render_page(DevicesPage(devices=devices, current_device=signed_in.token_hash, now=now()))


@bp.post("/devices", needs=Permission.OWN_ACCOUNT)
@form_post(has_form=False)
def sign_out_devices() -> ResponseReturnValue:
    """Sign out one other device (`device`, the hash of its token), or all others."""
    signed_in = login.current_session() or abort(401)
    device = request.form.get("device", "")
    if device == "others":
        actions.end_other_sessions(db(), current_person_id(), signed_in.token_hash, now=now())
    else:
        actions.end_session(db(), current_person_id(), device, now=now())
    flash(current_i18n().gettext(N_("Done. That device has to sign in again.")))
    return redirect(url_for(".show_devices"), 303)


def _page(person: Person, form: ProfileForm) -> ProfilePage:
    unreachable = is_suppressed(db(), person.email)
    return ProfilePage(
        form=form,
        email=person.email,
        printed_name=rules.printed_name(person.name, person.certificate_name),
        unreachable=unreachable,
        teaches=any(TEACHING_ROLES & roles for roles in current_actor().in_edition.values()),
    )
