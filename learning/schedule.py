"""The part of the wiring for regular work: which job is due when."""

from datetime import time, timedelta

from learning.admin import jobs as admin_jobs
from learning.fees import card_jobs
from learning.fees import jobs as fee_jobs
from learning.files import jobs as file_jobs
from learning.gradebook import jobs as gradebook_jobs
from learning.jobs.rules import Queue, ScheduledJob
from learning.tutors import actions as tutor_actions

SCHEDULE = (
    ScheduledJob(name="purge", kind="purge", at=time(3, 20), queue=Queue.SLOW),
    ScheduledJob(name="files", kind=file_jobs.PURGE_JOB, at=time(3, 40), queue=Queue.SLOW),
    ScheduledJob(name="checks", kind=admin_jobs.CHECK_JOB, at=time(4, 0), queue=Queue.SLOW),
    ScheduledJob(name="anchor", kind=admin_jobs.ANCHOR_JOB, at=time(4, 20)),
    ScheduledJob(
        name="tutors", kind=tutor_actions.ASSIGN_ALL_JOB, at=time(4, 40), queue=Queue.SLOW
    ),
    ScheduledJob(
        name="gradebook",
        kind=gradebook_jobs.RECOMPUTE_ALL_JOB,
        at=time(5, 0),
        queue=Queue.SLOW,
    ),
    ScheduledJob(name="reminders", kind=fee_jobs.REMIND_JOB, at=time(7, 0), queue=Queue.SLOW),
    ScheduledJob(
        name="card-payments",
        kind=card_jobs.CHECK_JOB,
        every=timedelta(minutes=5),
        queue=Queue.SLOW,
    ),
    ScheduledJob(name="editions", kind="catalogue.update-statuses", every=timedelta(hours=1)),
    ScheduledJob(
        name="offers",
        kind="admissions.expire-offers",
        every=timedelta(minutes=10),
        queue=Queue.SLOW,
    ),
    ScheduledJob(
        name="open-modules",
        kind="lessons.announce-open-modules",
        every=timedelta(hours=1),
        queue=Queue.SLOW,
    ),
)
