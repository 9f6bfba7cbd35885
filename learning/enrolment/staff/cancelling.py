"""Cancelling an edition: the approver's word, and the letter that everybody gets."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import queries
from learning.enrolment.cancelling import cancel_edition
from learning.enrolment.letters import LETTER_AFTER
from learning.enrolment.moving import Deed
from learning.enrolment.place_letters import days_of
from learning.enrolment.rules import Event, Who
from learning.enrolment.staff.forms import CancellingForm
from learning.enrolment.staff.operations import address_of
from learning.enrolment.staff.pages import CancellingPage
from learning.enrolment.staff.previews import Preview, written
from learning.enrolment.staff.room import edition_of, kept, room
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.time import now


@room.get("/cancel-edition", needs=Permission.CANCEL_EDITIONS)
def show_cancelling(edition: str) -> ResponseReturnValue:
    return show(_page(edition_of(edition), CancellingForm()))


@room.post("/cancel-edition", needs=Permission.CANCEL_EDITIONS)
def cancel(edition: str) -> ResponseReturnValue:
    """Cancel an edition whose code was typed once more."""
    where, form = edition_of(edition), CancellingForm(request.form)
    form.validate()
    if form.code.data != where.code:
        form.code.errors = [current().gettext(N_("This is not the code of this edition."))]
    if form.faults:
        return show(_page(where, form)), 422
    deed = Deed(
        event=Event.CANCEL_EDITION,
        who=Who.APPROVER,
        by=me(),
        now=now(),
        reason=form.reason.data or "",
    )
    try:
        operation = cancel_edition(db(), where.id, deed)
    except Refused as error:
        db().rollback()
        form.refuse(str(error))
        return show(_page(edition_of(edition), form)), 409
    if operation is None:
        return redirect(url_for(".show_cancelling", edition=edition), 303)
    flash(current().gettext(N_("The edition is cancelled. Its people are being told.")))
    return redirect(address_of(edition, operation), 303)


def _page(edition: Edition, form: CancellingForm) -> CancellingPage:
    return CancellingPage(
        edition=edition,
        form=form,
        people=queries.people_hit(db(), edition),
        letter=_letter(edition),
        kept=kept(),
    )


def _letter(edition: Edition) -> Preview | None:
    """Return the letter as this reader would get it; None where it has gone out."""
    if edition.status is EditionStatus.CANCELLED:
        return None
    params = days_of(edition) | {"reason": "", "reference": ""}
    return written(LETTER_AFTER[Event.CANCEL_EDITION], db().get_one(Person, me()), params)
