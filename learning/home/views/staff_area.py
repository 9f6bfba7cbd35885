"""The staff area: what waits for the reader, the editions, the pages for staff."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.catalogue import queries as catalogue
from learning.catalogue.models import Edition, EditionStatus
from learning.content import registry
from learning.content.course import Course
from learning.enrolment.seats import SeatCounts, seat_counts
from learning.extension_points.current import extension_points
from learning.extension_points.waiting import (
    QueueRequest,
    StaffQueue,
    WaitingKind,
    collect_waiting,
)
from learning.home.edition_bar import (
    MORE_ROUTES,
    EditionTab,
    course_address,
    days_to_apply,
    edition_tabs,
)
from learning.home.views.blueprint import bp
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import now

QUEUE_PAGE_SIZE = 25  # rows of the queue on one page
MAX_QUEUE_START = 10_000
"""Nobody looks further down; every kind of rows is read as far as the page goes."""


@dataclass(frozen=True, kw_only=True)
class EditionCard:
    """An edition for staff: its seats, the days left for applications, the tabs of the reader.

    `address` is the course, "" for those who may not read it.
    """

    edition: Edition
    address: str
    seats: SeatCounts
    closes_in: int | None
    tabs: Sequence[EditionTab]
    more: Sequence[EditionTab]

    @property
    def is_past(self) -> bool:
        return self.edition.status in {EditionStatus.FINISHED, EditionStatus.CANCELLED}


@dataclass(frozen=True, kw_only=True)
class StaffPage(Page):
    """What waits for the reader, with the rows of one `kind` if it is named; the editions."""

    template: ClassVar[str] = "home/staff.html"

    now: datetime
    queue: StaffQueue
    kind: WaitingKind | None
    start: int
    current: Sequence[EditionCard]
    past: Sequence[EditionCard]
    courses: Mapping[str, Course]
    may: Collection[Permission]
    size: int = QUEUE_PAGE_SIZE

    def period_of(self, code: str) -> tuple[date, date] | None:
        """Return the first and the last day of an edition, None for one that is not shown."""
        card = next((c for c in (*self.current, *self.past) if c.edition.code == code), None)
        return (card.edition.starts_on, card.edition.ends_on) if card else None


LINKS = frozenset(
    {
        Permission.READ_TRANSLATIONS,
        Permission.READ_ANSWER_KEYS,
        Permission.READ_AUDIT,
        Permission.EDIT_EDITIONS,
        Permission.READ_PEOPLE,
        Permission.SEE_HEALTH,
    }
)
"""The permissions of the quick links."""


@bp.get("/staff/", needs=Permission.READ_EDITIONS, any_edition=True)
def show_staff_area() -> ResponseReturnValue:
    never_store()
    kinds, name = extension_points().waiting, request.args.get("kind", "")
    start = min(query_number("from") or 0, MAX_QUEUE_START)
    moment, cards = now(), _cards()
    queue_request = QueueRequest(
        actor=current_actor(),
        i18n=current_i18n(),
        now=moment,
        limit=QUEUE_PAGE_SIZE,
        start=start,
        kind=name,
    )
    page = StaffPage(
        now=moment,
        queue=collect_waiting(kinds, db(), queue_request),
        kind=next((kind for kind in kinds if kind.key == name), None),
        start=start,
        current=[card for card in cards if not card.is_past],
        past=[card for card in reversed(cards) if card.is_past],
        courses=registry.courses(),
        may={each for each in LINKS if current_actor().may_in_any_edition(each)},
    )
    return render_page(page)


def _cards() -> list[EditionCard]:
    """Return the editions in which the reader works, the next to start or the current one first."""
    actor = current_actor()
    editions = catalogue.staffed_editions(db(), actor, Permission.READ_EDITIONS)
    seats = seat_counts(db(), editions)
    return [
        EditionCard(
            edition=edition,
            address=course_address(actor, edition.code),
            seats=seats[edition.id],
            closes_in=days_to_apply(edition),
            tabs=edition_tabs(actor, edition.code),
            more=edition_tabs(actor, edition.code, MORE_ROUTES),
        )
        for edition in reversed(editions)
    ]
