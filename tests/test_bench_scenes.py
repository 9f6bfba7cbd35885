"""What the benches write fits the tables: type checkers do not see plain rows."""

import sqlite3

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from bench import board, cohort_scene, crowd, outbox, quiz_scene
from bench.servers import open_database, settings_of
from learning.admissions.models import Application, ApplicationTransition
from learning.content.course import Course
from learning.kit.engines import journal_mode
from learning.quizzes.models import QuizAttempt
from learning.wiring import EMAIL_TEMPLATES
from tests.quizzes.rows import ATTEMPTS
from tests.world import World


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_board_is_filled(session: Session, world: World) -> None:
    del world
    board.fill(session, "bench", 2)
    assert (count(session, Application), count(session, ApplicationTransition)) == (2, 2)


def test_the_cohort_has_applications(session: Session, world: World) -> None:
    candidates = cohort_scene.people(session, "decided", 2)
    cohort_scene.apply(session, world.open, candidates)
    assert (count(session, Application), count(session, ApplicationTransition)) == (2, 2)


def test_benches_open_a_database_as_the_servers_beside_them_do(tmp_path, monkeypatch) -> None:
    """With another journal, `bench.start` waited for the lock of its own server for ever."""
    modes = {}
    for allowed in ("1", "0"):
        monkeypatch.setenv("LEARNING_ALLOW_OLD_WAL", allowed)
        url = f"sqlite:///{tmp_path}/{allowed}.sqlite"
        assert settings_of(url).allow_old_wal is (allowed == "1")
        opened = open_database(url)
        with opened.read_transaction() as session:
            modes[allowed] = session.scalar(text("PRAGMA journal_mode"))
        opened.engine.dispose()
    usual = journal_mode(sqlite3.sqlite_version_info, allow_old_wal=False).lower()
    assert modes == {"1": "wal", "0": usual}


def test_the_crowd_is_there_and_takes_quizzes(session: Session, course: Course) -> None:
    crowd.fill(session)
    quiz_scene.fill(session, course, people=2)
    assert count(session, QuizAttempt) == 2 * len(course.modules) * ATTEMPTS


def test_the_outbox_sends_an_email_that_there_is() -> None:
    assert outbox.KIND in EMAIL_TEMPLATES
