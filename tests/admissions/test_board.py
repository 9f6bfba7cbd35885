"""The board, one application, the waiting list: what staff see, and who sees nothing."""

import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import waitlist
from learning.admissions.models import Application, Assessment, Offer
from learning.admissions.pages.staff.page_models import RepresentationChart
from learning.admissions.queries.breakdown import GroupCounts
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from tests.admissions.factories import NOW, a_draft, a_person, a_sent, in_state
from tests.extension_points.rows import add_applications, add_people
from tests.world import World, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def board_of(edition: Edition, language: str = "fr") -> str:
    return f"/{language}/staff/editions/{edition.code}/applications/"


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def stand_in(session: Session, application: Application, state: ApplicationState) -> None:
    """Put an application into a state by the shortest way, without letters."""
    way = (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW, ApplicationState.WAITLISTED)
    application.submitted_at = NOW
    for each in way[: way.index(state) + 1]:
        application.state = each
        session.flush()


def test_the_board_shows_states_with_their_numbers_and_the_sent_ones(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    ana = a_person(session, "Ana Ruiz", institution="Casa del retorno")
    in_state(session, world, ApplicationState.UNDER_REVIEW, ana, country="GT", score=8125)
    in_state(session, world, ApplicationState.WAITLISTED)
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
    ("filters", "found"),
    [
        ({"gender": "man"}, {"Bruno"}),
        ({"region": "americas"}, {"Carla"}),
        ({"constituency": "workers"}, {"Bruno"}),
        ({"funding": "fellowship"}, {"Carla"}),
        ({"q": "casa DEL"}, {"Carla"}),
        ({"q": "brúno"}, {"Bruno"}),
        ({"task": "assess"}, {"Bruno"}),
        ({"task": "answered"}, set()),
        ({"gender": ["man", "woman"], "language": "fr"}, {"Bruno", "Carla"}),
        ({"language": "es"}, set()),
        ({"state": "waitlisted"}, {"Carla"}),
        ({"gender": "king", "region": "moon", "state": "lost"}, {"Bruno", "Carla"}),
        ({"q": "%"}, set()),
    ],
)
def test_filters(registrar, session: Session, world: World, filters, found) -> None:
    bruno = a_person(session, "Bruno Test", institution="Syndicat")
    sent = a_sent(session, world, bruno, gender="man", constituency="workers")
    carla = a_person(session, "Carla Test", institution="Casa del retorno")
    chosen = in_state(
        session, world, ApplicationState.WAITLISTED, carla, country="PE", funding="fellowship"
    )
    points = {"function": 1, "influence": 1, "motivation": 1, "use": 1}
    for each in (sent, chosen):
        session.add(Assessment(
            application_id=each.id, assessor_id=world.awa.id, remark="", at=NOW, **points
        ))  # fmt: skip
    session.commit()
    page = registrar.get(board_of(world.open), query_string=filters).text
    assert {name for name in ("Bruno", "Carla") if f"{name} Test</bdi>" in page} == found


