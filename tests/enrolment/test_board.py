"""The board, one application, the waiting list: what staff see, and who sees nothing."""

import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.catalogue.models import Edition
from learning.enrolment import waiting
from learning.enrolment.models import Application, Assessment, Offer
from learning.enrolment.rules import State
from learning.enrolment.staff.pages import Gauge, Meter
from tests.enrolment.making import NOW, a_draft, a_person, a_sent, in_state
from tests.world import World, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def board_of(edition: Edition, language: str = "fr") -> str:
    return f"/{language}/desk/editions/{edition.code}/applications/"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def stand_in(session: Session, application: Application, state: State) -> None:
    """Put an application into a state by the shortest way, without letters."""
    way = (State.SUBMITTED, State.UNDER_REVIEW, State.WAITLISTED)
    application.submitted_at = NOW
    for each in way[: way.index(state) + 1]:
        application.state = each
        session.flush()


def test_the_board_shows_states_with_their_numbers_and_the_sent_ones(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    ana = a_person(session, "Ana Ruiz", institution="Casa del retorno")
    in_state(session, world, State.UNDER_REVIEW, ana, country="GT", score=8125)
    in_state(session, world, State.WAITLISTED)
    a_draft(session, world, a_person(session, "Not Sent"))
    session.commit()
    page = registrar.get(board_of(world.open)).text
    assert "Guatemala" in page
    assert "Casa del retorno" in page
    assert "Not Sent" not in page
    text = text_of(page)
    assert "En cours d’examen 1" in text
    assert "81" in text
    drafts = registrar.get(board_of(world.open), query_string={"state": "draft"}).text
    assert "Not Sent" in drafts
    assert 'name="chosen"' not in drafts, "nothing is decided about what was not sent"


def test_a_draft_says_how_many_steps_are_missing(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    a_draft(session, world, motivation="", position="")
    session.commit()
    page = registrar.get(board_of(world.open, "en"), query_string={"state": "draft"}).text
    assert "2 steps missing" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"gender": "man"}, {"Bruno"}),
        ({"region": "americas"}, {"Carla"}),
        ({"constituency": "workers"}, {"Bruno"}),
        ({"funding": "fellowship"}, {"Carla"}),
        ({"q": "casa DEL"}, {"Carla"}),
        ({"q": "brúno"}, {"Bruno"}),
        ({"unassessed": "1"}, {"Bruno"}),
        ({"state": "waitlisted"}, {"Carla"}),
        ({"gender": "king", "region": "moon", "state": "lost"}, {"Bruno", "Carla"}),
        ({"q": "%"}, set()),
    ],
)
def test_filters(registrar, session: Session, world: World, asked, found) -> None:
    bruno = a_person(session, "Bruno Test", institution="Syndicat")
    a_sent(session, world, bruno, gender="man", constituency="workers")
    carla = a_person(session, "Carla Test", institution="Casa del retorno")
    given = in_state(session, world, State.WAITLISTED, carla, country="PE", funding="fellowship")
    points = {"function": 1, "influence": 1, "motivation": 1, "use": 1}
    session.add(Assessment(
        application_id=given.id, assessor_id=world.awa.id, remark="", at=NOW, **points
    ))  # fmt: skip
    session.commit()
    page = registrar.get(board_of(world.open), query_string=asked).text
    assert {name for name in ("Bruno", "Carla") if f"{name} Test</bdi>" in page} == found


