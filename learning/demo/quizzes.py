"""Attempts at quizzes: one passed at the second try, one in progress, one with an accommodation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.catalogue import schedule
from learning.catalogue.models import Edition
from learning.content.activity_types import Question, QuestionType
from learning.content.course import Course
from learning.deadlines.queries import adjustments
from learning.enrolment.models import Enrolment
from learning.lessons.actions import EnrolmentKey
from learning.quizzes import actions, queries
from learning.quizzes.actions import NewAnswer, Quiz, Sent
from learning.quizzes.models import AttemptEnd, QuizAttempt
from learning.quizzes.rules.answers import Answer, any_text
from learning.quizzes.rules.timing import Window

FIRST, SECOND, THIRD = 0, 1, 2  # modules
SEED = 20_261_116


@dataclass(frozen=True, kw_only=True)
class Student:
    """A person who takes quizzes of the demonstration."""

    session: Session
    enrolment: Enrolment
    course: Course


def load_attempts(
    session: Session, enrolments: Sequence[Enrolment], course: Course, *, now: datetime
) -> None:
    """Make attempts of the first three people; the first has an accommodation."""
    awa, luis, maria = (
        Student(session=session, enrolment=each, course=course) for each in enrolments[:3]
    )
    _attempt(awa, FIRST, right=7, at=now - timedelta(days=13))
    _attempt(awa, FIRST, right=11, at=now - timedelta(days=11))
    _attempt(awa, SECOND, right=7, at=now - timedelta(hours=20))
    _attempt(luis, FIRST, right=6, at=now - timedelta(days=12))
    _attempt(luis, FIRST, right=10, at=now - timedelta(days=10))
    _attempt(maria, FIRST, right=12, at=now - timedelta(days=14))
    for student in (awa, maria):
        _begin(student, THIRD, right=5, at=now - timedelta(minutes=15))


def _attempt(student: Student, module: int, *, right: int, at: datetime) -> None:
    """Make an attempt, with the last questions answered wrongly, and submit it."""
    session, row = student.session, _begin(student, module, right=right, at=at)
    wrong = [
        NewAnswer(position=each.position, answer=wrong_answer(each.question))
        for each in queries.load_attempt(session, row).questions
        if each.answer is None
    ]
    _save(session, row, wrong, at + timedelta(minutes=25))
    session.flush()
    actions.end_attempt(session, row, AttemptEnd.SUBMITTED, now=at + timedelta(minutes=30))


def _begin(student: Student, module: int, *, right: int, at: datetime) -> QuizAttempt:
    """Begin an attempt, and answer the first questions right."""
    session, enrolment = student.session, student.enrolment
    key = EnrolmentKey(enrolment_id=enrolment.id, edition_id=enrolment.edition_id)
    quiz = _quiz(session, enrolment, student.course, module)
    row = actions.start(session, key, quiz, now=at, seed=SEED + enrolment.id + module)
    drawn = queries.load_attempt(session, row).questions[:right]
    for number, each in enumerate(drawn, start=1):
        answer = NewAnswer(position=each.position, answer=right_answer(each.question))
        _save(session, row, [answer], at + timedelta(minutes=number))
    return row


def _save(session: Session, row: QuizAttempt, answers: Sequence[NewAnswer], at: datetime) -> None:
    attempt = queries.load_attempt(session, row)
    actions.save(session, attempt, Sent(answers=answers, language="fr"), now=at)


def _quiz(session: Session, enrolment: Enrolment, course: Course, module: int) -> Quiz:
    edition, chosen = session.get_one(Edition, enrolment.edition_id), course.modules[module]
    if course.assessment.quiz is None:
        raise ValueError("the course has no quizzes")
    closes = schedule.last_minute(edition.ends_on, edition.zone)
    return Quiz(
        course=edition.course,
        module=chosen.key,
        bank=chosen.bank,
        rules=course.assessment.quiz,
        accommodation=adjustments(session, enrolment.id).accommodation,
        window=Window(closes=closes),
        closes=closes,
    )


def right_answer(question: Question) -> Answer:
    """Return an answer that gets the whole point."""
    text = any_text(question)
    match question.type:
        case QuestionType.NUMERIC:
            return Answer(text=question.number, language="en")
        case QuestionType.TEXT:
            language, own = next(iter(question.texts.items()))
            return Answer(text=own.accepted[0], language=language)
        case QuestionType.ORDERING:
            return Answer(numbers=tuple(range(1, len(text.items) + 1)))
        case _:
            return Answer(numbers=tuple(question.right))


def wrong_answer(question: Question) -> Answer:
    """Return an answer that gets nothing, or of several parts some."""
    text, right = any_text(question), question.right
    match question.type:
        case QuestionType.NUMERIC | QuestionType.TEXT:
            return Answer(text=f"{question.number}99", language="en")
        case QuestionType.ORDERING:
            numbers = tuple(range(len(text.items), 0, -1))
        case QuestionType.MATCHING:
            others = [n for n in range(1, len(text.choices) + 1) if n != right[0]]
            numbers = (right[0], *others[: len(text.stems) - 1])
        case QuestionType.CLOZE:
            numbers = tuple(1 if each > 1 else 2 for each in right)
        case QuestionType.MULTIPLE:
            wrong = next(n for n in range(1, len(text.options) + 1) if n not in right)
            numbers = tuple(sorted((right[0], wrong)))
        case _:
            numbers = (1 if right[0] > 1 else 2,)
    return Answer(numbers=numbers)
