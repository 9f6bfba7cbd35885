"""Pages of signing in and out, with a second step for those who have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.accounts import (
    actions,
    factors,
    known_devices,
    limits,
    login,
    passwords,
    queries,
    rules,
)
from learning.accounts.forms import CodeForm, PasswordForm, SignInForm
from learning.accounts.login import HalfOpened
from learning.accounts.queries import Door
from learning.accounts.views.room import (
    WRONG_PASSWORD,
    Field,
    ShortPage,
    answer,
    room,
)
from learning.kit.db import SAFE_METHODS, database, db
from learning.kit.email_addresses import normal_email
from learning.kit.errors import typed_fields
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.rate_limit import Attempt, attempt, give_back, is_limited
from learning.kit.time import now

NOT_TOGETHER = N_("This address and this password do not belong together. Check both.")
SET_A_NEW_ONE = N_("Or set a new password by e-mail: with it you can sign in here at once.")
COME_AGAIN = N_("Many people sign in at this moment. Wait a few seconds, then try once more.")


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


@room.get("/sign-in", needs=Permission.OPEN_TO_ALL)
def show_sign_in() -> ResponseReturnValue:
    if login.whoever():
        return redirect(url_for("home.this_week"), 303)
    onward = rules.safe_next(request.args.get("next", "")) or ""
    return answer(SignInPage(form=SignInForm(), next=onward, asked=bool(onward)))


@room.post("/sign-in", needs=Permission.OPEN_TO_ALL)
@passwords.queued
def sign_in() -> ResponseReturnValue:
    form = SignInForm(request.form)
    email = normal_email(form.email.data or "")
    with database().reading() as reading:
        door = queries.door(reading, email)
    tried = known_devices.attempt_at(limits.SIGN_IN, email, door.person_id if door else None)
    limited = not form.validate() or is_limited(tried, form, also=SET_A_NEW_ONE)
    if not limited and (door := _opened(door, form, tried)):
        give_back(db(), tried)
        shared, onward = form.values().shared, _onward()
        if door.second_factor:
            login.half_open(door, shared=shared, onward=onward)
            return redirect(url_for(".show_code"), 303)
        if login.open_session(door.person_id, door.version, shared=shared):
            return redirect(onward or url_for("home.this_week"), 303)
        form.refuse(NOT_TOGETHER)  # the password was changed in this very moment
    return answer(_sign_in_page(form), 422)


def _sign_in_page(form: SignInForm) -> SignInPage:
    return SignInPage(form=form, next=_onward(), asked=False)


def _onward() -> str:
    """Return where whoever signs in wanted to go, "" for nowhere of ours."""
    return rules.safe_next(request.form.get("next", "")) or ""


def _fits(password_hash: str | None, given: str, tried: Attempt) -> bool:
    """Compare a password; where nobody came to compare it, it was no try."""
    try:
        return passwords.fits(password_hash, given)
    except passwords.Busy:
        with database().transaction() as session:
            give_back(session, tried)
        raise


@room.errorhandler(passwords.Busy)
def ask_to_come_again(_busy: passwords.Busy) -> ResponseReturnValue:
    """Say that many came at once; only the password has to be typed again."""
    at_the_door = request.endpoint == f"{room.name}.{sign_in.__name__}"
    form = SignInForm(request.form) if at_the_door else PasswordForm()
    form.refuse(COME_AGAIN)
    page = _sign_in_page(form) if isinstance(form, SignInForm) else _send_again_page(form)
    never_store()
    waiting = {"Retry-After": str(passwords.COME_AGAIN)}
    return make_response(show(page), HTTPStatus.SERVICE_UNAVAILABLE, waiting)


def _send_again_page(form: PasswordForm) -> ShortPage:
    return ShortPage(
        title=N_("Many people are here at once"),
        lead=N_("Nothing was changed. What you typed is kept, but for the password."),
        form=form,
        fields=[Field(name="password", kind="password", autocomplete="current-password")],
        button=N_("Send again"),
        hidden=dict(typed_fields()),
    )


def _opened(door: Door | None, form: SignInForm, tried: Attempt) -> Door | None:
    """Return a door if it opens; the slow comparison happens outside any transaction."""
    if not _fits(door.password_hash if door else None, form.values().password, tried):
        form.refuse(NOT_TOGETHER)
        return None
    if door and door.locked:
        form.refuse(N_("This account is closed for now. Write to the course team."))
        return None
    if door and door.password_hash:
        _renew_hash(door.person_id, door.password_hash, form.values().password)
    return door


def _renew_hash(person_id: int, former: str, password: str) -> None:
    """Hash a password that fits in today's way, if it was hashed in another."""
    if fresh := passwords.renewed(former, password):
        actions.renew_hash(db(), person_id, former, fresh)


