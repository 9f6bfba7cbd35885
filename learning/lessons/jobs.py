"""Scheduled jobs of lessons: announcing that a week's module is open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import recipient_of
from learning.catalogue.models import Edition, EditionStatus
from learning.content.course import Course, CourseOf
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Priority, Queue
from learning.jobs.worker import Handler, Task
from learning.kit.i18n import I18n
from learning.lessons import rules
from learning.mail.actions import EmailRequest, enqueue_emails
from learning.mail.categories import COURSE
from learning.mail.emails import EmailContent, EmailTemplate, Params

ANNOUNCE_FROM_HOUR = 7  # in the edition's zone
ANNOUNCE_JOB = "lessons.announce-module"
BATCH_SIZE, NO_MORE = 50, -1


def announce_open_modules(course_of: CourseOf, task: Task) -> None:
    """Enqueue the announcement of each module once, on the morning of the day it opens."""
    with task.database.read_transaction() as reading:
        running = select(Edition).where(Edition.status == EditionStatus.RUNNING)
        editions = reading.scalars(running).all()
    opening = [(edition, key) for edition in editions for key in _opening(course_of, edition, task)]
    if not opening:
        return
    with task.database.transaction() as session:
        for edition, key in opening:
            payload = {"edition": edition.id, "course": edition.course, "module": key}
            add_job(session, _announcement(payload, task.now))


def _opening(course_of: CourseOf, edition: Edition, task: Task) -> list[str]:
    """Return the modules that open today; reading a course is slow, so nothing is locked here."""
    local = task.now.astimezone(ZoneInfo(edition.zone))
    if local.hour < ANNOUNCE_FROM_HOUR:
        return []
    modules = course_of(edition.course).modules
    days = {m.key: rules.opens_on(edition.starts_on, m.week) for m in modules}
    return [key for key, day in days.items() if day == local.date()]


def announce_module(course_of: CourseOf, task: Task) -> None:
    """Write to one batch of participants that a module is open.

    Later people are left to the next job, which is enqueued in the same transaction: a second
    attempt finds it there, and writes to nobody twice.
    """
    after = task.payload.get("after", 0)
    if after == NO_MORE:
        return
    course = course_of(task.payload["course"])
    with task.database.transaction() as session:
        edition = session.get_one(Edition, task.payload["edition"])
        people = _studying(session, edition, after=after)
        following = people[-1].id if len(people) == BATCH_SIZE else NO_MORE
        if not add_job(session, _announcement(dict(task.payload) | {"after": following}, task.now)):
            return
        what = EmailRequest(
            kind="lessons.module-open",
            params=_params(course, edition, task.payload["module"]),
            category=COURSE,
            topic="module-open",
            thread=f"edition-{edition.id}-{task.payload['module']}",
            priority=Priority.LOW,
        )
        enqueue_emails(session, [(recipient_of(person), what) for person in people], now=task.now)


def _announcement(payload: Mapping[str, Any], now: datetime) -> NewJob:
    unique_key = f"announce {payload['edition']} {payload['module']}"
    unique_key += f" after {payload['after']}" if "after" in payload else ""
    return NewJob(
        kind=ANNOUNCE_JOB, payload=payload, now=now, unique_key=unique_key, queue=Queue.SLOW
    )


def module_open(i18n: I18n, params: Params) -> EmailContent:
    title = params["titles"][i18n.language]
    return EmailContent(
        subject=i18n.gettext("Week %(week)s: %(title)s") % {"week": params["week"], "title": title},
        lines=[
            i18n.gettext("The module of this week is open."),
            i18n.ngettext(
                "It has %(num)s lesson, about %(length)s to read.",
                "It has %(num)s lessons, about %(length)s to read.",
                params["lessons"],
            )
            % {"num": params["lessons"], "length": i18n.hours(params["minutes"])},
        ],
        button=i18n.gettext("Continue the course"),
        path=f"/{i18n.language}/this-week",
    )


def _params(course: Course, edition: Edition, key: str) -> dict[str, object]:
    module = next(module for module in course.modules if module.key == key)
    return {
        "edition": edition.code,
        "week": module.week,
        "titles": dict(module.title),
        "lessons": len(module.lessons),
        "minutes": sum(lesson.minutes for lesson in module.lessons),
    }


def _studying(session: Session, edition: Edition, *, after: int) -> Sequence[Person]:
    """Return one batch of participants of an edition, after one by id."""
    people = select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    active = Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
    following = people.where(*active, Person.id > after).order_by(Person.id).limit(BATCH_SIZE)
    return session.scalars(following).all()


EMAILS: dict[str, EmailTemplate] = {"lessons.module-open": module_open}


def handlers(course_of: CourseOf) -> dict[str, Handler]:
    return {
        "lessons.announce-open-modules": partial(announce_open_modules, course_of),
        ANNOUNCE_JOB: partial(announce_module, course_of),
    }
