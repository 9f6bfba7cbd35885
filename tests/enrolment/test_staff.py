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
from learning.enrolment import actions
from learning.enrolment.models import Enrolment, EnrolmentStatus
from learning.kit.errors import Refused
from tests.enrolment.operations import run_operations
from tests.enrolment.test_board import text_of
from tests.enrolment.test_list_files import workbook
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


def confirmed_in(page: str) -> str:
    found = re.search(r'name="confirmed" value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_person_by_hand(registrar: FlaskClient, session: Session) -> None:
    key = key_in(registrar.get(PEOPLE).text)
    before, answer = count(session), registrar.post(PEOPLE, data=NEW | {"form_key": key})
    assert answer.status_code == 303
    assert "New Person\u00a0: Une nouvelle personne est ajoutée" in registrar.get(PEOPLE).text
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
    registrar, database, session: Session, world: World
) -> None:
    text = (
        f"email;name\nnew@example.org;New\n{world.stranger.email};HERE Nobody\n"
        f"{world.awa.email};Y\n"
    )
    before = count(session)
    shown = registrar.post(LIST, data={"file": (io.BytesIO(text.encode()), "people.csv")})
    assert shown.status_code == 200
    for words in ("Une nouvelle personne", "Une personne déjà connue", "Déjà inscrite"):
        assert words in shown.text
    assert count(session) == before
    done = registrar.post(LIST + "/enrol", data={"text": text, "form_key": key_in(shown.text)})
    assert done.status_code == 303
    assert count(session) == before, "it is done in the background"
    assert "0 personne sur 2" in registrar.get(done.location).text
    assert run_operations(database) == 1
    assert count(session) == before + 2
    assert "4 courriels sont en file d’attente" in text_of(registrar.get(done.location).text)


def test_one_bad_line_stops_all(registrar: FlaskClient, session: Session) -> None:
    text = "email,name\ngood@example.org,Good\nbad,Bad\ngood@example.org,Twice\n"
    before = count(session)
    for address in (LIST, LIST + "/enrol"):
        answer = registrar.post(address, data={"text": text, "form_key": "k" * 20})
        assert answer.status_code == 422
        assert "Ligne 3\u00a0: Écrivez l’adresse en entier" in answer.text
        assert "Ligne 4\u00a0: La même adresse" in answer.text
        assert "good@example.org,Good" in answer.text, "the list is there to be mended"
    assert count(session) == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x00\x01\x02", "n’est ni du texte ni un tableur"),
        (b'email,name\na@x.org,"A\n', "Ligne 2\u00a0: Un guillemet s’ouvre sur cette ligne"),
        (b"PK\x03\x04", "endommagé"),
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


def test_a_list_that_does_not_fit_is_still_there(registrar, session: Session, world) -> None:
    world.running.capacity = 2
    session.commit()
    text = "email,name\na@example.org,A\nb@example.org,B\n"
    for address in (LIST, LIST + "/enrol"):
        answer = registrar.post(address, data={"text": text, "form_key": "k" * 20})
        assert answer.status_code == 422
        assert "1 personne est de trop" in answer.text
        assert "Places restantes\u00a0: 1. Places que prend cette liste\u00a0: 2." in answer.text
        assert "b@example.org,B" in answer.text, "the list is there to be mended"
        assert "Inscrire les 2 lignes" not in answer.text
    assert count(session) == 1


