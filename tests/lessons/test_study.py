"""The main job, without any script: read, answer, note, come back."""

import re
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.models import ContentSnapshot
from learning.content.snapshots import load
from learning.lessons import actions, queries
from learning.lessons.actions import NewNote, ReadingPosition
from learning.lessons.models import CheckAnswer, LessonProgress, Note
from tests.world import MONDAY, NOW, World, sign_in

EDITION = "/fr/editions/reintegration-running"
LESSON = f"{EDITION}/lessons/m4-l1"


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def position_of(world: World, block: str | None = None) -> ReadingPosition:
    return ReadingPosition(
        enrolment_id=world.place.id, edition_id=world.running.id, lesson="m4-l1", block=block
    )


def test_the_course_home_shows_what_is_open_and_when_the_rest_opens(awa: FlaskClient) -> None:
    page = awa.get(EDITION + "/").text
    assert page.count('class="disc m') == 6
    assert f'href="{LESSON}"' in page
    assert page.count("Ouvre le") == 2
    assert "Apprentissage flexible" in page
    assert "0 leçon lue sur 30" in page
    assert "24\u00a0min" in page


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("number", range(1, 6))
def test_every_lesson_of_module_4_opens_in_every_language(awa, language: str, number: int) -> None:
    page = awa.get(f"/{language}/editions/reintegration-running/lessons/m4-l{number}")
    assert page.status_code == 200
    assert page.text.count('<form class="check"') >= 2
    assert page.text.count('<dt id="term-') >= 8
    for anchor in re.findall(r'href="#((?:term|source)-[^"]+)"', page.text):
        assert f'id="{anchor}"' in page.text, anchor


def test_a_lesson_that_is_not_open_says_when_it_opens(awa: FlaskClient) -> None:
    answer = awa.get(f"{EDITION}/lessons/m5-l1")
    assert answer.status_code == 403
    assert "Cette leçon ouvre le" in answer.text
    assert awa.get(f"{EDITION}/lessons/m1-l1").status_code == 200
    assert awa.get(f"{EDITION}/lessons/m9-l1").status_code == 404


def test_reading_answering_noting_and_coming_back(app, awa, session: Session, world: World) -> None:
    awa.get(LESSON)
    answer = awa.post(f"{LESSON}/checks/check-1", data={"answer": "2"})
    assert answer.location == f"{LESSON}#b-check-1"
    page = awa.get(LESSON).text
    assert re.search(r'value="2" checked', page)
    assert "La règle d’accès est une condition institutionnelle" in page
    note = awa.get(f"{LESSON}/notes/levels").text
    assert "Niveau" in note
    awa.post(f"{LESSON}/notes/levels", data={"body": "Voir la mairie", "version": "0"})
    awa.post(f"{LESSON}/position", data={"block": "how-much-2"})
    other = sign_in(app, session, world.awa)
    week = other.get("/fr/this-week").text
    assert f'href="{LESSON}#b-how-much-2"' in week
    spanish = other.get(LESSON.replace("/fr/", "/es/")).text
    assert "Seguir donde lo dejó: «Abrir lo que existe o construir lo que falta»" in spanish
    assert "Voir la mairie" in spanish
    assert other.post(f"{LESSON}/done", data={"done": "1"}).location == f"{EDITION}/lessons/m4-l2"
    assert "1 élément terminé" in other.get("/fr/this-week").text


def test_no_answer_chosen_is_said_beside_the_question(awa: FlaskClient) -> None:
    for data in ({}, {"answer": "9"}, {"answer": "x"}):
        answer = awa.post(f"{LESSON}/checks/check-1", data=data)
        assert answer.status_code == 422
        assert "Choisissez d’abord une réponse" in answer.text
        assert "<title>Erreur" in answer.text


def test_a_check_can_be_tried_again(awa: FlaskClient, session: Session) -> None:
    for answer, base in (("0", ""), ("2", "0")):
        awa.post(f"{LESSON}/checks/check-1", data={"answer": answer, "base": base})
    kept = session.scalars(select(CheckAnswer)).one()
    assert (kept.chosen, kept.right, kept.attempts) == ("2", True, 2)
    assert 'name="base" value="2"' in awa.get(LESSON).text
    awa.post(f"{LESSON}/checks/check-1", data={"again": "1", "base": "2"})
    assert session.scalars(select(CheckAnswer)).all() == []


def test_a_first_wrong_answer_leaves_one_more_try(awa: FlaskClient) -> None:
    def hidden() -> int:
        check = awa.get(LESSON).text.split('id="b-check-1"')[1].split("</form>")[0]
        return check.count('class="why" hidden')

    assert hidden() == 3
    awa.post(f"{LESSON}/checks/check-1", data={"answer": "0"})
    assert hidden() == 2
    awa.post(f"{LESSON}/checks/check-1", data={"answer": "1", "base": "0"})
    assert hidden() == 0


