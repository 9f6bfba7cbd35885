"""The list of one's own notes: in the order of the course, found, edited, taken away as a file."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.lessons.models import Note
from learning.participants.commands import enrol_person
from tests.world import NOW, World, sign_in

EDITION = "/fr/editions/reintegration-running"
LIST = f"{EDITION}/notes"
BODIES = {
    ("m4-l1", "how-much-2"): "Demander à la mairie de Bouaké",
    ("m1-l1", "situation"): "Un cas comme le nôtre",
    ("m4-l1", "one-level-1"): "Comparer avec notre guichet",
}


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


@pytest.fixture
def with_notes(awa: FlaskClient) -> FlaskClient:
    for (lesson, block), body in BODIES.items():
        address = f"{EDITION}/lessons/{lesson}/notes/{block}"
        assert awa.post(address, data={"body": body, "version": "0"}).status_code == 303
    return awa


def test_notes_stand_in_the_order_of_the_course(with_notes: FlaskClient) -> None:
    page = with_notes.get(LIST).text
    at = [page.index(words) for words in ("comme le nôtre", "notre guichet", "Bouaké")]
    assert at == sorted(at)
    assert page.count("<h2") == 2
    assert f'href="{EDITION}/lessons/m4-l1#b-how-much-2"' in page
    assert "3 notes" in page


def test_a_note_stands_below_the_place_that_it_is_about(with_notes, course) -> None:
    blocks = course.lessons["m4-l1"].texts["fr"].blocks
    quote = next(block.plain for block in blocks if block.key == "one-level-1")
    page = unescape(with_notes.get(LIST).text)
    assert page.index(quote[:60]) < page.index("Comparer avec notre guichet")


@pytest.mark.parametrize(
    ("query", "found"), [("bouake", 1), ("NIVEAUX D’APPUI", 2), ("", 3), ("nothing such", 0)]
)
def test_notes_are_found_by_their_words_and_their_lesson(with_notes, query, found) -> None:
    page = with_notes.get(LIST, query_string={"q": query}).text
    assert page.count('class="own-note"') == found
    assert ("Aucune note ne correspond" in page) is not found


def test_a_note_opened_from_the_list_leads_back_to_it(with_notes: FlaskClient) -> None:
    address = f"{EDITION}/lessons/m1-l1/notes/situation?from=notes"
    assert address in with_notes.get(LIST).text
    form = with_notes.get(address).text
    assert f'href="{LIST}#m1-l1-b-situation"' in form
    answer = with_notes.post(address, data={"body": "Autre", "version": "1"})
    assert answer.location == f"{LIST}#m1-l1-b-situation"


def test_the_button_deletes_a_note_whatever_was_typed(with_notes, session: Session) -> None:
    address = f"{EDITION}/lessons/m1-l1/notes/situation"
    assert 'name="delete"' in with_notes.get(address).text
    with_notes.post(address, data={"body": "Autre", "version": "1", "delete": "1"})
    assert "m1-l1" not in session.scalars(select(Note.lesson)).all()
    assert 'name="delete"' not in with_notes.get(address).text


def test_notes_are_downloaded_as_text(with_notes: FlaskClient) -> None:
    answer = with_notes.get(f"{LIST}/file")
    assert answer.mimetype == "text/plain"
    assert (
        "attachment; filename=notes-reintegration-running.txt"
        in answer.headers["Content-Disposition"]
    )
    assert answer.headers["Cache-Control"] == "no-store"
    lines = answer.text.split("\r\n")
    at = [lines.index(BODIES[key]) for key in (("m1-l1", "situation"), ("m4-l1", "how-much-2"))]
    assert at == sorted(at)
    assert any(line.startswith("> ") for line in lines)


@pytest.mark.usefixtures("with_notes")
def test_notes_are_nobody_else_s(app: Flask, session: Session, world: World) -> None:
    enrol_person(session, world.running, world.stranger, by=None, now=NOW)
    session.commit()
    other = sign_in(app, session, world.stranger)
    assert "Rien d’enregistré" in other.get(LIST).text
    assert "Bouaké" not in other.get(f"{LIST}/file").text


def test_many_notes_cost_as_many_statements_as_one(awa: FlaskClient, queries) -> None:
    def statements() -> int:
        queries.clear()
        assert awa.get(LIST).status_code == 200
        return len(queries)

    def write(lesson: str, block: str) -> None:
        address = f"{EDITION}/lessons/{lesson}/notes/{block}"
        awa.post(address, data={"body": "Mot", "version": "0"})

    write("m4-l1", "levels")
    few = statements()
    for lesson, block in BODIES:
        write(lesson, block)
    assert statements() == few
