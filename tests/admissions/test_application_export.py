"""Applications of the board as a table for a spreadsheet: in words, filtered, without formulas."""

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Sponsorship
from learning.admissions.queries.exports import HEADINGS
from learning.admissions.rules.states import ApplicationState
from learning.audit.models import AuditEntry
from learning.kit.spreadsheets import BOM
from tests.admissions.factories import NOW, a_draft, a_person, in_state
from tests.world import World, sign_in

FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"  # how = + - @ are typed on East Asian keyboards
HERE = "/fr/staff/editions/reintegration-open/applications/"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World):
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def export(client, language: str = "fr", query: str = "") -> tuple[list[list[str]], str]:
    address = HERE.replace("/fr", f"/{language}", 1) + "export" + query
    answer = client.post(address, data={"format": "csv"})
    assert answer.status_code == 200
    text = answer.data.decode("utf-8")
    assert text.startswith(BOM)
    delimiter = "," if language == "en" else ";"
    return list(csv.reader(io.StringIO(text[1:]), delimiter=delimiter)), text


def test_the_export_has_the_filters_and_the_order_of_its_page(registrar, session, world) -> None:
    for name, gender, state in (
        ("Zoe Kone", "woman", ApplicationState.DECLINED),
        ("Awa Kone", "woman", ApplicationState.SUBMITTED),
        ("Yao Kone", "man", ApplicationState.SUBMITTED),
        ("Bea Kone", "", ApplicationState.SUBMITTED),
    ):
        in_state(session, world, state, a_person(session, name)).gender = gender
    session.commit()

    def names(query: str) -> list[str]:
        lines, _ = export(registrar, query=query)
        return [line[3] for line in lines[1:]]

    assert names("?gender=woman&sort=name") == ["Awa Kone", "Zoe Kone"]
    assert names("?state=submitted&gender=man&gender=none&sort=-name") == ["Yao Kone", "Bea Kone"]
    assert names("?q=zoe") == ["Zoe Kone"]
    page = registrar.get(HERE + "?gender=woman&sort=name").text
    assert "export?gender=woman&amp;sort=name" in page.replace(
        "sort=name&amp;gender=woman", "gender=woman&amp;sort=name"
    )


def test_many_applications_take_as_many_queries_as_one(
    registrar, session: Session, world: World, queries
) -> None:
    def cost() -> int:
        queries.clear()
        registrar.post(HERE + "export")
        return len(queries)

    in_state(session, world, ApplicationState.ACCEPTED)
    cost()
    few = cost()
    for _ in range(59):
        in_state(session, world, ApplicationState.SUBMITTED)
    assert cost() == few


def test_the_export_holds_what_was_sent_in_words(registrar, session, world) -> None:
    a_draft(session, world, a_person(session, "Brouillon Seul"))
    in_state(
        session, world, ApplicationState.ACCEPTED, a_person(session, "Awa Kouassi"), score=8750
    )
    answer = registrar.post(HERE + "export", data={"format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert (
        'filename="candidatures-reintegration-open.csv"' in (answer.headers["Content-Disposition"])
    )
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    lines, text = export(registrar)
    assert len(lines) == 2
    assert len(lines[0]) == len(lines[1]) == len(HEADINGS)
    kept = dict(zip(lines[0], lines[1], strict=True))
    assert kept["Envoyée le"] == NOW.date().isoformat()
    assert (kept["Pays"], kept["Région"]) == ("Côte d’Ivoire", "Afrique")
    assert kept["Score en pourcentage"] == "87,5"
    assert "acceptée" in lines[1]
    assert "980,00\u00a0EUR" in lines[1]
    assert "Brouillon" not in text
    assert "Je reçois chaque semaine" not in text


def test_the_export_speaks_the_language_of_its_reader(registrar, session, world) -> None:
    cost = Sponsorship(
        edition_id=world.open.id,
        token_hash="x",
        organisation="Ministry; of Labour, Jobs",
        contact_name="A",
        contact_email="a@example.org",
        language="en",
        created_at=NOW,
        ends_at=NOW,
    )
    session.add(cost)
    session.flush()
    in_state(session, world, ApplicationState.SUBMITTED, sponsorship_id=cost.id)
    for language, word in (("fr", "Femme"), ("en", "Woman"), ("es", "Mujer")):
        lines, _ = export(registrar, language)
        assert word in lines[1]
        assert "Ministry; of Labour, Jobs" in lines[1]
        assert len(lines[1]) == len(HEADINGS)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", *FULL_WIDTH])
def test_no_cell_is_a_formula(registrar, session, world, begin: str) -> None:
    danger = f'{begin}HYPERLINK("https://evil.example")'
    in_state(session, world, ApplicationState.SUBMITTED, position=danger)
    lines, _ = export(registrar)
    assert f"'{danger}" in lines[1]
    assert not any(cell.startswith(begin) for cell in lines[1])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ['"', ""])
def test_no_cell_is_a_formula_for_a_spreadsheet_that_expects_another_separator(
    registrar, session, world, separator: str, quote: str
) -> None:
    danger = f"Director{quote}{separator} =1+1{separator}@x{separator}{FULL_WIDTH[0]}2"
    in_state(session, world, ApplicationState.SUBMITTED, position=danger)
    _, text = export(registrar)
    plain = csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote or None,
                       quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)  # fmt: skip
    cells = [cell.strip(' "') for line in plain for cell in line]
    assert any("=1+1" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@" + FULL_WIDTH))]


def test_the_trail_keeps_who_took_the_export(registrar, session, world) -> None:
    in_state(session, world, ApplicationState.SUBMITTED)
    before = session.scalars(select(AuditEntry.id)).all()
    registrar.get(HERE)
    assert session.scalars(select(AuditEntry.id)).all() == before
    export(registrar)
    row = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "applications exported")
    ).one()
    assert row.actor_id == world.staff[Role.REGISTRAR].id
    assert row.subject == "edition reintegration-open"
    assert '"applications": 1' in row.detail or '"applications":1' in row.detail
