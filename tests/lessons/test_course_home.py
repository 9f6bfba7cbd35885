"""The course home is drawn once for all who see it alike; each reader sees their own marks."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.lessons import actions
from learning.lessons.actions import OverrideData
from learning.participants.commands import enrol_person
from tests.world import MONDAY, NOW, World, make_person, sign_in

HOME = "/fr/editions/reintegration-running/"
LESSON = f"{HOME}lessons/m4-l1"
READ, MARKED = '<span class="hidden">Terminé</span>', "avec signet"


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


@pytest.fixture
def other(app: Flask, session: Session, world: World) -> FlaskClient:
    person = make_person(session, "Bintou Autre", language="fr")
    enrol_person(session, world.running, person, by=None, now=NOW)
    return sign_in(app, session, person)


def test_each_reader_sees_their_own_marks(awa: FlaskClient, other: FlaskClient) -> None:
    before = other.get(HOME).text
    awa.post(f"{LESSON}/done", data={"done": "1"})
    awa.post(f"{HOME}lessons/m4-l2/bookmark", data={"keep": "1"})
    mine = awa.get(HOME).text
    assert (mine.count(READ), mine.count(MARKED)) == (1, 1)
    other.get(LESSON)
    theirs = other.get(HOME).text
    assert (theirs.count(READ), theirs.count(MARKED)) == (0, 0)
    assert theirs != before  # a lesson is begun now
    awa.post(f"{LESSON}/done", data={"done": "0"})
    assert READ not in awa.get(HOME).text


def test_a_module_opened_early_is_open_to_one_reader(
    awa: FlaskClient, other: FlaskClient, session: Session, world: World
) -> None:
    early = OverrideData(module="m6", opens_on=MONDAY, reason="A journey")
    link = f'href="{HOME}lessons/m6-l1"'
    closed = awa.get(HOME).text
    actions.add_override(session, world.place, early, by=world.awa.id, now=NOW)
    session.commit()
    assert awa.get(HOME).text.count("Ouvre le") == closed.count("Ouvre le") - 1
    assert other.get(HOME).text.count("Ouvre le") == closed.count("Ouvre le")
    assert link not in other.get(HOME).text


def test_staff_and_those_who_study_see_each_their_own_home(app, session, world: World) -> None:
    pages = {}
    for name, reader in (("tutor", world.staff[Role.TUTOR]), ("awa", world.awa)):
        pages[name] = sign_in(app, session, reader).get(HOME).text
    assert {name: "Mes notes et signets" in page for name, page in pages.items()} == {
        "tutor": False,
        "awa": True,
    }
    assert {name: "Ouvre le" in page for name, page in pages.items()} == {
        "tutor": False,
        "awa": True,
    }


@pytest.mark.parametrize(
    ("address", "data", "statements"),
    [
        ("checks/check-1", {"answer": "2"}, 5),
        ("notes/levels", {"body": "one", "version": "0"}, 6),
        ("done", {"done": "1"}, 5),
        ("bookmark", {"keep": "1"}, 4),
        ("position", {"block": "levels"}, 4),
    ],
)
def test_what_a_mark_costs(
    awa: FlaskClient, queries: list[str], address: str, data: dict[str, str], statements: int
) -> None:
    awa.get(LESSON)
    queries.clear()
    assert awa.post(f"{LESSON}/{address}", data=data).status_code == 303
    first_use = [each for each in queries if "INSERT INTO content_snapshots" in each]
    assert len(queries) - len(first_use) == statements
    assert len(first_use) <= 1
