"""Places that go on, to another edition or to somebody else, after a written notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.enrolment import deadlines, limits, passing, queries
from learning.enrolment.applying import is_fellowship
from learning.enrolment.letters import LETTER_AFTER, params_of
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed, was_done
from learning.enrolment.rules import REFUSALS, Event, Guard, Problem, Who, events_for
from learning.enrolment.staff.candidates import PASSING
from learning.enrolment.staff.forms import PassingForm
from learning.enrolment.staff.pages import PassingPage
from learning.enrolment.staff.previews import Preview, written
from learning.enrolment.staff.room import application_of, edition_of, event_of, kept, room
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.forms import offer
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.time import day_in, now

LABELS = {
    Event.TRANSFER: N_("To which edition"),
    Event.SUBSTITUTE: N_("Who takes over"),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A place that is to go on, and where it may go: editions by code, or heirs by reference."""

    edition: Edition
    application: Application
    event: Event
    goals: Mapping[str, Edition | Application]


@room.get("/<reference>/pass-on/<event>", needs=Permission.ADMIT)
def show_passing(edition: str, reference: str, event: str) -> ResponseReturnValue:
    case = _case(edition, reference, event)
    if case.event not in events_for(case.application.state, Who.REGISTRAR):
        raise Refused(REFUSALS[Problem.NO_SUCH_WAY])
    form = _form(case)
    form.noticed_on.data = day_in(case.edition.zone, now())
    return show(_page(case, form))


@room.post("/<reference>/pass-on/<event>", needs=Permission.ADMIT)
def pass_on(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Show the letters that this would send; once they were read, let the place go on."""
    case = _case(edition, reference, event)
    form = _form(case)
    if case.event not in events_for(case.application.state, Who.REGISTRAR):
        return _too_late(case, form)
    if _has_faults(case, form):
        return show(_page(case, form)), 422
    if form.shown.data != form.to.data:
        return show(_page(case, form))
    if is_limited(attempt(limits.DECIDE, case.application.person_id), form):
        return show(_page(case, form)), 429
    case = _case(edition, reference, event)
    try:
        _carry_out(case, form)
    except Refused as error:
        db().rollback()
        form.refuse(str(error))
        return show(_page(_case(edition, reference, event), form)), 409
    flash(current().gettext(N_("It is decided, and kept in the history.")))
    return _back(case)


def _too_late(case: Case, form: PassingForm) -> ResponseReturnValue:
    """Lead on whoever clicked twice; tell anybody else that the application has moved on."""
    if was_done(db(), case.application, _deed(case, form)):
        return _back(case)
    form.refuse(REFUSALS[Problem.NO_SUCH_WAY])
    return show(_page(case, form)), 409


def _back(case: Case) -> ResponseReturnValue:
    here = {"edition": case.edition.code, "reference": case.application.reference}
    return redirect(url_for(".show_candidate", **(kept() | here)), 303)


def _case(code: str, reference: str, event: str) -> Case:
    edition = edition_of(code)
    application, known = application_of(edition, reference), event_of(event, PASSING)
    if known is Event.TRANSFER:
        ahead = queries.editions_ahead(db(), edition, day_in(edition.zone, now()))
        goals: dict[str, Edition | Application] = {each.code: each for each in ahead}
    else:
        read = queries.being_read(db(), edition)
        goals = {each.reference: each for each in read}
    return Case(edition=edition, application=application, event=known, goals=goals)


def _form(case: Case) -> PassingForm:
    form = PassingForm(request.form)
    form.to.label.text = LABELS[case.event]
    form.to.choices = offer([("", ""), *((key, _named(goal)) for key, goal in case.goals.items())])
    return form


def _named(goal: Edition | Application) -> str:
    if isinstance(goal, Application):
        return f"{goal.person.name} ({goal.reference})"
    return f"{current().date(goal.starts_on, weekday=False)} · {goal.code}"


def _first_day(case: Case) -> date:
    agreed = case.application.starts_on_at_acceptance
    return deadlines.first_day(case.edition.starts_on, agreed)


def _has_faults(case: Case, form: PassingForm) -> bool:
    """Say in the form what is wrong, all of it at once."""
    form.validate()
    words, noticed_on = current(), form.noticed_on.data
    today = day_in(case.edition.zone, now())
    if noticed_on and noticed_on > today:
        form.noticed_on.errors = [words.gettext(N_("A notice cannot arrive after today."))]
    elif noticed_on and deadlines.window(_first_day(case), noticed_on).open:
        form.noticed_on.errors = [words.gettext(REFUSALS[Guard.NOTICE])]
    if not form.reason.data:
        form.reason.errors = [words.gettext(REFUSALS[Guard.REASON])]
    return bool(form.faults)


def _deed(case: Case, form: PassingForm) -> Deed:
    return Deed(
        event=case.event,
        who=Who.REGISTRAR,
        by=me(),
        now=now(),
        reason=form.reason.data or "",
        version=form.known_version,
        noticed_on=form.noticed_on.data,
    )


def _carry_out(case: Case, form: PassingForm) -> None:
    goal, deed = case.goals.get(form.to.data), _deed(case, form)
    if isinstance(goal, Edition):
        passing.transfer(db(), case.application, goal, deed)
    elif isinstance(goal, Application):
        passing.substitute(db(), case.application, goal, deed)
    else:
        raise Refused(REFUSALS[Problem.NO_SUCH_WAY])


def _page(case: Case, form: PassingForm) -> PassingPage:
    goal = None if form.faults else case.goals.get(form.to.data or "")
    return PassingPage(
        edition=case.edition,
        application=case.application,
        event=case.event,
        form=form,
        letters=_letters(case, goal) if goal else (),
        kept=kept(),
    )


def _letters(case: Case, goal: Edition | Application) -> list[Preview]:
    """Return what goes out: to who leaves and who takes over, or about the other edition."""
    edition, application = case.edition, case.application
    if isinstance(goal, Edition):
        edition, heir, kinds = goal, application, ["enrolment.transferred"]
    else:
        heir, kinds = goal, [LETTER_AFTER[Event.ACCEPT]]
    if passing.stays_confirmed(application, edition) or is_fellowship(heir):
        kinds.append(LETTER_AFTER[Event.ACTIVATE])
    params = params_of(heir, edition, reason="", now=now())
    letters = [written(kind, heir.person, params) for kind in kinds]
    if heir is application:
        return letters
    leaving = params_of(application, edition, reason="", now=now())
    return [written(LETTER_AFTER[Event.SUBSTITUTE], application.person, leaving), *letters]
