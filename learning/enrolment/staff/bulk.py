"""Deciding about many applications at once: shown first, then carried out, each by itself."""

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.enrolment import batch_decisions, board, limits
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, Who, events_for
from learning.enrolment.staff.board import TOGETHER
from learning.enrolment.staff.deciding import asks_reason, faults_of
from learning.enrolment.staff.forms import BulkForm
from learning.enrolment.staff.operations import address_of
from learning.enrolment.staff.pages import BulkPage
from learning.enrolment.staff.previews import Draft, one_of_each, says_reason
from learning.enrolment.staff.room import edition_of, event_of, kept, room, seats
from learning.kit import once
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import show
from learning.kit.rate_limit import attempt, is_limited
from learning.kit.time import now

MOST = 1000


@room.get("/bulk", needs=Permission.ADMIT)
def leave_bulk(edition: str) -> ResponseReturnValue:
    """Lead back to the board whoever changes the language in between."""
    return redirect(url_for(".show_board", edition=edition, **kept()), 303)


@room.post("/bulk", needs=Permission.ADMIT)
def show_bulk(edition: str) -> ResponseReturnValue:
    """Show what a decision about the chosen applications would do, and its letters."""
    where, event = edition_of(edition), event_of(request.form.get("event", ""), TOGETHER)
    chosen, form = _chosen(where), BulkForm(request.form)
    if not chosen:
        return _nothing(edition)
    return show(_page(where, event, chosen, form)), 200 if form.validate() else 422


@room.post("/bulk/carry-out", needs=Permission.ADMIT)
def carry_out(edition: str) -> ResponseReturnValue:
    """Have each decided about, by itself; what is refused stops no other."""
    where, event = edition_of(edition), event_of(request.form.get("event", ""), TOGETHER)
    chosen, form = _chosen(where), BulkForm(request.form)
    if not chosen:
        return _nothing(edition)
    if faults_of(form, event, repeats=_repeat(where, event, chosen)):
        return show(_page(where, event, chosen, form)), 422
    if is_limited(attempt(limits.BULK, me()), form):
        return show(_page(where, event, chosen, form)), 429
    where = edition_of(edition)
    chosen, key = _chosen(where), form.form_key.data or ""
    before = once.claim(db(), me(), key, now=now())
    if before is not None:
        return redirect(before, 303)
    deed = Deed(event=event, who=Who.REGISTRAR, by=me(), now=now(), reason=form.reason.data or "")
    operation = batch_decisions.start(db(), where, chosen, deed)
    onward = address_of(edition, operation)
    return redirect(once.settle(db(), me(), key, onward), 303)


def _nothing(edition: str) -> ResponseReturnValue:
    flash(current().gettext(N_("Choose at least one application.")))
    return leave_bulk(edition)


def _chosen(edition: Edition) -> list[Application]:
    """Return what was chosen, in the order of selection: who comes first gets the last seat."""
    found = board.some(db(), edition, request.form.getlist("chosen")[:MOST])
    sent_first = sorted(found, key=lambda each: (each.submitted_at is None, each.submitted_at))
    return sorted(sent_first, key=lambda each: -(each.score or 0))


def _repeat(edition: Edition, event: Event, chosen: Sequence[Application]) -> bool:
    draft = Draft(event=event, reason="", now=now())
    return any(says_reason(each, each.person, edition, draft) for each in chosen)


def _page(
    edition: Edition, event: Event, chosen: Sequence[Application], form: BulkForm
) -> BulkPage:
    reason = form.reason.data or ""
    fit = [each for each in chosen if event in events_for(each.state, Who.REGISTRAR)]
    repeats = _repeat(edition, event, fit)
    draft = Draft(event=event, reason=reason, now=now())
    return BulkPage(
        edition=edition,
        event=event,
        chosen=fit,
        unfit=[each for each in chosen if each not in fit],
        form=form,
        asks_reason=asks_reason(event),
        repeats=repeats,
        letters=one_of_each(fit, edition, draft) if reason or not repeats else (),
        seats=seats(edition),
        kept=kept(),
    )
