"""Staff enrol people, one by one or from a list: whole, or not at all."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.enrolment.models import Enrolment, EnrolmentStatus
from tests.world import World, sign_in, trail_is_whole

PEOPLE = "/fr/desk/editions/reintegration-running/people/"
LIST = PEOPLE + "list"
NEW = {"email": "new@example.org", "name": "New Person", "language": "es", "institution": "Casa"}


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def count(session: Session, table: type = Enrolment) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0


def key_in(page: str) -> str:
    found = re.search(r'name="form_key" value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_person_by_hand(registrar: FlaskClient, session: Session) -> None:
    key = key_in(registrar.get(PEOPLE).text)
    before, answer = count(session), registrar.post(PEOPLE, data=NEW | {"form_key": key})
    assert answer.status_code == 303
    assert "New Person: Une nouvelle personne est ajoutée" in registrar.get(PEOPLE).text
    assert count(session) == before + 1
    role = session.scalars(
        select(RoleGrant.role).join(Person).where(Person.email == "new@example.org")
    ).one()
    assert role is Role.PARTICIPANT
    assert trail_is_whole(session)


def test_sent_twice_it_is_done_once(registrar: FlaskClient, session: Session) -> None:
    key = key_in(registrar.get(PEOPLE).text)
    for _ in range(2):
        registrar.post(PEOPLE, data=NEW | {"form_key": key})
    before = count(session, Person)
    again = registrar.post(PEOPLE, data=NEW | {"form_key": key, "email": "other@example.org"})
    assert (again.status_code, count(session, Person)) == (303, before)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"email": "x"}, "Écrivez l’adresse en entier"),
        ({"name": ""}, "Écrivez le nom de la personne"),
    ],
)
def test_a_bad_person_is_shown_again(registrar, session: Session, wrong, message) -> None:
    before, answer = count(session), registrar.post(PEOPLE, data=NEW | wrong)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Casa"' in answer.text
    assert count(session) == before


def test_a_list_is_shown_before_it_is_carried_out(
    registrar, session: Session, world: World
) -> None:
    text = f"email;name\nnew@example.org;New\n{world.stranger.email};X\n{world.awa.email};Y\n"
    before = count(session)
    shown = registrar.post(LIST, data={"file": (io.BytesIO(text.encode()), "people.csv")})
    assert shown.status_code == 200
    for words in ("Une nouvelle personne", "Une personne déjà connue", "Déjà inscrite"):
        assert words in shown.text
    assert count(session) == before
    done = registrar.post(LIST + "/enrol", data={"text": text, "form_key": key_in(shown.text)})
    assert done.status_code == 303
    assert count(session) == before + 2
    assert "2 personnes ont été inscrites" in registrar.get(PEOPLE).text


def test_one_bad_line_stops_all(registrar: FlaskClient, session: Session) -> None:
    text = "email,name\ngood@example.org,Good\nbad,Bad\ngood@example.org,Twice\n"
    before = count(session)
    for address in (LIST, LIST + "/enrol"):
        answer = registrar.post(address, data={"text": text, "form_key": "k" * 20})
        assert answer.status_code == 422
        assert "Ligne 3\u00a0: Ce n’est pas une adresse" in answer.text
        assert "Ligne 4\u00a0: La même adresse" in answer.text
        assert "good@example.org,Good" in answer.text, "the list is there to be mended"
    assert count(session) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("email,name\né@x.org,é\n".encode("cp1252"), "n’est pas du texte UTF-8"),
        (b"\x00\x01\x02", "n’est pas du texte UTF-8"),
        (b"", "Il n’y a personne"),
        (b"just words", "doit nommer les colonnes"),
    ],
)
def test_a_file_that_is_no_list_says_why(registrar, content: bytes, message: str) -> None:
    answer = registrar.post(LIST, data={"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert message in answer.text


def test_scripts_in_a_list_are_text(registrar: FlaskClient) -> None:
    text = "email,name\na@example.org,<script>alert(1)</script>\n"
    page = registrar.post(LIST, data={"text": text}).text
    assert "<script>alert" not in page


def test_the_last_place_is_given_once(registrar, session: Session, world: World) -> None:
    world.running.capacity = 2
    session.commit()
    text = "email,name\na@example.org,A\nb@example.org,B\n"
    answer = registrar.post(LIST + "/enrol", data={"text": text, "form_key": "k" * 20})
    assert answer.status_code == 409
    assert "pas assez de places" in answer.text
    assert count(session) == 1


def test_a_withdrawn_place_closes_the_course_and_can_be_given_back(
    app: Flask, registrar: FlaskClient, session: Session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    address = f"{PEOPLE}{world.place.id}/withdraw"
    assert registrar.post(address).status_code == 303
    assert awa.get("/fr/editions/reintegration-running/").status_code == 404
    assert registrar.post(address).status_code == 409
    registrar.post(PEOPLE, data=NEW | {"email": world.awa.email, "form_key": "k" * 20})
    session.expire_all()
    assert world.place.status is EnrolmentStatus.ACTIVE
    assert awa.get("/fr/editions/reintegration-running/").status_code == 200


def test_an_enrolment_of_another_edition_is_not_there(registrar, world: World) -> None:
    address = f"/fr/desk/editions/{world.open.code}/people/{world.place.id}/withdraw"
    assert registrar.post(address).status_code == 404
