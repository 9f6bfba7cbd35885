"""Staff enrol people from a list: it is shown how it is read, then carried out whole."""

import io
import re
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.kit.errors import RuleViolation
from learning.participants import commands
from learning.participants.problems import EnrolProblem
from tests.admissions.factories import a_person, a_sent
from tests.admissions.operations import run_operations
from tests.admissions.test_board import text_of
from tests.participants.test_people_pages import NEW, PEOPLE, confirmed_in, count
from tests.world import World, sign_in

LIST = PEOPLE + "list"
ENROL = LIST + "/enrol"
KEY = "k" * 20
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHOSEN = re.compile(r'name="(column-\d+)">.*?</select>', re.DOTALL)
TEXT = re.compile(r'<textarea[^>]* name="text"[^>]*>\n(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def form_of(page: str) -> dict[str, str]:
    """Return what the form of a page sends, boxes unticked."""
    text = TEXT.search(page)
    assert text
    form = dict(HIDDEN.findall(page)) | {"text": text[1]}
    for select_of in CHOSEN.finditer(page):
        chosen = re.search(r'value="([^"]*)" selected', select_of[0])
        form[select_of[1]] = chosen[1] if chosen else ""
    return form


def send(registrar: FlaskClient, content: str | bytes, **more: str) -> TestResponse:
    """Have a list read, from a file if it is in bytes."""
    if isinstance(content, bytes):
        return registrar.post(LIST, data={"file": (io.BytesIO(content), "list"), **more})
    return registrar.post(LIST, data={"text": content, **more})


def enrol(registrar: FlaskClient, page: str, **more: str) -> TestResponse:
    return registrar.post(ENROL, data=form_of(page) | more)


def test_a_list_is_shown_before_it_is_carried_out(
    registrar, database, session: Session, world: World
) -> None:
    text = (
        f"email;name\nnew@example.org;New\n{world.stranger.email};HERE Nobody\n"
        f"{world.awa.email};Y\n"
    )
    before = count(session)
    shown = send(registrar, text.encode())
    assert shown.status_code == 200
    for words in ("Une nouvelle personne", "Une personne déjà connue", "Déjà inscrite"):
        assert words in shown.text
    assert text_of(shown.text).count("Inscrire 2 personnes") == 2, "on top and below"
    assert count(session) == before
    done = enrol(registrar, shown.text)
    assert done.status_code == 303
    assert count(session) == before, "it is done in the background"
    assert "0 personne sur 2" in registrar.get(done.location).text
    assert run_operations(database) == 2, "the list, then tutors for its people"
    assert count(session) == before + 2
    assert "4 courriels en attente" in text_of(registrar.get(done.location).text)
    again = enrol(registrar, shown.text)
    assert (again.status_code, again.location) == (303, done.location), "sent twice, done once"


def test_the_page_says_how_many_are_new_known_and_enrolled(registrar, world: World) -> None:
    text = f"email;name\na@example.org;A\nb@example.org;B\n{world.stranger.email};Nobody Here\n"
    figures = text_of(send(registrar, f"{text}{world.awa.email};Awa Koné\n").text)
    assert "2 nouveaux comptes 1 personne déjà connue 1 déjà avec une inscription" in figures
    assert "Téléphone" not in figures


def test_one_bad_line_stops_all(registrar: FlaskClient, session: Session) -> None:
    text = "email,name\ngood@example.org,Good\nbad,Bad\ngood@example.org,Twice\n"
    before, shown = count(session), send(registrar, text)
    for answer in (shown, enrol(registrar, shown.text)):
        assert answer.status_code == 422
        page = text_of(answer.text)
        assert "Écrivez l’adresse en entier, comme awa@example.org. Ligne 3 « bad » Bad" in page
        assert "Gardez une seule des deux lignes. Ligne 4 « good@example.org »" in page
        assert "Twice · la même qu’à la ligne 2" in page
        assert "good@example.org,Good" in answer.text, "the list is there to be mended"
    assert count(session) == before


def test_lines_with_problems_can_be_left_out(registrar, database, session: Session) -> None:
    text = "Nom;Courriel\nGood;good@example.org\nBad;bad\nAlso;also@example.org\n"
    before, shown = count(session), send(registrar, text)
    assert "Continuer sans cette ligne (1)" in shown.text
    left = registrar.post(LIST, data=form_of(shown.text) | {"leave_out": "1"})
    assert left.status_code == 200
    assert "Lignes laissées de côté\u00a0: 3 (Bad)<" in left.text
    assert 'id="line-4"' in left.text, "the others keep their numbers"
    assert "Inscrire 2 personnes" in left.text
    assert enrol(registrar, left.text).status_code == 303
    run_operations(database)
    assert count(session) == before + 2


def test_who_has_applied_leads_to_the_application(registrar, session: Session, world) -> None:
    person = a_person(session, "Ada Obi")
    applied = a_sent(session, world, person)
    text = f"email;name\n{person.email};Ada Obi\n"
    address = LIST.replace(world.running.code, world.open.code)
    shown = registrar.post(address, data={"text": text})
    assert shown.status_code == 422
    assert "A postulé à cette édition" in shown.text
    found = re.search(r'<a href="([^"]+)">Ouvrir la candidature', shown.text)
    assert found
    board = registrar.get(found[1].replace("&amp;", "&"))
    assert applied.reference in board.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x00\x01\x02", "n’est ni du texte ni un tableur"),
        (b'email,name\na@x.org,"A\n', "Ligne 2\u00a0: Un guillemet s’ouvre sur cette ligne"),
        (b"PK\x03\x04", "endommagé"),
        (b"", "Il n’y a personne"),
        (b"just words", "Il n’y a personne"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "ancien fichier Excel (.xls)"),
    ],
)
def test_a_file_that_is_no_list_says_why(registrar, content: bytes, message: str) -> None:
    answer = send(registrar, content)
    assert answer.status_code == 422
    assert message in answer.text


