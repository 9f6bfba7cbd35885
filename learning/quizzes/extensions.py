"""What other packages' pages show of quizzes (`extension_points`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from learning.content.activity_types import QuizRules, RequirementKey
from learning.content.course import Course, CourseOf, Module
from learning.deadlines import words as deadline_words
from learning.deadlines.rules import DueDate
from learning.extension_points.activities import Activity
from learning.extension_points.due import DueItem, DueKind, DueRequest
from learning.extension_points.page_lines import PageKind, PageLine, PageReader, PageRef
from learning.extension_points.requests import EditionRef, EnrolmentsRequest
from learning.extension_points.results import Result
from learning.kit.i18n import N_, I18n
from learning.kit.percentages import from_hundredths
from learning.kit.time import start_of_day
from learning.lessons import rules as lesson_rules
from learning.quizzes import words
from learning.quizzes.progress import QuizProgress, Records, records

HUNDRED = 100


@dataclass(frozen=True, kw_only=True)
class Own:
    """The quiz of a module, and how one person stands at it."""

    module: Module
    rules: QuizRules
    progress: QuizProgress


def results(
    course_of: CourseOf, session: Session, request: EnrolmentsRequest
) -> Mapping[int, Sequence[Result]]:
    """Return the best mark at each quiz, in percent to the hundredth, in one query."""
    course, stored = course_of(request.edition.course), records(session, request)
    return {
        each: [
            _result(request, own, stored.attempts_added(each, own.module.key))
            for own in _own(course, stored, each)
        ]
        for each in request.enrolment_ids
    }


def _own(course: Course, stored: Records, enrolment_id: int) -> Iterator[Own]:
    for module, rules in _quizzes(course):
        progress = stored.progress(enrolment_id, module.key)
        yield Own(module=module, rules=rules, progress=progress)


def _result(request: EnrolmentsRequest, own: Own, more_attempts: int) -> Result:
    module, progress = own.module, own.progress
    left = own.rules.attempts + more_attempts - progress.begun
    return Result(
        key=f"quiz:{module.key}",
        title=title(request.i18n, module),
        path=path(request.edition, module),
        requirement=RequirementKey.QUIZZES,
        done_at=progress.done_at,
        passed=progress.passed if progress.best is not None else None,
        final=progress.passed or (left <= 0 and not progress.in_progress),
        points=from_hundredths(progress.best) if progress.best is not None else None,
        max_points=Decimal(HUNDRED) if progress.best is not None else None,
        deadline=f"quiz-{module.key}",
        opens_at=_opens(request.edition, module),
        next_step=_next_step(request.i18n, progress, left),
    )


def _next_step(i18n: I18n, own: QuizProgress, left: int) -> str:
    if own.in_progress:
        return i18n.gettext("Continue attempt %(number)s") % {"number": i18n.number(own.begun)}
    if own.passed or left <= 0:
        return ""
    if not own.begun:
        return i18n.gettext("Start the quiz")
    return i18n.ngettext("%(num)s attempt is left", "%(num)s attempts are left", left) % {
        "num": i18n.number(left)
    }


def due_items(
    course_of: CourseOf, session: Session, request: DueRequest
) -> Mapping[int, Sequence[DueItem]]:
    """Return each quiz with its recommended date, as each enrolment has it, in one query."""
    course, stored = course_of(request.edition.course), records(session, request)
    deadlines = {each.key: each for each in course.deadlines}
    items: dict[int, list[DueItem]] = {}
    for enrolment_id in request.enrolment_ids:
        items[enrolment_id] = []
        for own in _own(course, stored, enrolment_id):
            deadline = deadlines.get(f"quiz-{own.module.key}")
            if deadline is None:
                continue
            due = stored.due(request.edition, deadline, enrolment_id)
            if request.covers(due.at):
                items[enrolment_id].append(_item(request, course, own, due))
    return items


def _item(request: DueRequest, course: Course, own: Own, due: DueDate) -> DueItem:
    module, progress = own.module, own.progress
    minutes = course.minutes.get("quiz", 0)
    return DueItem(
        key=f"quiz-{module.key}",
        title=title(request.i18n, module),
        at=due.at,
        when=deadline_words.due_sentence(request.i18n, due),
        path=path(request.edition, module),
        kind=DueKind.TARGET,
        detail=progress_words(request.i18n, progress),
        done=progress.passed,
        done_at=progress.done_at if progress.passed else None,
        opens_at=_opens(request.edition, module),
        activity=Activity.QUIZ,
        minutes=minutes,
        minutes_done=minutes if progress.passed else 0,
    )


def quiz_lines(
    course_of: CourseOf, session: Session, page: PageRef, reader: PageReader
) -> Sequence[PageLine]:
    """Return the quizzes of the modules that a page shows; the course home has the reader's mark.

    A page beside a lesson has none: it is asked too often for a statement more.
    """
    course = course_of(page.edition.course)
    with_marks = reader.with_adjustments and page.kind is PageKind.COURSE_HOME
    own_id = reader.enrolment_id if with_marks else None
    request = EnrolmentsRequest(
        edition=page.edition,
        enrolment_ids=[own_id] if own_id is not None else [],
        i18n=reader.i18n,
        with_adjustments=reader.with_adjustments,
    )
    known: dict[str, str] = {}
    if own_id is not None:
        stored = records(session, request)
        known = {
            own.module.key: progress_words(reader.i18n, own.progress)
            for own in _own(course, stored, own_id)
        }
    return [
        PageLine(
            key=f"quiz:{module.key}",
            title=title(reader.i18n, module),
            path=path(page.edition, module),
            module=module.key,
            detail=known.get(module.key) or reader.i18n.hours(course.minutes.get("quiz", 0)),
            activity=Activity.QUIZ,
        )
        for module, _ in _quizzes(course)
        if module.key in page.modules
    ]


def progress_words(i18n: I18n, own: QuizProgress) -> str:
    """Return how somebody stands at a quiz, "" if nothing was begun."""
    if own.in_progress:
        return i18n.gettext("attempt in progress")
    if own.best is None:
        return ""
    mark = words.percent(i18n, own.best)
    sentence = N_("passed, %(mark)s") if own.passed else N_("not passed yet, %(mark)s")
    return i18n.gettext(sentence) % {"mark": mark}


def title(i18n: I18n, module: Module) -> str:
    return i18n.gettext("Quiz of module %(number)s") % {"number": i18n.number(module.week)}


def path(edition: EditionRef, module: Module) -> str:
    return f"editions/{edition.code}/quizzes/{module.key}"


def _quizzes(course: Course) -> Iterator[tuple[Module, QuizRules]]:
    """Yield the modules that have a quiz, with its rules."""
    rules = course.assessment.quiz
    if rules is not None:
        yield from ((module, rules) for module in course.modules if module.bank)


def _opens(edition: EditionRef, module: Module) -> datetime:
    return start_of_day(lesson_rules.opens_on(edition.starts_on, module.week), edition.zone)
