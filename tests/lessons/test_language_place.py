"""Who switches the language of a lesson without a script lands where they were last known to be."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.lessons.models import LessonProgress
from tests.world import RUNNING, World, sign_in

LESSON = f"/fr/editions/{RUNNING}/lessons/m4-l1"
ENGLISH = re.compile(r'href="(/en/editions/[^"]*/lessons/m4-l1[^"]*)"')


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    client = sign_in(app, session, world.awa)
    client.get(LESSON)
    return client


def english(client: FlaskClient) -> str:
    return ENGLISH.findall(client.get(LESSON).text)[0]


def block_of(session: Session) -> str | None:
    session.expire_all()
    return session.scalars(select(LessonProgress.block)).one()


def test_a_lesson_that_was_just_opened_begins_at_its_top(awa: FlaskClient) -> None:
    assert english(awa) == LESSON.replace("/fr/", "/en/")


def test_the_saved_place_goes_along(awa: FlaskClient) -> None:
    awa.post(f"{LESSON}/position", data={"block": "levels"})
    assert english(awa) == LESSON.replace("/fr/", "/en/") + "#b-levels"
    assert "#b-" not in awa.get("/fr/account/profile").text.split("lang=")[1]


@pytest.mark.parametrize(
    ("path", "data", "block"),
    [
        ("checks/check-1", {"answer": "1"}, "check-1"),
        ("notes/levels", {"body": "Une note", "version": "0"}, "levels"),
    ],
)
def test_answering_or_writing_without_a_script_keeps_the_place(
    awa: FlaskClient, session: Session, path: str, data: dict[str, str], block: str
) -> None:
    assert awa.post(f"{LESSON}/{path}", data=data).status_code == 303
    assert block_of(session) == block
    assert english(awa).endswith(f"#b-{block}")


def test_a_script_keeps_the_place_itself(awa: FlaskClient, session: Session) -> None:
    quiet = {"X-Background": "1"}
    assert (
        awa.post(f"{LESSON}/checks/check-1", data={"answer": "1"}, headers=quiet).status_code == 204
    )
    assert block_of(session) is None
