"""Pages of the shell: what is on offer, this week, search, the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor
from learning.access.permissions import Permission, Role
from learning.accounts import login
from learning.catalogue import queries as catalogue
from learning.catalogue import rules as catalogue_rules
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.words import STATUSES
from learning.content import search, shelf
from learning.content.course import Course
from learning.content.search import Found
from learning.enrolment import applying
from learning.enrolment.rules import Guard
from learning.home.forms import SearchForm
from learning.kit import fresh
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.requests import asked_number
from learning.kit.time import day_in, now
from learning.lessons import queries as lessons
from learning.lessons import rules as lesson_rules
from learning.lessons.outline import ModuleLine, Outline, Reader, draw_outline
from learning.lessons.queries import Here

room = Room("home", __name__)

SEARCH_PAGE = 20  # places on one page of what was found


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    template: ClassVar[str] = "home/start.html"

    offers: Sequence[tuple[Course, Edition | None]]


@dataclass(frozen=True, kw_only=True)
class InformationPage(Page):
    """The information note of a course."""

    template: ClassVar[str] = "home/note.html"

    course: Course
    edition: Edition | None
    said: str
    others: Sequence[Edition]
    takes_applications: bool
    statuses: Mapping[EditionStatus, str]


@dataclass(frozen=True, kw_only=True)
class Week:
    """One week of the strip."""

    module: ModuleLine
    starts_on: date
    ends_on: date
    state: str  # past, now, ahead


@dataclass(frozen=True, kw_only=True)
class ThisWeekPage(Page):
    template: ClassVar[str] = "home/this_week.html"

    name: str
    here: Here | None
    course: Course | None
    outline: Outline | None
    weeks: Sequence[Week]
    week: int
    today: date
    minutes_left: int
    others: Sequence[Edition]


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page):
    """Some of the places found: from `start` on, as many as fit; `total` is how many there are."""

    template: ClassVar[str] = "home/search.html"

    form: SearchForm
    edition: Edition | None
    asked: bool
    found: Sequence[Found]
    total: int
    start: int
    size: int = SEARCH_PAGE


@dataclass(frozen=True, kw_only=True)
class DeskPage(Page):
    template: ClassVar[str] = "home/desk.html"

    editions: Sequence[Edition]
    statuses: Mapping[EditionStatus, str]
    courses: Mapping[str, Course]
    may: Mapping[str, frozenset[Permission]]
    translations: bool
    audit: bool
    edit: bool
    people: bool
    health: bool


@room.get("/", needs=Permission.OPEN_TO_ALL)
def start() -> ResponseReturnValue:
    offers = []
    for key, course in shelf.courses().items():
        open_ = [
            edition
            for edition in catalogue.editions_of(db(), actor(), key)
            if edition.status is EditionStatus.OPEN
        ]
        offers.append((course, open_[-1] if open_ else None))
    return show(StartPage(offers=offers))


@room.get("/courses/<course>", needs=Permission.OPEN_TO_ALL)
def show_note(course: str) -> ResponseReturnValue:
    """Show the information note, with the data of the next edition that takes applications."""
    known = shelf.courses().get(course) or abort(404)
    editions = catalogue.editions_of(db(), actor(), course)
    open_ = [edition for edition in editions if edition.status is EditionStatus.OPEN]
    chosen = open_[-1] if open_ else next(iter(editions), None)
    page = InformationPage(
        course=known,
        edition=chosen,
        said=catalogue.texts(db(), chosen).get(current().language, "") if chosen else "",
        others=[edition for edition in editions if edition is not chosen],
        takes_applications=chosen is not None
        and Guard.TAKES_APPLICATIONS in applying.takes(chosen, now()),
        statuses=STATUSES,
    )
    return show(page)


@room.get("/this-week", needs=Permission.OWN_PAGES, impersonator_needs=Permission.SEE_AS)
def this_week() -> ResponseReturnValue:
    """Show a participant's next step; staff who study nothing are sent to the desk."""
    codes = [code for code in actor().in_edition if _studies(code)]
    mine = lessons.here_in(db(), actor(), codes)
    if not mine and actor().may_somewhere(Permission.READ_EDITIONS):
        return redirect(url_for(".show_desk"), 303)
    running = (each for each in mine if each.edition.status is EditionStatus.RUNNING)
    here = next(running, mine[0] if mine else None)
    today = day_in(here.edition.zone, now()) if here else now().date()
    editions = [(e.edition.code, str(e.edition.status), e.edition.changed_at) for e in mine]
    if same := fresh.unchanged(here and here.keys, today, editions, _revisions()):
        return same
    others = [each.edition for each in mine if each is not here]
    return fresh.stamped(show(_week_page(here, today, others)))


