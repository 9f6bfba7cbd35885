"""An attempt through its pages, without any script: start, answer, go on, submit, read why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from learning.content.activity_types import QuestionType
from learning.content.course import Course
from learning.content.question_snapshots import question_content
from learning.content.snapshots import snapshots
from learning.demo.quizzes import right_answer
from learning.jobs.worker import Task
from learning.kit.database import Database
from learning.participants.commands import enrol_person
from learning.quizzes import queries
from learning.quizzes.jobs import close_attempt
from learning.quizzes.models import AttemptAnswer, AttemptEnd, QuizAttempt
from tests.quizzes.attempts import (
    MODULE,
    QUIZ,
    answer_some,
    attempts,
    begin,
    ended,
    fields,
    start,
)
from tests.world import NOW, World, make_person, sign_in

ATTEMPT = f"{QUIZ}/attempts/1"
LOCKS_ENROLMENT = "SELECT enrolments.id FROM enrolments WHERE enrolments.id ="


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def answers(session: Session) -> list[AttemptAnswer]:
    session.expire_all()
    return list(session.scalars(select(AttemptAnswer).order_by(AttemptAnswer.id)))


def test_the_page_of_a_quiz_says_what_holds_before_it_begins(awa: FlaskClient) -> None:
    page = awa.get(QUIZ).text
    for words in ("Questionnaire du module 4", "45\u00a0min", "70\u00a0%", "24 heures entre deux"):
        assert words in page
    assert "Commencer le questionnaire" in page


def test_a_quiz_is_answered_page_by_page_and_submitted(awa: FlaskClient, session: Session) -> None:
    address = start(awa)
    assert address == f"{ATTEMPT}/questions/1"
    row = attempts(session)[0]
    for first in (1, 4, 7, 10):
        page = awa.get(f"{ATTEMPT}/questions/{first}").text
        assert page.count("<fieldset>") == 3
        sent: dict[str, list[str]] = {"go": [str(first + 3) if first < 10 else "review"]}
        for each in queries.load_attempt(session, row).questions[first - 1 : first + 2]:
            sent |= fields(each.question, right_answer(each.question), each.position, row.seed)
        address = awa.post(f"{ATTEMPT}/questions/{first}", data=sent).location
    assert address == f"{ATTEMPT}/review"
    review = awa.get(address).text
    assert "Chaque question a une réponse" in review
    address = awa.post(f"{ATTEMPT}/submit").location
    assert address == f"{ATTEMPT}/result"
    result = awa.get(address).text
    assert "Réussi\u00a0: 12,00 points sur 12, soit 100,00\u00a0%." in result
    assert [(r.points, r.percent, r.passed) for r in attempts(session)] == [(1200, 10000, True)]


def test_a_question_whose_lesson_has_gone_leads_to_no_lesson(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=0, at=NOW - timedelta(hours=2))
    links = awa.get(f"{ATTEMPT}/result").text.count("À relire")
    first = queries.load_attempt(session, row).questions[0]
    gone = replace(first.question, lesson="gone")
    content = question_content("reintegration", MODULE, gone)
    (first.row.question_sha256,) = snapshots(session, [content])
    session.commit()
    answer = awa.get(f"{ATTEMPT}/result")
    assert answer.status_code == 200
    assert first.question.texts["fr"].prompt in unescape(answer.text)
    assert answer.text.count("À relire") == links - 1


def test_one_attempt_is_open_however_often_the_button_is_pressed(
    awa: FlaskClient, session: Session
) -> None:
    """A double click, a second tab with a key of its own, a raw post without one."""
    key = awa.get(QUIZ).text.split('name="idempotency_key" value="')[1].split('"')[0]
    other = awa.get(QUIZ).text.split('name="idempotency_key" value="')[1].split('"')[0]
    places = {
        awa.post(f"{QUIZ}/attempts", data=data).location
        for data in (
            {"idempotency_key": key},
            {"idempotency_key": key},
            {"idempotency_key": other},
            {},
        )
    }
    assert places == {f"{ATTEMPT}/questions/1"}
    assert len(attempts(session)) == 1
    assert "Continuer la tentative 1" in awa.get(QUIZ).text


def test_an_attempt_that_was_submitted_twice_has_one_mark(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course)
    answer_some(session, row, 3, at=NOW)
    session.commit()
    assert awa.post(f"{ATTEMPT}/submit").location == f"{ATTEMPT}/result"
    first = [(r.percent, r.ended_at) for r in attempts(session)]
    assert awa.post(f"{ATTEMPT}/submit").location == f"{ATTEMPT}/result"
    assert [(r.percent, r.ended_at) for r in attempts(session)] == first
    assert first[0][0] == 2500


def test_another_persons_attempt_is_not_found(
    app: Flask, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course)
    session.commit()
    stranger = make_person(session, "Bintou Sarr", language="fr")
    enrol_person(session, world.running, stranger, by=None, now=NOW)
    session.commit()
    other = sign_in(app, session, stranger)
    for path in ("", "/questions/1", "/review", "/result"):
        assert other.get(f"{ATTEMPT}{path}").status_code == 404
    for path in ("/questions/1", "/answers/1", "/submit"):
        assert other.post(f"{ATTEMPT}{path}", data={"q1": "1", "base-1": "0"}).status_code == 404
    assert answers(session) == []
    assert row.ended_at is None


def test_the_last_day_the_wait_and_the_number_of_attempts_hold_under_raw_posts(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    ended(session, world, course, right=2, at=NOW - timedelta(hours=20))
    answer = awa.post(f"{QUIZ}/attempts")
    assert answer.status_code == 409
    assert "La tentative suivante ouvre plus tard." in answer.text
    for days in (3, 2):
        session.execute(update(QuizAttempt).values(ended_at=NOW - timedelta(days=days + 1)))
        ended(session, world, course, right=2, at=NOW - timedelta(days=days))
    assert "Vous avez fait toutes vos tentatives." in awa.post(f"{QUIZ}/attempts").text
    assert len(attempts(session)) == 3


def test_a_quiz_opens_with_its_module(awa: FlaskClient, session: Session) -> None:
    closed = QUIZ.replace("m4", "m6")
    assert "Le questionnaire ouvre" in awa.get(closed).text
    assert awa.post(f"{closed}/attempts").status_code == 409
    assert attempts(session) == []
    assert awa.get(QUIZ.replace("m4", "m9")).status_code == 404


def test_an_answer_after_the_time_is_kept_and_does_not_count(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course, at=NOW - timedelta(minutes=51))
    session.commit()
    each = queries.load_attempt(session, row).questions[0]
    sent = fields(each.question, right_answer(each.question), 1, row.seed)
    address = awa.post(f"{ATTEMPT}/answers/1", data=sent).location
    assert address == f"{ATTEMPT}/review"
    assert "ne compte que si votre tutrice ou votre tuteur" in awa.get(address).text
    assert [(a.position, a.late) for a in answers(session)] == [(1, True)]
    awa.post(f"{ATTEMPT}/submit")
    assert [r.percent for r in attempts(session)] == [0]
    assert "1 réponse est arrivée après la fin du temps" in awa.get(f"{ATTEMPT}/result").text


def test_an_answer_after_ones_own_submission_is_not_said_to_be_after_the_time(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = ended(session, world, course, right=0, at=NOW - timedelta(minutes=20))
    each = queries.load_attempt(session, row).questions[0]
    sent = fields(each.question, right_answer(each.question), 1, row.seed)
    address = awa.post(f"{ATTEMPT}/answers/1", data=sent).location
    assert address == f"{ATTEMPT}/result"
    page = awa.get(address).text
    assert "Une réponse est arrivée une fois la tentative rendue" in page
    assert "1 réponse est arrivée une fois la tentative rendue" in page
    assert "arrivée après la fin du temps" not in page
    assert [(a.position, a.late) for a in answers(session)] == [(1, True)]


def test_an_answer_within_the_grace_counts(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course, at=datetime.now(UTC) - timedelta(minutes=47))
    session.commit()
    each = queries.load_attempt(session, row).questions[0]
    sent = fields(each.question, right_answer(each.question), 1, row.seed)
    awa.post(f"{ATTEMPT}/answers/1", data=sent)
    assert [a.late for a in answers(session)] == [False]
    assert "Le temps est écoulé" in awa.get(f"{ATTEMPT}/questions/1", follow_redirects=True).text


def test_what_no_page_could_send_is_refused(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    begin(session, world, course)
    session.commit()
    for values in (["99"], ["x"], ["-1"], ["1", "1", "1", "1", "1", "1", "1", "1"]):
        data = {f"q{n}": values for n in range(1, 4)} | {f"base-{n}": "0" for n in range(1, 4)}
        assert awa.post(f"{ATTEMPT}/questions/1", data=data).status_code == 400
    assert answers(session) == []


def test_a_typed_answer_is_one_line_without_invisible_characters(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    row = begin(session, world, course)
    session.commit()
    drawn = queries.load_attempt(session, row).questions
    n = next(q.position for q in drawn if q.question.type is QuestionType.TEXT)
    typed = "\u202e=1+1\x07\x1b \r\n fin\x00"
    awa.post(f"{ATTEMPT}/answers/{n}", data={f"q{n}": typed, f"base-{n}": ""})
    assert [each.answer for each in answers(session)] == ['{"text":"=1+1 fin","language":"fr"}']


def test_the_enter_key_stays_on_the_page(awa: FlaskClient) -> None:
    """It presses the first button of a form."""
    start(awa)
    for first in ("1", "4", "10"):
        form = awa.get(f"{ATTEMPT}/questions/{first}").text.split("data-quiz ")[1]
        button = form.split("<button ")[1].split(">")[0]
        assert f'name="go" value="{first}"' in button
        assert 'tabindex="-1"' in button


@pytest.mark.parametrize("path", ["questions/1", "answers/1", "submit"])
def test_the_enrolment_is_locked_before_the_attempt(
    awa: FlaskClient, session: Session, world: World, course: Course, path: str
) -> None:
    begin(session, world, course)
    session.commit()
    statements: list[str] = []

    def note(_conn, _cursor, statement: str, *_: object) -> None:
        statements.append(" ".join(statement.split()))

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        sent = {"q1": ["1"], "base-1": "", "idempotency_key": "k" * 20}
        awa.post(f"{ATTEMPT}/{path}", data=sent)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    locked = next(n for n, each in enumerate(statements) if LOCKS_ENROLMENT in each)
    assert locked < next(n for n, each in enumerate(statements) if "FROM quiz_attempts" in each)


def test_a_mark_to_look_again_is_kept_and_taken_back(
    awa: FlaskClient, session: Session, world: World, course: Course
) -> None:
    begin(session, world, course)
    session.commit()
    awa.post(f"{ATTEMPT}/questions/1", data={"base-2": "0", "flag": "2"})
    assert "data-flagged" in awa.get(f"{ATTEMPT}/questions/1").text
    awa.post(f"{ATTEMPT}/answers/2", data={"base-2": "0", "flagged": "2"})
    assert "data-flagged" not in awa.get(f"{ATTEMPT}/questions/1").text


def test_an_attempt_that_nobody_submits_is_ended_by_its_job(
    awa: FlaskClient, session: Session, world: World, course: Course, database: Database
) -> None:
    row = begin(session, world, course, at=NOW - timedelta(minutes=51))
    answer_some(session, row, 9, at=NOW - timedelta(minutes=40))
    session.commit()
    task = Task(id=1, payload={"attempt": row.id}, database=database, now=NOW)
    close_attempt(task)
    close_attempt(task)
    (after,) = attempts(session)
    assert (after.percent, after.end, after.ended_at) == (7500, AttemptEnd.TIME_UP, row.ends_at)
    assert "fin du temps" in awa.get(f"{ATTEMPT}/result").text
