"""The room of applications, and what its pages share."""

from collections.abc import Collection
from typing import Any

from flask import abort, request

from learning.access.guard import Room, actor
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_by_code
from learning.enrolment import board, queries
from learning.enrolment.models import Application
from learning.enrolment.rules import Event, State
from learning.enrolment.staff.pages import Seats
from learning.enrolment.waiting import waiting_list
from learning.kit.db import db
from learning.kit.headers import never_store

room = Room("admission", __name__, url_prefix="/desk/editions/<edition>/applications")

FILTERS = ("state", "gender", "region", "constituency", "funding", "q", "unassessed")


def edition_of(code: str) -> Edition:
    """Return the edition of the address; whatever is shown of it stays out of every cache."""
    never_store()
    return edition_by_code(db(), actor(), code) or abort(404)


def application_of(edition: Edition, reference: str) -> Application:
    return board.one(db(), edition, reference) or abort(404)


def kept() -> dict[str, Any]:
    """Return the filters of the board, which every link of this room carries on."""
    return {name: value for name in FILTERS if (value := request.args.get(name, ""))}


def state_of(text: str) -> State | None:
    return State(text) if text in set(State) else None


def event_of(text: str, allowed: Collection[Event]) -> Event:
    """Return the event that an address or a button names; others lead nowhere."""
    return Event(text) if text in allowed else abort(404)


def seats(edition: Edition, waiting: int | None = None) -> Seats:
    """Return how full an edition is; `waiting` is how many wait, if that is known already."""
    if waiting is None:
        waiting = len(waiting_list(db(), edition.id))
    return Seats(
        taken=queries.seats_taken(db(), edition),
        capacity=edition.capacity,
        offered=len(queries.open_offers(db(), edition.id)),
        waiting=waiting,
    )