@room.get("/code", needs=Permission.OPEN_TO_ALL)
def show_code() -> ResponseReturnValue:
    if login.half_opened() is None:
        return redirect(url_for(".show_sign_in"), 303)
    return answer(_code_page(CodeForm()))


@room.post("/code", needs=Permission.OPEN_TO_ALL)
def give_code() -> ResponseReturnValue:
    """Finish signing in with a code from the phone, or a recovery code."""
    half, form = login.half_opened(), CodeForm(request.form)
    if half is None:
        return redirect(url_for(".show_sign_in"), 303)
    tried = known_devices.attempt_at(limits.CODE, half.person_id, half.person_id)
    if form.validate() and not is_limited(tried, form):
        if _opens(half, form.code.data or ""):
            give_back(db(), tried)
            return redirect(rules.safe_next(half.onward) or url_for("home.this_week"), 303)
        form.refuse(N_("This code does not fit, or was used already. Wait for the next one."))
    return answer(_code_page(form), 422)


def _opens(half: HalfOpened, code: str) -> bool:
    fits = factors.accept(db(), half.person_id, code, version=half.version, now=now())
    return fits and login.open_session(half.person_id, half.version, shared=half.shared)


def _code_page(form: CodeForm) -> ShortPage:
    return ShortPage(
        title=N_("One more step"),
        lead=N_("Open the app on your phone that shows your codes."),
        form=form,
        fields=[Field(name="code", autocomplete="one-time-code")],
        button=N_("Sign in"),
    )


@room.get("/confirm", needs=Permission.OWN_ACCOUNT)
def show_confirm() -> ResponseReturnValue:
    return answer(_confirm_page(PasswordForm(), request.args.get("next", "")))


@room.post("/confirm", needs=Permission.OWN_ACCOUNT)
@passwords.queued
def confirm() -> ResponseReturnValue:
    """Ask for the password once more before something that matters."""
    form, onward = PasswordForm(request.form), request.form.get("next", "")
    if form.validate() and password_is_mine(form):
        signed_in = login.whoever() or abort(401)
        actions.note_confirmed(db(), signed_in.token_hash, now=now())
        return redirect(rules.safe_next(onward) or url_for(".show_security"), 303)
    return answer(_confirm_page(form, onward), 422)


def password_is_mine(form: PasswordForm) -> bool:
    """Whether whoever makes this request gave their own password; wrong ones are counted.

    They are counted for this sign-in: whoever took over another one stops nobody here.
    """
    signed_in = login.whoever() or abort(401)
    tried = attempt(limits.CONFIRM, signed_in.token_hash)
    if is_limited(tried, form):
        return False
    with database().reading() as reading:
        person = queries.person(reading, me())
        password_hash = person.password_hash if person else None
    if _fits(password_hash, form.password.data or "", tried):
        give_back(db(), tried)
        _renew_hash(me(), password_hash or "", form.password.data or "")
        return True
    form.refuse(WRONG_PASSWORD)
    return False


def _confirm_page(form: PasswordForm, onward: str) -> ShortPage:
    return ShortPage(
        title=N_("Confirm that it is you"),
        lead=N_("Give your password once more before you change something that matters."),
        form=form,
        fields=[Field(name="password", kind="password", autocomplete="current-password")],
        button=N_("Go on"),
        hidden={"next": rules.safe_next(onward) or ""},
    )


@room.post("/sign-out", needs=Permission.OWN_ACCOUNT)
def sign_out() -> ResponseReturnValue:
    shared = bool((signed_in := login.whoever()) and signed_in.shared_device)
    login.close_session()
    flash(current().gettext(N_("You are signed out.")))
    response = redirect(url_for("accounts.show_sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"' if shared else '"cache"'
    return response


def ask_to_sign_in() -> ResponseReturnValue:
    """Ask a visitor who wants a page of ours to sign in; keep what was typed, if anything was."""
    if request.method in SAFE_METHODS:
        onward = request.full_path.rstrip("?")
        return redirect(url_for("accounts.show_sign_in", next=onward), 303)
    never_store()
    page = SignInAgainPage(address=request.full_path.rstrip("?"), typed=typed_fields())
    return show(page), 401
