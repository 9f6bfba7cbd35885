"""A participant’s week: what to do now, all work of the week, the weeks of the course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.guard import current_actor
from learning.access.permissions import Permission, Role
from learning.accounts import login
from learning.catalogue import rules as catalogue_rules
from learning.catalogue.models import EditionStatus
from learning.content import registry
from learning.extension_points.current import extension_points
from learning.extension_points.due import DueItem, DueRequest, collect_due
from learning.extension_points.page_lines import (
    PageKind,
    PageLine,
    PageReader,
    PageRef,
    by_heading,
    collect_page_lines,
)
from learning.home import rules, week_plan
from learning.home import week_fragments as fragments
from learning.home.layout import layout_context
from learning.home.rules import Period, Situation
from learning.home.views.blueprint import bp, outline_of
from learning.home.week_plan import NextStep, WeekDays, WeekPlan
from learning.kit import conditional_get
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now
from learning.lessons import queries as lessons
from learning.lessons.outline import LessonItem, ModuleItem, Outline
from learning.lessons.queries import LearnerContext, LearnerEdition


@dataclass(frozen=True, kw_only=True)
class ThisWeekPage(Page):
    """`week` is the number of today's week, 0 or less before the first, too high after the last.

    `unfinished` are modules of earlier weeks that have lessons left.
    """

    template: ClassVar[str] = "home/this_week.html"

    name: str
    edition: LearnerEdition
    outline: Outline
    today: date
    week: int
    week_ends: datetime
    last_weekday: str
    situation: Situation
    next: NextStep | None
    plan: WeekPlan
    weeks: int
    week_strip: Markup
    day_strip: Markup
    done: Markup
    ahead: Markup
    later: Markup
    preparation: Markup
    unfinished: Sequence[ModuleItem]
    bookmarked: Sequence[LessonItem]
    lines: Sequence[tuple[str, Sequence[PageLine]]]  # of other packages, under their headings
    other_editions: Sequence[LearnerEdition]


@bp.get("/this-week", needs=Permission.OWN_PAGES, impersonator_needs=Permission.IMPERSONATE)
def this_week() -> ResponseReturnValue:
    """Show a participant's week; somebody without a course is sent to their first page."""
    codes = [code for code in current_actor().in_edition if _studies(code)]
    mine = lessons.get_contexts(db(), current_actor(), codes)
    if not mine:
        return redirect(url_for(_first_page()), 303)
    running = (each for each in mine if each.edition.status is EditionStatus.RUNNING)
    context, moment = next(running, mine[0]), now()
    today = day_in(context.edition.zone, moment)
    week = week_plan.week_of(context.edition, today, registry.course(context.edition.course).weeks)
    items, lines = _items(context, week, moment), _lines(context, moment)
    editions = [(e.edition.code, str(e.edition.status), e.edition.changed_at) for e in mine]
    shown = [item.version for item in items], lines
    if same := conditional_get.not_modified(context.keys, today, editions, shown, _revisions()):
        return same
    other_editions = [each.edition for each in mine if each is not context]
    return conditional_get.with_etag(
        render_page(_week_page(context, (today, week), items, (lines, other_editions)))
    )


def _first_page() -> str:
    """Return the endpoint of the first page of somebody without a course."""
    layout = layout_context()
    if layout.staff:
        return "home.show_staff_area"
    return "applications.show_applications" if layout.has_applications else "home.start"


def _revisions() -> list[str]:
    return [course.revision for course in registry.courses().values()]


def _studies(edition: str) -> bool:
    return Role.PARTICIPANT in current_actor().in_edition.get(edition, frozenset())


def _week_page(
    context: LearnerContext,
    days: tuple[date, WeekDays],
    items: Sequence[DueItem],
    more: tuple[Sequence[PageLine], Sequence[LearnerEdition]],
) -> ThisWeekPage:
    lines, other_editions = more
    (today, week), edition, person = days, context.edition, login.current_session()
    outline = outline_of(context, today)
    plan = week_plan.week_plan(items, week, edition.zone, today)
    number = catalogue_rules.week_of(edition.starts_on, today)
    onward = week_plan.next_step(outline, plan, edition)
    i18n = current_i18n()
    return ThisWeekPage(
        name=person.name if person else "",
        edition=edition,
        outline=outline,
        today=today,
        week=number,
        week_ends=week.until - timedelta(minutes=1),
        last_weekday=fragments.weekday(i18n, plan.days[-1].day),
        situation=rules.situation(_period(edition), today, has_next=onward is not None),
        next=onward,
        plan=plan,
        weeks=len(outline.modules),
        week_strip=fragments.render_weeks(i18n, week_plan.module_weeks(edition, outline, number)),
        day_strip=fragments.render_days(i18n, plan.days),
        done=fragments.render_items(i18n, plan.done, ""),
        ahead=fragments.render_items(i18n, plan.ahead, onward.key if onward else ""),
        later=fragments.render_dates(plan.later),
        preparation=fragments.render_items(i18n, plan.preparation, ""),
        unfinished=week_plan.unfinished_modules(outline, number),
        bookmarked=[line for _, line in outline.lessons() if line.bookmarked],
        lines=by_heading(lines),
        other_editions=other_editions,
    )


def _period(edition: LearnerEdition) -> Period:
    closed = edition.status is EditionStatus.FINISHED
    return Period(starts_on=edition.starts_on, ends_on=edition.ends_on, closed=closed)


def _items(context: LearnerContext, week: WeekDays, moment: datetime) -> list[DueItem]:
    """Return what the page shows of all packages' dates and work, the earliest first."""
    if context.enrolment_id is None:
        return []
    request = DueRequest(
        edition=context.edition,
        enrolment_ids=[context.enrolment_id],
        i18n=current_i18n(),
        with_adjustments=not current_actor().read_only,
        since=week.since,
        until=week.until + week_plan.DATES_AHEAD,
    )
    items = collect_due(extension_points().due, db(), request)[context.enrolment_id]
    return week_plan.shown_items(items, week, moment)


def _lines(context: LearnerContext, moment: datetime) -> tuple[PageLine, ...]:
    """Return what other packages show beside the week."""
    page = PageRef(kind=PageKind.WEEK, edition=context.edition, modules=())
    reader = PageReader(
        enrolment_id=context.enrolment_id,
        i18n=current_i18n(),
        now=moment,
        with_adjustments=not current_actor().read_only,
    )
    return collect_page_lines(extension_points().page_lines, db(), page, reader).get("", ())
