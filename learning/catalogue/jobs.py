"""Scheduled jobs of the catalogue: editions begin and end by their own calendar."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from learning.catalogue.actions import set_status
from learning.catalogue.models import Edition, EditionStatus
from learning.jobs.worker import Task


def update_statuses(task: Task) -> None:
    """Set editions to running from their first day, and to finished after their last."""
    live = Edition.status.in_((EditionStatus.OPEN, EditionStatus.RUNNING))
    locked = select(Edition).where(live).order_by(Edition.id).with_for_update()
    with task.database.transaction() as session:
        for edition in session.scalars(locked).all():
            today = task.now.astimezone(ZoneInfo(edition.zone)).date()
            if edition.status is EditionStatus.OPEN and edition.starts_on <= today:
                set_status(session, edition, EditionStatus.RUNNING, by=None, now=task.now)
            if edition.status is EditionStatus.RUNNING and edition.ends_on < today:
                set_status(session, edition, EditionStatus.FINISHED, by=None, now=task.now)
