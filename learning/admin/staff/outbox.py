"""Staff pages of e-mails and jobs, failed ones first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_person_id
from learning.access.permissions import Permission
from learning.audit.actions import record
from learning.jobs import actions as jobs
from learning.jobs import queries as job_queries
from learning.jobs.models import Job, JobState
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.mail import actions as mail
from learning.mail import queries as mail_queries
from learning.mail.models import EmailBounce, EmailState, OutgoingEmail

bp = GuardedBlueprint("outbox", __name__, url_prefix="/staff/jobs")


@dataclass(frozen=True, kw_only=True)
class OutboxPage(Page):
    template: ClassVar[str] = "admin/outbox.html"

    jobs: Mapping[JobState, int]
    dead: Sequence[Job]
    retried: Sequence[Job]
    waiting: Mapping[str, int]  # by kind
    oldest: timedelta
    heartbeat: datetime | None  # when a worker was last active
    mails: Mapping[EmailState, int]
    suppressed: Sequence[EmailBounce]
    emails: Mapping[int, OutgoingEmail]  # that failed or retried jobs send, by job
    now: datetime


@bp.get("/", needs=Permission.SEE_HEALTH)
def show_outbox() -> ResponseReturnValue:
    never_store()
    dead, retried = job_queries.latest_in_state(db(), JobState.DEAD), job_queries.retried(db())
    page = OutboxPage(
        jobs=job_queries.counts(db()),
        dead=dead,
        retried=retried,
        waiting=job_queries.waiting_by_kind(db()),
        heartbeat=job_queries.last_heartbeat(db(), now=now()),
        oldest=job_queries.max_wait(db(), now=now()),
        mails=mail_queries.counts(db()),
        suppressed=mail_queries.suppressed_addresses(db()),
        emails=_emails_of([*dead, *retried]),
        now=now(),
    )
    return render_page(page)


def _emails_of(rows: Sequence[Job]) -> dict[int, OutgoingEmail]:
    """Return the e-mails that jobs send, by the id of the job."""
    ids = {each.id: jobs.payload_of(each)["mail"] for each in rows if each.kind == mail.SEND_JOB}
    found = mail_queries.emails_by_id(db(), list(ids.values()))
    return {job_id: found[mail_id] for job_id, mail_id in ids.items() if mail_id in found}


@bp.post("/<int:job_id>", needs=Permission.MANAGE_JOBS)
@form_post(has_form=False)
def retry_or_discard(job_id: int) -> ResponseReturnValue:
    """Retry a failed job (`again=1`), or discard it."""
    job = job_queries.job(db(), job_id) or abort(404)
    again = request.form.get("again") == "1"
    done = jobs.retry(job, now=now()) if again else jobs.discard(job, now=now())
    if done and again and job.kind == mail.SEND_JOB:
        mail.retry(db(), jobs.payload_of(job)["mail"])
    if done:
        record(
            db(),
            "job retried" if again else "job discarded",
            f"job {job_id}",
            by=current_person_id(),
            now=now(),
        )
    flash(current_i18n().gettext(N_("Done.") if done else N_("Somebody decided about it already.")))
    return redirect(url_for(".show_outbox"), 303)


@bp.post("/clear-bounces", needs=Permission.MANAGE_JOBS)
@form_post(has_form=False)
def clear_bounces() -> ResponseReturnValue:
    """Send e-mails again to a suppressed address."""
    email = request.form.get("email", "")
    mail.clear_bounces(db(), email)
    record(db(), "address bounces cleared", "mail", by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("Done.")))
    return redirect(url_for(".show_outbox"), 303)
