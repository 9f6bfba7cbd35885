"""The page of all due dates of one person in an edition, and the same as a calendar file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_ref
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.activity_types import Deadline, DeadlineKind
from learning.deadlines import queries, words
from learning.deadlines.rules import NO_ACCOMMODATION, Accommodation, DueDate
from learning.extension_points.activities import Activity
from learning.extension_points.current import extension_points
from learning.extension_points.due import DueItem, DueRequest, collect_due
from learning.kit.calendar_file import CalendarEntry, calendar_file
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

bp = GuardedBlueprint("deadlines", __name__, url_prefix="/editions/<edition>/dates")
DATES = "dates/"
NOBODY = 0  # the id of no enrolment: the dates that hold for everybody


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """One date: when it is and how far away, what is done by then and where; `path` may be ""."""

    key: str
    title: str
    path: str
    activity: Activity
    at: datetime
    when: str
    away: str
    details: Sequence[str]
    over: bool


@dataclass(frozen=True, kw_only=True)
class DueDatesPage(Page):
    """Future and past dates; the reader's accommodation."""

    template: ClassVar[str] = "deadlines/due_dates.html"

    edition: Edition
    ahead: Sequence[DueLine]
    over: Sequence[DueLine]
    agreed: Sequence[str]


@bp.get("/", needs=Permission.READ_LESSONS)
def show_due_dates(edition: str) -> ResponseReturnValue:
    """Show every due date; to an impersonator the general dates."""
    where = edition_of(edition)
    own = _own_enrolment(where)
    agreed = queries.adjustments(db(), own).accommodation if own else NO_ACCOMMODATION
    lines = _lines(where, own, agreed)
    page = DueDatesPage(
        edition=where,
        ahead=[line for line in lines if not line.over],
        over=[line for line in lines if line.over],
        agreed=list(words.agreed_sentences(current_i18n(), agreed)),
    )
    return render_page(page)


@bp.get("/calendar.ics", needs=Permission.READ_LESSONS)
def download_calendar(edition: str) -> ResponseReturnValue:
    """Send the dates that are ahead as a calendar file; a later file replaces its entries."""
    where, i18n = edition_of(edition), current_i18n()
    site = current_app.extensions["settings"].address
    own = _own_enrolment(where)
    entries = [
        CalendarEntry(
            uid=f"{line.key}@{edition}",
            at=line.at,
            title=line.title,
            text="\n".join([line.when, *line.details]),
            url=site + url_for(".show_due_dates", edition=edition),
        )
        for line in _lines(where, own, NO_ACCOMMODATION)
        if not line.over
    ]
    name = registry.course(where.course).title[i18n.language]
    response = Response(calendar_file(name, entries, stamp=now()), mimetype="text/calendar")
    response.headers.set("Content-Disposition", "attachment", filename=f"{edition}.ics")
    return response


def _own_enrolment(edition: Edition) -> int | None:
    actor = current_actor()
    return None if actor.read_only else queries.own_enrolment(db(), actor, edition)


def _lines(edition: Edition, enrolment_id: int | None, agreed: Accommodation) -> list[DueLine]:
    """Return all dates, the earliest first; that all are later by what is agreed goes unsaid."""
    deadlines = registry.course(edition.course).deadlines
    due = queries.due_dates(db(), edition, enrolment_id, deadlines)
    request = DueRequest(
        edition=edition_ref(edition),
        enrolment_ids=[enrolment_id or NOBODY],
        i18n=current_i18n(),
        with_adjustments=enrolment_id is not None,
    )
    collected = collect_due(extension_points().due, db(), request)[enrolment_id or NOBODY]
    items = {item.key: item for item in collected}
    ordered = sorted(deadlines, key=lambda each: due[each.key].at)
    return [_line(each, due[each.key], items[each.key], agreed, now()) for each in ordered]


def _line(
    deadline: Deadline, due: DueDate, item: DueItem, agreed: Accommodation, moment: datetime
) -> DueLine:
    i18n = current_i18n()
    details = [
        i18n.hours(item.minutes) if item.minutes else "",
        i18n.gettext("recommended") if deadline.kind is DeadlineKind.TARGET else "",
        words.later_words(i18n, due) if due.days_later != agreed.shift_days else "",
    ]
    return DueLine(
        key=deadline.key,
        title=deadline.title[i18n.language],
        path=_path(item),
        activity=item.activity,
        at=due.at,
        when=i18n.weekday_time(due.at),
        away=words.days_away(i18n, due.at, moment),
        details=[each for each in details if each],
        over=due.at <= moment,
    )


def _path(item: DueItem) -> str:
    """Return where the work for a date is done, "" if nothing but its date is known."""
    return "" if item.path.endswith(DATES) else item.path
