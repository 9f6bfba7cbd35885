"""The blueprint of what participants and candidates see of the fee of their own place."""

from http import HTTPStatus

from flask import abort, make_response, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor
from learning.admissions.models import Application
from learning.admissions.queries import applications as application_queries
from learning.fees.models import FeeAccount
from learning.fees.queries.accounts import account_of
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page

bp = GuardedBlueprint("fees", __name__, url_prefix="/applications/<reference>/fee")


def own_application(reference: str) -> Application:
    """Return an application of the signed-in person; 404 for another person's."""
    never_store()
    return application_queries.own_application(db(), current_actor(), reference) or abort(404)


def own_account(reference: str) -> tuple[Application, FeeAccount]:
    """Return an own application and its fee account; 404 without one."""
    application = own_application(reference)
    return application, account_of(db(), application.id) or abort(404)


def fee_url(application: Application) -> str:
    return url_for("fees.show_fee", reference=application.reference)


def answer(page: Page, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    return make_response(render_page(page), status)
