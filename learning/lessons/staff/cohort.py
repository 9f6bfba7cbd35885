"""Staff page: the progress of a cohort, the most behind first, and its export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission, Role
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.catalogue.rules import week_of
from learning.content import registry
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import WEEK, day_in, now
from learning.lessons import cohort, rules
from learning.lessons.cohort import CohortFilter, CohortOrder, CohortSummary, ParticipantProgress
from learning.lessons.rules import Pace
from learning.lessons.staff import cohort_cells
from learning.lessons.staff.blueprint import bp
from learning.lessons.staff.cohort_cells import ModuleColumn

KEPT = ("q", "mine", "order", "module", "pace")  # of the address, from page to page
MAX_START = 10_000  # nobody looks further down
HEADINGS = (
    N_("Name"),
    N_("Institution"),
    N_("Lessons behind"),
    N_("Last active"),
)


@dataclass(frozen=True, kw_only=True)
class CohortPage(Page):
    template: ClassVar[str] = "lessons/cohort.html"

    edition: Edition
    modules: Sequence[ModuleColumn]
    people: Sequence[tuple[Pace, Sequence[ParticipantProgress]]]  # under a heading each
    summary: CohortSummary
    finished: Mapping[str, int]
    cells: Mapping[int, Markup]  # of a person's lessons and modules, by enrolment
    filters: CohortFilter
    titles: Mapping[str, Mapping[str, str]]  # of the lessons, by key and language
    chosen: Mapping[str, str]  # what the address says, for links that keep it
    links: Mapping[str, Mapping[str, str]]  # the same with one change: an order, a module, a page
    columns: int
    shown: int
    total: int  # of the people at the pace that is asked for
    addresses: Sequence[str]  # of all of them, for those who may write to them
    is_tutor: bool
    may_override: bool
    now: datetime


@bp.get("/", needs=Permission.SEE_COHORT)
def show_cohort(edition: str) -> ResponseReturnValue:
    """Show a page of a cohort.

    `q` are words of a name, `mine` is 1 for a tutor's own, `order` a `CohortOrder`, `module` the
    module whose lessons are shown, `pace` a `Pace`, `from` how many people come before.
    """
    where = edition_of(edition)
    modules = _modules(where)
    filters = _filters(where)
    actor = current_actor()
    people, summary = cohort.cohort_page(db(), actor, where, filters, since=now() - WEEK)
    total = summary.paces[filters.pace] if filters.pace else summary.total
    may_write = filters.pace is not None and actor.may(Permission.READ_ENROLMENTS, edition)
    lessons = [key for each in modules if each.is_open for key in each.lessons]
    columns = cohort_cells.columns_of(current_i18n().language, modules)
    page = CohortPage(
        edition=where,
        modules=modules,
        people=_groups(people, filters),
        summary=summary,
        finished=cohort.finished_counts(db(), actor, where, filters, lessons),
        cells={
            each.enrolment_id: cohort_cells.render_cells(columns, each.opened, each.done)
            for each in people
        },
        filters=filters,
        titles={lesson.key: lesson.title for each in modules for lesson in each.module.lessons},
        chosen=_chosen(),
        links=_links(modules, filters, total=total),
        columns=3 + sum(len(each.lessons) if each.is_open else 1 for each in modules),
        shown=len(people),
        total=total,
        addresses=cohort.addresses(db(), actor, where, filters) if may_write else (),
        is_tutor=Role.TUTOR in actor.in_edition.get(edition, ()),
        may_override=actor.may(Permission.OVERRIDE_MODULES, edition),
        now=now(),
    )
    return render_page(page)


@bp.post("/export", needs=Permission.SEE_COHORT)
@form_post(has_form=False)
@sheet_download
def export_cohort(edition: str) -> Export:
    """Download the progress of everybody in a cohort who passes the filters of its page."""
    where, words = edition_of(edition), current_i18n()
    modules = _modules(where)
    filters = replace(_filters(where), start=0)
    people = cohort.whole_cohort(db(), current_actor(), where, filters)
    return Export(
        sheet=Sheet(
            title=where.code,
            headings=[
                *(words.gettext(heading) for heading in HEADINGS),
                *(each.module.title[words.language] for each in modules),
            ],
            rows=(_cells(person, modules, where) for person in people),
        ),
        name=words.gettext(N_("progress-%(edition)s")) % {"edition": where.code},
        action="progress exported",
        subject=f"edition {where.code}",
        detail={"people": len(people), "language": words.language},
    )


def _cells(
    person: ParticipantProgress, modules: Sequence[ModuleColumn], edition: Edition
) -> list[Cell]:
    seen = person.last_seen_at
    return [
        person.name,
        person.institution,
        person.behind,
        day_in(edition.zone, seen).isoformat() if seen else "",
        *(len(person.done.intersection(each.lessons)) for each in modules),
    ]


def _modules(edition: Edition) -> list[ModuleColumn]:
    """Return the modules of a course; the chosen one is open, or else that of this week."""
    modules = registry.course(edition.course).modules
    week = week_of(edition.starts_on, day_in(edition.zone, now()))
    chosen = request.args.get("module", "")
    if chosen not in {module.key for module in modules}:
        weeks = [module.week for module in modules]
        nearest = min(max(week, min(weeks)), max(weeks))
        chosen = next(module.key for module in modules if module.week == nearest)
    return [
        ModuleColumn(
            module=module,
            lessons=[lesson.key for lesson in module.lessons if lesson.texts],
            opens_on=rules.opens_on(edition.starts_on, module.week),
            is_ahead=module.week > week,
            is_open=module.key == chosen,
        )
        for module in modules
    ]


def _filters(edition: Edition) -> CohortFilter:
    course, today = registry.course(edition.course), day_in(edition.zone, now())
    past, week = cohort.past_lessons(course, edition, today)
    order = request.args.get("order", "")
    return CohortFilter(
        text=request.args.get("q", "").strip(),
        tutor_id=current_person_id() if request.args.get("mine") == "1" else None,
        past=past,
        week=week,
        order=CohortOrder(order) if order in set(CohortOrder) else CohortOrder.BEHIND,
        pace=next((each for each in Pace if each == request.args.get("pace")), None),
        start=min(query_number("from") or 0, MAX_START),
    )


def _chosen() -> dict[str, str]:
    return {key: value for key, value in request.args.items() if key in KEPT and value}


def _links(
    modules: Sequence[ModuleColumn], filters: CohortFilter, *, total: int
) -> dict[str, dict[str, str]]:
    """Return the parts of the addresses that lead on from here; empty where there is nothing."""
    chosen, size = _chosen(), cohort.PAGE_SIZE
    before, after = filters.start - size, filters.start + size
    return (
        {str(order): chosen | {"order": str(order)} for order in CohortOrder}
        | {each.module.key: chosen | {"module": each.module.key} for each in modules}
        | {f"pace-{pace}": chosen | {"pace": str(pace)} for pace in Pace}
        | {"all-paces": {key: value for key, value in chosen.items() if key != "pace"}}
        | {
            "previous": chosen | {"from": str(max(before, 0))} if filters.start else {},
            "following": chosen | {"from": str(after)} if after < total else {},
        }
    )


def _groups(
    people: Sequence[ParticipantProgress], filters: CohortFilter
) -> list[tuple[Pace, Sequence[ParticipantProgress]]]:
    """Return people under their paces, as long as they are sorted by what they are behind."""
    if filters.order is not CohortOrder.BEHIND:
        return [(Pace.ON_TIME, people)]
    paces = [(rules.pace(person.behind, filters.week), person) for person in people]
    groups = [(pace, [person for each, person in paces if each is pace]) for pace in Pace]
    return [(pace, group) for pace, group in groups if group]
