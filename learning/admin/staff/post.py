"""Pages for staff: letters and jobs, above all those that went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, me
from learning.access.permissions import Permission
from learning.admin.words import JOB_STATES, MAIL_STATE, MAIL_STATES
from learning.audit.actions import record
from learning.jobs import actions as jobs
from learning.jobs import queries as job_queries
from learning.jobs.models import Job, JobState
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.time import now
from learning.mail import actions as mail
from learning.mail import queries as mail_queries
from learning.mail.models import Address, Mail, MailState

room = Room("post", __name__, url_prefix="/desk/jobs")


@dataclass(frozen=True, kw_only=True)
class PostPage(Page):
    template: ClassVar[str] = "admin/post.html"

    jobs: Mapping[JobState, int]
    dead: Sequence[Job]
    oldest: timedelta
    mails: Mapping[MailState, int]
    latest: Sequence[Mail]
    suppressed: Sequence[Address]
    job_words: Mapping[JobState, str]
    mail_words: Mapping[MailState, str]
    mail_state: Mapping[MailState, str]


@room.get("/", needs=Permission.SEE_HEALTH)
def show_post() -> ResponseReturnValue:
    never_store()
    page = PostPage(
        jobs=job_queries.counts(db()),
        dead=job_queries.in_state(db(), JobState.DEAD),
        oldest=job_queries.oldest_wait(db(), now=now()),
        mails=mail_queries.counts(db()),
        latest=mail_queries.latest(db()),
        suppressed=mail_queries.suppressed(db()),
        job_words=JOB_STATES,
        mail_words=MAIL_STATES,
        mail_state=MAIL_STATE,
    )
    return show(page)


@room.post("/<int:job_id>", needs=Permission.MANAGE_JOBS)
def decide(job_id: int) -> ResponseReturnValue:
    """Try a job again that was given up (`again=1`), or put it aside."""
    job = job_queries.job(db(), job_id) or abort(404)
    again = request.form.get("again") == "1"
    if again and job.kind == mail.SEND:
        mail.try_again(db(), jobs.payload_of(job)["mail"])
    done = jobs.try_again(job, now=now()) if again else jobs.discard(job, now=now())
    if done:
        record(
            db(), "job retried" if again else "job put aside", f"job {job_id}", by=me(), now=now()
        )
    flash(current().gettext(N_("Done.") if done else N_("Somebody decided about it already.")))
    return redirect(url_for(".show_post"), 303)


@room.post("/trust", needs=Permission.MANAGE_JOBS)
def trust_address() -> ResponseReturnValue:
    """Send letters again to an address that was given up."""
    email = request.form.get("email", "")
    mail.trust_again(db(), email)
    record(db(), "address trusted again", "mail", by=me(), now=now())
    flash(current().gettext(N_("Done.")))
    return redirect(url_for(".show_post"), 303)
