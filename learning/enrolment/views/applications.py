"""One's own applications: where they stand, answering, taking a seat, leaving."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import actor, me
from learning.access.permissions import Permission
from learning.content import shelf
from learning.enrolment import applying, deciding, documents, limits, queries
from learning.enrolment.models import Application
from learning.enrolment.rules import Event, State
from learning.enrolment.views.forms import AnswerForm, LeaveForm
from learning.enrolment.views.pages import (
    ApplicationsPage,
    Leaving,
    application_page,
    leave_page,
    leaving_of,
)
from learning.enrolment.views.room import (
    answer,
    deed,
    own,
    own_again,
    room,
    status_address,
)
from learning.kit import once
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.rate_limit import attempt, check_and_count, is_limited
from learning.kit.time import now

DONE = {
    Leaving.DISCARD: N_("The draft is deleted."),
    Leaving.WITHDRAW: N_("Your application is withdrawn."),
    Leaving.CANCEL: N_("Your place is cancelled."),
}


@room.get("/", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS)
def show_applications() -> ResponseReturnValue:
    never_store()
    mine = queries.own_applications(db(), actor())
    waits = {State.DRAFT, State.INFO_REQUESTED}
    turn = {each.id for each in mine if each.state in waits} | queries.offered_to(db(), me())
    page = ApplicationsPage(applications=mine, courses=shelf.courses(), turn=frozenset(turn))
    return answer(page)


@room.get(
    "/<reference>", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_APPLICATIONS
)
def show_application(reference: str) -> ResponseReturnValue:
    return answer(application_page(own(reference)))


@room.post("/<reference>/answer", needs=Permission.OWN_PAGES)
def give_answer(reference: str) -> ResponseReturnValue:
    """Answer what the registrar asked."""
    application, form = own(reference), AnswerForm(request.form)
    if not form.validate():
        return answer(application_page(application, form), 422)
    version = request.form.get("version", "")
    said = deed(Event.ANSWER, reason=form.answer.data or "", version=version)
    try:
        applying.answer(db(), application, said)
    except Refused as refusal:
        form.refuse(str(refusal))
        return answer(application_page(own_again(reference), form), 422)
    flash(current().gettext(N_("Your answer has arrived. Your application is being read again.")))
    return redirect(status_address(application), 303)


@room.post("/<reference>/seat", needs=Permission.OWN_PAGES)
def take_seat(reference: str) -> ResponseReturnValue:
    """Take a seat that was offered; whoever has it already sees it once more."""
    check_and_count(attempt(limits.SEAT, me()))
    application = own(reference)
    if application.state is State.WAITLISTED:
        version = request.form.get("version", "")
        deciding.take_offer(db(), application, deed(Event.PROMOTE, version=version))
        flash(current().gettext(N_("The seat is yours.")))
    return redirect(status_address(application), 303)


@room.get(
    "/<reference>/leave",
    needs=Permission.OWN_PAGES,
    impersonator_needs=Permission.READ_APPLICATIONS,
)
def show_leave(reference: str) -> ResponseReturnValue:
    application = own(reference)
    leaving = leaving_of(application.state)
    if leaving is None:
        return redirect(status_address(application), 303)
    return answer(leave_page(application, leaving, LeaveForm()))


@room.post("/<reference>/leave", needs=Permission.OWN_PAGES)
def leave(reference: str) -> ResponseReturnValue:
    """Discard a draft, withdraw an application, or cancel a place, once for each form."""
    form = LeaveForm(request.form)
    if is_limited(attempt(limits.LEAVE, me()), form):
        here = own(reference)
        return answer(leave_page(here, leaving_of(here.state) or Leaving.WITHDRAW, form), 429)
    valid, key = form.validate(), form.form_key.data or ""
    gone = once.claim(db(), me(), key, now=now())
    if gone:
        return redirect(gone, 303)
    application = own(reference)
    leaving = leaving_of(application.state)
    if leaving is None:
        return redirect(status_address(application), 303)
    if not valid or not form.says_enough(needed=leaving is Leaving.CANCEL):
        return answer(leave_page(application, leaving, form), 422)
    try:
        where = _leave(application, leaving, form)
    except Refused as refusal:
        form.refuse(str(refusal))
        again = own_again(reference)
        return answer(leave_page(again, leaving_of(again.state) or leaving, form), 422)
    flash(current().gettext(DONE[leaving]))
    return redirect(once.settle(db(), me(), key, where), 303)


def _leave(application: Application, leaving: Leaving, form: LeaveForm) -> str:
    """Carry out what leaving means, and return where to go."""
    reason, version = form.reason.data or "", request.form.get("version", "")
    if leaving is Leaving.DISCARD:
        documents.discard(db(), application, by=me(), now=now())
        return url_for(".show_applications")
    if leaving is Leaving.CANCEL:
        said = deed(Event.CANCEL, reason=reason, version=version)
        deciding.decide(db(), application, said)
    else:
        said = deed(Event.WITHDRAW, reason=reason, version=version)
        applying.withdraw(db(), application, said)
    return status_address(application)
