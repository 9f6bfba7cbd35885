"""No answer is lost and none is counted twice: stale pages, repeated keys, devices that wait."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content.activity_types import QuestionType
from learning.content.course import Course
from learning.quizzes import actions, queries
from learning.quizzes.actions import NewAnswer, Sent
from learning.quizzes.models import AttemptAnswer, QuizAttempt
from learning.quizzes.rules.answers import Answer
from tests.quizzes.attempts import begin
from tests.world import NOW, World

FIRST, SECOND, THIRD = (Answer(numbers=(number,)) for number in (1, 2, 3))
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def row(session: Session, world: World, course: Course) -> QuizAttempt:
    return begin(session, world, course)


@pytest.fixture
def position(session: Session, row: QuizAttempt) -> int:
    """A question with one right answer of several."""
    drawn = queries.load_attempt(session, row).questions
    return next(each.position for each in drawn if each.question.type is QuestionType.SINGLE)


class Person:
    """Somebody who answers one question from several pages."""

    def __init__(self, session: Session, row: QuizAttempt, position: int) -> None:
        self.session, self.row, self.position = session, row, position

    def send(self, answer: Answer, base: int | None = None, **sent: object) -> bool:
        new = NewAnswer(position=self.position, answer=answer, base=base)
        attempt = queries.load_attempt(self.session, self.row)
        moment = sent.pop("at", LATER)
        return actions.save(
            self.session,
            attempt,
            Sent(answers=[new], language="fr", **sent),  # type: ignore[arg-type]
            now=moment,  # type: ignore[arg-type]
        )

    def counts(self) -> Answer | None:
        drawn = queries.load_attempt(self.session, self.row).questions
        return next(each.value for each in drawn if each.position == self.position)

    def rows(self) -> int:
        return len(self.session.scalars(select(AttemptAnswer)).all())


@pytest.fixture
def person(session: Session, row: QuizAttempt, position: int) -> Person:
    return Person(session, row, position)


def test_an_answer_that_is_changed_twice_is_three_rows(person: Person) -> None:
    for answer in (FIRST, SECOND, FIRST):
        person.send(answer)
    assert (person.counts(), person.rows()) == (FIRST, 3)


def test_a_page_that_shows_an_older_answer_changes_nothing_it_did_not_change(
    person: Person,
) -> None:
    person.send(FIRST)
    person.send(SECOND)
    person.send(FIRST, base=1)
    assert (person.counts(), person.rows()) == (SECOND, 2)
    person.send(Answer(), base=0)
    assert person.counts() == SECOND, "a page from before the first answer"
    person.send(THIRD, base=1)
    assert person.counts() == THIRD, "what was changed on the older page counts"


def test_what_is_sent_again_with_its_key_adds_nothing(person: Person) -> None:
    person.send(FIRST, key="a-key-of-the-first-answer")
    person.send(SECOND, key="a-key-of-the-second-answer")
    person.send(FIRST, key="a-key-of-the-first-answer")
    assert (person.counts(), person.rows()) == (SECOND, 2)


def test_what_has_waited_on_a_device_does_not_replace_a_later_answer(person: Person) -> None:
    person.send(SECOND, at=LATER)
    person.send(FIRST, waited=timedelta(minutes=5), at=LATER + timedelta(minutes=1))
    assert (person.counts(), person.rows()) == (SECOND, 2)
    person.send(THIRD, waited=timedelta(minutes=1), at=LATER + timedelta(minutes=3))
    assert person.counts() == THIRD


def test_the_time_on_the_network_does_not_turn_the_order_of_answers(person: Person) -> None:
    person.send(FIRST, waited=timedelta(seconds=0), at=LATER)
    person.send(SECOND, waited=timedelta(seconds=1), at=LATER + timedelta(seconds=0.2))
    assert person.counts() == SECOND
    person.send(THIRD, waited=timedelta(seconds=20), at=LATER + timedelta(seconds=1))
    assert person.counts() == THIRD


def test_a_device_that_claims_to_have_waited_since_before_the_attempt_is_not_believed(
    person: Person, session: Session
) -> None:
    person.send(FIRST, waited=timedelta(days=3))
    stored = session.scalars(select(AttemptAnswer)).one()
    assert (stored.answered_at, stored.received_at) == (NOW, LATER)


def test_a_late_answer_is_late_however_long_it_says_it_has_waited(person: Person) -> None:
    moment = person.row.accepted_until + timedelta(seconds=1)
    person.send(FIRST, at=person.row.accepted_until)
    assert person.send(SECOND, waited=timedelta(minutes=40), at=moment)
    assert (person.counts(), person.rows()) == (FIRST, 2)


def test_a_text_keeps_the_language_in_which_it_was_typed(
    session: Session, world: World, course: Course
) -> None:
    """The page in another language shows the text, and sends it unchanged."""
    row = begin(session, world, course)
    person = Person(session, row, 1)
    person.send(Answer(text="1,250", language="fr"))
    person.send(Answer(text="1,250", language="en"), base=1)
    assert person.rows() == 1
    stored = session.scalars(select(AttemptAnswer)).one()
    assert '"language":"fr"' in stored.answer
