"""The blueprint of the home pages, and what two of them share."""

from datetime import date

from learning.access.guard import GuardedBlueprint
from learning.content import registry
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.lessons import queries as lessons
from learning.lessons.outline import Outline, Reader, build_outline
from learning.lessons.queries import LearnerContext

bp = GuardedBlueprint("home", __name__)


def outline_of(context: LearnerContext, today: date) -> Outline:
    """Return the course of an edition as the reader sees it on a day of the edition."""
    reader = Reader(
        context=context,
        record=lessons.learner_record(db(), context.enrolment_id),
        language=current_i18n().language,
        today=today,
    )
    return build_outline(registry.course(context.edition.course), reader)
