"""Pages for staff: an edition's people, one by one or from a list."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_by_code
from learning.enrolment import actions, lists, places, queries
from learning.enrolment.actions import Planned
from learning.enrolment.forms import EnrolForm, ListForm
from learning.enrolment.lists import Line, LineFault, ListFault, Outcome
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import Event
from learning.kit import once, throttle
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.throttle import Tries, is_hasty, letters_to
from learning.kit.time import now

room = Room("enrolment", __name__, url_prefix="/desk/editions/<edition>/people")

BY_APPLICATION = N_("This place was applied for: say why it is cancelled, then the person is told.")
LIST_FAULTS = {
    ListFault.NOT_TEXT: N_(
        "This file is not UTF-8 text. In the spreadsheet, save it as “CSV UTF-8”."
    ),
    ListFault.EMPTY: N_("There is nobody in this list. Choose a file, or paste lines."),
    ListFault.NO_COLUMNS: N_("The first line must name the columns: “email” and “name” at least."),
    ListFault.TOO_LONG: N_("A list may have 2,000 lines at most. Cut it in two."),
}
LINE_FAULTS = {
    LineFault.NO_EMAIL: N_("No e-mail address."),
    LineFault.BAD_EMAIL: N_("This is not an e-mail address."),
    LineFault.NO_NAME: N_("No name."),
    LineFault.LONG_NAME: N_("The name is longer than 120 characters."),
    LineFault.BAD_LANGUAGE: N_("The language must be fr, en or es."),
    LineFault.TWICE: N_("The same address stands on a line above."),
    LineFault.TOO_MANY_CELLS: N_("This line has more cells than the first line has columns."),
}
OUTCOMES = {
    Outcome.NEW_PERSON: N_("A new person is added and enrolled"),
    Outcome.KNOWN_PERSON: N_("A person we know is enrolled"),
    Outcome.COMES_BACK: N_("A withdrawn place is given back"),
    Outcome.ALREADY_HERE: N_("Enrolled already, nothing changes"),
    Outcome.APPLIED: N_("Has applied to this edition: decide about the application instead"),
    Outcome.BAD: N_("Cannot be carried out"),
}


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    template: ClassVar[str] = "enrolment/people.html"

    edition: Edition
    enrolments: Sequence[Enrolment]
    taken: int
    form: EnrolForm
    may_enrol: bool


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    template: ClassVar[str] = "enrolment/list.html"

    edition: Edition
    form: ListForm
    planned: Sequence[Planned] = ()
    fault: str = ""
    line_faults: dict[LineFault, str] = field(default_factory=lambda: LINE_FAULTS)
    outcomes: dict[Outcome, str] = field(default_factory=lambda: OUTCOMES)

    @property
    def bad(self) -> int:
        return sum(p.outcome in lists.REFUSED for p in self.planned)

    @property
    def ready(self) -> bool:
        return bool(self.planned) and not self.bad

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(p.outcome for p in self.planned)


@room.get("/", needs=Permission.READ_ENROLMENTS)
def show_people(edition: str) -> ResponseReturnValue:
    return show(_people_page(_edition(edition), EnrolForm()))


@room.post("/", needs=Permission.ENROL)
def enrol(edition: str) -> ResponseReturnValue:
    where, form = _edition(edition), EnrolForm(request.form)
    tried = letters_to(form.email.data)
    if not form.validate() or is_hasty(tried, form):
        return show(_people_page(where, form)), 422
    throttle.count(tried)
    where = _edition(edition)
    here = url_for(".show_people", edition=edition)
    if once.claim(db(), me(), form.form_key.data or "", now=now()) is None:
        done = actions.enrol(db(), where, form.values(), by=me(), now=now())
        once.settle(db(), me(), form.form_key.data or "", here)
        flash(f"{form.values().name}: {current().gettext(OUTCOMES[done])}")
    return redirect(here, 303)


@room.post("/<int:enrolment_id>/withdraw", needs=Permission.ENROL)
def withdraw(edition: str, enrolment_id: int) -> ResponseReturnValue:
    """Take back a place that was given by hand; one that was applied for goes that way."""
    where = _edition(edition)
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
    throttle.admit(letters_to(place.person_id))
    where = _edition(edition)
    place = queries.enrolment_by_id(db(), actor(), where, enrolment_id) or abort(404)
    places.withdraw(db(), place, by=me(), now=now())
    flash(current().gettext(N_("The place is withdrawn. It can be given back by enrolling again.")))
    return redirect(url_for(".show_people", edition=edition), 303)


@room.get("/list", needs=Permission.ENROL)
def show_list(edition: str) -> ResponseReturnValue:
    never_store()
    return show(ListPage(edition=_edition(edition), form=ListForm()))


@room.post("/list", needs=Permission.ENROL)
def check_list(edition: str) -> ResponseReturnValue:
    """Show what each line of a list will do."""
    where, form = _edition(edition), ListForm(request.form)
    never_store()
    lines = _read(form)
    if isinstance(lines, ListFault):
        fault = current().gettext(LIST_FAULTS[lines])
        return show(ListPage(edition=where, form=form, fault=fault)), 422
    page = ListPage(edition=where, form=form, planned=actions.plan(db(), where, lines))
    return show(page), 422 if page.bad else 200


@room.post("/list/enrol", needs=Permission.ENROL)
def enrol_list(edition: str) -> ResponseReturnValue:
    """Carry out a list that was shown before, whole."""
    where, form = _edition(edition), ListForm(request.form)
    lines = _read(form)
    if isinstance(lines, ListFault) or any(line.fault for line in lines):
        return check_list(edition)
    throttle.admit(Tries(what="list", who=str(me())))
    where = _edition(edition)
    here = url_for(".show_people", edition=edition)
    if once.claim(db(), me(), form.values().key, now=now()) is None:
        done = actions.enrol_all(db(), where, lines, by=me(), now=now())
        once.settle(db(), me(), form.values().key, here)
        _say_how_many(done)
    return redirect(here, 303)


def _say_how_many(done: Sequence[Planned]) -> None:
    new = sum(p.outcome is not Outcome.ALREADY_HERE for p in done)
    flash(
        current().ngettext("%(num)s person was enrolled.", "%(num)s people were enrolled.", new)
        % {"num": new}
    )


def _read(form: ListForm) -> list[Line] | ListFault:
    """Return the lines of the list; a chosen file replaces the typed text, and is shown as text."""
    if not form.validate():
        return ListFault.TOO_LONG
    upload = request.files.get("file")
    if upload and (content := upload.read()):
        text = lists.decode(content)
        if text is None:
            return ListFault.NOT_TEXT
        form.text.data = text
    return lists.read_list(form.values().text, LANGUAGES)


def _edition(code: str) -> Edition:
    return edition_by_code(db(), actor(), code) or abort(404)


def _people_page(edition: Edition, form: EnrolForm) -> PeoplePage:
    never_store()
    return PeoplePage(
        edition=edition,
        enrolments=queries.people_of(db(), actor(), edition),
        taken=queries.seats_taken(db(), edition),
        form=form,
        may_enrol=actor().may(Permission.ENROL, edition.code),
    )
