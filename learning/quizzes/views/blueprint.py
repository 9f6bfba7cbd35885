"""The blueprint of quizzes, and what its pages share: the quiz, its reader, what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from flask import abort

from learning.access.guard import GuardedBlueprint, current_actor
from learning.catalogue import dates, schedule
from learning.content import registry
from learning.content.activity_types import QuizRules
from learning.content.course import Course, Module
from learning.deadlines import queries as deadlines
from learning.deadlines import words as deadline_words
from learning.deadlines.queries import NO_ADJUSTMENTS, Adjustments
from learning.deadlines.rules import due_date
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.time import day_in, now, start_of_day
from learning.lessons import queries as lessons
from learning.lessons import rules as lesson_rules
from learning.lessons.actions import EnrolmentKey
from learning.lessons.queries import LearnerContext
from learning.quizzes import actions, queries, words
from learning.quizzes.actions import Quiz
from learning.quizzes.models import QuizAttempt
from learning.quizzes.pages import AttemptLine, ModuleHead, Next, NextStep, Terms
from learning.quizzes.rules import timing
from learning.quizzes.rules.timing import StartProblem, Window

bp = GuardedBlueprint("quizzes", __name__, url_prefix="/editions/<edition>/quizzes")
STEPS = {
    StartProblem.NOT_OPEN: NextStep.NOT_OPEN,
    StartProblem.CLOSED: NextStep.CLOSED,
    StartProblem.IN_PROGRESS: NextStep.CONTINUE,
    StartProblem.NO_ATTEMPTS: NextStep.NO_ATTEMPTS,
    StartProblem.WAIT: NextStep.WAIT,
}


@dataclass(frozen=True, kw_only=True)
class OpenQuiz:
    """The quiz of a module, as the reader of this request has it."""

    context: LearnerContext
    course: Course
    module: Module
    rules: QuizRules

    @property
    def head(self) -> ModuleHead:
        title = self.module.title[current_i18n().language]
        return ModuleHead(key=self.module.key, week=self.module.week, title=title)

    @property
    def is_own(self) -> bool:
        """Whether the reader takes part, and is nobody who looks at another person's pages."""
        return self.context.enrolment_id is not None and not current_actor().read_only

    @property
    def key(self) -> EnrolmentKey:
        return EnrolmentKey(
            enrolment_id=self.context.enrolment_id or abort(404),
            edition_id=self.context.edition.id,
        )

    @cached_property
    def adjustments(self) -> Adjustments:
        if not self.is_own:
            return NO_ADJUSTMENTS
        return deadlines.adjustments(db(), self.key.enrolment_id)

    @cached_property
    def quiz(self) -> Quiz:
        """Return the quiz with the reader's own times."""
        edition, agreed = self.context.edition, self.adjustments.accommodation
        last_day = edition.ends_on + timedelta(days=agreed.shift_days)
        closes = schedule.last_minute(last_day, edition.zone)
        return Quiz(
            course=edition.course,
            module=self.module.key,
            bank=self.module.bank,
            rules=self.rules,
            accommodation=agreed,
            window=Window(opens=self._opens(), closes=closes),
            closes=closes,
            released=self.released,
        )

    @cached_property
    def released(self) -> int:
        if not self.is_own:
            return 0
        return queries.released_attempts(db(), self.key.enrolment_id, self.module.key)

    def _opens(self) -> datetime:
        """Return when the module opens; its override is read only if it has not opened for all."""
        edition = self.context.edition
        day = lesson_rules.opens_on(edition.starts_on, self.module.week)
        if self.is_own and day > day_in(edition.zone, now()):
            overrides = lessons.overrides_of(db(), self.key.enrolment_id)
            own = next((o.opens_on for o in overrides if o.module == self.module.key), None)
            day = lesson_rules.opens_on(edition.starts_on, self.module.week, own)
        return start_of_day(day, edition.zone)

    @cached_property
    def attempts(self) -> Sequence[QuizAttempt]:
        if not self.is_own:
            return ()
        return queries.attempts_of(db(), self.key.enrolment_id, self.module.key)

    @property
    def number_of_attempts(self) -> int:
        return self.quiz.limits.attempts


def open_quiz(edition: str, module: str) -> OpenQuiz:
    """Return the quiz of a URL, or 404."""
    context = lessons.get_context(db(), current_actor(), edition) or abort(404)
    course = registry.course(context.edition.course)
    found = next((m for m in course.modules if m.key == module and m.bank), None) or abort(404)
    rules = course.assessment.quiz or abort(404)
    return OpenQuiz(context=context, course=course, module=found, rules=rules)


def own_attempt(where: OpenQuiz, number: int, *, lock: bool = False) -> QuizAttempt:
    """Return the reader's own attempt with a number, or 404; others have no address here."""
    row = queries.attempt_row(db(), where.key.enrolment_id, where.module.key, number, lock=lock)
    return row or abort(404)


def terms_of(where: OpenQuiz) -> Terms:
    i18n, quiz = current_i18n(), where.quiz
    agreed, rules = quiz.accommodation, where.rules
    limits = quiz.limits
    return Terms(
        questions=rules.questions,
        minutes=words.time_sum(i18n, quiz.usual_minutes, limits.minutes, agreed.extra_time),
        timed=limits.minutes is not None,
        adjusted=agreed.no_timer or bool(agreed.extra_time),
        attempts=limits.attempts,
        more_attempts=agreed.extra_attempts + quiz.released,
        pass_percent=rules.pass_percent,
        wait_hours=rules.wait_hours,
        recommended=_recommended(where),
        closes=i18n.weekday_time(quiz.closes),
    )


def _recommended(where: OpenQuiz) -> str:
    """Return the date by which the quiz is best done, "" if the course has none."""
    key, edition = f"quiz-{where.module.key}", where.context.edition
    deadline = next((each for each in where.course.deadlines if each.key == key), None)
    if deadline is None:
        return ""
    general = dates.instants_of(db(), edition, [deadline])[key]
    due = due_date(
        deadline.kind,
        general,
        edition.zone,
        until=where.adjustments.extensions.get(key),
        accommodation=where.adjustments.accommodation,
    )
    return deadline_words.due_sentence(current_i18n(), due)


def next_of(where: OpenQuiz) -> Next:
    """Return what the reader can do now."""
    i18n, quiz, attempts = current_i18n(), where.quiz, where.attempts
    if not where.is_own:
        return Next(step=NextStep.READ_ONLY, number=0, when="", left=0)
    problem = actions.start_problem(quiz, attempts, now())
    step = STEPS[problem] if problem else NextStep.START
    at = {
        NextStep.NOT_OPEN: quiz.window.opens,
        NextStep.WAIT: timing.next_attempt_from(actions.history(attempts), where.rules.wait_hours),
        NextStep.CLOSED: quiz.closes,
    }.get(step)
    return Next(
        step=step,
        number=len(attempts) + (step is not NextStep.CONTINUE),
        when=i18n.weekday_time(at) if at else "",
        left=max(0, where.number_of_attempts - len(attempts)),
    )


def attempt_lines(where: OpenQuiz) -> list[AttemptLine]:
    """Return the reader's attempts, with the mark of those that have ended."""
    i18n, best = current_i18n(), words.best(list(where.attempts))
    return [
        AttemptLine(
            number=row.number,
            percent=words.percent(i18n, row.percent) if row.percent is not None else "",
            passed=bool(row.passed),
            when=i18n.weekday_time(row.ended_at or row.started_at),
            best=row is best,
        )
        for row in where.attempts
    ]
