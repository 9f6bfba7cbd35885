"""What tests of attempts need: the quiz of a module, answers that earn all or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.activity_types import Question, QuestionType
from learning.content.course import Course
from learning.deadlines.rules import NO_ACCOMMODATION, Accommodation
from learning.demo.quizzes import right_answer
from learning.lessons.actions import EnrolmentKey
from learning.quizzes import actions, queries
from learning.quizzes.actions import NewAnswer, Quiz, Sent
from learning.quizzes.models import AttemptEnd, QuizAttempt
from learning.quizzes.rules import draw
from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.timing import Window
from tests.world import NOW, World

MODULE = "m4"
QUIZ = f"/fr/editions/reintegration-running/quizzes/{MODULE}"
CLOSES = NOW + timedelta(days=15)


def quiz_of(
    course: Course, *, agreed: Accommodation = NO_ACCOMMODATION, opens: datetime | None = None
) -> Quiz:
    module = next(each for each in course.modules if each.key == MODULE)
    assert course.assessment.quiz is not None
    return Quiz(
        course="reintegration",
        module=MODULE,
        bank=module.bank,
        rules=course.assessment.quiz,
        accommodation=agreed,
        window=Window(opens=opens, closes=CLOSES),
        closes=CLOSES,
    )


def seed_with(quiz: Quiz, kind: QuestionType) -> tuple[int, int]:
    """Return the first seed whose draw has a question of a type, and its position."""
    keys = {each.key for each in quiz.bank if each.type is kind}
    for seed in range(1, 1000):
        drawn = draw.draw(quiz.bank, quiz.rules.blueprint, {}, seed)
        if found := [position for position, key in enumerate(drawn, 1) if key in keys]:
            return seed, found[0]
    raise ValueError(f"no draw has a question of the type {kind}")


def key_of(world: World) -> EnrolmentKey:
    return EnrolmentKey(enrolment_id=world.place.id, edition_id=world.running.id)


def begin(session: Session, world: World, course: Course, *, at: datetime = NOW) -> QuizAttempt:
    return actions.start(session, key_of(world), quiz_of(course), now=at, seed=7)


def answer_some(session: Session, row: QuizAttempt, number: int, *, at: datetime) -> None:
    """Answer the first questions right."""
    attempt = queries.load_attempt(session, row)
    answers = [
        NewAnswer(position=each.position, answer=right_answer(each.question))
        for each in attempt.questions[:number]
    ]
    actions.save(session, attempt, Sent(answers=answers, language="fr"), now=at)


def ended(
    session: Session, world: World, course: Course, *, right: int, at: datetime
) -> QuizAttempt:
    """Return an attempt that was submitted, with so many right answers and no others."""
    row = begin(session, world, course, at=at)
    answer_some(session, row, right, at=at + timedelta(minutes=5))
    session.flush()
    actions.end_attempt(session, row, AttemptEnd.SUBMITTED, now=at + timedelta(minutes=10))
    session.commit()
    return row


def start(client: FlaskClient) -> str:
    """Press the button of the quiz's page; return the address of the first questions."""
    key = client.get(QUIZ).text.split('name="idempotency_key" value="')[1].split('"')[0]
    return client.post(f"{QUIZ}/attempts", data={"idempotency_key": key}).location


def attempts(session: Session) -> Sequence[QuizAttempt]:
    session.expire_all()
    return session.scalars(select(QuizAttempt).order_by(QuizAttempt.id)).all()


def fields(question: Question, answer: Answer, position: int, seed: int) -> dict[str, list[str]]:
    """Return what the page sends for an answer."""
    values = [str(number) for number in answer.numbers]
    if question.type is QuestionType.ORDERING:
        order = draw.option_order(question, seed)
        values = [str(answer.numbers.index(item) + 1) for item in order]
    if answer.language:
        values = [answer.text]
    return {f"q{position}": values, f"base-{position}": ["0"]}
