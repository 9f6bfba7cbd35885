"""The form by which assessors score an application."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.admissions.commands import assessments
from learning.admissions.pages.staff.blueprint import application_of, bp, onward
from learning.admissions.pages.staff.candidates import candidate_page, own_form, scores_of
from learning.admissions.pages.staff.forms import AssessForm
from learning.catalogue.requests import edition_of
from learning.kit.database import lock_row
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.time import now


@bp.post("/<reference>/assessment", needs=Permission.ASSESS)
@form_post()
def assess(edition: str, reference: str) -> ResponseReturnValue:
    """Store this assessor's scores; they can change until there is a decision."""
    where = edition_of(edition)
    application, form = application_of(where, reference), AssessForm(request.form)
    if not form.validate():
        return render_page(candidate_page(where, application, form)), 422
    lock_row(db(), application)
    if not form.is_current(own_form(scores_of(application))):
        return render_page(candidate_page(where, application, form)), 409
    address = onward(application, unassessed_by=current_person_id())
    assessments.save_assessment(db(), application, form.values(), by=current_person_id(), now=now())
    message = current_i18n().gettext(N_("Your scores of %(name)s are saved."))
    flash(message % {"name": application.person.name})
    return redirect(address, 303)
