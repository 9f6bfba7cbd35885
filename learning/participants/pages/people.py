"""Staff page: the people of an edition, filtered and sorted, and its export."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from flask import url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.enrolment.labels import STATUSES
from learning.enrolment.rules import EnrolmentStatus
from learning.enrolment.seats import SeatCounts, seat_counts
from learning.extension_points.current import extension_points
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.lists import Chip, ListPart, SortHead
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import day_in, now
from learning.participants import queries
from learning.participants.labels import METHODS
from learning.participants.pages.blueprint import bp
from learning.participants.pages.filters import chips, filter_args, heads, listed_filter
from learning.participants.queries import PAGE_SIZE, Facet, ListedPerson, ListFilter

HEADINGS = (
    N_("Name"),
    N_("E-mail address"),
    N_("Institution"),
    N_("Language"),
    N_("Tutor"),
    N_("Status"),
    N_("How enrolled"),
    N_("Enrolled"),
    N_("Last active"),
)


@dataclass(frozen=True, kw_only=True)
class StatusTab:
    """One status with its number of people; None: all."""

    status: EnrolmentStatus | None
    count: int
    address: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """A page of the list: of the `total` people who pass the filters, some from `start`."""

    template: ClassVar[str] = "participants/people.html"

    edition: Edition
    seats: SeatCounts
    tabs: Sequence[StatusTab]
    status: EnrolmentStatus | None
    chips: Sequence[Chip]
    heads: Mapping[str, SortHead]
    text: str
    people: Sequence[ListedPerson]
    addresses: Sequence[str]  # of everybody who passes the filters, not only on this page
    start: int
    total: int
    filters_query: Mapping[str, Any]
    may_enrol: bool
    now: datetime
    size: int = PAGE_SIZE

    def day_of(self, at: datetime) -> date:
        """Return the day of a moment in the edition's zone."""
        return day_in(self.edition.zone, at)

    @property
    def is_filtered(self) -> bool:
        return bool(self.text) or any(chip.used for chip in self.chips)


@bp.get("/", needs=Permission.READ_ENROLMENTS)
def show_people(edition: str) -> ResponseReturnValue:
    """Show a page of an edition's people.

    `q` are words of a name, `state` a status, `sort` a `PeopleSort`; each `Facet` is a filter.
    """
    where, actor, filters = edition_of(edition), current_actor(), listed_filter()
    never_store()
    numbers = queries.people_numbers(db(), actor, where, filters)
    counts = numbers.statuses(filters)
    total = counts[filters.status] if filters.status else counts.total()
    start = ListPart(total=total, size=PAGE_SIZE, requested=query_number("from")).start
    people = queries.people_of(actor, where, filters, extension_points().last_active)
    page = PeoplePage(
        edition=where,
        seats=seat_counts(db(), [where])[where.id],
        tabs=_tabs(where, filters, counts),
        status=filters.status,
        chips=chips(filters, numbers),
        heads=heads(where, filters),
        text=filters.text,
        people=queries.listed_people(db(), people, start),
        addresses=queries.addresses_of(db(), people),
        start=start,
        total=total,
        filters_query=filter_args(),
        may_enrol=actor.may(Permission.ENROL, edition),
        now=now(),
    )
    return render_page(page)


@bp.post("/export", needs=Permission.READ_ENROLMENTS)
@form_post(has_form=False)
@sheet_download
def export(edition: str) -> Export:
    """Download everybody in an edition who passes the filters of its page."""
    where, words = edition_of(edition), current_i18n()
    query = queries.people_of(
        current_actor(), where, listed_filter(), extension_points().last_active
    )
    people = queries.exported_people(db(), query)
    return Export(
        sheet=Sheet(
            title=where.code,
            headings=[words.gettext(heading) for heading in HEADINGS],
            rows=(_cells(person, where) for person in people),
        ),
        name=words.gettext(N_("people-%(edition)s")) % {"edition": where.code},
        action="enrolments exported",
        subject=f"edition {where.code}",
        detail={"people": len(people), "language": words.language},
    )


def _cells(person: ListedPerson, edition: Edition) -> list[Cell]:
    words, active_at = current_i18n(), person.last_active_at
    return [
        person.name,
        person.email,
        person.institution,
        LANGUAGES.get(person.language, ""),
        person.tutor or "",
        words.gettext(STATUSES[person.status]),
        words.gettext(METHODS[person.method]),
        day_in(edition.zone, person.enrolled_at).isoformat(),
        day_in(edition.zone, active_at).isoformat() if active_at else "",
    ]


def _tabs(
    edition: Edition, filters: ListFilter, counts: Counter[EnrolmentStatus]
) -> list[StatusTab]:
    """Return a tab for all people, and one for each status that occurs or is chosen."""
    args = {name: values for name, values in filter_args().items() if name in {*Facet, "q"}}

    def tab(status: EnrolmentStatus | None, count: int) -> StatusTab:
        query: dict[str, Any] = {"state": str(status)} if status else {}
        return StatusTab(
            status=status,
            count=count,
            address=url_for(".show_people", edition=edition.code, **(query | args)),
            is_current=status is filters.status,
        )

    shown = [each for each in STATUSES if counts[each] or each is filters.status]
    return [tab(None, counts.total()), *(tab(each, counts[each]) for each in shown)]
