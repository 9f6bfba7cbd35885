"""What the server answers when a script saves: how far a question is answered, what was read."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.content.activity_types import QuestionType
from learning.content.course import Course
from learning.quizzes import actions
from tests.quizzes.attempts import QUIZ, key_of, quiz_of, seed_with
from tests.world import NOW, World, sign_in

ATTEMPT = f"{QUIZ}/attempts/1"


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


@pytest.fixture
def number(session: Session, world: World, course: Course) -> int:
    """The position of a question that asks for a number."""
    quiz = quiz_of(course)
    seed, position = seed_with(quiz, QuestionType.NUMERIC)
    actions.start(session, key_of(world), quiz, now=NOW, seed=seed)
    session.commit()
    return position


@pytest.mark.parametrize(
    ("typed", "state", "read_as", "is_invalid"),
    [
        ("abc", "part", "ne se lit pas encore", True),
        ("1 250,50", "saved", "1\u202f250,5", False),
        ("", "empty", "", False),
    ],
)
def test_a_typed_number_is_answered_with_what_was_read(
    awa: FlaskClient, number: int, typed: str, state: str, read_as: str, is_invalid: bool
) -> None:
    sent = {f"q{number}": typed, f"base-{number}": ""}
    answer = awa.post(f"{ATTEMPT}/answers/{number}", data=sent, headers={"X-Background": "1"})
    assert answer.json is not None
    assert answer.json["state"] == state
    assert read_as in answer.json["read_as"]
    page = awa.get(f"{ATTEMPT}/questions/{number - (number - 1) % 3}").text
    field = page.split(f'name="q{number}"')[1].split(">")[0]
    assert f'aria-describedby="unit-q{number} read-q{number}"' in field
    assert ("aria-invalid" in field) == is_invalid
    line = page.split(f'id="read-q{number}" data-read')[1].split("</p>")[0]
    assert line.endswith(f">{answer.json['read_as']}")
    assert f'<span id="unit-q{number}">' in page


def test_a_question_that_the_attempt_does_not_have_is_not_found(
    awa: FlaskClient, number: int
) -> None:
    assert number
    assert awa.post(f"{ATTEMPT}/answers/99", data={}).status_code == 404
