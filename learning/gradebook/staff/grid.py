"""Staff page: people and requirements of a cohort, as a picture and a table, and its export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission, Role
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.activity_types import Assessment, RequirementKey
from learning.files.sheets import Export, sheet_download
from learning.gradebook import facts, grid, limits, queries
from learning.gradebook.grid import (
    PAGE_SIZE,
    GridFilter,
    GridOrder,
    GridRow,
    GridSummary,
    GridView,
)
from learning.gradebook.jobs import enqueue_recomputation
from learning.gradebook.labels import REQUIREMENTS
from learning.gradebook.queries import PersonResults
from learning.gradebook.staff.blueprint import bp, requirements_of, sources
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, label, render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.requests import query_number
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import now

KEPT = ("q", "mine", "only", "open", "order")  # of the address, from page to page
MAX_START = 10_000  # nobody looks further down
HEADINGS = (N_("Name"), N_("Institution"), N_("Status"), N_("Requirements met"), N_("Mark so far"))


@dataclass(frozen=True, kw_only=True)
class GridPage(Page):
    template: ClassVar[str] = "gradebook/grid.html"

    edition: Edition
    requirements: Sequence[RequirementKey]
    people: Sequence[GridRow]
    summary: GridSummary
    filters: GridFilter
    chosen: Mapping[str, str]  # what the address says, for links that keep it
    addresses: Mapping[str, str]  # of the page with one change, "" where there is nothing
    is_tutor: bool
    may_sign: bool


@bp.get("/", needs=Permission.SEE_GRADEBOOK)
def show_grid(edition: str) -> ResponseReturnValue:
    """Show a page of the grid.

    `q` are words of a name, `mine` is 1 for a tutor's own, `only` a `GridView`, `open` a
    requirement that is open, `order` a `GridOrder`, `from` how many people come before.
    """
    where, actor, filters = edition_of(edition), current_actor(), _filters()
    requirements = requirements_of(where)
    people, summary = grid.grid_page(db(), actor, where, filters, len(requirements))
    page = GridPage(
        edition=where,
        requirements=requirements,
        people=people,
        summary=summary,
        filters=filters,
        chosen=_chosen(),
        addresses=_addresses(where, requirements, filters, total=summary.shown),
        is_tutor=Role.TUTOR in actor.in_edition.get(edition, ()),
        may_sign=actor.may(Permission.SIGN_CLOSING, edition),
    )
    return render_page(page)


def _recompute_attempt(edition: str) -> Attempt:
    return attempt(limits.RECOMPUTE, edition)


@bp.post("/recompute", needs=Permission.DECIDE_MARKS)
@form_post(limit=_recompute_attempt, has_form=False)
def recompute(edition: str) -> ResponseReturnValue:
    """Count the whole cohort again, in jobs."""
    where = edition_of(edition)
    enqueue_recomputation(db(), where.id, now=now())
    flash(current_i18n().gettext(N_("Everybody is being counted again. It takes some minutes.")))
    return redirect(url_for(".show_grid", edition=edition), 303)


@bp.post("/export", needs=Permission.SEE_GRADEBOOK)
@form_post(has_form=False)
@sheet_download
def export_grid(edition: str) -> Export:
    """Download the marks of everybody who passes the filters of the page."""
    where, i18n = edition_of(edition), current_i18n()
    assessment = registry.course(where.course).assessment
    filters = replace(_filters(), start=0)
    required = len(assessment.requirements)
    people = grid.whole_grid(db(), current_actor(), where, filters, required)
    ids = [row.enrolment_id for row in people]
    found = queries.person_results(db(), sources(), where, ids, i18n)
    items = _items(found)
    return Export(
        sheet=Sheet(
            title=where.code,
            headings=[
                *(i18n.gettext(heading) for heading in HEADINGS),
                *(i18n.gettext(REQUIREMENTS[each.key]) for each in assessment.requirements),
                *items.values(),
            ],
            rows=[_cells(row, found[row.enrolment_id], assessment, list(items)) for row in people],
        ),
        name=i18n.gettext(N_("marks-%(edition)s")) % {"edition": where.code},
        action="gradebook exported",
        subject=f"edition {where.code}",
        detail={"people": len(people), "language": i18n.language},
    )


def _items(found: Mapping[int, PersonResults]) -> dict[str, str]:
    """Return the parts that anybody has a mark in, with their titles, in the order of results."""
    marked = {
        part.key
        for person in found.values()
        for each in person.completion.requirements
        for part in each.parts
        if part.mark is not None
    }
    titles = {key: label(RequirementKey(key)) for key in marked if key in set(RequirementKey)}
    results = next(iter(found.values())).results if found else ()
    return {each.key: each.title for each in results if each.key in marked} | titles


def _cells(
    row: GridRow,
    person: PersonResults,
    assessment: Assessment,
    items: Sequence[str],
) -> list[Cell]:
    """Return the cells of one person, all from the results as they are now."""
    course_mark = facts.course_mark(assessment, person.completion).value
    outcomes = {each.key: each for each in person.completion.requirements}
    parts = {part.key: part for each in outcomes.values() for part in each.parts}
    marks = [parts[key].mark if key in parts else None for key in items]
    return [
        row.name,
        row.institution,
        label(row.status),
        person.completion.fulfilled,
        "" if course_mark is None else float(course_mark),
        *(label(outcomes[each.key].state) for each in assessment.requirements),
        *("" if mark is None else float(mark) for mark in marks),
    ]


def _filters() -> GridFilter:
    values = request.args
    return GridFilter(
        text=values.get("q", "").strip(),
        tutor_id=current_person_id() if values.get("mine") == "1" else None,
        view=next((each for each in GridView if each == values.get("only")), GridView.ALL),
        open=next((each for each in RequirementKey if each == values.get("open")), None),
        order=next((each for each in GridOrder if each == values.get("order")), GridOrder.NAME),
        start=min(query_number("from") or 0, MAX_START),
    )


def _chosen() -> dict[str, str]:
    return {key: value for key, value in request.args.items() if key in KEPT and value}


def _addresses(
    edition: Edition, requirements: Sequence[RequirementKey], filters: GridFilter, *, total: int
) -> dict[str, str]:
    """Return the addresses that lead on from here."""
    chosen = _chosen()
    rest = {key: value for key, value in chosen.items() if key not in {"only", "open"}}
    before, after = max(filters.start - PAGE_SIZE, 0), filters.start + PAGE_SIZE
    links: dict[str, dict[str, Any]] = (
        {f"order-{order}": chosen | {"order": str(order)} for order in GridOrder}
        | {f"open-{key}": rest | {"open": str(key)} for key in requirements}
        | {f"only-{view}": rest | {"only": str(view)} for view in GridView}
        | {"everybody": rest}
        | ({"previous": chosen | {"from": str(before)}} if filters.start else {})
        | ({"following": chosen | {"from": str(after)}} if after < total else {})
    )
    page = partial(url_for, ".show_grid", edition=edition.code)
    return {"previous": "", "following": ""} | {key: page(**link) for key, link in links.items()}
