"""The bar of the pages of an edition for staff: dates, state, the tabs that the reader may open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.requests import PageEdition, page_edition
from learning.kit.i18n import N_
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class TabRoute:
    """A tab, and the pages that it leads to: the first that the reader may open."""

    key: str
    title: str
    routes: Sequence[tuple[Permission, str]]


@dataclass(frozen=True, kw_only=True)
class EditionTab:
    """A tab of an edition; `title` is its English name."""

    key: str
    title: str
    address: str


@dataclass(frozen=True, kw_only=True)
class EditionBar:
    """What stands above every page of an edition for staff.

    `closes_in` is the number of days until the last day for applications, None when the edition
    takes none. `address` is the course, "" for those who may not read it.
    """

    edition: PageEdition
    address: str
    closes_in: int | None
    tabs: Sequence[EditionTab]
    current: str


TAB_ROUTES = (
    TabRoute(
        key="applications",
        title=N_("Applications"),
        routes=((Permission.READ_APPLICATIONS, "admissions.show_board"),),
    ),
    TabRoute(
        key="participants",
        title=N_("Participants"),
        routes=((Permission.READ_ENROLMENTS, "enrolment.show_people"),),
    ),
    TabRoute(
        key="progress",
        title=N_("Progress"),
        routes=((Permission.SEE_COHORT, "cohort.show_cohort"),),
    ),
    TabRoute(
        key="gradebook",
        title=N_("Marks"),
        routes=((Permission.SEE_GRADEBOOK, "gradebook_staff.show_grid"),),
    ),
    TabRoute(
        key="statistics",
        title=N_("Statistics"),
        routes=((Permission.READ_APPLICATIONS, "statistics.show_statistics"),),
    ),
    TabRoute(
        key="settings",
        title=N_("Settings"),
        routes=(
            (Permission.EDIT_EDITIONS, "editions.show_publication"),
            (Permission.SET_COMPETENCES, "teachers.show_teachers"),
        ),
    ),
)
MORE_ROUTES = (
    TabRoute(
        key="quizzes",
        title=N_("Quizzes"),
        routes=((Permission.ANALYSE_QUIZZES, "quiz_results.show_quizzes"),),
    ),
    TabRoute(
        key="teachers",
        title=N_("Teachers"),
        routes=((Permission.SET_COMPETENCES, "teachers.show_teachers"),),
    ),
    TabRoute(
        key="tutors",
        title=N_("Tutors"),
        routes=((Permission.ASSIGN_TUTORS, "tutors.show_tutors"),),
    ),
)
"""The other pages of an edition, which the staff area links to."""
TAB_OF_BLUEPRINT: Mapping[str, str] = {
    "admissions": "applications",
    "enrolment": "participants",
    "operations": "participants",
    "cohort": "progress",
    "gradebook_staff": "gradebook",
    "person_deadlines": "progress",
    "quiz_results": "progress",
    "statistics": "statistics",
    "editions": "settings",
    "edition_dates": "settings",
    "teachers": "settings",
    "tutors": "settings",
}


def edition_tabs(
    actor: Actor, code: str, routes: Sequence[TabRoute] = TAB_ROUTES
) -> list[EditionTab]:
    """Return the tabs of an edition that the reader may open, always in the same order."""
    tabs = []
    for tab in routes:
        permitted = (route for needs, route in tab.routes if actor.may(needs, code))
        if route := next(permitted, None):
            address = url_for(route, edition=code)
            tabs.append(EditionTab(key=tab.key, title=tab.title, address=address))
    return tabs


def edition_bar(actor: Actor) -> EditionBar | None:
    """Return the bar of this page, None if it is no page of an edition for staff."""
    edition = page_edition()
    current = TAB_OF_BLUEPRINT.get(request.blueprint or "")
    if edition is None or current is None:
        return None
    return EditionBar(
        edition=edition,
        address=course_address(actor, edition.code),
        closes_in=days_to_apply(edition),
        tabs=edition_tabs(actor, edition.code),
        current=current,
    )


def course_address(actor: Actor, code: str) -> str:
    """Return the address of an edition's course, "" for those who may not read it."""
    if not actor.may(Permission.READ_LESSONS, code):
        return ""
    return url_for("lessons.show_course", edition=code)


def days_to_apply(edition: PageEdition | Edition) -> int | None:
    """Return the days until the last day for applications, None if the edition takes none."""
    days = (edition.apply_until - day_in(edition.zone, now())).days
    return days if edition.status is EditionStatus.OPEN and days >= 0 else None