def test_what_was_asked_for_stays_in_fields_and_links(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    sent = a_sent(session, world)
    filters = {"gender": "woman", "q": "candidate", "state": "submitted"}
    page = registrar.get(board_of(world.open), query_string=filters).text
    assert 'value="candidate"' in page
    assert 'name="gender" value="woman" checked' in page
    (link,) = re.findall(rf'href="([^"]*{sent.reference}[^"]*)"', page)
    for part in ("gender=woman", "q=candidate", "state=submitted"):
        assert part in link
    candidate = registrar.get(link.replace("&amp;", "&")).text
    assert "applications/?state=submitted&amp;q=candidate&amp;gender=woman" in candidate


def test_the_board_is_shown_in_pages(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    for _ in range(51):
        stand_in(session, a_draft(session, world), ApplicationState.SUBMITTED)
    session.commit()
    page = registrar.get(board_of(world.open)).text
    (onward,) = re.findall(r'rel="next" href="([^"]*from=50[^"]*)"', page)
    rest = registrar.get(onward.replace("&amp;", "&")).text
    assert page.count('type="checkbox" name="chosen"') == 50
    assert rest.count('type="checkbox" name="chosen"') == 1
    assert "1–50 sur 51" in page
    assert "51–51 sur 51" in rest
    assert 'rel="next"' not in rest
    assert "51–51" in registrar.get(board_of(world.open), query_string={"from": 99_999}).text


def names_in(page: str) -> list[str]:
    return re.findall(r"data-row><bdi>([^<]*)</bdi>", page)


def test_the_board_is_sorted_as_its_work_is_done_or_as_asked(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    for name, score in (("Ben", 2500), ("Ana", None), ("Eva", 9000)):
        person = a_person(session, name)
        in_state(session, world, ApplicationState.UNDER_REVIEW, person, score=score)
    session.commit()
    here = f"{board_of(world.open)}?state=under_review"
    best = registrar.get(here).text
    assert names_in(best) == ["Eva", "Ben", "Ana"]
    assert best.count('aria-sort="descending"') == 1
    assert names_in(registrar.get(f"{here}&sort=score").text) == ["Ben", "Eva", "Ana"]
    assert names_in(registrar.get(f"{here}&sort=name").text) == ["Ana", "Ben", "Eva"]
    assert names_in(registrar.get(f"{here}&sort=shoe").text) == ["Eva", "Ben", "Ana"]


def test_tabs_add_up_and_each_shows_what_it_counts(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    for state in (ApplicationState.SUBMITTED, ApplicationState.WAITLISTED) * 2:
        in_state(session, world, state, gender="woman")
    in_state(session, world, ApplicationState.ACCEPTED, gender="man")
    session.commit()
    for filters in ("", "?gender=woman"):
        page = registrar.get(f"{board_of(world.open, 'en')}{filters}").text
        tabs = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+) <span class="num">(\d+)<', page)
        (_, name, total), *states = tabs
        assert name == "All"
        assert int(total) == sum(int(number) for _, _, number in states)
        for address, _, number in tabs:
            listed = registrar.get(address.replace("&amp;", "&")).text
            assert listed.count("data-row") == int(number)


def test_only_possible_decisions_are_offered(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    offered = {
        "submitted": {"start_review"},
        "under_review": {"accept", "waitlist", "decline"},
        "waitlisted": {"decline"},
        "accepted": set(),
    }
    for state in offered:
        in_state(session, world, ApplicationState(state))
    session.commit()
    for state, events in offered.items():
        page = registrar.get(board_of(world.open), query_string={"state": state}).text
        assert set(re.findall(r'name="event" value="(\w+)"', page)) == events
        assert ('name="all"' in page) is bool(events)


def test_ten_thousand_applications_cost_the_same_statements(
    registrar: FlaskClient, session: Session, world: World, queries: list[str]
) -> None:
    here = board_of(world.open)

    def cost() -> int:
        queries.clear()
        assert registrar.get(here).status_code == 200
        return len(queries)

    a_sent(session, world)
    session.commit()
    cost()
    few = cost()
    add_applications(session, world.open, add_people(session, 10_000, NOW), NOW)
    session.commit()
    assert cost() == few
    page = registrar.get(board_of(world.open)).text
    assert "10\u202f001" in page
    assert len(page.encode()) < 120_000
    assert page.count("<") - page.count("</") < 3_000


def test_meters_count_who_applied_and_who_has_a_seat(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    a_sent(session, world, gender="man", country="FR")
    in_state(session, world, ApplicationState.ACCEPTED)
    page = registrar.get(board_of(world.open, "en")).text
    balance = text_of(page.split('class="charts"')[1].split("</details>")[0])
    assert "Woman 1 1 Man 1 0" in balance
    assert "Africa 1 1 Europe and Central Asia 1 0" in balance
    assert 'max="2" value="1"' in page
    chart = RepresentationChart(
        title="", counts=GroupCounts(sent=Counter({"": 2, "b": 1}), placed={}), names={"b": "B"}
    )
    assert (chart.values, chart.sent, chart.placed) == (["b", ""], 3, 0)


def test_seats(registrar: FlaskClient, session: Session, world: World) -> None:
    world.open.capacity = 3
    in_state(session, world, ApplicationState.ACCEPTED)
    in_state(session, world, ApplicationState.WAITLISTED)
    waitlist.offer_free_seats(session, world.open.id, now=NOW)
    session.commit()
    text = text_of(registrar.get(board_of(world.open, "en")).text)
    assert "1 acceptance 1 seat offer 1 free" in text


@pytest.mark.parametrize("path", ["", "waitlist"])
def test_the_number_of_queries_does_not_grow(
    registrar: FlaskClient, session: Session, world: World, queries: list[str], path: str
) -> None:
    state = ApplicationState.WAITLISTED if path else ApplicationState.SUBMITTED
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
        in_state(session, world, ApplicationState.WAITLISTED, a_person(session, name), score=score)
    world.open.capacity = 2
    session.commit()
    here = board_of(world.open)
    page = registrar.get(f"{here}waitlist").text
    assert page.index("Forte Test") < page.index("Moyenne Test") < page.index("Faible Test")
    assert registrar.post(f"{here}offers").status_code == 303
    message = registrar.get(f"{here}waitlist").text
    assert "2 offres" in message
    offers = select(Offer).join(Application, Application.id == Offer.application_id)
    assert len(session.scalars(offers).all()) == 2
    registrar.post(f"{here}offers")
    assert "Aucune offre" in registrar.get(f"{here}waitlist").text
    session.expire_all()
    first = session.scalars(offers.order_by(Offer.id)).first()
    waitlist.expire_offers(session, now=first.ends_at)
    session.commit()
    assert "pas de réponse à temps" in registrar.get(f"{here}waitlist").text


def test_people_and_applications_lead_to_each_other(registrar, world: World) -> None:
    here = board_of(world.open)
    people = here.replace("applications", "people")
    assert f'href="{here}"' in registrar.get(people).text
    assert f'href="{people}"' in registrar.get(here).text
