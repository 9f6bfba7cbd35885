"""Assessors give their points."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.enrolment import assessing, board
from learning.enrolment.staff.candidates import candidate_page, own_form
from learning.enrolment.staff.forms import AssessForm
from learning.enrolment.staff.room import application_of, edition_of, kept, room
from learning.kit import versions
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.time import now


@room.post("/<reference>/assess", needs=Permission.ASSESS)
def assess(edition: str, reference: str) -> ResponseReturnValue:
    """Keep the points of this assessor, or change them as long as nothing is decided."""
    where = edition_of(edition)
    application, form = application_of(where, reference), AssessForm(request.form)
    if not form.validate():
        return show(candidate_page(where, application, form)), 422
    versions.lock(db(), application)
    if not form.is_over(own_form(board.assessments(db(), application))):
        return show(candidate_page(where, application, form)), 409
    try:
        assessing.assess(db(), application, form.values(), by=me(), now=now())
    except Refused as error:
        db().rollback()
        form.refuse(str(error))
        where = edition_of(edition)
        return show(candidate_page(where, application_of(where, reference), form)), 409
    flash(current().gettext(N_("Your points are kept.")))
    return redirect(url_for(".show_candidate", edition=edition, reference=reference, **kept()), 303)
