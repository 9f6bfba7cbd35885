"""The board of an edition's applications, and its waiting list."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.admissions.commands import waitlist
from learning.admissions.pages.staff.balance import balance_keys, balance_of_list
from learning.admissions.pages.staff.blueprint import bp, seats
from learning.admissions.pages.staff.filters import (
    GROUPS,
    chips,
    filter_args,
    list_key,
    listed_filter,
)
from learning.admissions.pages.staff.page_models import (
    BoardPage,
    RepresentationChart,
    Tab,
    WaitingPage,
)
from learning.admissions.queries import board_list, exports
from learning.admissions.queries import waitlist as waitlist_queries
from learning.admissions.queries.board_list import PAGE_SIZE, BoardFilter, BoardSort
from learning.admissions.queries.breakdown import Breakdown, Group, breakdown
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import allowed_events
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.requests import edition_of
from learning.enrolment.rules import ActorRole
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.lists import ListPart, SortHead, sort_heads
from learning.kit.pages import render_page
from learning.kit.requests import query_number

MAIN = (
    Stage.SUBMITTED,
    Stage.UNDER_REVIEW,
    Stage.AWAITING_INFO,
    Stage.WAITLISTED,
    Stage.ACCEPTED,
    Stage.ENROLLED,
    Stage.DECLINED,
)
CANCELLABLE = frozenset({EditionStatus.DRAFT, EditionStatus.OPEN, EditionStatus.RUNNING})
MAX_APPLICATIONS = 1000
"""How many can be selected, and decided about, at once."""
TOGETHER = (
    ApplicationEvent.START_REVIEW,
    ApplicationEvent.ACCEPT,
    ApplicationEvent.WAITLIST,
    ApplicationEvent.DECLINE,
)
CHARTED = (Group.GENDER, Group.REGION, Group.CONSTITUENCY)
SORTS: Mapping[str, tuple[str, BoardSort, BoardSort]] = {
    "name": (N_("Name"), BoardSort.NAME, BoardSort.NAME_DOWN),
    "score": (N_("Score"), BoardSort.BEST, BoardSort.WORST),
    "submitted": (N_("Submitted"), BoardSort.OLDEST, BoardSort.LATEST),
}
"""The columns that sort: the order of the first press, and of the second."""


@bp.get("/", needs=Permission.READ_APPLICATIONS)
def show_board(edition: str) -> ResponseReturnValue:
    """Show a page of the applications in one stage, or of all that were submitted."""
    return render_page(_page(edition))


@bp.get("/selection", needs=Permission.ADMIT)
def leave_selection(edition: str) -> ResponseReturnValue:
    """Redirect to the board after a change of language, which loses the posted selection."""
    return redirect(url_for(".show_board", edition=edition, **filter_args()), 303)


@bp.post("/selection", needs=Permission.ADMIT)
@form_post(has_form=False)
def show_selection(edition: str) -> ResponseReturnValue:
    """Show a page of the board with what is selected elsewhere, for browsers without scripts."""
    return render_page(_page(edition, selected_references()[:MAX_APPLICATIONS]))


def selected_references() -> list[str]:
    """Return the references that a form of the board has as selected, each once."""
    sent = (each for text in request.form.getlist("chosen") for each in text.split())
    return list(dict.fromkeys(sent))


def _page(edition: str, selected: Sequence[str] = ()) -> BoardPage:
    where, filters = edition_of(edition), listed_filter()
    stage = filters.stage
    numbers = breakdown(db(), where)
    total = board_list.count_rows(db(), where, filters)
    start = ListPart(total=total, size=PAGE_SIZE, requested=query_number("from")).start
    rows = board_list.board_rows(db(), where, filters, start)
    together = _possible_together(edition, stage)
    return BoardPage(
        edition=where,
        seats=seats(where, numbers.stages()[Stage.WAITLISTED]),
        charts=_charts(numbers),
        tabs=_tabs(where, numbers.stages(filters.values), filters),
        stage=stage,
        chips=chips(filters, numbers),
        heads=_heads(where, filters),
        text=filters.text,
        total=total,
        start=start,
        lines=rows,
        missing=waitlist_queries.missing_steps(db(), [line.application for line in rows]),
        filters_query=filter_args(),
        list_query=filter_args() or {"sort": (filters.order,)},
        together=together,
        balance=balance_of_list(numbers) if ApplicationEvent.ACCEPT in together else (),
        balance_keys={line.application.id: balance_keys(line.application) for line in rows},
        selected=selected,
        list_key=list_key(where),
        may_cancel=current_actor().may(Permission.CANCEL_EDITIONS, edition)
        and where.status in CANCELLABLE,
    )


@bp.get("/waitlist", needs=Permission.READ_APPLICATIONS)
def show_waiting(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    order, after = waitlist.waitlist(db(), where.id), query_number("after") or 0
    line = waitlist_queries.waitlist_rows(db(), where, order, after)
    page = WaitingPage(
        edition=where,
        seats=seats(where, len(order)),
        line=line,
        further=line[-1].position if line and line[-1].position < len(order) else None,
        ended=waitlist_queries.ended_offers(db(), where),
        may_offer=current_actor().may(Permission.ADMIT, edition),
        filters_query=filter_args(),
    )
    return render_page(page)


@bp.post("/export", needs=Permission.READ_APPLICATIONS)
@form_post(has_form=False)
@sheet_download
def export(edition: str) -> Export:
    """Download the submitted applications that pass the filters of the board."""
    where, words = edition_of(edition), current_i18n()
    applications = exports.submitted_applications(db(), where, listed_filter())
    return Export(
        sheet=exports.sheet_of(applications, where, words),
        name=words.gettext(N_("applications-%(edition)s")) % {"edition": where.code},
        action="applications exported",
        subject=f"edition {where.code}",
        detail={"applications": len(applications), "language": words.language},
    )


def _possible_together(edition: str, stage: Stage | None) -> list[ApplicationEvent]:
    """Return the decisions that this reader may take about many applications of a stage."""
    if not current_actor().may(Permission.ADMIT, edition):
        return []
    if stage is None:
        return list(TOGETHER)
    state = next((each for each in ApplicationState if each.value == stage.value), None)
    allowed = allowed_events(state, ActorRole.REGISTRAR) if state else ()
    return [event for event in TOGETHER if event in allowed]


def _tabs(edition: Edition, counts: Counter[Stage], filters: BoardFilter) -> list[Tab]:
    """Return a tab for all submitted ones, the main stages, and the others that occur."""
    others = [each for each in Stage if each not in MAIN]
    shown = [*MAIN, *(each for each in others if counts[each] or each is filters.stage)]
    sent = counts.total() - counts[Stage.DRAFT]
    args = {name: values for name, values in filter_args().items() if name in set(Group)}

    def tab(stage: Stage | None, count: int) -> Tab:
        """Return a tab; its link has the filters that its count knows."""
        query: dict[str, Any] = {"state": str(stage)} if stage else {}
        address = url_for(".show_board", edition=edition.code, **(query | args))
        return Tab(stage=stage, count=count, address=address, is_current=stage is filters.stage)

    return [tab(None, sent), *(tab(each, counts[each]) for each in shown)]


def _heads(edition: Edition, filters: BoardFilter) -> dict[str, SortHead]:
    args = filter_args()
    return sort_heads(
        SORTS,
        filters.order,
        lambda order: url_for(".show_board", edition=edition.code, **(args | {"sort": order})),
    )


def _charts(numbers: Breakdown) -> list[RepresentationChart]:
    counts = numbers.groups()
    return [
        RepresentationChart(title=GROUPS[each][0], counts=counts[each], names=GROUPS[each][1])
        for each in CHARTED
    ]
