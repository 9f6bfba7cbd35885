"""The figures of an edition, and its applications as a table for a spreadsheet."""

import csv
import io
import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.audit.models import AuditRow
from learning.audit.words import DEEDS
from learning.enrolment.board import SEATED
from learning.enrolment.exporting import BOM, HEADINGS
from learning.enrolment.models import Sponsorship
from learning.enrolment.rules import State
from tests.enrolment.making import NOW, a_draft, a_person, in_state
from tests.world import World, sign_in

FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"  # how = + - @ are typed on East Asian keyboards
HERE = "/fr/desk/editions/reintegration-open/figures/"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World):
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def section(text: str, key: str) -> str:
    return text.split(f'id="{key}"')[1].split("</section>", maxsplit=1)[0]


def rows(text: str, key: str) -> dict[str, list[str]]:
    """Return the numbers of a table by the word that begins the line."""
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', section(text, key), re.DOTALL)
    return {
        label: [cell.strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)]
        for label, cells in found
    }


def export(client, language: str = "fr") -> tuple[list[list[str]], str]:
    answer = client.post(HERE.replace("/fr", f"/{language}", 1) + "export")
    assert answer.status_code == 200
    text = answer.data.decode("utf-8")
    assert text.startswith(BOM)
    delimiter = "," if language == "en" else ";"
    return list(csv.reader(io.StringIO(text[1:]), delimiter=delimiter)), text


def test_without_applications_the_page_says_so(registrar) -> None:
    page = registrar.get(HERE)
    assert page.status_code == 200
    assert "Aucune candidature n’a encore été envoyée" in page.text
    assert "<svg class" not in page.text


def test_the_funnel_counts_how_far_applications_ever_came(registrar, session, world) -> None:
    a_draft(session, world)
    for state in (State.SUBMITTED, State.DECLINED, State.ACCEPTED, State.ENROLLED):
        in_state(session, world, state)
    text = registrar.get(HERE).text
    assert rows(text, "funnel") == {
        "candidature envoyée": ["4", "100\u00a0%"],
        "en cours d’examen": ["3", "75\u00a0%"],
        "acceptée": ["2", "50\u00a0%"],
        "place attribuée": ["1", "25\u00a0%"],
        "cours achevé": ["0", "0\u00a0%"],
    }
    now = rows(text, "now")
    assert now["non retenue"] == ["1", "25\u00a0%"]
    assert "liste" not in " ".join(now)
    assert "4 candidatures ont été envoyées" in text


def test_groups_show_what_was_sent_and_who_has_a_seat(registrar, session, world) -> None:
    in_state(session, world, State.ACCEPTED).funding = "sponsor"
    in_state(session, world, State.SUBMITTED, gender="man", country="PE")
    in_state(session, world, State.SUBMITTED, gender="woman", country="CI")
    in_state(session, world, State.SUBMITTED, gender="unsaid", country="CI")
    text = registrar.get(HERE).text
    gender = rows(text, "gender")
    assert gender["Femme"] == ["2", "50\u00a0%", "1", "100\u00a0%"]
    assert gender["Homme"] == ["1", "25\u00a0%", "0", "0\u00a0%"]
    region = rows(text, "region")
    assert region["Afrique"] == ["3", "75\u00a0%", "1", "100\u00a0%"]
    assert region["Europe et Asie centrale"] == ["0", "0\u00a0%", "0", "0\u00a0%"]
    assert rows(text, "funding")["Institution de parrainage"][0] == "1"
    assert rows(text, "constituency")["Gouvernement ou service public"][0] == "4"


def test_whoever_has_completed_the_course_still_counts_as_seated() -> None:
    assert {State.ENROLLED, State.COMPLETED, State.NO_SHOW} <= SEATED


def test_each_figure_is_a_picture_with_a_title_and_a_table(registrar, session, world) -> None:
    in_state(session, world, State.ACCEPTED)
    text = registrar.get(HERE).text
    assert text.count('role="img"') == text.count("<table") == 6
    assert "style=" not in text
    for key in ("funnel", "now", "gender", "region", "constituency", "funding"):
        assert f'aria-labelledby="{key}-title {key}-desc"' in text
        assert f'<title id="{key}-title">' in text


