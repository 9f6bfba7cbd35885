"""What other packages' pages show of a person's dates (`extension_points`)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learning.catalogue import schedule
from learning.catalogue.models import EditionDate
from learning.catalogue.schedule import OwnDays
from learning.content.activity_types import Deadline, DeadlineKind
from learning.content.course import Course, CourseOf
from learning.deadlines import rules, words
from learning.deadlines.models import AccommodationProfile, Extension
from learning.deadlines.queries import NO_ADJUSTMENTS, Adjustments
from learning.deadlines.rules import Accommodation, DueDate
from learning.extension_points.activities import Activity
from learning.extension_points.due import DueItem, DueKind, DueRequest
from learning.extension_points.page_lines import PageLine, PageReader, PageRef
from learning.extension_points.requests import EditionRef
from learning.kit.i18n import N_, I18n
from learning.kit.types import UtcDateTime

KINDS = {
    DeadlineKind.DUE: DueKind.DUE,
    DeadlineKind.TARGET: DueKind.TARGET,
    DeadlineKind.EVENT: DueKind.EVENT,
}
ACTIVITIES = {
    "quiz": Activity.QUIZ,
    "peer": Activity.PEERS,
    "group": Activity.GROUP,
    "project": Activity.PROJECT,
}
"""What a deadline is for, by the first word of its key."""
WORKLOADS = {
    "peer-reviews": "peer_assessment",
    "group-plan": "group_exercise",
    "project": "final_project",
}
"""The deadlines by which work of the whole course is done; its minutes are in course.toml."""
BriefOf = Callable[[Course, str, str], str | None]
"""Returns the address of the brief for a deadline of an edition: course, edition's code, key."""
NEXT_DATES = 3  # on the course home
# Statements of every page are built once: building costs more than the database does.
EDITION: BindParameter[int] = bindparam("edition")
ENROLMENTS: BindParameter[Sequence[int]] = bindparam("enrolments", expanding=True)
DATES: CompoundSelect[Any] = union_all(
    select(
        literal("date").label("kind"),
        literal(0).label("enrolment_id"),
        EditionDate.key.label("key"),
        EditionDate.at.label("at"),
        literal(0).label("days"),
    ).where(EditionDate.edition_id == EDITION),
    select(
        literal("extension"), Extension.enrolment_id, Extension.key, Extension.until, literal(0)
    ).where(Extension.enrolment_id.in_(ENROLMENTS)),
    select(
        literal("accommodation"),
        AccommodationProfile.enrolment_id,
        literal(""),
        cast(null(), UtcDateTime),
        AccommodationProfile.shift_days,
    ).where(AccommodationProfile.enrolment_id.in_(ENROLMENTS)),
)
"""The dates of an edition, extensions and days of accommodations, as rows of one kind each."""


def due_items(
    course_of: CourseOf, brief_of: BriefOf, session: Session, request: DueRequest
) -> Mapping[int, Sequence[DueItem]]:
    """Return the dates of the course, as each enrolment has them, in one query.

    A date leads to the brief of its work where there is one, else to the list of all dates.
    """
    course = course_of(request.edition.course)
    ids = request.enrolment_ids if request.with_adjustments else ()
    dates, own = _dates(session, request.edition, ids)
    days = _days(request.edition)
    source = Dates(
        course_of=course_of,
        brief_of=brief_of,
        revision=course.revision,
        edition=request.edition,
        i18n=request.i18n,
    )
    return {
        enrolment_id: [
            _item(source, deadline.key, due)
            for deadline in course.deadlines
            if request.covers(
                (due := _due(deadline, days, dates, own.get(enrolment_id, NO_ADJUSTMENTS))).at
            )
        ]
        for enrolment_id in request.enrolment_ids
    }


