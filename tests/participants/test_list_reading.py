"""How a list is read is said and can be changed on the page."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.files.limits import UPLOAD
from tests.admissions.operations import run_operations
from tests.html_rules import HtmlIssues
from tests.participants.test_list_pages import LIST, enrol, form_of, send
from tests.participants.test_workbooks import workbook
from tests.world import World, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def test_how_a_file_was_read_is_said(registrar: FlaskClient) -> None:
    text = "sep=;\nListe\nNom;Prénom;Courriel;Téléphone\nBâ;Fatou;fatou@example.org;123\n"
    shown = send(registrar, text.encode("cp1252"))
    assert shown.status_code == 200
    assert "windows-1252 a été retenu" in shown.text
    assert "Colonnes non utilisées\u00a0: Téléphone<" in shown.text
    assert "au-dessus des titres, qui ne sont pas lues\u00a0: 1<" in shown.text
    assert "<bdi>Fatou Bâ</bdi>" in shown.text
    named = [each for each in form_of(shown.text).items() if each[0].startswith("column-")]
    assert named == [
        ("column-0", "family"), ("column-1", "given"), ("column-2", "email"), ("column-3", ""),
    ]  # fmt: skip


def test_columns_are_chosen_on_the_page(registrar, database, session: Session) -> None:
    text = "Qui;Où;Contact\nAwa Koné;Mairie;awa2@example.org\n"
    query = send(registrar, text)
    assert query.status_code == 422
    assert "Indiquez quelles colonnes contiennent les noms." in query.text
    assert "Awa Koné" in query.text, "its first cells are shown"
    form = form_of(query.text)
    assert (form["column-0"], form["column-2"]) == ("", "email")
    chosen = {"column-0": "whole-name", "column-1": "institution"}
    shown = registrar.post(LIST, data=form | chosen)
    assert shown.status_code == 200
    assert "Colonnes non utilisées" not in shown.text
    assert enrol(registrar, shown.text).status_code == 303
    run_operations(database)
    person = session.scalars(select(Person).where(Person.email == "awa2@example.org")).one()
    assert (person.name, person.institution) == ("Awa Koné", "Mairie")


def test_a_workbook_is_enrolled_from(registrar: FlaskClient, database, session: Session) -> None:
    rows = [["Nombre", "Apellidos", "Correo"], ["Inés", "Ruiz", "\u200bines@example.org"]]
    shown = send(registrar, workbook(rows, Notas=[["x"]]))
    assert shown.status_code == 200
    assert "Seule la feuille «\u00a0People\u00a0» a été lue." in shown.text
    done = enrol(registrar, shown.text)
    assert done.status_code == 303
    run_operations(database)
    name = select(Person.name).where(Person.email == "ines@example.org")
    assert session.scalars(name).one() == "Inés Ruiz"


def test_files_that_are_opened_are_counted(registrar: FlaskClient) -> None:
    allowed = UPLOAD.each[0].attempts
    for _ in range(allowed):
        assert send(registrar, b"email;name\na@example.org;A\n").status_code == 200
    refused = send(registrar, b"email;name\na@example.org;A\n")
    assert refused.status_code == 429
    assert send(registrar, "email;name\na@example.org;A\n").status_code == 200, "text is not"


def test_reading_takes_as_many_statements_for_1000_lines_as_for_10(
    registrar: FlaskClient, session: Session, world: World, queries
) -> None:
    world.running.capacity = 5000
    session.commit()
    send(registrar, "email;name\na@example.org;A\n")
    numbers = []
    for size in (10, 1000):
        rows = "".join(f"{n}@example.net,Person {n}\n" for n in range(size))
        queries.clear()
        assert send(registrar, f"email,name\n{rows}").status_code == 200
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 15


def test_the_bar_of_the_edition_stands_above_every_step(registrar: FlaskClient) -> None:
    pages = [registrar.get(LIST).text, send(registrar, "x").text]
    assert all("edition-bar" in page for page in pages)


def test_every_step_is_sound_html(registrar: FlaskClient, world: World) -> None:
    known = f"Nom;Courriel\nAnn Lee;{world.stranger.email}\nNew;new@example.org\n"
    shown = [
        registrar.get(LIST),
        send(registrar, b"\x00"),
        send(registrar, "Qui;Contact\nA;a@example.org\n"),
        send(registrar, "Nom;Courriel\nA;bad\nB;b@example.org\nC;b@example.org\n;\nD;\n"),
        send(registrar, known),
        enrol(registrar, send(registrar, known).text),
    ]
    assert [page.status_code for page in shown] == [200, 422, 422, 422, 200, 422]
    assert [HtmlIssues(page.text).issues for page in shown] == [set()] * 6