def test_scripts_in_a_list_are_text(registrar: FlaskClient) -> None:
    for name in ("A", "<script>1"):
        page = send(registrar, f"email,name,<script>2\na@example.org,{name},<script>3\n").text
        assert "<script>" not in page
        assert "&lt;script&gt;2" in page


def test_a_list_that_does_not_fit_is_still_there(registrar, session: Session, world) -> None:
    world.running.capacity = 2
    session.commit()
    shown = send(registrar, "email,name\na@example.org,A\nb@example.org,B\n")
    for answer in (shown, enrol(registrar, shown.text)):
        assert answer.status_code == 422
        assert "1 personne est de trop" in answer.text
        assert "Places restantes\u00a0: 1. Places que prend cette liste\u00a0: 2." in answer.text
        assert "b@example.org,B" in answer.text, "the list is there to be mended"
        assert "Inscrire 1" not in answer.text
    assert count(session) == 1
    left = registrar.post(LIST, data=form_of(shown.text) | {"leave_out": "1"})
    assert "Inscrire 1 personne" in left.text


def test_a_list_that_is_refused_at_the_last_moment_is_still_there(
    registrar, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def somebody_was_faster(*_args: object, **_more: object) -> None:
        raise RuleViolation(EnrolProblem.SEATS)

    monkeypatch.setattr(commands, "plan_whole", somebody_was_faster)
    shown, before = send(registrar, "email,name\na@example.org,A\n"), count(session)
    answer = enrol(registrar, shown.text)
    assert answer.status_code == 409
    assert "pas assez de places" in answer.text
    assert "a@example.org,A" in answer.text
    person = registrar.post(PEOPLE + "enrol", data=NEW | {"idempotency_key": KEY})
    assert person.status_code == 409
    assert "pas assez de places" in person.text
    assert 'value="Casa"' in person.text
    assert count(session) == before


def test_a_list_says_whose_addresses_are_somebody_else_s(
    registrar, database, session: Session, world: World
) -> None:
    text = f"email;name\n{world.stranger.email};Ann Lee\n{world.awa.email};Ann Lee\n"
    before, shown = count(session), send(registrar, text)
    assert shown.status_code == 200
    assert "L’adresse appartient à Nobody Here." in shown.text
    assert "Ann Lee dans la liste, Nobody Here ici" in shown.text
    assert "Awa Koné" not in shown.text, "who is here already is not enrolled by the address"
    refused = enrol(registrar, shown.text)
    assert refused.status_code == 422
    assert "personnes d’un autre nom" in refused.text
    assert world.stranger.email in refused.text
    assert count(session) == before
    done = enrol(registrar, refused.text, confirmed=confirmed_in(shown.text))
    assert done.status_code == 303
    run_operations(database)
    assert count(session) == before + 1


def test_a_long_list_is_shown_page_by_page_the_lines_to_look_at_first(
    registrar: FlaskClient, queries: list[str], world: World
) -> None:
    """700 lines cost the statements of ten, and their own text once."""
    lines = [f"new{number}@example.org;New Person {number}\n" for number in range(698)]
    lines += ["bad;Bad\n", f"{world.stranger.email};Ann Lee\n"]
    few, statements = 0, 0
    for shown in ("".join(lines[-10:]), "".join(lines)):
        text = f"email;name\n{shown}"
        queries.clear()
        answer = send(registrar, text)
        few, statements = statements or len(queries), len(queries)
    assert few == statements
    assert len(answer.data) - len(text) < 60_000
    assert re.findall(r'id="line-(\d+)"', answer.text)[:2] == ["700", "31"], "without a place"
    assert len(re.findall(r'id="line-', answer.text)) == 50
    following = re.search(r'name="from-lines" value="(\d+)" formaction[^>]*>Page suiv', answer.text)
    assert following
    second = registrar.post(LIST, data=form_of(answer.text) | {"from-lines": following[1]})
    assert "51–100 sur 700" in second.text
    assert 'id="line-700"' not in second.text
    assert form_of(second.text)["text"] == form_of(answer.text)["text"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Courriel;Nom;Autre\nother@example.org;A;B\n"},
        {"column-1": "", "column-2": "whole-name"},
        {"shown": ""},
    ],
)
def test_nothing_is_carried_out_that_was_not_shown(
    registrar, session: Session, change: Mapping[str, str]
) -> None:
    shown = send(registrar, "Courriel;Nom;Autre\na@example.org;A;B\n")
    before = count(session, Person)
    answer = enrol(registrar, shown.text, **change)
    assert answer.status_code == 422
    assert "ont changé depuis l’affichage de cette page" in answer.text
    assert count(session, Person) == before
    assert enrol(registrar, answer.text).status_code == 303, "now it is what was shown"


def test_a_list_of_people_who_are_all_here_has_nothing_to_do(registrar, world: World) -> None:
    shown = send(registrar, f"email;name\n{world.awa.email};Awa Koné\n")
    assert shown.status_code == 200
    assert "il n’y a rien à faire" in shown.text
    assert "Inscrire 0" not in shown.text
    assert enrol(registrar, shown.text).status_code == 422


def test_preview_and_execution_read_the_same_text(
    registrar, database, session: Session, world: World
) -> None:
    text = f"email,name\n\u200b{world.stranger.email},Nobody Here\nnew\u200b@example.net,N\n"
    shown = send(registrar, text.encode())
    assert "Une personne déjà connue" in shown.text
    assert "\u200b" not in shown.text
    people = count(session, Person)
    assert enrol(registrar, shown.text, text=text).status_code == 303
    run_operations(database)
    assert count(session, Person) == people + 1
