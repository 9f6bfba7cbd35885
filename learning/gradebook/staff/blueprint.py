"""The blueprint of the gradebook for staff, and where its pages get what they count."""

from flask import abort

from learning.access.guard import GuardedBlueprint, current_actor
from learning.catalogue.models import Edition
from learning.content import registry
from learning.content.activity_types import RequirementKey
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import enrolment_by_uid
from learning.extension_points.current import extension_points
from learning.gradebook.sources import GradebookSources
from learning.kit.db import db

bp = GuardedBlueprint("gradebook_staff", __name__, url_prefix="/staff/editions/<edition>/gradebook")


def sources() -> GradebookSources:
    points = extension_points()
    return GradebookSources(
        course_of=registry.course, results=points.results, last_active=points.last_active
    )


def requirements_of(edition: Edition) -> list[RequirementKey]:
    return [each.key for each in registry.course(edition.course).assessment.requirements]


def enrolment_of(edition: Edition, uid: str) -> Enrolment:
    return enrolment_by_uid(db(), current_actor(), edition, uid) or abort(404)
