"""Pages for signing in and out, with two-factor authentication."""

from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, refund_attempt
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.accounts import (
    actions,
    known_devices,
    limits,
    login,
    passwords,
    queries,
    reader_marks,
    rules,
    two_factor,
)
from learning.accounts.forms import CodeForm, PasswordForm, SignInForm, SignUpForm
from learning.accounts.login import PendingSignIn
from learning.accounts.queries import SignInCandidate
from learning.accounts.views.blueprint import WRONG_PASSWORD, FieldSpec, SimpleFormPage, answer, bp
from learning.accounts.views.sent_emails import next_url
from learning.kit.db import database, db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.requests import posted_email
from learning.kit.time import now

WRONG_EMAIL_OR_PASSWORD = N_("This e-mail address and this password do not match. Check both.")
RESET_HINT = N_("Or set a new password by e-mail: with it you can sign in here at once.")
WRONG_CODE = N_("This code is not valid, or was used already. Wait for the next one.")


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    template: ClassVar[str] = "accounts/sign_in.html"

    form: SignInForm
    next: str
    new: SignUpForm | None  # beside it, for those who come to do something and have no account
    ended: bool  # somebody was signed in in this browser, and asked for a page


@bp.get("/sign-in", needs=Permission.OPEN_TO_ALL)
def show_sign_in() -> ResponseReturnValue:
    if login.current_session():
        return redirect(next_url() or url_for("home.this_week"), 303)
    if next_url() and not reader_marks.last_mark():
        return answer(SignInPage(form=SignInForm(), next=next_url(), new=SignUpForm(), ended=False))
    return answer(sign_in_page(SignInForm(), ended=bool(next_url())))


def sign_in_attempt(prefix: str = "") -> Attempt | None:
    """Count a password for an address; whose it is, is looked up once, before any transaction.

    `prefix` is that of the names of the form's fields.
    """
    email = posted_email(f"{prefix}email")
    with database().read_transaction() as reading:
        found = queries.sign_in_candidate(reading, email)
    g.sign_in_candidate = found
    if not email or not request.form.get(f"{prefix}password"):
        return None  # nothing was tried
    return known_devices.attempt_on_device(
        limits.SIGN_IN, email, found.person_id if found else None
    )


def code_attempt(prefix: str = "") -> Attempt | None:
    """Count a code of the sign-in that waits for it."""
    pending = login.pending_sign_in()
    if pending is None or not request.form.get(f"{prefix}code", "").strip():
        return None
    return known_devices.attempt_on_device(limits.CODE, pending.person_id, pending.person_id)


def _confirmation_attempt() -> Attempt | None:
    signed_in = login.current_session()
    if signed_in is None or not request.form.get("password"):
        return None
    return attempt(limits.CONFIRM, signed_in.token_hash)


@bp.post("/sign-in", needs=Permission.OPEN_TO_ALL)
@passwords.queued
@form_post(limit=sign_in_attempt, counts_refused=True, hint=RESET_HINT)
def sign_in() -> ResponseReturnValue:
    form = SignInForm(request.form)
    if form.validate() and (candidate := checked_candidate(form)):
        refund_attempt(db())
        shared, onward = form.values().shared, next_url()
        if candidate.has_two_factor:
            login.hold_for_code(candidate, shared=shared, next_url=onward)
            return redirect(url_for(".show_code"), 303)
        if login.log_in(candidate.person_id, candidate.version, shared=shared):
            return redirect(onward or url_for("home.this_week"), 303)
        form.add_error(WRONG_EMAIL_OR_PASSWORD)  # the password was changed in this very moment
    return answer(sign_in_page(form), 422)


def sign_in_page(form: SignInForm, *, ended: bool = False) -> SignInPage:
    """Return the page for signing in alone."""
    return SignInPage(form=form, next=next_url(), new=None, ended=ended)


def _check_password(password_hash: str | None, password: str) -> bool:
    """Compare a password; where nobody came to compare it, it was no try."""
    try:
        return passwords.check_password(password_hash, password)
    except passwords.TooManySignIns:
        with database().transaction() as session:
            refund_attempt(session)
        raise


