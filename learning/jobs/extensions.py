"""What the staff area shows of jobs (`extension_points.waiting`)."""

from collections.abc import Collection
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingKind,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)
from learning.jobs.models import Job, JobState
from learning.kit.i18n import N_

JOBS_KEY = "jobs-failed"
JOBS_PATH = f"staff/?kind={JOBS_KEY}"


def failed_jobs(
    shown_elsewhere: Collection[str], session: Session, request: WaitingRequest
) -> WaitingRows:
    """Return the failed jobs of which nobody has decided, in one query.

    Jobs of the kinds `shown_elsewhere` are rows of the packages that know what they were for.
    """
    rows = session.execute(
        select(Job.id, Job.kind, Job.error, Job.ended_at, func.count().over())
        .where(Job.state == JobState.DEAD, Job.kind.not_in(shown_elsewhere))
        .order_by(Job.ended_at, Job.id)
        .limit(request.limit)
    ).all()
    waiting = [
        WaitingRow(subject=f"{kind} · {id_}", path="staff/jobs/", since=ended_at, detail=error)
        for id_, kind, error, ended_at, _ in rows
        if ended_at
    ]
    return WaitingRows(rows=waiting, total=rows[0][-1] if rows else 0)


def failed_jobs_summary(
    shown_elsewhere: Collection[str], session: Session, _request: WaitingRequest
) -> list[WaitingGroup]:
    """Return how many jobs have failed and wait for a decision, in one query."""
    dead = Job.state == JobState.DEAD, Job.kind.not_in(shown_elsewhere)
    number, since = session.execute(select(func.count(), func.min(Job.ended_at)).where(*dead)).one()
    return [WaitingGroup(count=number, since=since, path=JOBS_PATH)] if number and since else []


def kinds(shown_elsewhere: Collection[str]) -> tuple[WaitingKind, ...]:
    """Return the kinds of rows that this package has."""
    return (
        WaitingKind(
            key=JOBS_KEY,
            label=N_("Failed jobs"),
            permission=Permission.MANAGE_JOBS,
            provider=partial(failed_jobs, shown_elsewhere),
            summary=partial(failed_jobs_summary, shown_elsewhere),
            action=N_("Look at the failed jobs"),
            site_wide=True,
        ),
    )