def test_many_applications_take_as_many_queries_as_one(
    registrar, session: Session, world: World, queries
) -> None:
    def asked(address: str, method: str) -> int:
        queries.clear()
        registrar.open(address, method=method)
        return len(queries)

    in_state(session, world, State.ACCEPTED)
    registrar.get(HERE)
    page, table = asked(HERE, "GET"), asked(HERE + "export", "POST")
    for _ in range(59):
        in_state(session, world, State.SUBMITTED)
    assert asked(HERE, "GET") == page
    assert asked(HERE + "export", "POST") == table


def test_the_export_holds_what_was_sent_in_words(registrar, session, world) -> None:
    a_draft(session, world, a_person(session, "Brouillon Seul"))
    in_state(session, world, State.ACCEPTED, a_person(session, "Awa Kouassi"), score=8750)
    answer = registrar.post(HERE + "export")
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
    assert kept["Note en pourcentage"] == "87,5"
    assert "acceptée" in lines[1]
    assert "980,00\u00a0EUR" in lines[1]
    assert "Brouillon" not in text
    assert "Je reçois chaque semaine" not in text


def test_the_export_speaks_the_language_of_its_reader(registrar, session, world) -> None:
    asked = Sponsorship(
        edition_id=world.open.id,
        token_hash="x",
        organisation="Ministry; of Labour, Jobs",
        contact_name="A",
        contact_email="a@example.org",
        language="en",
        made_at=NOW,
        ends_at=NOW,
    )
    session.add(asked)
    session.flush()
    in_state(session, world, State.SUBMITTED, sponsorship_id=asked.id)
    for language, word in (("fr", "Femme"), ("en", "Woman"), ("es", "Mujer")):
        lines, _ = export(registrar, language)
        assert word in lines[1]
        assert "Ministry; of Labour, Jobs" in lines[1]
        assert len(lines[1]) == len(HEADINGS)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", *FULL_WIDTH])
def test_no_cell_is_a_formula(registrar, session, world, begin: str) -> None:
    danger = f'{begin}HYPERLINK("https://evil.example")'
    in_state(session, world, State.SUBMITTED, position=danger)
    lines, _ = export(registrar)
    assert f"'{danger}" in lines[1]
    assert not any(cell.startswith(begin) for cell in lines[1])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ['"', ""])
def test_no_cell_is_a_formula_for_a_spreadsheet_that_expects_another_separator(
    registrar, session, world, separator: str, quote: str
) -> None:
    danger = f"Director{quote}{separator} =1+1{separator}@x{separator}{FULL_WIDTH[0]}2"
    in_state(session, world, State.SUBMITTED, position=danger)
    _, text = export(registrar)
    plain = csv.reader(io.StringIO(text), delimiter=separator, quotechar=quote or None,
                       quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)  # fmt: skip
    cells = [cell.strip(' "') for line in plain for cell in line]
    assert any("=1+1" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@" + FULL_WIDTH))]


def test_the_trail_keeps_who_took_the_export(registrar, session, world) -> None:
    in_state(session, world, State.SUBMITTED)
    before = session.scalars(select(AuditRow.id)).all()
    registrar.get(HERE)
    assert session.scalars(select(AuditRow.id)).all() == before
    export(registrar)
    row = session.scalars(select(AuditRow).where(AuditRow.action == "applications exported")).one()
    assert row.actor == world.staff[Role.REGISTRAR].id
    assert row.subject == "edition reintegration-open"
    assert '"applications": 1' in row.detail or '"applications":1' in row.detail
    assert row.action in DEEDS


@pytest.mark.parametrize("role", Role)
def test_figures_are_for_those_who_read_applications(app: Flask, session, world, role) -> None:
    client = sign_in(app, session, world.person(role))
    where = HERE.replace("open", "running")
    status = client.get(where).status_code
    may = Permission.READ_APPLICATIONS in GRANTS[role]
    assert status == (200 if may else 303 if role is Role.VISITOR else 404)
    desk = client.get("/fr/desk/")
    if desk.status_code == 200:
        assert (where in desk.text) == may
