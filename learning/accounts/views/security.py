"""Security pages: password, address, two-factor authentication, recovery codes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import ClassVar
from urllib.parse import quote

from flask import abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.accounts import actions, limits, login, passwords, queries, registration, two_factor
from learning.accounts.actions import AccountDecision
from learning.accounts.forms import CodeForm, EmailForm, NewPasswordForm
from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.accounts.two_factor import NewTotpSecret
from learning.accounts.views.blueprint import FieldSpec, SimpleFormPage, answer, bp, password_page
from learning.kit.db import SAFE_METHODS, db, rollback_changes
from learning.kit.email_addresses import normal_email
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.text import mark_safe
from learning.kit.time import now
from learning.mail.actions import EmailRequest

PENDING_TOTP_KEY = "factor"
"""The key, in the signed session, of a new secret that waits for its first code."""
ViewFunction = Callable[[], ResponseReturnValue]


@dataclass(frozen=True, kw_only=True)
class SecurityPage(Page):
    template: ClassVar[str] = "accounts/security.html"

    email: str
    has_two_factor: bool
    codes_left: int
    staff: bool


@dataclass(frozen=True, kw_only=True)
class TwoFactorPage(Page):
    template: ClassVar[str] = "accounts/two_factor.html"

    form: CodeForm
    secret: str
    app_uri: str
    qr_code: Markup


@dataclass(frozen=True, kw_only=True)
class CodesPage(Page):
    """The recovery codes, shown this once."""

    template: ClassVar[str] = "accounts/codes.html"

    codes: Sequence[str]

    @property
    def file(self) -> str:
        """The codes as the address of a text file, to save."""
        return "data:text/plain;charset=utf-8," + quote("\n".join(self.codes))


def password_confirmed(view: ViewFunction) -> ViewFunction:
    """Ask for the password first, unless it was confirmed recently."""

    @wraps(view)
    def guarded() -> ResponseReturnValue:
        if login.is_confirmed():
            return view()
        safe = request.method in SAFE_METHODS
        onward = request.path if safe else url_for(".show_security")
        return redirect(url_for(".show_password_confirmation", next=onward), 303)

    return guarded


@bp.get("/security", needs=Permission.OWN_ACCOUNT)
def show_security() -> ResponseReturnValue:
    person = _current_person()
    page = SecurityPage(
        email=person.email,
        has_two_factor=person.totp_secret is not None,
        codes_left=two_factor.count_recovery_codes(db(), person.id),
        staff=queries.is_staff(db(), person.id),
    )
    return answer(page)


@bp.get("/security/password", needs=Permission.OWN_ACCOUNT)
@password_confirmed
def show_password() -> ResponseReturnValue:
    return answer(_password_page(NewPasswordForm()))


@bp.post("/security/password", needs=Permission.OWN_ACCOUNT)
@password_confirmed
@passwords.queued
@form_post(limit=per_person(limits.SECURITY))
def change_password() -> ResponseReturnValue:
    """Change the password; every device signs in again, this one too."""
    form, signed_in = NewPasswordForm(request.form), login.current_session()
    about = _current_person()
    name, email = about.name, about.email
    if signed_in is None or not form.check(name, email):
        return answer(_password_page(form), 422)
    rollback_changes()  # hashing is slow and happens outside the transaction
    password_hash = passwords.hash_password(form.password.data or "")
    person = _current_person()
    actions.set_password(db(), person, password_hash, now=now())
    send_email_to(db(), person, EmailRequest(kind="accounts.password-changed"), now=now())
    login.log_in(person.id, person.credentials_version, shared=signed_in.shared_device)
    flash(current_i18n().gettext(N_("Your password is changed. Every other device is signed out.")))
    return redirect(url_for(".show_security"), 303)


@bp.get("/security/email", needs=Permission.OWN_ACCOUNT)
@password_confirmed
def show_email() -> ResponseReturnValue:
    return answer(_email_page(EmailForm()))


@bp.post("/security/email", needs=Permission.OWN_ACCOUNT)
@password_confirmed
@form_post(limit=per_person(limits.EMAIL_CHANGE))
def change_email() -> ResponseReturnValue:
    """Send a link to the new address, and a notice to the old one."""
    form = EmailForm(request.form)
    if not form.validate():
        return answer(_email_page(form), 422)
    if normal_email(form.email.data or "") == _current_person().email:
        form.add_error(N_("That is your address already."))
        return answer(_email_page(form), 422)
    registration.request_email_change(db(), _current_person(), form.email.data or "", now=now())
    return redirect(url_for(".show_email_sent"), 303)


@bp.get("/security/two-factor", needs=Permission.OWN_ACCOUNT)
@password_confirmed
def show_two_factor() -> ResponseReturnValue:
    if _current_person().totp_secret:
        return redirect(url_for(".show_security"), 303)
    session.setdefault(PENDING_TOTP_KEY, two_factor.new_secret())
    return answer(_two_factor_page(CodeForm()))


@bp.post("/security/two-factor", needs=Permission.OWN_ACCOUNT)
@password_confirmed
@form_post(limit=per_person(limits.ENABLE_TWO_FACTOR), counts_refused=True)
def enable_two_factor() -> ResponseReturnValue:
    """Enable two-factor authentication once a first code shows that the app has the secret."""
    form, person = CodeForm(request.form), _current_person()
    secret = session.get(PENDING_TOTP_KEY)
    if person.totp_secret or not secret:
        return redirect(url_for(".show_two_factor"), 303)
    if not form.validate():
        return answer(_two_factor_page(form), 422)
    step = two_factor.time_step_of(secret, form.code.data or "", now=now())
    if step is None:
        form.add_error(N_("This code is not valid. Check that the clock of your phone is right."))
        return answer(_two_factor_page(form), 422)
    session.pop(PENDING_TOTP_KEY)
    new = NewTotpSecret(secret=secret, step=step)
    codes = two_factor.enable(db(), person, new, except_token_hash=_current_token_hash(), now=now())
    return answer(CodesPage(codes=codes))


@bp.post("/security/two-factor/off", needs=Permission.OWN_ACCOUNT)
@password_confirmed
@form_post(limit=per_person(limits.SECURITY), has_form=False)
def disable_two_factor() -> ResponseReturnValue:
    person = _current_person()
    if person.totp_secret:
        own = AccountDecision(by=person.id, why="own wish")
        two_factor.disable(db(), person, own, except_token_hash=_current_token_hash(), now=now())
        flash(current_i18n().gettext(N_("Signing in does not take a code any more.")))
    return redirect(url_for(".show_security"), 303)


@bp.post("/security/codes", needs=Permission.OWN_ACCOUNT)
@password_confirmed
@form_post(limit=per_person(limits.SECURITY), has_form=False)
def renew_codes() -> ResponseReturnValue:
    person = _current_person()
    if not person.totp_secret:
        return redirect(url_for(".show_two_factor"), 303)
    return answer(CodesPage(codes=two_factor.create_recovery_codes(db(), person, now=now())))


def _current_token_hash() -> str:
    """Return the hash of the token that this device is signed in with."""
    return (login.current_session() or abort(401)).token_hash


def _current_person() -> Person:
    return queries.get_person(db(), current_person_id()) or abort(404)


def _two_factor_page(form: CodeForm) -> TwoFactorPage:
    secret = session[PENDING_TOTP_KEY]
    email = _current_person().email
    return TwoFactorPage(
        form=form,
        secret=secret,
        app_uri=two_factor.app_uri(secret, email),
        qr_code=mark_safe(two_factor.qr_code(secret, email)),
    )


def _password_page(form: NewPasswordForm) -> SimpleFormPage:
    lead = N_("Every other device on which you are signed in will have to sign in again.")
    return password_page(form, lead)


def _email_page(form: EmailForm) -> SimpleFormPage:
    return SimpleFormPage(
        title=N_("Change my address"),
        lead=N_("A link is sent to the new address; until you use it, the old one stays."),
        form=form,
        fields=[FieldSpec(name="email", kind="email", autocomplete="email")],
        button=N_("Send me the link"),
    )
