"""Regular work around lessons: telling people that a week's module is open."""

from collections.abc import Callable
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.joining import recipient
from learning.accounts.models import Person
from learning.catalogue.models import Edition, EditionStatus
from learning.content.course import Course
from learning.enrolment.models import Enrolment, EnrolmentStatus
from learning.jobs.actions import NewJob, add
from learning.jobs.rules import Priority, Queue
from learning.jobs.worker import Handler, Task
from learning.kit.i18n import I18n
from learning.lessons import rules
from learning.mail.actions import Outgoing, post
from learning.mail.letters import Letter, LetterWriter, Params
from learning.mail.models import Category
from learning.mail.queries import is_written

FROM_HOUR = 7  # in the edition's zone
ANNOUNCE = "lessons.announce-module"
CourseOf = Callable[[str], Course]


def announce_weeks(course_of: CourseOf, task: Task) -> None:
    """Have each module announced once, on the morning of the day it opens."""
    with task.database.reading() as reading:
        running = select(Edition).where(Edition.status == EditionStatus.RUNNING)
        editions = reading.scalars(running).all()
    opening = [(edition, key) for edition in editions for key in _opening(course_of, edition, task)]
    if not opening:
        return
    with task.database.transaction() as session:
        for edition, key in opening:
            payload = {"edition": edition.id, "course": edition.course, "module": key}
            once = f"announce {edition.id} {key}"
            job = NewJob(
                kind=ANNOUNCE, payload=payload, due_at=task.now, once=once, queue=Queue.SLOW
            )
            add(session, job)


def _opening(course_of: CourseOf, edition: Edition, task: Task) -> list[str]:
    """Return the modules that open today; reading a course is slow, so nothing is locked here."""
    local = task.now.astimezone(ZoneInfo(edition.zone))
    if local.hour < FROM_HOUR:
        return []
    modules = course_of(edition.course).modules
    days = {m.key: rules.opens_on(edition.starts_on, m.week) for m in modules}
    return [key for key, day in days.items() if day == local.date()]


def announce_module(course_of: CourseOf, task: Task) -> None:
    """Write to everybody who studies in an edition that a module is open.

    All letters are written in one transaction, so that a second attempt finds all or none.
    """
    course = course_of(task.payload["course"])
    with task.database.transaction() as session:
        edition = session.get_one(Edition, task.payload["edition"])
        params = _params(course, edition, task.payload["module"])
        thread = f"edition-{edition.id}-{task.payload['module']}"
        if is_written(session, thread):
            return
        what = Outgoing(
            kind="lessons.module-open",
            params=params,
            category=Category.COURSE,
            thread=thread,
            priority=Priority.LOW,
        )
        for person in _studying(session, edition):
            post(session, recipient(person), what, now=task.now)


def module_open(i18n: I18n, params: Params) -> Letter:
    title = params["titles"][i18n.language]
    return Letter(
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
        button=i18n.gettext("Go on with the course"),
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


def _studying(session: Session, edition: Edition) -> list[Person]:
    people = select(Person).join(Enrolment, Enrolment.person_id == Person.id)
    active = Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE
    return list(session.scalars(people.where(*active).order_by(Person.id)))


WRITERS: dict[str, LetterWriter] = {"lessons.module-open": module_open}


def handlers(course_of: CourseOf) -> dict[str, Handler]:
    return {
        "lessons.announce-weeks": partial(announce_weeks, course_of),
        ANNOUNCE: partial(announce_module, course_of),
    }