def test_a_list_that_is_refused_at_the_last_moment_is_still_there(
    registrar, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def somebody_was_faster(*_args: object, **_more: object) -> None:
        raise Refused("There are not enough places left in this edition; nothing was changed.")

    monkeypatch.setattr(actions, "plan_whole", somebody_was_faster)
    text, before = "email,name\na@example.org,A\n", count(session)
    answer = registrar.post(LIST + "/enrol", data={"text": text, "form_key": "k" * 20})
    assert answer.status_code == 409
    assert "pas assez de places" in answer.text
    assert "a@example.org,A" in answer.text
    person = registrar.post(PEOPLE, data=NEW | {"form_key": "k" * 20})
    assert person.status_code == 409
    assert "pas assez de places" in person.text
    assert 'value="Casa"' in person.text
    assert count(session) == before


def test_somebody_of_another_name_is_enrolled_once_that_is_confirmed(
    registrar, session: Session, world: World
) -> None:
    typed = NEW | {"email": world.stranger.email.upper(), "form_key": "k" * 20}
    before, answer = count(session), registrar.post(PEOPLE, data=typed)
    assert answer.status_code == 422
    assert "Cette adresse appartient à Nobody Here. Est-ce bien cette personne" in answer.text
    assert count(session) == before
    assert registrar.post(PEOPLE, data=typed | {"confirmed": "1"}).status_code == 422
    given = typed | {"confirmed": confirmed_in(answer.text)}
    assert registrar.post(PEOPLE, data=given).status_code == 303
    assert count(session) == before + 1
    assert "Nobody Here\u00a0: Une personne déjà connue" in registrar.get(PEOPLE).text


def test_a_known_person_under_their_own_name_needs_no_word_more(registrar, world: World) -> None:
    typed = NEW | {"email": world.stranger.email, "name": "HERE nobody", "form_key": "k" * 20}
    assert registrar.post(PEOPLE, data=typed).status_code == 303


def test_a_list_says_whose_addresses_are_somebody_else_s(
    registrar, database, session: Session, world: World
) -> None:
    text = f"email;name\n{world.stranger.email};Ann Lee\n{world.awa.email};Ann Lee\n"
    before, shown = count(session), registrar.post(LIST, data={"text": text})
    assert shown.status_code == 200
    assert "L’adresse appartient à Nobody Here." in shown.text
    assert "Awa Koné" not in shown.text, "who is here already is not enrolled by the address"
    given = {"text": text, "form_key": "k" * 20}
    refused = registrar.post(LIST + "/enrol", data=given)
    assert refused.status_code == 422
    assert "personnes d’un autre nom" in refused.text
    assert world.stranger.email in refused.text
    assert count(session) == before
    given["confirmed"] = confirmed_in(shown.text)
    assert registrar.post(LIST + "/enrol", data=given).status_code == 303
    run_operations(database)
    assert count(session) == before + 1


def test_how_a_file_was_read_is_said(registrar: FlaskClient) -> None:
    text = "Nom;Prénom;Courriel;Téléphone\nBâ;Fatou;fatou@example.org;123\n"
    file = (io.BytesIO(text.encode("cp1252")), "liste.csv")
    shown = registrar.post(LIST, data={"file": file})
    assert shown.status_code == 200
    assert "windows-1252 a été retenu" in shown.text
    assert "Colonnes non utilisées\u00a0: Téléphone." in shown.text
    assert "<bdi>Fatou Bâ</bdi>" in shown.text


def test_a_workbook_is_enrolled_from(registrar: FlaskClient, database, session: Session) -> None:
    rows = [["Nombre", "Apellidos", "Correo"], ["Inés", "Ruiz", "\u200bines@example.org"]]
    content = workbook(rows, Notas=[["x"]])
    shown = registrar.post(LIST, data={"file": (io.BytesIO(content), "lista.xlsx")})
    assert shown.status_code == 200
    assert "Seule la première feuille a été lue\u00a0: People." in shown.text
    kept = re.search(r"<textarea hidden name=\"text\">\n(.*?)</textarea>", shown.text, re.DOTALL)
    assert kept
    done = registrar.post(LIST + "/enrol", data={"text": kept[1], "form_key": "k" * 20})
    assert done.status_code == 303
    run_operations(database)
    name = select(Person.name).where(Person.email == "ines@example.org")
    assert session.scalars(name).one() == "Inés Ruiz"


def test_preview_and_deed_read_the_same_text(
    registrar, database, session: Session, world: World
) -> None:
    text = f"email,name\n\u200b{world.stranger.email},Nobody Here\nnew\u200b@example.net,N\n"
    shown = registrar.post(LIST, data={"file": (io.BytesIO(text.encode()), "list.csv")})
    assert "Une personne déjà connue" in shown.text
    assert "\u200b" not in shown.text
    people = count(session, Person)
    assert (
        registrar.post(LIST + "/enrol", data={"text": text, "form_key": "k" * 20}).status_code
        == 303
    )
    run_operations(database)
    assert count(session, Person) == people + 1


def test_a_withdrawn_place_closes_the_course_and_can_be_given_back(
    app: Flask, registrar: FlaskClient, session: Session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    address = f"{PEOPLE}{world.place.id}/withdraw"
    assert registrar.post(address).status_code == 303
    assert awa.get("/fr/editions/reintegration-running/").status_code == 404
    assert registrar.post(address).status_code == 409
    registrar.post(
        PEOPLE, data=NEW | {"email": world.awa.email, "name": "Awa Koné", "form_key": "k" * 20}
    )
    session.expire_all()
    assert world.place.status is EnrolmentStatus.ACTIVE
    assert awa.get("/fr/editions/reintegration-running/").status_code == 200


def test_an_enrolment_of_another_edition_is_not_there(registrar, world: World) -> None:
    address = f"/fr/desk/editions/{world.open.code}/people/{world.place.id}/withdraw"
    assert registrar.post(address).status_code == 404
