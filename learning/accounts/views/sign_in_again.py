"""A form that comes after its session has ended: its sender signs in, and it is sent once more.

The page holds what was typed. The answer to the right password is a redirect that sends the same
form to where it was going (307). Only its writer sends it so: the form names who typed it, and the
address that takes it compares that, too (kit.background_forms). Where the writer is unknown, who
signs in reads what was typed, and sends it by a button.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, refund_attempt
from learning.access.permissions import Permission
from learning.accounts import login, passwords, reader_marks, rules
from learning.accounts.forms import CodeForm, SignInForm
from learning.accounts.views import sessions
from learning.accounts.views.blueprint import answer, bp
from learning.kit import background_forms, csrf
from learning.kit.db import SAFE_METHODS, db
from learning.kit.error_pages import ProblemPage
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.resend import SIGN_IN_PREFIX, request_url, submitted_fields

ENDPOINTS = frozenset({"accounts.sign_in_again", "accounts.verify_code_again"})
RETRY_FIELD = f"{SIGN_IN_PREFIX}retry"
OTHER_ACCOUNT = N_("What stands here was typed with another account. Sign in with that one.")


@dataclass(frozen=True, kw_only=True)
class SignInAgainPage(Page):
    """What was typed, and either the form for signing in or the one for the code."""

    template: ClassVar[str] = "accounts/sign_in_again.html"

    form: SignInForm | None
    code: CodeForm | None
    retry_field: str
    retry_url: str
    submitted: Sequence[tuple[str, str]]
    other: bool  # somebody else is signed in in this browser
    has_file: bool  # a file was sent, too; no page can hold it


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a visitor to the sign-in page; a form that was sent is kept on it."""
    if request.method in SAFE_METHODS:
        return redirect(url_for("accounts.show_sign_in", next=request_url()), 303)
    never_store()
    page = SignInAgainPage(
        form=SignInForm(prefix=SIGN_IN_PREFIX),
        code=None,
        retry_field=RETRY_FIELD,
        retry_url=request_url(),
        submitted=_named(submitted_fields(), reader_marks.last_mark()),
        other=login.current_session() is not None,
        has_file=any(file.filename for file in request.files.values()),
    )
    return render_page(page), HTTPStatus.UNAUTHORIZED


def page_of(form: SignInForm | None = None, code: CodeForm | None = None) -> SignInAgainPage:
    """Return the page once more, with what it held."""
    return SignInAgainPage(
        form=form,
        code=code,
        retry_field=RETRY_FIELD,
        retry_url=request.form.get(RETRY_FIELD, ""),
        submitted=submitted_fields(),
        other=False,
        has_file=False,
    )


def posted_form() -> SignInForm:
    return SignInForm(request.form, prefix=SIGN_IN_PREFIX)


@bp.post("/sign-in-again", needs=Permission.OPEN_TO_ALL)
@passwords.queued
@form_post(
    limit=lambda: sessions.sign_in_attempt(SIGN_IN_PREFIX),
    counts_refused=True,
    hint=sessions.RESET_HINT,
)
def sign_in_again() -> ResponseReturnValue:
    """Sign in, then send what was typed."""
    form = posted_form()
    candidate = sessions.checked_candidate(form) if form.validate() else None
    if candidate and not _may_send(candidate.person_id):
        form.add_error(OTHER_ACCOUNT)
    elif candidate:
        refund_attempt(db())
        shared = form.values().shared
        if candidate.has_two_factor:
            login.hold_for_code(candidate, shared=shared, next_url="")
            return answer(page_of(code=CodeForm(prefix=SIGN_IN_PREFIX)))
        if login.log_in(candidate.person_id, candidate.version, shared=shared):
            return _send_again(candidate.person_id)
        form.add_error(sessions.WRONG_EMAIL_OR_PASSWORD)
    return answer(page_of(form), HTTPStatus.UNPROCESSABLE_ENTITY)


@bp.post("/sign-in-again/code", needs=Permission.OPEN_TO_ALL)
@form_post(limit=lambda: sessions.code_attempt(SIGN_IN_PREFIX), counts_refused=True)
def verify_code_again() -> ResponseReturnValue:
    """Finish signing in with a code, then send what was typed."""
    pending, code = login.pending_sign_in(), CodeForm(request.form, prefix=SIGN_IN_PREFIX)
    if pending is None or not _may_send(pending.person_id):
        form = SignInForm(prefix=SIGN_IN_PREFIX)
        form.add_error(N_("Too much time has passed. Sign in once more."))
        return answer(page_of(form), HTTPStatus.UNPROCESSABLE_ENTITY)
    if code.validate():
        if sessions.completes_sign_in(pending, code.code.data or ""):
            refund_attempt(db())
            return _send_again(pending.person_id)
        code.add_error(sessions.WRONG_CODE)
    return answer(page_of(code=code), HTTPStatus.UNPROCESSABLE_ENTITY)


def _may_send(person_id: int) -> bool:
    """Whether what was typed is this person's, or nobody knows whose it is."""
    return request.form.get(background_forms.FIELD) in {None, reader_marks.mark_of(person_id)}


def _send_again(person_id: int) -> ResponseReturnValue:
    """Send the form on; by a button where its writer, or where it comes from, is unknown."""
    retry_url = rules.safe_redirect_path(request.form.get(RETRY_FIELD, ""))
    if retry_url is None:
        return redirect(url_for("home.this_week"), HTTPStatus.SEE_OTHER)
    if background_forms.FIELD in request.form and csrf.FIELD not in request.form:
        return redirect(retry_url, HTTPStatus.TEMPORARY_REDIRECT)
    login.reload_session()
    words = current_i18n()
    page = ProblemPage(
        title=words.gettext(N_("You are signed in")),
        text=words.gettext(N_("Read what you typed. If it is yours, send it.")),
        retry_url=retry_url,
        submitted=_named(submitted_fields(), reader_marks.mark_of(person_id)),
    )
    return answer(page)


def _named(fields: Sequence[tuple[str, str]], mark: str) -> Sequence[tuple[str, str]]:
    """Return the fields of a form with who typed them, unless they say so, or nobody knows."""
    if not mark or any(name == background_forms.FIELD for name, _ in fields):
        return fields
    return [*fields, (background_forms.FIELD, mark)]
