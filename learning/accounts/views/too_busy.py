"""What is shown when more people sign in at once than can be served."""

from http import HTTPStatus

from flask import make_response, request
from flask.typing import ResponseReturnValue

from learning.accounts import passwords
from learning.accounts.forms import PasswordForm, SignInForm
from learning.accounts.views import sessions, sign_in_again
from learning.accounts.views.blueprint import FieldSpec, SimpleFormPage, bp
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.pages import Page, render_page
from learning.kit.resend import submitted_fields

TOO_BUSY = N_("Many people are signing in now. Wait a few seconds, then try again.")


@bp.errorhandler(passwords.TooManySignIns)
def show_too_busy(_busy: passwords.TooManySignIns) -> ResponseReturnValue:
    """Say that too many people sign in at once; only the password has to be typed again."""
    never_store()
    waiting = {"Retry-After": str(passwords.RETRY_AFTER_SECONDS)}
    return make_response(render_page(_page()), HTTPStatus.SERVICE_UNAVAILABLE, waiting)


def _page() -> Page:
    if request.endpoint == f"{bp.name}.{sessions.sign_in.__name__}":
        form = SignInForm(request.form)
        form.add_error(TOO_BUSY)
        return sessions.sign_in_page(form)
    if request.endpoint == f"{bp.name}.{sign_in_again.sign_in_again.__name__}":
        again = sign_in_again.posted_form()
        again.add_error(TOO_BUSY)
        return sign_in_again.page_of(again)
    password = PasswordForm()
    password.add_error(TOO_BUSY)
    return SimpleFormPage(
        title=N_("Many people are here at once"),
        lead=N_("Nothing was changed. What you typed is kept, but for the password."),
        form=password,
        fields=[FieldSpec(name="password", kind="password", autocomplete="current-password")],
        button=N_("Send again"),
        hidden=dict(submitted_fields()),
    )