def test_a_note_without_a_script_begins_with_its_paragraph(awa: FlaskClient) -> None:
    assert f'href="{LESSON}/notes"' in awa.get(LESSON).text
    places = awa.get(f"{LESSON}/notes").text
    assert f'href="{LESSON}/notes/levels"' in places
    assert "notes/check-1" not in places
    assert awa.get(f"{EDITION}/lessons/m5-l1/notes").status_code == 404


def test_an_answer_keeps_the_check_as_it_was_answered(awa, session, course, queries) -> None:
    awa.post(f"{LESSON}/checks/check-1", data={"answer": "2"})
    french = session.scalars(select(CheckAnswer.check_sha256)).one()
    shown = load(session, french)
    check = course.lessons["m4-l1"].texts["fr"].checks["check-1"]
    assert (shown.kind, shown.key) == ("check", "reintegration/m4-l1/check-1")
    assert (shown.value["language"], shown.value["question"]) == ("fr", str(check.question))
    assert shown.value["answers"][2] == {
        "text": str(check.answers[2].html),
        "why": str(check.answers[2].why),
        "right": True,
    }
    awa.post(f"{LESSON}/checks/check-1", data={"answer": "0", "base": "2"})
    awa.post(f"{LESSON}/checks/check-1".replace("/fr/", "/en/"), data={"answer": "1", "base": "0"})
    english = session.scalars(select(CheckAnswer.check_sha256)).one()
    assert load(session, english).value["language"] == "en"
    assert sum("INSERT INTO content_snapshots" in query for query in queries) == 2


def test_an_answer_that_was_refused_leaves_no_snapshot_and_is_stored_later(awa, session) -> None:
    awa.post(f"{LESSON}/checks/check-1", data={"answer": "2"})
    english = f"{LESSON}/checks/check-1".replace("/fr/", "/en/")
    assert awa.post(english, data={"answer": "0", "base": "1"}).status_code == 409
    assert len(session.scalars(select(ContentSnapshot)).all()) == 1
    assert awa.post(english, data={"answer": "0", "base": "2"}).status_code == 303
    assert load(session, session.scalars(select(CheckAnswer.check_sha256)).one()) is not None


def test_a_late_answer_from_another_device_overwrites_nothing(awa: FlaskClient, session) -> None:
    address = f"{LESSON}/checks/check-1"
    awa.post(address, data={"answer": "2"})
    for late in ({"answer": "0"}, {"answer": "0", "base": "1"}, {"again": "1"}):
        answer = awa.post(address, data=late)
        assert answer.status_code == 409
        assert "Vous avez répondu entre-temps" in answer.text
        assert re.search(r'value="2" checked', answer.text)
        assert ("choisi ici" in answer.text) is ("answer" in late)
        assert "<title>Erreur" in answer.text
    kept = session.scalars(select(CheckAnswer)).one()
    assert (kept.chosen, kept.attempts) == ("2", 1)
    assert awa.post(address, data={"answer": "2"}).status_code == 303  # both say the same
    awa.post(address, data={"again": "1", "base": "2"})
    assert awa.post(address, data={"again": "1", "base": "2"}).status_code == 303
    assert awa.post(address, data={"answer": "0", "base": "2"}).status_code == 303


def test_several_answers_are_right_together(awa: FlaskClient, session: Session) -> None:
    awa.post(f"{EDITION}/lessons/m4-l2/checks/check-2", data={"answer": ["0", "2"]})
    assert session.scalars(select(CheckAnswer)).one().right


def test_a_note_is_changed_and_removed(awa: FlaskClient, session: Session) -> None:
    address = f"{LESSON}/notes/levels"
    for body, version in (("un", "0"), ("deux", "1")):
        assert awa.post(address, data={"body": body, "version": version}).status_code == 303
    assert "deux" in awa.get(f"{EDITION}/notes").text
    awa.post(address, data={"body": "  ", "version": "2"})
    assert session.scalars(select(Note)).all() == []
    assert "Rien d’enregistré" in awa.get(f"{EDITION}/notes").text


def test_a_note_changed_elsewhere_is_not_overwritten(awa: FlaskClient, session: Session) -> None:
    address = f"{LESSON}/notes/levels"
    awa.post(address, data={"body": "du téléphone", "version": "0"})
    answer = awa.post(address, data={"body": "de l’ordinateur", "version": "0"})
    assert answer.status_code == 409
    assert "du téléphone" in answer.text
    assert "de l’ordinateur</textarea>" in answer.text
    assert session.scalars(select(Note.body)).one() == "du téléphone"
    assert awa.post(address, data={"body": "les deux", "version": "1"}).status_code == 303


@pytest.mark.parametrize("body", ["é" * 5001, "x" * 1_000_000])
def test_too_long_a_note_is_kept_on_the_page(awa: FlaskClient, body: str) -> None:
    answer = awa.post(f"{LESSON}/notes/levels", data={"body": body, "version": "0"})
    assert answer.status_code == 422
    assert f"{body}</textarea>" in answer.text
    assert "Ne dépassez pas 5\u202f000 caractères" in answer.text


