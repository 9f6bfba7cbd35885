"""The page of a result: the mark, why, what to read again, and what comes next."""

from collections.abc import Sequence

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import I18n
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.quizzes import queries, words
from learning.quizzes.models import AttemptEnd, QuizAttempt
from learning.quizzes.pages import LessonToRead, ResultPage
from learning.quizzes.rules.feedback import answers_are_shown
from learning.quizzes.verdicts import Level, Verdict, verdict_of
from learning.quizzes.views.blueprint import (
    OpenQuiz,
    attempt_lines,
    bp,
    next_of,
    open_quiz,
    own_attempt,
)

HUNDRED = 100


@bp.get("/<module>/attempts/<int:number>/result", needs=Permission.TAKE_QUIZZES)
def show_result(edition: str, module: str, number: int) -> ResponseReturnValue:
    never_store()
    where = open_quiz(edition, module)
    row = own_attempt(where, number)
    if row.ended_at is None:
        return redirect(url_for(".show_attempt", edition=edition, module=module, number=number))
    return render_page(_page(where, row))


def _page(where: OpenQuiz, row: QuizAttempt) -> ResultPage:
    i18n, attempt = current_i18n(), queries.load_attempt(db(), row)
    released = answers_are_shown(
        passed=any(each.passed for each in where.attempts),
        attempts_left=where.number_of_attempts - len(where.attempts),
        in_progress=any(each.ended_at is None for each in where.attempts),
    )
    verdicts = [
        verdict_of(each, where.course, where.module.key, i18n, released=released)
        for each in attempt.questions
    ]
    costly = [each for each in verdicts if each.level is not Level.RIGHT]
    right = [each for each in verdicts if each.level is Level.RIGHT]
    percent, points = row.percent or 0, row.points or 0
    needed = row.max_points * row.pass_percent - points
    return ResultPage(
        edition=where.context.edition,
        module=where.head,
        number=row.number,
        attempts=where.number_of_attempts,
        when=i18n.weekday_time(row.ended_at or row.started_at),
        by_itself=row.end is AttemptEnd.TIME_UP,
        points=words.points(i18n, points),
        max_points=row.max_points,
        percent=words.percent(i18n, percent),
        share=percent / HUNDRED,
        pass_percent=row.pass_percent,
        passed=bool(row.passed),
        counts=_counts(i18n, verdicts),
        short_of="" if row.passed else words.points(i18n, max(1, needed)),
        costly=sorted(costly, key=lambda each: (each.share, each.position)),
        right=right,
        right_numbers=i18n.join_list(str(each.position) for each in right),
        lessons=_lessons(costly, i18n),
        released=released,
        late=attempt.late,
        submitted_in_time=row.is_submitted_in_time,
        next=next_of(where),
        closes=i18n.weekday_time(where.quiz.closes),
        others=[each for each in attempt_lines(where) if each.number != row.number],
    )


def _counts(i18n: I18n, verdicts: Sequence[Verdict]) -> str:
    """Return how many questions are right, partly right, wrong, and left out."""
    numbers = [sum(each.level is level for each in verdicts) for level in Level]
    right, part, wrong, left_out = numbers
    sentences = (
        i18n.ngettext("%(num)s question is right", "%(num)s questions are right", right),
        i18n.ngettext("%(num)s is partly right", "%(num)s are partly right", part),
        i18n.ngettext("%(num)s is wrong", "%(num)s are wrong", wrong),
        i18n.ngettext("%(num)s was left out", "%(num)s were left out", left_out),
    )
    return i18n.join_list(
        sentence % {"num": i18n.number(number)}
        for sentence, number in zip(sentences, numbers, strict=True)
        if number
    )


def _lessons(costly: Sequence[Verdict], i18n: I18n) -> list[LessonToRead]:
    """Return the lessons of questions that cost points, in the order of the course."""
    found = {each.lesson: each for each in costly if each.lesson}
    return [
        LessonToRead(
            key=key,
            title=each.lesson_title,
            minutes=each.lesson_minutes,
            questions=i18n.join_list(str(n.position) for n in costly if n.lesson == key),
        )
        for key, each in sorted(found.items())
    ]
