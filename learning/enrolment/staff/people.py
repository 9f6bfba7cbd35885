"""Pages for staff: an edition's people, and enrolling one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.enrolment import actions, limits, places, queries
from learning.enrolment.forms import EnrolForm
from learning.enrolment.lists import Outcome
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import Event
from learning.enrolment.staff.room import edition_of
from learning.kit import once
from learning.kit.db import db
from learning.kit.email_addresses import normal_email
from learning.kit.errors import Refused
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.rate_limit import attempt, check_and_count, is_limited
from learning.kit.requests import asked_number
from learning.kit.time import now

room = Room("enrolment", __name__, url_prefix="/desk/editions/<edition>/people")

BY_APPLICATION = N_("This place was applied for: say why it is cancelled, then the person is told.")
OUTCOMES = {
    Outcome.NEW_PERSON: N_("A new person is added and enrolled"),
    Outcome.KNOWN_PERSON: N_("A person we know is enrolled"),
    Outcome.COMES_BACK: N_("A withdrawn place is given back"),
    Outcome.ALREADY_HERE: N_("Enrolled already, nothing changes"),
    Outcome.APPLIED: N_("Has applied to this edition: decide about the application instead"),
    Outcome.NO_PLACE: N_("No place is left for this person"),
    Outcome.BAD: N_("Cannot be carried out"),
}


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """Somebody of another name than the one typed, to whom the address belongs."""

    name: str
    confirmation: str


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    template: ClassVar[str] = "enrolment/people.html"

    edition: Edition
    enrolments: Sequence[Enrolment]
    asked: str
    further: int | None
    taken: int
    form: EnrolForm
    may_enrol: bool
    stranger: Stranger | None


@room.get("/", needs=Permission.READ_ENROLMENTS)
def show_people(edition: str) -> ResponseReturnValue:
    return show(_people_page(edition_of(edition), EnrolForm()))


@room.post("/", needs=Permission.ENROL)
def enrol(edition: str) -> ResponseReturnValue:
    where, form = edition_of(edition), EnrolForm(request.form)
    if not form.validate():
        return show(_people_page(where, form)), 422
    if stranger := _stranger(where, form):
        return show(_people_page(where, form, stranger=stranger)), 422
    if is_limited(attempt(limits.ENROL, normal_email(form.email.data or "")), form):
        return show(_people_page(where, form)), 422
    where = edition_of(edition)
    here = url_for(".show_people", edition=edition)
    if once.claim(db(), me(), form.form_key.data or "", now=now()) is None:
        try:
            done = actions.enrol(db(), where, form.values(), by=me(), now=now())
        except Refused as refusal:
            return _shown_again(edition, form, refusal)
        once.settle(db(), me(), form.form_key.data or "", here)
        name = done.known_as or done.line.name
        flash(current().labelled(name, current().gettext(OUTCOMES[done.outcome])))
    return redirect(here, 303)


@room.post("/<int:enrolment_id>/withdraw", needs=Permission.ENROL)
def withdraw(edition: str, enrolment_id: int) -> ResponseReturnValue:
    """Take back a place that was given by hand; one that was applied for goes that way."""
    where = edition_of(edition)
    place = queries.enrolment_by_id(db(), actor(), where, enrolment_id) or abort(404)
    if application := queries.led_to(db(), place):
        flash(current().gettext(BY_APPLICATION))
        onward = url_for(
            "admission.show_decision",
            edition=edition,
            reference=application.reference,
            event=Event.CANCEL,
        )
        return redirect(onward, 303)
    check_and_count(attempt(limits.WITHDRAW_PLACE, place.person_id))
    where = edition_of(edition)
    place = queries.enrolment_by_id(db(), actor(), where, enrolment_id) or abort(404)
    places.withdraw(db(), place, by=me(), now=now())
    flash(current().gettext(N_("The place is withdrawn. It can be given back by enrolling again.")))
    return redirect(url_for(".show_people", edition=edition), 303)


def _stranger(edition: Edition, form: EnrolForm) -> Stranger | None:
    """Return whose the address is, if it is somebody's of another name and nobody has said yes."""
    planned = actions.plan(db(), edition, [actions.line_of(form.values())])
    confirmation = actions.confirmation(planned)
    if form.confirmed.data == confirmation or not confirmation:
        return None
    name = planned[0].known_as
    message = current().gettext(
        N_("This address belongs to %(name)s. Is that the person you mean?")
    )
    form.email.errors = [message % {"name": name}]
    return Stranger(name=name, confirmation=confirmation)


def _shown_again(edition: str, form: EnrolForm, refusal: Refused) -> ResponseReturnValue:
    """Show a form that the rules refuse, with what was typed; nothing was changed."""
    db().rollback()
    form.refuse(str(refusal))
    return show(_people_page(edition_of(edition), form)), 409


def _people_page(edition: Edition, form: EnrolForm, stranger: Stranger | None = None) -> PeoplePage:
    never_store()
    wanted = queries.Wanted(text=request.args.get("q", "").strip(), after=asked_number("after"))
    enrolments = queries.people_of(db(), actor(), edition, wanted)
    return PeoplePage(
        stranger=stranger,
        edition=edition,
        enrolments=enrolments,
        asked=wanted.text,
        further=enrolments[-1].id if len(enrolments) == queries.PAGE else None,
        taken=queries.seats_taken(db(), edition),
        form=form,
        may_enrol=actor().may(Permission.ENROL, edition.code),
    )