def checked_candidate(form: SignInForm) -> SignInCandidate | None:
    """Return who signs in; the slow comparison happens outside any transaction."""
    candidate: SignInCandidate | None = g.sign_in_candidate
    if not _check_password(candidate.password_hash if candidate else None, form.values().password):
        form.add_error(WRONG_EMAIL_OR_PASSWORD)
        return None
    if candidate and candidate.closed:
        form.add_error(N_("This account is closed for now. Write to the course team."))
        return None
    if candidate and candidate.password_hash:
        _rehash(candidate.person_id, candidate.password_hash, form.values().password)
    return candidate


def _rehash(person_id: int, former: str, password: str) -> None:
    """Hash a right password with today's parameters, if it was hashed with others."""
    if new_hash := passwords.rehash_if_needed(former, password):
        actions.update_password_hash(db(), person_id, former, new_hash)


@bp.get("/code", needs=Permission.OPEN_TO_ALL)
def show_code() -> ResponseReturnValue:
    if login.pending_sign_in() is None:
        return redirect(url_for(".show_sign_in"), 303)
    return answer(_code_page(CodeForm()))


@bp.post("/code", needs=Permission.OPEN_TO_ALL)
@form_post(limit=code_attempt, counts_refused=True)
def verify_code() -> ResponseReturnValue:
    """Finish signing in with a code from the app, or a recovery code."""
    pending, form = login.pending_sign_in(), CodeForm(request.form)
    if pending is None:
        return redirect(url_for(".show_sign_in"), 303)
    if form.validate():
        if completes_sign_in(pending, form.code.data or ""):
            refund_attempt(db())
            return redirect(
                rules.safe_redirect_path(pending.next_url) or url_for("home.this_week"), 303
            )
        form.add_error(WRONG_CODE)
    return answer(_code_page(form), 422)


def completes_sign_in(pending: PendingSignIn, code: str) -> bool:
    """Sign in if the code is right; return whether it was."""
    fits = two_factor.verify_code(db(), pending.person_id, code, version=pending.version, now=now())
    return fits and login.log_in(pending.person_id, pending.version, shared=pending.shared)


def _code_page(form: CodeForm) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("One more step"),
        lead=N_("Open the app on your phone that shows your codes."),
        form=form,
        fields=[FieldSpec(name="code", autocomplete="one-time-code")],
        button=N_("Sign in"),
    )


@bp.get("/confirm", needs=Permission.OWN_ACCOUNT)
def show_password_confirmation() -> ResponseReturnValue:
    return answer(_confirm_page(PasswordForm(), request.args.get("next", "")))


@bp.post("/confirm", needs=Permission.OWN_ACCOUNT)
@passwords.queued
@form_post(limit=_confirmation_attempt, counts_refused=True)
def confirm_password() -> ResponseReturnValue:
    """Ask for the password once more before a sensitive change."""
    form, next_url = PasswordForm(request.form), request.form.get("next", "")
    if form.validate() and is_own_password(form):
        signed_in = login.current_session() or abort(401)
        actions.record_password_confirmed(db(), signed_in.token_hash, now=now())
        return redirect(rules.safe_redirect_path(next_url) or url_for(".show_security"), 303)
    return answer(_confirm_page(form, next_url), 422)


def is_own_password(form: PasswordForm) -> bool:
    """Whether the signed-in person gave their own password; wrong ones are counted.

    They are counted by session: an attacker in another session of the same person blocks nobody
    here.
    """
    with database().read_transaction() as reading:
        person = queries.get_person(reading, current_person_id())
        password_hash = person.password_hash if person else None
    if _check_password(password_hash, form.password.data or ""):
        refund_attempt(db())
        _rehash(current_person_id(), password_hash or "", form.password.data or "")
        return True
    form.add_error(WRONG_PASSWORD)
    return False


def _confirm_page(form: PasswordForm, next_url: str) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("Confirm that it is you"),
        lead=N_("Enter your password again before an important change."),
        form=form,
        fields=[FieldSpec(name="password", kind="password", autocomplete="current-password")],
        button=N_("Continue"),
        hidden={"next": rules.safe_redirect_path(next_url) or ""},
    )


@bp.post("/sign-out", needs=Permission.OWN_ACCOUNT)
@form_post(has_form=False)
def sign_out() -> ResponseReturnValue:
    shared = bool((signed_in := login.current_session()) and signed_in.shared_device)
    login.log_out()
    flash(current_i18n().gettext(N_("You are signed out.")))
    response = redirect(url_for("accounts.show_sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"' if shared else '"cache"'
    return response
