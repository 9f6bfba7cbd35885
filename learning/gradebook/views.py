"""The page of a participant: the path to the certificate, with the marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_ref
from learning.catalogue.requests import edition_of
from learning.content import registry
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.current import extension_points
from learning.extension_points.due import DueItem, DueRequest, collect_due
from learning.gradebook import queries
from learning.gradebook.path import CLOSING, Path, PathSource, build_path
from learning.gradebook.queries import PersonResults
from learning.gradebook.rules.decisions import NOT_PASSED
from learning.gradebook.sources import GradebookSources
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

bp = GuardedBlueprint("gradebook", __name__, url_prefix="/editions/<edition>/certificate")
NOBODY = 0  # the id of no enrolment: the path of somebody who has done nothing


@dataclass(frozen=True, kw_only=True)
class PathPage(Page):
    """The path; to staff that of somebody who has done nothing. `minutes` are those of work."""

    template: ClassVar[str] = "gradebook/path.html"

    edition: Edition
    course: Course
    path: Path
    name: str
    studying: bool
    closing: DueItem | None
    is_closed: bool
    is_completed: bool
    minutes_done: int
    minutes: int


@bp.get("/", needs=Permission.READ_LESSONS)
def show_path(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    enrolment = queries.own_enrolment(db(), current_actor(), where)
    course, moment = registry.course(where.course), now()
    due = _due(where, enrolment)
    source = PathSource(
        course=course,
        person=_person(where, enrolment),
        due=due,
        i18n=current_i18n(),
        now=moment,
    )
    closing = next((item for item in due if item.key == CLOSING), None)
    status = enrolment.status if enrolment else EnrolmentStatus.ACTIVE
    page = PathPage(
        edition=where,
        course=course,
        path=build_path(source),
        name=enrolment.person.name if enrolment else "",
        studying=enrolment is not None,
        closing=closing,
        is_closed=status in NOT_PASSED,
        is_completed=status is EnrolmentStatus.COMPLETED,
        minutes_done=sum(item.minutes if item.done else item.minutes_done for item in due),
        minutes=course.total_minutes,
    )
    return render_page(page)


def _person(edition: Edition, enrolment: Enrolment | None) -> PersonResults:
    points = extension_points()
    sources = GradebookSources(course_of=registry.course, results=points.results)
    own = enrolment.id if enrolment else NOBODY
    return queries.person_results(db(), sources, edition, [own], current_i18n())[own]


def _due(edition: Edition, enrolment: Enrolment | None) -> Sequence[DueItem]:
    own = enrolment.id if enrolment else NOBODY
    request = DueRequest(
        edition=edition_ref(edition),
        enrolment_ids=[own],
        i18n=current_i18n(),
        with_adjustments=not current_actor().read_only,
    )
    return collect_due(extension_points().due, db(), request)[own]
