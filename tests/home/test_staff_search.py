"""The search of staff finds what each reader may see, and the bar of an edition its tabs."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.rules.states import ApplicationState
from learning.participants.commands import enrol_person
from tests.admissions.factories import a_person, in_state
from tests.extension_points.rows import add_applications, add_people
from tests.world import NOW, World, sign_in

SEARCH = "/en/staff/search"


@pytest.mark.parametrize("words", ["zoé quispe", "QUISPE zoe", "quispe@example", "casa retorno"])
def test_an_application_is_found_however_it_is_spelled(
    app: Flask, session: Session, world: World, words: str
) -> None:
    zoe = a_person(
        session, "Zoé Quispe", email="zoe.quispe@example.org", institution="Casa del Retorno"
    )
    sent = in_state(session, world, ApplicationState.SUBMITTED, zoe)
    session.commit()
    expert = sign_in(app, session, world.staff[Role.FINANCE])
    answer = expert.get(SEARCH, query_string={"q": words})
    assert answer.status_code == 303, "the only hit opens at once"
    assert answer.location.endswith(f"/{world.open.code}/applications/{sent.reference}")


def test_a_reference_opens_its_application(app: Flask, session: Session, world: World) -> None:
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    session.commit()
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    answer = finance.get(SEARCH, query_string={"q": sent.reference.lower()})
    assert answer.location.endswith(sent.reference)


def test_each_role_finds_what_it_may_see(app: Flask, session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Awa Candidate"))
    session.commit()
    shown = {
        role: sign_in(app, session, world.staff[role]).get(SEARCH, query_string={"q": "awa"})
        for role in (Role.REGISTRAR, Role.FINANCE, Role.ADMINISTRATOR, Role.TUTOR)
    }
    for role, kinds in (
        (Role.REGISTRAR, {"application", "participant", "person"}),
        (Role.ADMINISTRATOR, {"person"}),
    ):
        page = shown[role].text
        assert {k for k in ("application", "participant", "person") if f'id="{k}"' in page} == kinds
    assert "/applications/" in shown[Role.FINANCE].location
    assert "/progress/" in shown[Role.TUTOR].location
    outsider = sign_in(app, session, world.awa)
    assert outsider.get(SEARCH, query_string={"q": "awa"}).status_code == 404


def test_a_draft_is_its_writer_s(app: Flask, session: Session, world: World) -> None:
    draft = in_state(session, world, ApplicationState.DRAFT)
    session.commit()
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    assert "No results" in finance.get(SEARCH, query_string={"q": draft.reference}).text


def test_a_tutor_finds_participants_without_their_addresses(
    app: Flask, session: Session, world: World
) -> None:
    for person_id in add_people(session, 2, NOW):
        person = session.get_one(Person, person_id)
        enrol_person(session, world.running, person, by=None, now=NOW)
    session.commit()
    words = {"q": "person", "kind": "participant"}
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert "@" not in tutor.get(SEARCH, query_string=words).text.split("<main")[1]
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert "@" in registrar.get(SEARCH, query_string=words).text.split("<main")[1]


def test_what_is_not_found_says_how_to_search(app: Flask, session: Session, world: World) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert "No results" in registrar.get(SEARCH, query_string={"q": "nobody%"}).text
    assert "No results" not in registrar.get(SEARCH).text


def test_thousands_of_hits_cost_the_same_statements(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    registrar.get(SEARCH, query_string={"q": "person"})
    queries.clear()
    registrar.get(SEARCH, query_string={"q": "person"})
    few = len(queries)
    add_applications(session, world.open, add_people(session, 3_000, NOW), NOW)
    session.commit()
    queries.clear()
    page = registrar.get(SEARCH, query_string={"q": "person"}).text
    assert len(queries) == few
    assert len(page) < 60_000
    assert "3,000" in page
    onward = registrar.get(SEARCH, query_string={"q": "person", "kind": "application", "from": 25})
    assert "26–50 of 3,000" in onward.text


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        (
            Role.REGISTRAR,
            ["Applications", "Participants", "Progress", "Marks", "Statistics", "Settings"],
        ),
        (Role.FINANCE, ["Applications", "Participants", "Statistics"]),
        (Role.EXPERT, ["Applications", "Statistics"]),
        (Role.TUTOR, ["Progress", "Marks"]),
    ],
)
def test_an_edition_has_the_tabs_that_its_reader_may_open(
    app: Flask, session: Session, world: World, role: Role, tabs: list[str]
) -> None:
    reader = sign_in(app, session, world.staff[role])
    first = {"Applications": "applications", "Progress": "progress"}[tabs[0]]
    page = reader.get(f"/en/staff/editions/{world.running.code}/{first}/").text
    bar = page.split('class="edition-bar"')[1].split("</nav>")[0]
    found = [text.split("<")[0] for text in bar.split('href="')[-len(tabs) :]]
    assert [text.split(">")[-1] for text in found] == tabs
    assert bar.count('aria-current="page"') == 1
