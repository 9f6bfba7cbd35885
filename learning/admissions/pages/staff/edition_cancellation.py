"""Cancelling an edition: the approver's reason, and the e-mail that everybody gets."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.admissions.commands import edition_cancellation
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.emails.applications import EMAIL_AFTER
from learning.admissions.pages.staff.blueprint import bp
from learning.admissions.pages.staff.email_previews import Preview, preview_of
from learning.admissions.pages.staff.filters import filter_args
from learning.admissions.pages.staff.forms import CancelEditionForm
from learning.admissions.pages.staff.page_models import CancelEditionPage
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.requests import edition_of
from learning.enrolment.emails import days_of
from learning.enrolment.rules import ActorRole
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now


@bp.get("/cancel-edition", needs=Permission.CANCEL_EDITIONS)
def show_cancel_edition(edition: str) -> ResponseReturnValue:
    return render_page(_page(edition_of(edition), CancelEditionForm()))


@bp.post("/cancel-edition", needs=Permission.CANCEL_EDITIONS)
@form_post()
def cancel_edition(edition: str) -> ResponseReturnValue:
    """Cancel an edition whose code was typed as confirmation."""
    where, form = edition_of(edition), CancelEditionForm(request.form)
    form.validate()
    if form.code.data != where.code:
        form.code.errors = [current_i18n().gettext(N_("This is not the code of this edition."))]
    if form.error_list:
        return render_page(_page(where, form)), 422
    transition = TransitionRequest(
        event=ApplicationEvent.CANCEL_EDITION,
        actor_role=ActorRole.APPROVER,
        by=current_person_id(),
        now=now(),
        reason=form.reason.data or "",
    )
    operation = edition_cancellation.cancel_edition(db(), where.id, transition)
    if operation is None:
        return redirect(url_for(".show_cancel_edition", edition=edition), 303)
    flash(current_i18n().gettext(N_("The edition is cancelled. Its people are being told.")))
    return redirect(
        url_for("operations.show_operation", edition=edition, reference=operation.uid), 303
    )


def _page(edition: Edition, form: CancelEditionForm) -> CancelEditionPage:
    return CancelEditionPage(
        edition=edition,
        form=form,
        people=application_queries.count_affected_people(db(), edition),
        preview=_preview(edition),
        filters_query=filter_args(),
    )


def _preview(edition: Edition) -> Preview | None:
    """Return the e-mail as this reader would get it; None if it was sent."""
    if edition.status is EditionStatus.CANCELLED:
        return None
    params = days_of(edition) | {"reason": "", "reference": ""}
    return preview_of(
        EMAIL_AFTER[ApplicationEvent.CANCEL_EDITION],
        db().get_one(Person, current_person_id()),
        params,
    )