def _revisions() -> list[str]:
    return [course.revision for course in shelf.courses().values()]


def _studies(edition: str) -> bool:
    return Role.PARTICIPANT in actor().in_edition.get(edition, frozenset())


def _week_page(here: Here | None, today: date, others: Sequence[Edition]) -> ThisWeekPage:
    person = login.whoever()
    outline = _outline(here, today) if here else None
    return ThisWeekPage(
        name=person.name if person else "",
        here=here,
        course=shelf.course(here.edition.course) if here else None,
        outline=outline,
        weeks=_weeks(here.edition, outline, today) if here and outline else (),
        week=catalogue_rules.week_of(here.edition.starts_on, today) if here else 0,
        today=today,
        minutes_left=_minutes_left(here, outline) if here and outline else 0,
        others=others,
    )


def _outline(here: Here, today: date) -> Outline:
    reader = Reader(
        here=here,
        kept=lessons.kept(db(), here.enrolment_id),
        language=current().language,
        today=today,
    )
    return draw_outline(shelf.course(here.edition.course), reader)


def _weeks(edition: Edition, outline: Outline, today: date) -> list[Week]:
    number = catalogue_rules.week_of(edition.starts_on, today)
    states = {-1: "past", 0: "now", 1: "ahead"}
    weeks = []
    for module in outline.modules:
        begins = edition.starts_on + timedelta(weeks=module.week - 1)
        side = (module.week > number) - (module.week < number)
        weeks.append(
            Week(
                module=module,
                starts_on=begins,
                ends_on=min(begins + timedelta(days=6), edition.ends_on),
                state=states[side],
            )
        )
    return weeks


def _minutes_left(here: Here, outline: Outline) -> int:
    line = outline.next
    if line is None:
        return 0
    text = shelf.course(here.edition.course).lessons[line.key].texts[current().language]
    return lesson_rules.minutes_left(line.minutes, text.keys, line.block)


@room.get("/search", needs=Permission.READ_LESSONS, somewhere=True)
def show_search() -> ResponseReturnValue:
    """Search the lessons that are open to the reader, and the glossary."""
    form = SearchForm(request.args)
    asked = bool(form.q.data) and form.validate()
    wanted = request.args.get("edition", "")
    readable = catalogue.staffed_editions(db(), actor(), Permission.READ_LESSONS)
    edition = next((e for e in readable if e.code == wanted), None) or _usual(readable)
    ids: Sequence[int] = ()
    found: Sequence[Found] = ()
    start = asked_number("from") or 0
    if edition and asked:
        here = lessons.here(db(), actor(), edition.code) or abort(404)
        outline = _outline(here, day_in(edition.zone, now()))
        modules = [module.key for module in outline.modules if module.open]
        course = shelf.course(edition.course)
        query = search.read_query(form.q.data or "", current().language)
        ids = search.find(db(), course, query, modules)
        found = search.show(db(), query, ids[start : start + SEARCH_PAGE])
    page = SearchPage(
        form=form, edition=edition, asked=asked, found=found, total=len(ids), start=start
    )
    return show(page), 422 if form.errors else 200


def _usual(editions: Sequence[Edition]) -> Edition | None:
    running = (e for e in editions if e.status is EditionStatus.RUNNING)
    return next(running, next(iter(editions), None))


@room.get("/desk/", needs=Permission.READ_EDITIONS, somewhere=True)
def show_desk() -> ResponseReturnValue:
    never_store()
    editions = catalogue.staffed_editions(db(), actor(), Permission.READ_EDITIONS)
    asked = (
        Permission.SEE_COHORT,
        Permission.READ_ENROLMENTS,
        Permission.READ_LESSONS,
        Permission.EDIT_EDITIONS,
        Permission.READ_APPLICATIONS,
    )
    page = DeskPage(
        editions=editions,
        statuses=STATUSES,
        courses=shelf.courses(),
        may={e.code: frozenset(p for p in asked if actor().may(p, e.code)) for e in editions},
        translations=actor().may_somewhere(Permission.READ_TRANSLATIONS),
        audit=actor().may(Permission.READ_AUDIT),
        edit=actor().may(Permission.EDIT_EDITIONS),
        people=actor().may(Permission.READ_PEOPLE),
        health=actor().may(Permission.SEE_HEALTH),
    )
    return show(page)
