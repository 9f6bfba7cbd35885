"""Regular work of the catalogue: editions begin and end by their own calendar."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from learning.catalogue.actions import set_status
from learning.catalogue.models import Edition, EditionStatus
from learning.jobs.worker import Task


def turn_editions(task: Task) -> None:
    """Let open editions run from their first day, and running ones end after their last."""
    live = (EditionStatus.OPEN, EditionStatus.RUNNING)
    with task.database.transaction() as session:
        for edition in session.scalars(select(Edition).where(Edition.status.in_(live))).all():
            today = task.now.astimezone(ZoneInfo(edition.zone)).date()
            if edition.status is EditionStatus.OPEN and edition.starts_on <= today:
                set_status(session, edition, EditionStatus.RUNNING, by=None, now=task.now)
            if edition.status is EditionStatus.RUNNING and edition.ends_on < today:
                set_status(session, edition, EditionStatus.FINISHED, by=None, now=task.now)
