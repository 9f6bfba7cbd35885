"""The search of staff: one field for applications, participants and people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.admissions.rules.stages import Stage
from learning.enrolment.rules import EnrolmentStatus
from learning.home import queries
from learning.home.queries import HitKind, StaffHit, StaffHits, StaffSearch
from learning.home.views.blueprint import bp
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number

MAX_START = 10_000
TITLES = {
    HitKind.APPLICATION: N_("Applications"),
    HitKind.PARTICIPANT: N_("Participants"),
    HitKind.PERSON: N_("People"),
}


@dataclass(frozen=True, kw_only=True)
class StaffSearchPage(Page):
    """What was found, by kind: the first of each, or a page of one from `start` on."""

    template: ClassVar[str] = "home/staff_search.html"

    words: str
    found: Sequence[StaffHits]
    kind: HitKind | None
    start: int
    size: int = queries.PAGE_SIZE

    @property
    def total(self) -> int:
        return sum(each.total for each in self.found)

    def title_of(self, kind: HitKind) -> str:
        return TITLES[kind]

    def address_of(self, kind: HitKind, hit: StaffHit) -> str:
        return _address(kind, hit)

    def state_of(self, kind: HitKind, hit: StaffHit) -> Stage | EnrolmentStatus | None:
        """Return the state of a hit as a value that has a label, None for a person."""
        if kind is HitKind.APPLICATION:
            return Stage(hit.state)
        return EnrolmentStatus(hit.state) if kind is HitKind.PARTICIPANT else None


@bp.get("/staff/search", needs=Permission.READ_EDITIONS, any_edition=True)
def show_staff_search() -> ResponseReturnValue:
    """Show what has all the words; the only hit opens at once."""
    never_store()
    words = " ".join(request.args.get("q", "")[:200].split())
    kind = next((each for each in HitKind if each == request.args.get("kind")), None)
    start = min(query_number("from") or 0, MAX_START) if kind else 0
    search = StaffSearch(actor=current_actor(), words=words, kind=kind, start=start)
    found = queries.find_for_staff(db(), search) if words else []
    hits = [(each.kind, hit) for each in found for hit in each.hits]
    if len(hits) == 1 and sum(each.total for each in found) == 1:
        return redirect(_address(*hits[0]), 303)
    return render_page(StaffSearchPage(words=words, found=found, kind=kind, start=start))


def _address(kind: HitKind, hit: StaffHit) -> str:
    if kind is HitKind.APPLICATION:
        return url_for("admissions.show_candidate", edition=hit.edition, reference=hit.key)
    if kind is HitKind.PARTICIPANT:
        return url_for("cohort.show_overrides", edition=hit.edition, enrolment_uid=hit.key)
    return url_for("people.show_person", person_uid=hit.key)