def test_a_bookmark_is_set_and_taken_away(awa: FlaskClient) -> None:
    awa.post(f"{LESSON}/bookmark", data={"keep": "1"})
    assert "Trois niveaux d’appui" in awa.get(f"{EDITION}/notes").text
    awa.post(f"{LESSON}/bookmark", data={"keep": "0"})
    assert "Rien d’enregistré" in awa.get(f"{EDITION}/notes").text


def test_being_done_can_be_taken_back(awa: FlaskClient, session: Session) -> None:
    for done in ("1", "1", "0"):
        awa.post(f"{LESSON}/done", data={"done": done})
    assert session.scalars(select(LessonProgress.done_at)).one() is None


@pytest.mark.parametrize("address", ["position", "checks/nothing", "notes/nothing"])
def test_what_is_not_in_the_lesson_is_nowhere(awa: FlaskClient, address: str) -> None:
    assert awa.post(f"{LESSON}/{address}", data={"block": "nothing"}).status_code == 404


@pytest.mark.parametrize("address", ["m5-l1/done", "m6-l1/bookmark", "m5-l1/checks/check-1"])
def test_nothing_is_kept_for_a_closed_lesson(awa: FlaskClient, session: Session, address) -> None:
    assert awa.post(f"{EDITION}/lessons/{address}", data={"done": "1"}).status_code == 404
    assert session.scalars(select(LessonProgress)).all() == []


def test_a_tutor_reads_ahead_and_leaves_no_trace(app, session: Session, world: World) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    page = tutor.get(LESSON)
    assert page.status_code == 200
    assert "data-keep=" not in page.text
    assert tutor.post(f"{LESSON}/done", data={"done": "1"}).status_code == 404


def test_staff_open_a_module_early_for_one_person(app, awa, session, world: World) -> None:
    world.running.starts_on = MONDAY
    world.running.apply_until = MONDAY
    session.commit()
    assert awa.get(LESSON).status_code == 403
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    address = f"/fr/staff/editions/reintegration-running/progress/{world.place.uid}"
    bad = tutor.post(address, data={"module": "m4", "opens_on": "", "reason": "Voyage"})
    assert bad.status_code == 422
    assert 'value="Voyage"' in bad.text
    form = {
        "module": "m4",
        "opens_on": f"{MONDAY}",
        "reason": "Voyage",
        "idempotency_key": "k" * 20,
    }
    assert tutor.post(address, data=form).status_code == 303
    assert awa.get(LESSON).status_code == 200
    assert "Voyage" in tutor.get(address).text
    tutor.post(f"{address}/remove", data={"module": "m4"})
    assert awa.get(LESSON).status_code == 403


def test_the_cohort_in_one_picture(app, session: Session, world: World) -> None:
    place = position_of(world)
    actions.record_opened(session, place, now=NOW)
    actions.mark_done(session, place, done=True, now=NOW)
    session.commit()
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    page = tutor.get("/fr/staff/editions/reintegration-running/progress/").text
    assert page.count('class="square done"') == 1


def test_two_first_notes_at_once_do_not_overwrite_each_other(
    session: Session, world: World
) -> None:
    place = position_of(world, block="levels")
    assert actions.write_note(session, place, NewNote(body="one", version=0), now=NOW)
    assert not actions.write_note(session, place, NewNote(body="two", version=0), now=NOW)
    assert actions.write_note(session, place, NewNote(body="one", version=0), now=NOW)


def test_a_lesson_is_light_on_the_wire(awa: FlaskClient) -> None:
    """First visit ≤ 35 kB with style and script (the display face aside), again ≤ 8 kB."""
    headers = {"Accept-Encoding": "br", "Save-Data": "on"}
    heaviest = 0
    for module, number in product(range(1, 5), range(1, 6)):
        page = awa.get(f"{EDITION}/lessons/m{module}-l{number}", headers=headers)
        assert page.headers["Content-Encoding"] == "br"
        assert len(page.data) <= 8_000, (module, number)
        heaviest = max(heaviest, len(page.data))
    plain = awa.get(LESSON, headers={"Save-Data": "on"}).text
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', plain)
    scripts = [link for link in links if link.endswith(".js")]
    for script in scripts:
        imported = re.findall(r'"\./([^"]+\.js)"', awa.get(script).text)
        scripts += [f"/static/{name}" for name in imported if f"/static/{name}" not in scripts]
    files = {*links, *scripts}
    rest = sum(len(awa.get(link, headers=headers).data) for link in files)
    assert heaviest + rest <= 35_000
    assert sum(len(awa.get(link, headers=headers).data) for link in scripts) <= 7_000


def test_somebody_else_s_place_is_not_mine(session: Session, world: World) -> None:
    assert queries.note(session, world.place.id + 1, "m4-l1", "levels") is None
