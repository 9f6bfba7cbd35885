"""Staff enrol people, one by one or from a list: whole, or not at all."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from tests.world import World, sign_in, trail_is_whole

PEOPLE = "/fr/staff/editions/reintegration-running/people/"
ENROL = PEOPLE + "enrol"
LIST = PEOPLE + "list"
NEW = {"email": "new@example.org", "name": "New Person", "language": "es", "institution": "Casa"}


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def count(session: Session, table: type = Enrolment) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0


def key_in(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="([^"]+)"', page)
    assert found
    return found[1]


def confirmed_in(page: str) -> str:
    found = re.search(r'name="confirmed" value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_person_by_hand(registrar: FlaskClient, session: Session) -> None:
    key = key_in(registrar.get(ENROL).text)
    before, answer = count(session), registrar.post(ENROL, data=NEW | {"idempotency_key": key})
    assert answer.status_code == 303
    assert "New Person\u00a0: Une nouvelle personne est ajoutée" in registrar.get(PEOPLE).text
    assert count(session) == before + 1
    role = session.scalars(
        select(RoleGrant.role).join(Person).where(Person.email == "new@example.org")
    ).one()
    assert role is Role.PARTICIPANT
    assert trail_is_whole(session)


def test_sent_twice_it_is_done_once(registrar: FlaskClient, session: Session) -> None:
    key = key_in(registrar.get(ENROL).text)
    before = count(session, Person)
    for _ in range(2):
        answer = registrar.post(ENROL, data=NEW | {"idempotency_key": key})
        assert (answer.status_code, count(session, Person)) == (303, before + 1)


def test_another_person_from_a_page_that_was_brought_back_is_enrolled_too(
    registrar: FlaskClient, session: Session
) -> None:
    key = key_in(registrar.get(ENROL).text)
    before = count(session, Person)
    for email in ("new@example.org", "other@example.org"):
        registrar.post(ENROL, data=NEW | {"idempotency_key": key, "email": email})
    assert count(session, Person) == before + 2


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"email": "x"}, "Écrivez l’adresse en entier"),
        ({"name": ""}, "Écrivez le nom de la personne"),
    ],
)
def test_a_bad_person_is_shown_again(registrar, session: Session, wrong, message) -> None:
    before, answer = count(session), registrar.post(ENROL, data=NEW | wrong)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Casa"' in answer.text
    assert count(session) == before


def test_somebody_of_another_name_is_enrolled_once_that_is_confirmed(
    registrar, session: Session, world: World
) -> None:
    typed = NEW | {"email": world.stranger.email.upper(), "idempotency_key": "k" * 20}
    before, answer = count(session), registrar.post(ENROL, data=typed)
    assert answer.status_code == 422
    assert "Cette adresse appartient à Nobody Here. Est-ce bien cette personne" in answer.text
    assert count(session) == before
    assert registrar.post(ENROL, data=typed | {"confirmed": "1"}).status_code == 422
    values = typed | {"confirmed": confirmed_in(answer.text)}
    assert registrar.post(ENROL, data=values).status_code == 303
    assert count(session) == before + 1
    assert "Nobody Here\u00a0: Une personne déjà connue" in registrar.get(PEOPLE).text


def test_a_known_person_under_their_own_name_needs_no_word_more(registrar, world: World) -> None:
    typed = NEW | {
        "email": world.stranger.email,
        "name": "HERE nobody",
        "idempotency_key": "k" * 20,
    }
    assert registrar.post(ENROL, data=typed).status_code == 303


def test_a_withdrawn_place_closes_the_course_and_can_be_given_back(
    app: Flask, registrar: FlaskClient, session: Session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    address = f"{PEOPLE}{world.place.uid}/withdraw"
    key = {"idempotency_key": f"{world.place.uid}-0"}
    assert key["idempotency_key"] in registrar.get(f"{PEOPLE}{world.place.uid}").text
    assert registrar.post(address, data=key).status_code == 303
    assert awa.get("/fr/editions/reintegration-running/").status_code == 404
    assert registrar.post(address, data=key).status_code == 303  # a second click changes nothing
    assert registrar.post(address).status_code == 409, "another page that is out of date"
    registrar.post(
        ENROL,
        data=NEW | {"email": world.awa.email, "name": "Awa Koné", "idempotency_key": "k" * 20},
    )
    session.expire_all()
    assert world.place.status is EnrolmentStatus.ACTIVE
    assert awa.get("/fr/editions/reintegration-running/").status_code == 200


def test_an_enrolment_of_another_edition_is_not_there(registrar, world: World) -> None:
    address = f"/fr/staff/editions/{world.open.code}/people/{world.place.uid}/withdraw"
    assert registrar.post(address).status_code == 404
