"""What the staff area shows of the outbox (`extension_points.waiting`)."""

from sqlalchemy import String, cast, func, literal, select
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
from learning.mail.actions import SEND_JOB
from learning.mail.models import SEND_KEY, OutgoingEmail

EMAILS_KEY = "emails-failed"
EMAILS_PATH = f"staff/?kind={EMAILS_KEY}"


def failed_emails(session: Session, request: WaitingRequest) -> WaitingRows:
    """Return the e-mails that were given up and of which nobody has decided, in one query."""
    key = literal(SEND_KEY) + cast(OutgoingEmail.id, String)
    rows = session.execute(
        select(OutgoingEmail.email, OutgoingEmail.reason, Job.ended_at, func.count().over())
        .join(Job, Job.unique_key == key)
        .where(Job.kind == SEND_JOB, Job.state == JobState.DEAD)
        .order_by(Job.ended_at, Job.id)
        .limit(request.limit)
    ).all()
    waiting = [
        WaitingRow(subject=email, path="staff/jobs/", since=ended_at, detail=reason)
        for email, reason, ended_at, _ in rows
        if ended_at
    ]
    return WaitingRows(rows=waiting, total=rows[0][-1] if rows else 0)


def failed_emails_summary(session: Session, _request: WaitingRequest) -> list[WaitingGroup]:
    """Return how many e-mails were given up and wait for a decision, in one query."""
    key = literal(SEND_KEY) + cast(OutgoingEmail.id, String)
    number, since = session.execute(
        select(func.count(), func.min(Job.ended_at))
        .select_from(OutgoingEmail)
        .join(Job, Job.unique_key == key)
        .where(Job.kind == SEND_JOB, Job.state == JobState.DEAD)
    ).one()
    return [WaitingGroup(count=number, since=since, path=EMAILS_PATH)] if number and since else []


KINDS = (
    WaitingKind(
        key=EMAILS_KEY,
        label=N_("E-mails that could not be sent"),
        permission=Permission.MANAGE_JOBS,
        provider=failed_emails,
        summary=failed_emails_summary,
        action=N_("Look at the failed e-mails"),
        site_wide=True,
    ),
)
