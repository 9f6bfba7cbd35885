"""Offers of free seats to the first on the waiting list: shown first, then sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import waitlist
from learning.admissions.emails.applications import params_of
from learning.admissions.emails.cancellation import cost_params
from learning.admissions.models import Application
from learning.admissions.pages.staff.blueprint import bp, seats
from learning.admissions.pages.staff.email_previews import Preview, preview_of
from learning.admissions.pages.staff.filters import filter_args
from learning.admissions.pages.staff.page_models import Seats
from learning.admissions.queries.terms import offered_terms
from learning.admissions.queries.waitlist import next_waiting
from learning.admissions.rules import deadlines
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now, start_of_day


@dataclass(frozen=True, kw_only=True)
class OffersPage(Page):
    """Who would be offered a seat now, and the e-mail to the first of each language."""

    template: ClassVar[str] = "admissions/offers.html"

    edition: Edition
    seats: Seats
    people: Sequence[Application]
    previews: Sequence[Preview]


@bp.get("/offers", needs=Permission.ADMIT)
def show_offers(edition: str) -> ResponseReturnValue:
    """Show who is next on the waiting list for the seats that are free."""
    where = edition_of(edition)
    order = waitlist.waitlist(db(), where.id)
    taken = seats(where, len(order))
    people = next_waiting(db(), where, order, taken.free)
    page = OffersPage(edition=where, seats=taken, people=people, previews=_previews(where, people))
    return render_page(page)


def _previews(edition: Edition, people: Sequence[Application]) -> list[Preview]:
    """Return the e-mail to the first person of each language."""
    first = {each.person.language: each for each in reversed(people)}
    moment, begins = now(), start_of_day(edition.starts_on, edition.zone)
    costs = cost_params(offered_terms(db(), edition), day_in(edition.zone, moment))
    previews = []
    for application in first.values():
        ends_at = deadlines.offer_ends(moment, application.person.zone, begins)
        params = params_of(application, edition, reason="") | costs
        params |= {"ends_at": ends_at.isoformat()}
        previews.append(preview_of("admissions.offer", application.person, params))
    return previews


@bp.post("/offers", needs=Permission.ADMIT)
@form_post(limit=per_person(limits.OFFERS), has_form=False)
def make_offers(edition: str) -> ResponseReturnValue:
    """Offer the seats that are free to the first on the waiting list; those offered stay so."""
    offered = len(waitlist.offer_free_seats(db(), edition_of(edition).id, now=now()))
    words = current_i18n()
    message = words.ngettext("%(num)s offer went out.", "%(num)s offers went out.", offered)
    if offered == waitlist.MAX_OFFERS_PER_CALL:
        message += " " + words.gettext(N_("If more seats are free, their offers follow."))
    no_offer = words.gettext(N_("No offer was sent: no seat is free, or nobody waits for one."))
    flash(message % {"num": offered} if offered else no_offer)
    return redirect(url_for(".show_waiting", edition=edition, **filter_args()), 303)
