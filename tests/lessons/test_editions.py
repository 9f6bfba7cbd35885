"""What is written with every step of a learner carries the edition of their enrolment."""

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.kit.database import Base
from learning.lessons.models import CheckAnswer, LearnerState, LessonProgress, Note
from tests.world import NOW, World, sign_in

LESSON = "/fr/editions/reintegration-running/lessons/m4-l1"
ROWS: dict[type[Base], dict[str, object]] = {
    CheckAnswer: {
        "lesson": "x", "check_key": "y", "chosen": "0", "right": True, "answered_at": NOW,
    },
    LearnerState: {"last_seen_at": NOW},
    LessonProgress: {"lesson": "x", "opened_at": NOW},
    Note: {"lesson": "x", "block": "y", "body": "z", "written_at": NOW},
}  # fmt: skip


@pytest.mark.parametrize("table", ROWS)
def test_another_edition_than_the_enrolment_s_is_refused(
    session: Session, world: World, table: type[Base]
) -> None:
    row = ROWS[table] | {"enrolment_id": world.place.id}
    for edition_id in (world.open.id, 987_654):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(table).values(row | {"edition_id": edition_id}))
    session.execute(insert(table).values(row | {"edition_id": world.running.id}))


def test_studying_writes_the_edition(app: Flask, session: Session, world: World) -> None:
    awa = sign_in(app, session, world.awa)
    assert awa.get(LESSON).status_code == 200
    awa.post(f"{LESSON}/checks/check-1", data={"answer": "2"})
    awa.post(f"{LESSON}/notes/levels", data={"body": "mine", "version": "0"})
    for table in ROWS:
        written = session.execute(select(table.enrolment_id, table.edition_id)).all()
        assert written == [(world.place.id, world.running.id)], table
