"""Pages of joining and of coming back: sign-up, invitation, a forgotten password."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import ClassVar

from flask import abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.accounts import joining, known_devices, limits, links, passwords, queries
from learning.accounts.forms import FirstPasswordForm, NewPasswordForm, ResetForm, SignUpForm
from learning.accounts.joining import Joining
from learning.accounts.models import Link, Purpose
from learning.accounts.views.room import (
    NEW_PASSWORD,
    Field,
    ShortPage,
    answer,
    password_page,
    room,
)
from learning.kit import rate_limit
from learning.kit.db import db
from learning.kit.email_addresses import normal_email
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.time import now, zone_names


@dataclass(frozen=True, kw_only=True)
class SentPage(Page):
    """What to do after asking for an e-mail; the same whether one went out or not."""

    template: ClassVar[str] = "accounts/sent.html"

    contact: str


@room.get("/sign-up", needs=Permission.OPEN_TO_ALL)
def show_sign_up() -> ResponseReturnValue:
    return answer(_sign_up_page(SignUpForm()))


@room.post("/sign-up", needs=Permission.OPEN_TO_ALL)
def sign_up() -> ResponseReturnValue:
    """Take what somebody gives who joins; the answer never tells whether the address is known."""
    form = SignUpForm(request.form)
    email = normal_email(form.email.data or "")
    tried = attempt(limits.SIGN_UP, email)
    if not form.validate() or is_limited(tried, form):
        return answer(_sign_up_page(form), 422)
    wanted = Joining(
        email=email,
        name=form.name.data or "",
        language=current().language,
        zone=_zone(request.form.get("zone", "")),
    )
    joining.ask_to_join(db(), wanted, now=now())
    return redirect(url_for(".show_sent"), 303)


def _zone(given: str) -> str:
    """Return the zone that the browser says it is in, if there is such a zone."""
    return given if given in zone_names() else "UTC"


@room.get("/sent", needs=Permission.OPEN_TO_ALL)
def show_sent() -> ResponseReturnValue:
    sender = current_app.extensions["settings"].mail_from
    return answer(SentPage(contact=parseaddr(sender)[1]))


@room.get("/forgotten", needs=Permission.OPEN_TO_ALL)
def show_forgotten() -> ResponseReturnValue:
    return answer(_forgotten_page(ResetForm()))


@room.post("/forgotten", needs=Permission.OPEN_TO_ALL)
def ask_for_reset() -> ResponseReturnValue:
    form = ResetForm(request.form)
    tried = attempt(limits.RESET, normal_email(form.email.data or ""))
    if not form.validate() or is_limited(tried, form):
        return answer(_forgotten_page(form), 422)
    joining.ask_for_reset(db(), form.email.data or "", now=now())
    return redirect(url_for(".show_sent"), 303)


@room.get("/sign-up/<token>", needs=Permission.OPEN_TO_ALL)
def show_confirmation(token: str) -> ResponseReturnValue:
    link = _link(token, Purpose.SIGN_UP)
    if link is None:
        return answer(_ended(url_for(".show_sign_up")))
    asked = joining.asked_to_join(link)
    return answer(_first_password_page(FirstPasswordForm(data={"name": asked.name}), asked.email))


@room.post("/sign-up/<token>", needs=Permission.OPEN_TO_ALL)
def confirm_sign_up(token: str) -> ResponseReturnValue:
    """Make the account with the password that the owner of the address chooses here.

    Opening the link alone does nothing, as mail scanners open links.
    """
    form, link = FirstPasswordForm(request.form), _link(token, Purpose.SIGN_UP)
    if link is None:
        return answer(_ended(url_for(".show_sign_up")), 410)
    email = link.email
    db().rollback()  # hashing is slow and happens outside the transaction
    if not form.check(form.name.data or "", email):
        return answer(_first_password_page(form, email), 422)
    password_hash = passwords.hash_password(form.password.data or "")
    fresh = links.find(db(), token, Purpose.SIGN_UP, now=now()) or abort(410)
    joining.confirm_sign_up(db(), fresh, form.name.data or "", password_hash, now=now())
    flash(current().gettext(N_("Your address is confirmed. Sign in.")))
    return redirect(url_for(".show_sign_in"), 303)


@room.get("/new-address/<token>", needs=Permission.OPEN_TO_ALL)
def show_new_address(token: str) -> ResponseReturnValue:
    link = _link(token, Purpose.NEW_ADDRESS)
    return answer(_confirmation_page() if link else _ended(url_for(".show_security")))


@room.post("/new-address/<token>", needs=Permission.OPEN_TO_ALL)
def confirm_new_address(token: str) -> ResponseReturnValue:
    link = _link(token, Purpose.NEW_ADDRESS)
    if link is None:
        return answer(_ended(url_for(".show_security")), 410)
    joining.confirm_address(db(), link, now=now())
    flash(current().gettext(N_("Your address is confirmed. You sign in with it from now on.")))
    return redirect(url_for(".show_sign_in"), 303)


@room.get("/reset/<token>", needs=Permission.OPEN_TO_ALL)
def show_reset(token: str) -> ResponseReturnValue:
    return _show_password_page(token, Purpose.RESET)


@room.post("/reset/<token>", needs=Permission.OPEN_TO_ALL)
def reset(token: str) -> ResponseReturnValue:
    return _choose_password(token, Purpose.RESET)


@room.get("/invitation/<token>", needs=Permission.OPEN_TO_ALL)
def show_invitation(token: str) -> ResponseReturnValue:
    return _show_password_page(token, Purpose.INVITATION)


@room.post("/invitation/<token>", needs=Permission.OPEN_TO_ALL)
def accept_invitation(token: str) -> ResponseReturnValue:
    return _choose_password(token, Purpose.INVITATION)


def _show_password_page(token: str, purpose: Purpose) -> ResponseReturnValue:
    if _link(token, purpose) is None:
        return answer(_ended(url_for(".show_forgotten")))
    return answer(_password_page(NewPasswordForm()))


@passwords.queued
def _choose_password(token: str, purpose: Purpose) -> ResponseReturnValue:
    form = NewPasswordForm(request.form)
    link = _link(token, purpose)
    person = queries.person(db(), link.person_id) if link and link.person_id else None
    if person is None:
        return answer(_ended(url_for(".show_forgotten")), 410)
    about = (person.name, person.email)
    db().rollback()  # hashing is slow and happens outside the transaction
    if not form.check(*about):
        return answer(_password_page(form), 422)
    password_hash = passwords.hash_password(form.password.data or "")
    fresh = links.find(db(), token, purpose, now=now()) or abort(410)
    person = joining.choose_password(db(), fresh, password_hash, now=now())
    rate_limit.forget(db(), limits.SIGN_IN, person.email)
    known_devices.remember(person.id, by_email=True)  # nobody else's tries keep them out here
    flash(current().gettext(N_("Your password is set. Sign in.")))
    return redirect(url_for(".show_sign_in"), 303)


def _link(token: str, purpose: Purpose) -> Link | None:
    """Return what a link opens, whatever others of its network do; wrong ones are counted."""
    link = links.find(db(), token, purpose, now=now())
    if link is None:
        rate_limit.check_and_count(attempt(limits.LINK))
    return link


def _ended(onward: str) -> ShortPage:
    return ShortPage(
        title=N_("This link does not work any more"),
        lead=N_("It was used already, or too much time has passed. Ask for a new one."),
        link=(N_("Ask for a new one"), onward),
    )


def _confirmation_page() -> ShortPage:
    return ShortPage(
        title=N_("Confirm your address"),
        lead=N_("Press the button, and you can use this address here."),
        button=N_("Confirm my address"),
    )


def _first_password_page(form: FirstPasswordForm, email: str) -> ShortPage:
    return ShortPage(
        title=N_("Confirm your address and choose a password"),
        lead=N_("Your account is made when you press the button."),
        form=form,
        fields=[Field(name="name", autocomplete="name"), NEW_PASSWORD],
        button=N_("Make my account"),
        email=email,
    )


def _password_page(form: NewPasswordForm) -> ShortPage:
    lead = N_("Every device on which you are signed in will have to sign in again.")
    return password_page(form, lead)


def _forgotten_page(form: ResetForm) -> ShortPage:
    return ShortPage(
        title=N_("Set a new password"),
        lead=N_("Write the address with which you sign in. A link is sent to it."),
        form=form,
        fields=[Field(name="email", kind="email", autocomplete="username")],
        button=N_("Send me the link"),
    )


def _sign_up_page(form: SignUpForm) -> ShortPage:
    return ShortPage(
        title=N_("Make an account"),
        lead=N_(
            "You need one to apply for a course. An e-mail will ask you to confirm the address "
            "and to choose a password."
        ),
        form=form,
        fields=[
            Field(name="name", autocomplete="name"),
            Field(name="email", kind="email", autocomplete="username"),
        ],
        button=N_("Go on"),
        hidden={"zone": ""},  # static/js/app.js fills it in
        link=(N_("I have an account already"), url_for(".show_sign_in")),
    )
