"""The board of an edition's applications, and its waiting list."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import board, limits, lineup, waiting
from learning.enrolment.rules import Event, State
from learning.enrolment.staff.forms import FilterForm
from learning.enrolment.staff.pages import BoardPage, Gauge, Tab, WaitingPage
from learning.enrolment.staff.room import edition_of, kept, room, seats, state_of
from learning.enrolment.words import CONSTITUENCIES, GENDERS, REGIONS
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.rate_limit import attempt, check_and_count
from learning.kit.requests import asked_number
from learning.kit.time import now

MAIN = (
    State.SUBMITTED,
    State.UNDER_REVIEW,
    State.INFO_REQUESTED,
    State.WAITLISTED,
    State.ACCEPTED,
    State.ENROLLED,
    State.DECLINED,
)
CANCELLABLE = frozenset({EditionStatus.DRAFT, EditionStatus.OPEN, EditionStatus.RUNNING})
TOGETHER = (Event.OPEN_REVIEW, Event.ACCEPT, Event.WAITLIST, Event.DECLINE)
GAUGES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "gender": (N_("Gender"), GENDERS),
    "region": (N_("Region"), REGIONS),
    "constituency": (N_("Works for"), CONSTITUENCIES),
}


@room.get("/", needs=Permission.READ_APPLICATIONS)
def show_board(edition: str) -> ResponseReturnValue:
    """Show a page of the applications in one state, or of all that were sent."""
    where, state = edition_of(edition), state_of(request.args.get("state", ""))
    filters = FilterForm(request.args)
    found = board.lines(db(), where, filters.values(state, asked_number("after")))
    counts = board.counts(db(), where)
    page = BoardPage(
        edition=where,
        seats=seats(where, counts[State.WAITLISTED]),
        gauges=_gauges(where),
        tabs=_tabs(where, counts, state),
        state=state,
        filters=filters,
        lines=found,
        missing=lineup.missing_steps(db(), [line.application for line in found]),
        kept=kept(),
        older=found[-1].application.id if len(found) == board.PAGE else None,
        together=TOGETHER if actor().may(Permission.ADMIT, edition) else (),
        may_see_people=actor().may(Permission.READ_ENROLMENTS, edition),
        may_cancel=actor().may(Permission.CANCEL_EDITIONS, edition) and where.status in CANCELLABLE,
    )
    return show(page)


@room.get("/waiting", needs=Permission.READ_APPLICATIONS)
def show_waiting(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    order, after = waiting.waiting_list(db(), where.id), asked_number("after") or 0
    line = lineup.line_up(db(), where, order, after)
    page = WaitingPage(
        edition=where,
        seats=seats(where, len(order)),
        line=line,
        further=line[-1].position if line and line[-1].position < len(order) else None,
        ended=lineup.ended_offers(db(), where),
        may_offer=actor().may(Permission.ADMIT, edition),
        kept=kept(),
    )
    return show(page)


@room.post("/offers", needs=Permission.ADMIT)
def make_offers(edition: str) -> ResponseReturnValue:
    """Offer the seats that are free to the first on the waiting list; those offered stay so."""
    check_and_count(attempt(limits.OFFERS, me()))
    made = len(waiting.fill(db(), edition_of(edition).id, now=now()))
    words = current()
    said = words.ngettext("%(num)s offer went out.", "%(num)s offers went out.", made)
    if made == waiting.OFFERED_AT_ONCE:
        said += " " + words.gettext(N_("If more seats are free, their offers follow."))
    nothing = words.gettext(N_("No offer went out: no seat is free, or nobody waits for one."))
    flash(said % {"num": made} if made else nothing)
    return redirect(url_for(".show_waiting", edition=edition, **kept()), 303)


def _tabs(edition: Edition, counts: Counter[State], here: State | None) -> list[Tab]:
    """Return the states that matter and those that occur, all that were sent first."""
    shown = [state for state in State if state in MAIN or counts[state] or state is here]
    sent = counts.total() - counts[State.DRAFT]
    return [_tab(edition, None, sent, here)] + [
        _tab(edition, state, counts[state], here) for state in shown
    ]


def _tab(edition: Edition, state: State | None, count: int, here: State | None) -> Tab:
    asked = kept() | {"state": str(state or "")}
    known: dict[str, Any] = {name: value for name, value in asked.items() if value}
    address = url_for(".show_board", edition=edition.code, **known)
    return Tab(state=state, count=count, address=address, here=state is here)


def _gauges(edition: Edition) -> list[Gauge]:
    meters = board.meters(db(), edition)
    return [
        Gauge(title=title, meter=meters[name], names=names)
        for name, (title, names) in GAUGES.items()
    ]