def test_what_was_asked_for_stays_in_fields_and_links(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    sent = a_sent(session, world)
    asked = {"gender": "woman", "q": "candidate", "state": "submitted"}
    page = registrar.get(board_of(world.open), query_string=asked).text
    assert 'value="candidate"' in page
    assert '<option value="woman" selected>' in page
    (link,) = re.findall(rf'href="([^"]*{sent.reference}[^"]*)"', page)
    for part in ("gender=woman", "q=candidate", "state=submitted"):
        assert part in link
    candidate = registrar.get(link.replace("&amp;", "&")).text
    assert "applications/?state=submitted&amp;gender=woman&amp;q=candidate" in candidate


def test_a_page_of_the_board_leads_to_the_older_ones(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    for _ in range(51):
        stand_in(session, a_draft(session, world), State.SUBMITTED)
    session.commit()
    page = registrar.get(board_of(world.open)).text
    (older,) = re.findall(r'class="button quiet" href="([^"]*after=[^"]*)"', page)
    rest = registrar.get(older.replace("&amp;", "&")).text
    assert page.count('name="chosen"') == 50
    assert rest.count('name="chosen"') == 1
    assert "Candidatures plus anciennes" in page
    assert "Candidatures plus anciennes" not in rest


def test_meters_count_who_applied_and_who_has_a_seat(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    a_sent(session, world, gender="man", country="FR")
    in_state(session, world, State.ACCEPTED)
    page = registrar.get(board_of(world.open, "en")).text
    balance = text_of(page.split('class="gauges"')[1].split("</details>")[0])
    assert "Woman 1 1 Man 1 0" in balance
    assert "Africa 1 1 Europe and Central Asia 1 0" in balance
    assert 'max="2" value="1"' in page
    gauge = Gauge(title="", meter=Meter(sent=Counter({"": 2, "b": 1}), placed={}), names={"b": "B"})
    assert (gauge.values, gauge.sent, gauge.placed) == (["b", ""], 3, 0)


def test_seats(registrar: FlaskClient, session: Session, world: World) -> None:
    world.open.capacity = 3
    in_state(session, world, State.ACCEPTED)
    in_state(session, world, State.WAITLISTED)
    waiting.fill(session, world.open.id, now=NOW)
    session.commit()
    text = text_of(registrar.get(board_of(world.open, "en")).text)
    assert "Seats taken 2 of 3 Free 1 Open offers 1 Waiting 1" in text


@pytest.mark.parametrize("path", ["", "waiting"])
def test_the_number_of_queries_does_not_grow(
    registrar: FlaskClient, session: Session, world: World, queries: list[str], path: str
) -> None:
    state = State.WAITLISTED if path else State.SUBMITTED
    counts = []
    for number in (1, 199):
        for _ in range(number):
            stand_in(session, a_draft(session, world), state)
        session.commit()
        registrar.get(board_of(world.open) + path)
        queries.clear()
        assert registrar.get(board_of(world.open) + path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_waiting_list_is_in_order_and_free_seats_are_offered(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    names = ("Faible Test", "Forte Test", "Moyenne Test")
    for name, score in zip(names, (2500, 9000, 5000), strict=True):
        in_state(session, world, State.WAITLISTED, a_person(session, name), score=score)
    world.open.capacity = 2
    session.commit()
    here = board_of(world.open)
    page = registrar.get(f"{here}waiting").text
    assert page.index("Forte Test") < page.index("Moyenne Test") < page.index("Faible Test")
    assert registrar.post(f"{here}offers").status_code == 303
    said = registrar.get(f"{here}waiting").text
    assert "2 offres" in said
    offers = select(Offer).join(Application, Application.id == Offer.application_id)
    assert len(session.scalars(offers).all()) == 2
    registrar.post(f"{here}offers")
    assert "Aucune offre" in registrar.get(f"{here}waiting").text
    session.expire_all()
    first = session.scalars(offers.order_by(Offer.id)).first()
    waiting.expire(session, now=first.ends_at)
    session.commit()
    assert "pas de réponse à temps" in registrar.get(f"{here}waiting").text


def test_people_and_applications_lead_to_each_other(registrar, world: World) -> None:
    here = board_of(world.open)
    people = here.replace("applications", "people")
    assert f'href="{here}"' in registrar.get(people).text
    assert f'href="{people}"' in registrar.get(here).text