def next_dates(
    course_of: CourseOf, session: Session, page: PageRef, reader: PageReader
) -> Sequence[PageLine]:
    """Return the next dates of a course, as the reader has them, in one query.

    What is only a target is not among them.
    """
    edition, own_id = page.edition, reader.enrolment_id
    ids = [own_id] if own_id is not None and reader.with_adjustments else []
    dates, own = _dates(session, edition, ids)
    adjustments = own.get(own_id or 0, NO_ADJUSTMENTS)
    days = _days(edition)
    due = [
        (each, _due(each, days, dates, adjustments)) for each in course_of(edition.course).deadlines
    ]
    ahead = sorted(
        (
            (each, when)
            for each, when in due
            if each.kind is not DeadlineKind.TARGET and when.at >= reader.now
        ),
        key=lambda pair: pair[1].at,
    )
    heading = reader.i18n.gettext(N_("Next dates"))
    return [
        PageLine(
            key=f"date:{each.key}",
            title=each.title[reader.i18n.language],
            path=_path(edition),
            detail=words.due_sentence(reader.i18n, when),
            heading=heading,
        )
        for each, when in ahead[:NEXT_DATES]
    ]


@dataclass(frozen=True, kw_only=True)
class Dates:
    """Where items come from, and for whom: equal ones have equal items at equal moments."""

    course_of: CourseOf
    brief_of: BriefOf
    revision: str
    edition: EditionRef
    i18n: I18n


@lru_cache(maxsize=4096)
def _item(source: Dates, key: str, due: DueDate) -> DueItem:
    edition, i18n = source.edition, source.i18n
    course = source.course_of(edition.course)
    deadline = next(each for each in course.deadlines if each.key == key)
    return DueItem(
        key=key,
        title=deadline.title[i18n.language],
        at=due.at,
        when=words.due_sentence(i18n, due),
        path=source.brief_of(course, edition.code, key) or _path(edition),
        kind=KINDS[deadline.kind],
        activity=_activity(deadline),
        minutes=_minutes(course, deadline),
    )


def _activity(deadline: Deadline) -> Activity:
    if deadline.kind is DeadlineKind.EVENT:
        return Activity.DATE
    return ACTIVITIES.get(deadline.key.partition("-")[0], Activity.DATE)


def _minutes(course: Course, deadline: Deadline) -> int:
    """Return the minutes that the course plans for what is done by a deadline."""
    if _activity(deadline) is Activity.QUIZ:
        return course.minutes.get("quiz", 0)
    return course.extra_minutes.get(WORKLOADS.get(deadline.key, ""), 0)


def _path(edition: EditionRef) -> str:
    return f"editions/{edition.code}/dates/"


def _days(edition: EditionRef) -> OwnDays:
    return OwnDays(
        starts_on=edition.starts_on,
        project_due_on=edition.project_due_on,
        ends_on=edition.ends_on,
        zone=edition.zone,
    )


_due_date = lru_cache(maxsize=4096)(rules.due_date)  # most people have the same dates


def _due(
    deadline: Deadline, days: OwnDays, dates: Mapping[str, datetime], own: Adjustments
) -> DueDate:
    return _due_date(
        deadline.kind,
        dates.get(deadline.key) or schedule.regular(deadline, days),
        days.zone,
        until=own.extensions.get(deadline.key),
        accommodation=own.accommodation,
    )


def _dates(
    session: Session, edition: EditionRef, enrolment_ids: Collection[int]
) -> tuple[dict[str, datetime], dict[int, Adjustments]]:
    """Return the stored dates of an edition by key, and what is otherwise by enrolment."""
    parameters = {"edition": edition.id, "enrolments": list(enrolment_ids)}
    rows = session.connection().execute(DATES, parameters)  # plain columns: no need of the ORM
    dates: dict[str, datetime] = {}
    until: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    days: dict[int, int] = {}
    for kind, enrolment_id, key, at, shift_days in rows:
        if kind == "date":
            dates[key] = at
        elif kind == "extension":
            until[enrolment_id][key] = at
        else:
            days[enrolment_id] = shift_days
    return dates, {
        each: Adjustments(
            accommodation=Accommodation(shift_days=days.get(each, 0)), extensions=until[each]
        )
        for each in {*until, *days}
    }
