"""The blueprint of applications, and what its pages share."""

from collections.abc import Collection

from flask import abort, url_for

from learning.access.guard import GuardedBlueprint
from learning.admissions.commands.waitlist import waitlist
from learning.admissions.models import Application
from learning.admissions.pages.staff.filters import filter_args, listed_filter
from learning.admissions.pages.staff.page_models import Seats
from learning.admissions.queries import board
from learning.admissions.queries.board_list import neighbours
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.enrolment.seats import seat_counts
from learning.kit.db import db

bp = GuardedBlueprint("admissions", __name__, url_prefix="/staff/editions/<edition>/applications")


def application_of(edition: Edition, reference: str) -> Application:
    return board.application_row(db(), edition, reference) or abort(404)


def event_of(text: str, allowed: Collection[ApplicationEvent]) -> ApplicationEvent:
    """Return the event that a URL or a button names; 404 for others."""
    return ApplicationEvent(text) if text in allowed else abort(404)


def seats(edition: Edition, waiting: int | None = None) -> Seats:
    """Return the seats of an edition; `waiting` is the length of the waiting list, if known."""
    if waiting is None:
        waiting = len(waitlist(db(), edition.id))
    return Seats(**vars(seat_counts(db(), [edition])[edition.id]), waiting=waiting)


def onward(
    application: Application, *, unassessed_by: int | None = None, in_its_state: bool = False
) -> str:
    """Return the address to go on with, called before the application leaves its list.

    It is the next application of the list that the reader came from, or this one if there is no
    list or no next one.
    """
    following = next_reference(application, unassessed_by=unassessed_by, in_its_state=in_its_state)
    return url_for(
        "admissions.show_candidate",
        edition=application.edition.code,
        reference=following or application.reference,
        **filter_args(),
    )


def next_reference(
    application: Application, *, unassessed_by: int | None = None, in_its_state: bool = False
) -> str | None:
    """Return the next application of the list that the reader came from, if there is one."""
    if not filter_args():
        return None
    return neighbours(
        db(),
        application,
        listed_filter(),
        unassessed_by=unassessed_by,
        in_its_state=in_its_state,
    ).following
