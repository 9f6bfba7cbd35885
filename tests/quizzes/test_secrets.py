"""Right answers, reasons and explanations are in no page before their time; pages stay small."""

import re
from datetime import timedelta
from html import unescape

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from learning.content.activity_types import Question, QuestionType
from learning.content.course import Course
from learning.quizzes import queries
from learning.quizzes.models import QuizAttempt
from tests.quizzes.attempts import QUIZ, answer_some, begin, ended
from tests.world import NOW, World, sign_in

ATTEMPT = f"{QUIZ}/attempts/1"
MAX_BYTES = 8_000  # of a page of an attempt, as browsers get it


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def words_of(page: str) -> str:
    return " ".join(unescape(page).split())


def secrets(question: Question, language: str) -> list[str]:
    """Return the texts of a question that say which answer is right, or why."""
    text = question.texts[language]
    typed = question.type is QuestionType.TEXT
    accepted = [each for each in text.accepted if len(each) > 4] if typed else []
    return [words_of(each) for each in (text.explain, *text.feedback, *accepted)]


def drawn(session: Session, row: QuizAttempt) -> list[queries.DrawnQuestion]:
    return list(queries.load_attempt(session, row).questions)


def test_no_page_of_an_open_attempt_says_what_is_right(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course)
    session.commit()
    pages = [ATTEMPT, *(f"{ATTEMPT}/questions/{n}" for n in (1, 4, 7, 10)), f"{ATTEMPT}/review"]
    pages += [QUIZ, QUIZ.split("/quizzes")[0] + "/", "/fr/this-week"]
    for language in ("fr", "en", "es"):
        for path in pages:
            address = path.replace("/fr/", f"/{language}/")
            page = words_of(awa.get(address, follow_redirects=True).text)
            for each in drawn(session, row):
                prompt = words_of(each.question.texts[language].prompt)
                for secret in secrets(each.question, language):
                    if secret not in prompt:
                        assert secret not in page, (address, secret)
            assert "data-right" not in page
            assert not re.search(r'class="[^"]*\bright\b', page)


def test_the_search_finds_no_question_and_no_reason(awa: FlaskClient, course: Course) -> None:
    bank = next(module.bank for module in course.modules if module.key == "m4")
    for each in bank[:5]:
        found = awa.get("/fr/search", query_string={"q": each.texts["fr"].explain}).text
        assert words_of(each.texts["fr"].prompt) not in words_of(found)


def test_the_result_of_a_failed_attempt_shows_the_reasons_of_own_choices_only(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=2, at=NOW - timedelta(hours=1))
    page = words_of(awa.get(f"{ATTEMPT}/result").text)
    for each in drawn(session, row):
        text = each.question.texts["fr"]
        assert words_of(text.explain) not in page
        if each.position > 2:  # left out: nothing was chosen
            assert not any(words_of(reason) in page for reason in text.feedback)
    assert "La bonne réponse" not in page


def test_right_answers_are_shown_once_the_quiz_is_passed(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=10, at=NOW - timedelta(hours=1))
    page = words_of(awa.get(f"{ATTEMPT}/result").text)
    assert "La bonne réponse" in page
    assert all(words_of(each.question.texts["fr"].explain) in page for each in drawn(session, row))


def test_no_right_answer_is_shown_while_the_last_attempt_is_open(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    for hours in (80, 50):
        ended(session, world, course, right=1, at=NOW - timedelta(hours=hours))
    begin(session, world, course, at=NOW - timedelta(minutes=5))
    session.commit()
    assert "La bonne réponse" not in words_of(awa.get(f"{ATTEMPT}/result").text)


def test_the_pages_of_an_attempt_are_small(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course)
    answer_some(session, row, 12, at=NOW)
    session.commit()
    for path in ("questions/1", "questions/4", "questions/7", "questions/10", "review"):
        page = awa.get(f"{ATTEMPT}/{path}", headers={"Accept-Encoding": "br"})
        assert page.headers["Content-Encoding"] == "br"
        assert len(page.data) < MAX_BYTES
        assert brotli.decompress(page.data).count(b"<script") < 4


def test_pages_need_as_many_queries_for_many_answers_as_for_none(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    statements: list[str] = []
    connection = session.connection().engine

    def count(_conn, _cursor, statement: str, *_: object) -> None:
        statements.append(statement)

    def queries_of(address: str) -> int:
        statements.clear()
        assert awa.get(address).status_code == 200
        return len(statements)

    row = begin(session, world, course)
    session.commit()
    pages = (QUIZ, f"{ATTEMPT}/questions/1", f"{ATTEMPT}/review")
    event.listen(connection, "before_cursor_execute", count)
    try:
        none = [queries_of(page) for page in pages]
        answer_some(session, row, 12, at=NOW)
        session.commit()
        assert [queries_of(page) for page in pages] == none
        assert max(none) <= 12
    finally:
        event.remove(connection, "before_cursor_execute", count)
