"""Pages of registration: sign-up, invitation, a forgotten password."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.permissions import Permission
from learning.accounts import (
    known_devices,
    limits,
    login,
    passwords,
    queries,
    registration,
    rules,
    tokens,
)
from learning.accounts.forms import FirstPasswordForm, NewPasswordForm, ResetForm, SignUpForm
from learning.accounts.models import AccountToken, TokenPurpose
from learning.accounts.registration import SignUpRequest
from learning.accounts.views.blueprint import (
    NEW_PASSWORD,
    FieldSpec,
    SimpleFormPage,
    answer,
    bp,
    password_page,
)
from learning.accounts.views.sent_emails import (
    RequestedEmail,
    keep_requested,
    last_requested,
    next_url,
)
from learning.kit import rate_limit
from learning.kit.db import db, rollback_changes
from learning.kit.email_addresses import normal_email
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.requests import posted_email
from learning.kit.time import now, time_zone_names


def _sign_up_attempt() -> Attempt:
    return attempt(limits.SIGN_UP, posted_email())


def _reset_attempt() -> Attempt:
    return attempt(limits.RESET, posted_email())


@bp.get("/sign-up", needs=Permission.OPEN_TO_ALL)
def show_sign_up() -> ResponseReturnValue:
    requested = last_requested()
    known = {"name": requested.name, "email": requested.email} if requested else {}
    return answer(_sign_up_page(SignUpForm(data=known)))


@bp.post("/sign-up", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_sign_up_attempt)
def sign_up() -> ResponseReturnValue:
    """Accept a sign-up; the answer does not reveal whether the address is known."""
    form = SignUpForm(request.form)
    email = normal_email(form.email.data or "")
    if not form.validate():
        return answer(_sign_up_page(form), 422)
    sign_up_request = SignUpRequest(
        email=email,
        name=form.name.data or "",
        language=current_i18n().language,
        zone=_valid_time_zone(request.form.get("zone", "")),
        next_url=next_url(),
    )
    registration.request_sign_up(db(), sign_up_request, now=now())
    keep_requested(
        RequestedEmail(
            email=email,
            post_url=url_for(".sign_up"),
            form_url=url_for(".show_sign_up", next=next_url() or None),
            name=sign_up_request.name,
            zone=sign_up_request.zone,
            next=next_url(),
        )
    )
    return redirect(url_for(".show_email_sent"), 303)


def _valid_time_zone(name: str) -> str:
    """Return the zone that the browser says it is in, if there is such a zone."""
    return name if name in time_zone_names() else "UTC"


@bp.get("/password-reset", needs=Permission.OPEN_TO_ALL)
def show_password_reset() -> ResponseReturnValue:
    return answer(_password_reset_page(ResetForm()))


@bp.post("/password-reset", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_reset_attempt)
def request_password_reset() -> ResponseReturnValue:
    form = ResetForm(request.form)
    if not form.validate():
        return answer(_password_reset_page(form), 422)
    email = form.email.data or ""
    registration.request_password_reset(db(), email, now=now())
    urls = {
        "post_url": url_for(".request_password_reset"),
        "form_url": url_for(".show_password_reset"),
    }
    keep_requested(RequestedEmail(email=email, **urls))
    return redirect(url_for(".show_email_sent"), 303)


@bp.get("/sign-up/<token>", needs=Permission.OPEN_TO_ALL)
def show_confirmation(token: str) -> ResponseReturnValue:
    account_token = _account_token(token, TokenPurpose.SIGN_UP)
    if account_token is None:
        return answer(_expired_page(url_for(".show_sign_up")))
    sign_up_request = registration.sign_up_request_of(account_token)
    return answer(
        _first_password_page(
            FirstPasswordForm(data={"name": sign_up_request.name}), sign_up_request.email
        )
    )


@bp.post("/sign-up/<token>", needs=Permission.OPEN_TO_ALL)
@form_post()
def confirm_sign_up(token: str) -> ResponseReturnValue:
    """Create the account with the password that the owner of the address chooses here.

    Opening the link alone does nothing, because mail scanners open links.
    """
    form, account_token = (
        FirstPasswordForm(request.form),
        _account_token(token, TokenPurpose.SIGN_UP),
    )
    if account_token is None:
        return answer(_expired_page(url_for(".show_sign_up")), 410)
    email = account_token.email
    rollback_changes()  # hashing is slow and happens outside the transaction
    if not form.check(form.name.data or "", email):
        return answer(_first_password_page(form, email), 422)
    password_hash = passwords.hash_password(form.password.data or "")
    token_row = tokens.find_token(db(), token, TokenPurpose.SIGN_UP, now=now()) or abort(410)
    onward = rules.safe_redirect_path(registration.sign_up_request_of(token_row).next_url)
    name = form.name.data or ""
    person = registration.confirm_sign_up(db(), token_row, name, password_hash, now=now())
    login.log_in_new(person, shared=bool(form.shared.data))
    flash(current_i18n().gettext(N_("Your address is confirmed, and you are signed in.")))
    return redirect(onward or url_for("home.this_week"), 303)


@bp.get("/email-change/<token>", needs=Permission.OPEN_TO_ALL)
def show_email_change(token: str) -> ResponseReturnValue:
    account_token = _account_token(token, TokenPurpose.EMAIL_CHANGE)
    return answer(
        _confirmation_page() if account_token else _expired_page(url_for(".show_security"))
    )


@bp.post("/email-change/<token>", needs=Permission.OPEN_TO_ALL)
@form_post(has_form=False)
def confirm_email_change(token: str) -> ResponseReturnValue:
    account_token = _account_token(token, TokenPurpose.EMAIL_CHANGE)
    if account_token is None:
        return answer(_expired_page(url_for(".show_security")), 410)
    registration.confirm_email_change(db(), account_token, now=now())
    flash(current_i18n().gettext(N_("Your address is confirmed. You sign in with it from now on.")))
    return redirect(url_for(".show_sign_in"), 303)


@bp.get("/reset/<token>", needs=Permission.OPEN_TO_ALL)
def show_new_password(token: str) -> ResponseReturnValue:
    return _show_password_page(token, TokenPurpose.RESET)


@bp.post("/reset/<token>", needs=Permission.OPEN_TO_ALL)
@form_post()
def set_new_password(token: str) -> ResponseReturnValue:
    return _choose_password(token, TokenPurpose.RESET)


@bp.get("/invitation/<token>", needs=Permission.OPEN_TO_ALL)
def show_invitation(token: str) -> ResponseReturnValue:
    return _show_password_page(token, TokenPurpose.INVITATION)


@bp.post("/invitation/<token>", needs=Permission.OPEN_TO_ALL)
@form_post()
def accept_invitation(token: str) -> ResponseReturnValue:
    return _choose_password(token, TokenPurpose.INVITATION)


def _show_password_page(token: str, purpose: TokenPurpose) -> ResponseReturnValue:
    if _account_token(token, purpose) is None:
        return answer(_expired_page(url_for(".show_password_reset")))
    return answer(_password_page(NewPasswordForm()))


@passwords.queued
def _choose_password(token: str, purpose: TokenPurpose) -> ResponseReturnValue:
    form = NewPasswordForm(request.form)
    account_token = _account_token(token, purpose)
    person = (
        queries.get_person(db(), account_token.person_id)
        if account_token and account_token.person_id
        else None
    )
    if person is None:
        return answer(_expired_page(url_for(".show_password_reset")), 410)
    about = (person.name, person.email)
    rollback_changes()  # hashing is slow and happens outside the transaction
    if not form.check(*about):
        return answer(_password_page(form), 422)
    password_hash = passwords.hash_password(form.password.data or "")
    token_row = tokens.find_token(db(), token, purpose, now=now()) or abort(410)
    person = registration.set_password_with_token(db(), token_row, password_hash, now=now())
    rate_limit.reset(db(), limits.SIGN_IN, person.email)
    known_devices.remember(person.id, by_email=True)  # other people's attempts do not count here
    flash(current_i18n().gettext(N_("Your password is set. Sign in.")))
    return redirect(url_for(".show_sign_in"), 303)


def _account_token(token: str, purpose: TokenPurpose) -> AccountToken | None:
    """Return the row of a token.

    Wrong tokens are counted, without blocking others of the same network.
    """
    account_token = tokens.find_token(db(), token, purpose, now=now())
    if account_token is None:
        rate_limit.check_and_count(attempt(limits.LINK))
    return account_token


def _expired_page(onward: str) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("This link does not work any more"),
        lead=N_("It was used already, or has expired. Ask for a new one."),
        link=(N_("Ask for a new one"), onward),
    )


def _confirmation_page() -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("Confirm your address"),
        lead=N_("Press the button, and you can use this address here."),
        button=N_("Confirm my address"),
    )


def _first_password_page(form: FirstPasswordForm, email: str) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("Confirm your address and choose a password"),
        lead=N_("Your account is created when you press the button."),
        form=form,
        fields=[
            FieldSpec(name="name", autocomplete="name"),
            NEW_PASSWORD,
            FieldSpec(name="shared", kind="tick"),
        ],
        button=N_("Create my account"),
        email=email,
    )


def _password_page(form: NewPasswordForm) -> SimpleFormPage:
    lead = N_("Every device on which you are signed in will have to sign in again.")
    return password_page(form, lead)


def _password_reset_page(form: ResetForm) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("Set a new password"),
        lead=N_("Write the address with which you sign in. A link is sent to it."),
        form=form,
        fields=[FieldSpec(name="email", kind="email", autocomplete="username")],
        button=N_("Send me the link"),
        public_endpoint="accounts.show_password_reset",
    )


def _sign_up_page(form: SignUpForm) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("Create account"),
        lead=N_(
            "You need one to apply for a course. An e-mail will ask you to confirm the address "
            "and to choose a password."
        ),
        form=form,
        fields=[
            FieldSpec(name="name", autocomplete="name"),
            FieldSpec(name="email", kind="email", autocomplete="username"),
        ],
        button=N_("Continue"),
        hidden={"zone": "", "next": next_url()},  # static/js/app.js fills it in
        link=(N_("I have an account already"), url_for(".show_sign_in", next=next_url() or None)),
        public_endpoint="accounts.show_sign_up",
    )
