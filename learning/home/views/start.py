"""Pages for everybody: the courses on offer, the page of a course with its information note."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import abort
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.accounts.queries import staff_of
from learning.admissions.commands import applications
from learning.admissions.rules.transitions import TransitionGuard
from learning.catalogue import cancellation
from learning.catalogue import queries as catalogue
from learning.catalogue.cancellation import Window
from learning.catalogue.models import Edition, EditionStatus
from learning.content import registry
from learning.content.course import Course, Kind, Lesson, LessonText, Module
from learning.home.rules import Teacher, Team, team_of
from learning.home.views.blueprint import bp
from learning.kit.db import db
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now

WEEKLY = (
    ("lessons", "lesson", N_("Lessons, at your own pace")),
    ("readings", "reading", N_("Readings with a guide")),
    ("file", "file", N_("Page of your file")),
    ("live", "session", N_("Live session")),
    ("discussion", "discussion", N_("Discussion")),
    ("quiz", "quiz", N_("Quiz")),
)
"""The parts of a week: the key in course.toml, the icon, the label."""


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    template: ClassVar[str] = "home/start.html"

    offers: Sequence[tuple[Course, Edition | None]]


@dataclass(frozen=True, kw_only=True)
class WeekPart:
    """A part of each week: its label, its minutes, their share of the longest part."""

    label: str
    icon: str
    minutes: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The lesson that visitors may read, and how it begins."""

    lesson: Lesson
    text: LessonText
    beginning: Markup


@dataclass(frozen=True, kw_only=True)
class InformationPage(Page):
    """The page of a course.

    `edition` is the next one; `refund` says what a cancellation costs there, by date. `team` is who
    teaches in it.
    """

    template: ClassVar[str] = "home/information.html"

    course: Course
    edition: Edition | None
    text: str
    other_editions: Sequence[Edition]
    takes_applications: bool
    refund: Window | None
    team: Team
    week: Sequence[WeekPart]
    sample: Sample | None

    def stops(self, i18n: I18n) -> list[tuple[str, str, str]]:
        """Return the modules in order: key, title, and the week in which each begins."""
        return [
            (module.key, module.title[i18n.language], self._week_of(module, i18n))
            for module in self.course.modules
        ]

    def _week_of(self, module: Module, i18n: I18n) -> str:
        if self.edition is None:
            return i18n.gettext("week %(number)s") % {"number": module.week}
        monday = self.edition.starts_on + timedelta(weeks=module.week - 1)
        return i18n.gettext("week of %(day)s") % {"day": i18n.short_date(monday)}


@bp.get("/", needs=Permission.OPEN_TO_ALL)
def start() -> ResponseReturnValue:
    """Show the courses on offer; the only one is shown at once."""
    courses = registry.courses()
    if len(courses) == 1:
        return render_page(_information_page(*courses.values()))
    offers = []
    for key, course in courses.items():
        open_ = [
            edition
            for edition in catalogue.editions_of(db(), current_actor(), key)
            if edition.status is EditionStatus.OPEN
        ]
        offers.append((course, open_[-1] if open_ else None))
    return render_page(StartPage(offers=offers))


@bp.get("/courses/<course>", needs=Permission.OPEN_TO_ALL)
def show_information(course: str) -> ResponseReturnValue:
    """Show the information note, with the data of the next edition that takes applications."""
    return render_page(_information_page(registry.courses().get(course) or abort(404)))


def _information_page(course: Course) -> InformationPage:
    editions = catalogue.editions_of(db(), current_actor(), course.key)
    open_ = [edition for edition in editions if edition.status is EditionStatus.OPEN]
    chosen = open_[-1] if open_ else next(iter(editions), None)
    takes_applications = (
        chosen is not None
        and TransitionGuard.TAKES_APPLICATIONS in applications.time_guards(chosen, now())
    )
    return InformationPage(
        course=course,
        edition=chosen,
        text=catalogue.texts(db(), chosen).get(current_i18n().language, "") if chosen else "",
        other_editions=[edition for edition in editions if edition is not chosen],
        takes_applications=takes_applications,
        refund=_refund(chosen) if chosen and takes_applications else None,
        team=_team(chosen) if chosen else Team(),
        week=_week(course),
        sample=_sample(course),
    )


def _refund(edition: Edition) -> Window:
    """Return what a cancellation of today's terms costs, by date."""
    policy = catalogue.policy(db(), edition.policy_version)
    return cancellation.window(policy, [edition.starts_on], day_in(edition.zone, now()))


def _team(edition: Edition) -> Team:
    """Return who teaches in an edition; only those who agreed are named to everybody."""
    return team_of(
        Teacher(name=person.name if person.public_profile else "", uid=person.uid, role=role)
        for person, role in staff_of(db(), edition)
        if person.closed_at is None
    )


def _week(course: Course) -> list[WeekPart]:
    longest = max(course.minutes.values(), default=1)
    parts = [
        WeekPart(label=label, icon=icon, minutes=minutes, percent=round(100 * minutes / longest))
        for key, icon, label in WEEKLY
        if (minutes := course.minutes.get(key, 0))
    ]
    return sorted(parts, key=lambda part: -part.minutes)


def _sample(course: Course) -> Sample | None:
    lesson = course.lessons.get(course.sample_lesson)
    if lesson is None:
        return None
    text = lesson.texts[current_i18n().language]
    situations = (block.html for block in text.blocks if block.kind is Kind.SITUATION)
    return Sample(lesson=lesson, text=text, beginning=next(situations, Markup("")))
