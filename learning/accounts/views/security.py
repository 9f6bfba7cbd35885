"""Pages of one's security: password, address, second step, recovery codes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ClassVar

from flask import abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.accounts import actions, factors, joining, limits, login, passwords, queries
from learning.accounts.actions import Decision
from learning.accounts.factors import NewFactor
from learning.accounts.forms import AddressForm, CodeForm, NewPasswordForm
from learning.accounts.models import Person
from learning.accounts.views.room import Field, ShortPage, answer, password_page, room
from learning.kit.db import SAFE_METHODS, db
from learning.kit.email_addresses import normal_email
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page
from learning.kit.rate_limit import attempt, check_and_count, is_limited
from learning.kit.text import trust
from learning.kit.time import now
from learning.mail.actions import Outgoing

NEW_FACTOR = "factor"  # where a new key waits, in the signed session, for its first code
View = Callable[[], ResponseReturnValue]


@dataclass(frozen=True, kw_only=True)
class SecurityPage(Page):
    template: ClassVar[str] = "accounts/security.html"

    email: str
    second_factor: bool
    codes_left: int
    staff: bool


@dataclass(frozen=True, kw_only=True)
class SecondFactorPage(Page):
    template: ClassVar[str] = "accounts/second_factor.html"

    form: CodeForm
    secret: str
    picture: Markup


@dataclass(frozen=True, kw_only=True)
class CodesPage(Page):
    """The recovery codes, shown this once."""

    template: ClassVar[str] = "accounts/codes.html"

    codes: Sequence[str]


def confirmed(view: View) -> View:
    """Ask for the password first, unless it was given a moment ago."""

    @wraps(view)
    def guarded() -> ResponseReturnValue:
        if login.is_confirmed():
            return view()
        safe = request.method in SAFE_METHODS
        onward = request.path if safe else url_for(".show_security")
        return redirect(url_for(".show_confirm", next=onward), 303)

    return guarded


@room.get("/security", needs=Permission.OWN_ACCOUNT)
def show_security() -> ResponseReturnValue:
    person = _me()
    page = SecurityPage(
        email=person.email,
        second_factor=person.totp_secret is not None,
        codes_left=factors.codes_left(db(), person.id),
        staff=queries.is_staff(db(), person.id),
    )
    return answer(page)


@room.get("/security/password", needs=Permission.OWN_ACCOUNT)
@confirmed
def show_password() -> ResponseReturnValue:
    return answer(_password_page(NewPasswordForm()))


@room.post("/security/password", needs=Permission.OWN_ACCOUNT)
@confirmed
@passwords.queued
def change_password() -> ResponseReturnValue:
    """Change the password; every device signs in again, this one too."""
    form, signed_in = NewPasswordForm(request.form), login.whoever()
    about = _me()
    name, email = about.name, about.email
    tried = attempt(limits.SECURITY, me())  # counted, and nothing stays open: hashing is slow
    if signed_in is None or not form.check(name, email) or is_limited(tried, form):
        return answer(_password_page(form), 422)
    password_hash = passwords.hash_password(form.password.data or "")
    person = _me()
    actions.set_password(db(), person, password_hash, now=now())
    joining.tell(db(), person, Outgoing(kind="accounts.password-changed"), now=now())
    login.open_session(person.id, person.credentials_version, shared=signed_in.shared_device)
    flash(current().gettext(N_("Your password is changed. Every other device is signed out.")))
    return redirect(url_for(".show_security"), 303)


@room.get("/security/address", needs=Permission.OWN_ACCOUNT)
@confirmed
def show_address() -> ResponseReturnValue:
    return answer(_address_page(AddressForm()))


@room.post("/security/address", needs=Permission.OWN_ACCOUNT)
@confirmed
def change_address() -> ResponseReturnValue:
    """Send a link to the new address, and word to the old one."""
    form = AddressForm(request.form)
    if not form.validate():
        return answer(_address_page(form), 422)
    if normal_email(form.email.data or "") == _me().email:
        form.refuse(N_("That is your address already."))
        return answer(_address_page(form), 422)
    if is_limited(attempt(limits.NEW_ADDRESS, me()), form):
        return answer(_address_page(form), 422)
    joining.ask_for_address(db(), _me(), form.email.data or "", now=now())
    return redirect(url_for(".show_sent"), 303)


@room.get("/security/second-step", needs=Permission.OWN_ACCOUNT)
@confirmed
def show_second_factor() -> ResponseReturnValue:
    if _me().totp_secret:
        return redirect(url_for(".show_security"), 303)
    session.setdefault(NEW_FACTOR, factors.new_secret())
    return answer(_second_factor_page(CodeForm()))


@room.post("/security/second-step", needs=Permission.OWN_ACCOUNT)
@confirmed
def switch_on() -> ResponseReturnValue:
    """Switch the second step on once a first code shows that the phone knows the secret."""
    form, person = CodeForm(request.form), _me()
    secret = session.get(NEW_FACTOR)
    if person.totp_secret or not secret:
        return redirect(url_for(".show_second_factor"), 303)
    if not form.validate() or is_limited(attempt(limits.NEW_FACTOR, me()), form):
        return answer(_second_factor_page(form), 422)
    person = _me()
    step = factors.step_of(secret, form.code.data or "", now=now())
    if step is None:
        form.refuse(N_("This code does not fit. Check that the clock of your phone is right."))
        return answer(_second_factor_page(form), 422)
    session.pop(NEW_FACTOR)
    new = NewFactor(secret=secret, step=step)
    codes = factors.switch_on(db(), person, new, keep=_here(), now=now())
    return answer(CodesPage(codes=codes))


@room.post("/security/second-step/off", needs=Permission.OWN_ACCOUNT)
@confirmed
def switch_off() -> ResponseReturnValue:
    check_and_count(attempt(limits.SECURITY, me()))
    person = _me()
    if person.totp_secret:
        own = Decision(by=person.id, why="own wish")
        factors.switch_off(db(), person, own, keep=_here(), now=now())
        flash(current().gettext(N_("Signing in does not take a code any more.")))
    return redirect(url_for(".show_security"), 303)


@room.post("/security/codes", needs=Permission.OWN_ACCOUNT)
@confirmed
def renew_codes() -> ResponseReturnValue:
    check_and_count(attempt(limits.SECURITY, me()))
    person = _me()
    if not person.totp_secret:
        return redirect(url_for(".show_second_factor"), 303)
    return answer(CodesPage(codes=factors.new_recovery_codes(db(), person, now=now())))


def _here() -> str:
    """Return the hash of the token that this device is signed in with."""
    return (login.whoever() or abort(401)).token_hash


def _me() -> Person:
    return queries.person(db(), me()) or abort(404)


def _second_factor_page(form: CodeForm) -> SecondFactorPage:
    secret = session[NEW_FACTOR]
    picture = trust(factors.picture(secret, _me().email))
    return SecondFactorPage(form=form, secret=secret, picture=picture)


def _password_page(form: NewPasswordForm) -> ShortPage:
    lead = N_("Every other device on which you are signed in will have to sign in again.")
    return password_page(form, lead)


def _address_page(form: AddressForm) -> ShortPage:
    return ShortPage(
        title=N_("Change my address"),
        lead=N_("A link is sent to the new address; until you use it, the old one stays."),
        form=form,
        fields=[Field(name="email", kind="email", autocomplete="email")],
        button=N_("Send me the link"),
    )
