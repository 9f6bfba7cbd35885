"""Deciding about one application, its letter read before it goes out."""

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.enrolment import board, deciding, limits
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed
from learning.enrolment.rules import BY_EVENT, REFUSALS, Event, Guard, Problem, Who, events_for
from learning.enrolment.staff.candidates import MONEY, PASSING, acceptance_warnings
from learning.enrolment.staff.forms import BulkForm, DecisionForm
from learning.enrolment.staff.pages import DecidePage
from learning.enrolment.staff.previews import Draft, letters_to, says_reason
from learning.enrolment.staff.room import (
    application_of,
    edition_of,
    event_of,
    kept,
    room,
    seats,
)
from learning.enrolment.words import DECISIONS
from learning.kit.db import db
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.time import now

BY_REGISTRAR = DECISIONS.keys() - {Event.ACTIVATE} - PASSING
SEATING = frozenset({Event.ACCEPT, Event.PROMOTE})
ONCE_MORE = N_("The reason has changed. Read the letter once more, then send it.")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which decision about which application a request is about, and in which capacity."""

    edition: str
    reference: str
    event: Event
    who: Who

    def load(self) -> tuple[Edition, Application]:
        where = edition_of(self.edition)
        return where, application_of(where, self.reference)


@room.get("/<reference>/decide/<event>", needs=Permission.ADMIT)
def show_decision(edition: str, reference: str, event: str) -> ResponseReturnValue:
    return _begin(_by_registrar(edition, reference, event))


@room.post("/<reference>/decide/<event>", needs=Permission.ADMIT)
def decide(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Decide, or with `preview` show the letter that this would send."""
    return _decide(_by_registrar(edition, reference, event))


@room.get("/<reference>/confirm/<event>", needs=Permission.CONFIRM_PLACES)
def show_confirmation(edition: str, reference: str, event: str) -> ResponseReturnValue:
    return _begin(_about_money(edition, reference, event))


@room.post("/<reference>/confirm/<event>", needs=Permission.CONFIRM_PLACES)
def confirm(edition: str, reference: str, event: str) -> ResponseReturnValue:
    """Confirm a place that is paid, guaranteed or waived, or let one lapse that is not."""
    return _decide(_about_money(edition, reference, event))


def asks_reason(event: Event) -> bool:
    """Whether a decision needs a reason; who confirms a place answers for the money with one."""
    return not {Guard.REASON, Guard.SETTLED}.isdisjoint(BY_EVENT[event].guards)


def faults_of(form: DecisionForm | BulkForm, event: Event, *, repeats: bool) -> bool:
    """Say in the form what is wrong with the reason; return whether anything is.

    A letter that repeats the reason goes out only as it was shown.
    """
    if not form.validate():
        return True
    if asks_reason(event) and not form.reason.data:
        guard = Guard.SETTLED if event is Event.ACTIVATE else Guard.REASON
        form.refuse(REFUSALS[guard])
    elif repeats and "seen" in request.form and form.seen.data != form.reason.data:
        form.refuse(ONCE_MORE)
    return bool(form.faults)


def _by_registrar(edition: str, reference: str, event: str) -> Asked:
    known = event_of(event, BY_REGISTRAR)
    return Asked(edition=edition, reference=reference, event=known, who=Who.REGISTRAR)


def _about_money(edition: str, reference: str, event: str) -> Asked:
    who = Who.REGISTRAR if actor().may(Permission.ADMIT, edition) else Who.FINANCE
    return Asked(edition=edition, reference=reference, event=event_of(event, MONEY), who=who)


def _begin(asked: Asked) -> ResponseReturnValue:
    _, application = asked.load()
    if asked.event not in events_for(application.state, asked.who):
        raise Refused(REFUSALS[Problem.NO_SUCH_WAY])
    return show(_page(asked, DecisionForm()))


def _decide(asked: Asked) -> ResponseReturnValue:
    edition, application = asked.load()
    form = DecisionForm(request.form)
    draft = Draft(event=asked.event, reason="", now=now())
    repeats = says_reason(application, application.person, edition, draft)
    if "preview" in request.form and form.validate():
        return show(_page(asked, form))
    if faults_of(form, asked.event, repeats=repeats):
        return show(_page(asked, form)), 422
    if is_limited(attempt(limits.DECIDE, application.person_id), form):
        return show(_page(asked, form)), 429
    _, application = asked.load()
    deed = Deed(
        event=asked.event,
        who=asked.who,
        by=me(),
        now=now(),
        reason=form.reason.data or "",
        version=form.known_version,
    )
    try:
        if deciding.decide(db(), application, deed):
            flash(current().gettext(N_("It is decided, and kept in the history.")))
    except Refused as error:
        db().rollback()
        form.refuse(str(error))
        return show(_page(asked, form)), 409
    here = kept() | {"edition": asked.edition, "reference": asked.reference}
    return redirect(url_for(".show_candidate", **here), 303)


def _page(asked: Asked, form: DecisionForm) -> DecidePage:
    edition, application = asked.load()
    reason = form.reason.data or ""
    draft = Draft(event=asked.event, reason=reason, now=now())
    repeats = says_reason(application, application.person, edition, draft)
    stale = bool(form.version.data) and form.known_version != application.version
    shown = bool(reason) or not repeats
    return DecidePage(
        edition=edition,
        application=application,
        event=asked.event,
        form=form,
        asks_reason=asks_reason(asked.event),
        repeats=repeats,
        letters=letters_to(application, application.person, edition, draft) if shown else (),
        possible=asked.event in events_for(application.state, asked.who),
        latest=board.history(db(), application)[-1] if stale else None,
        warnings=acceptance_warnings(edition) if asked.event in SEATING else (),
        seats=seats(edition),
        kept=kept(),
    )
