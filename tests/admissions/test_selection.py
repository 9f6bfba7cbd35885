"""What is selected on the board: from page to page, and what accepting it would change."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import NOW, a_draft, a_person, in_state
from tests.admissions.test_board import board_of, stand_in, text_of
from tests.admissions.test_decision_pages import hidden
from tests.extension_points.rows import add_applications, add_people
from tests.world import World, sign_in

TICKED = re.compile(r'name="chosen" value="([^"]+)" data-groups="[^"]*" checked')


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def pages_of(page: str) -> dict[str, str]:
    """Return where the buttons lead that keep the selection."""
    found = re.findall(r'formaction="([^"]*/selection[^"]*)">(\w+)', page)
    return {word: address.replace("&amp;", "&") for address, word in found}


def test_without_a_script_buttons_take_the_selection_from_page_to_page(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    made = [a_draft(session, world) for _ in range(51)]
    for each in made:
        stand_in(session, each, ApplicationState.SUBMITTED)
    session.commit()
    oldest = "?state=submitted"
    first = registrar.get(board_of(world.open, "en") + oldest).text
    assert list(pages_of(first)) == ["Next"]
    picked = [made[0].reference, made[49].reference]
    second = registrar.post(pages_of(first)["Next"], data={"chosen": ["", *picked]}).text
    assert "51–51 of 51" in second
    assert "2 selected on other pages." in text_of(second)
    assert hidden(second, "chosen")[0].split() == picked
    more = [*hidden(second, "chosen"), made[50].reference]
    back = registrar.post(pages_of(second)["Previous"], data={"chosen": more}).text
    assert TICKED.findall(back) == picked
    assert hidden(back, "chosen")[0] == made[50].reference
    assert "state=submitted" in pages_of(back)["Next"]
    shown = registrar.post(
        f"{board_of(world.open, 'en')}bulk{oldest}",
        data={"chosen": [made[50].reference, *picked], "event": "start_review"},
    )
    assert "Possible for 3 of the 3 selected" in text_of(shown.text)


def test_a_selection_changes_nothing_and_is_left_by_a_link(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    here = board_of(world.open, "en")
    page = registrar.post(f"{here}selection?state=submitted", data={"chosen": sent.reference}).text
    assert TICKED.findall(page) == [sent.reference]
    assert f'href="{here}?state=submitted" data-clear>' in page
    session.expire_all()
    assert sent.state is ApplicationState.SUBMITTED
    other = registrar.get(f"{here}selection?state=submitted")
    assert (other.status_code, other.location) == (303, f"{here}?state=submitted")


@pytest.fixture
def reviewed(session: Session, world: World) -> list[Application]:
    """Three applications under review; a woman from Peru has a seat."""
    in_state(session, world, ApplicationState.ACCEPTED, country="PE", study_language="es")
    return [
        in_state(session, world, ApplicationState.UNDER_REVIEW, a_person(session, name), **columns)
        for name, columns in (
            ("Awa Test", {"gender": "woman", "country": "CI"}),
            ("Bruno Test", {"gender": "man", "country": "FR", "funding": "fellowship"}),
            ("Carla Test", {"gender": "woman", "country": "PE", "study_language": "es"}),
        )
    ]


def balance(page: str) -> dict[str, str]:
    found = re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", page)
    return {title: text_of(values).replace(" ,", ",") for title, values in found}


def test_the_preview_says_what_the_balance_would_be(
    registrar: FlaskClient, session: Session, world: World, reviewed: list[Application]
) -> None:
    world.open.capacity = 4
    session.commit()
    data = {"chosen": [each.reference for each in reviewed], "event": "accept"}
    here = board_of(world.open, "en")
    page = registrar.post(f"{here}bulk", data=data).text
    assert balance(page) == {
        "Gender": "Woman 3 (+2), Man 1 (+1)",
        "Region": "Africa 1 (+1), Americas 2 (+1), Europe and Central Asia 1 (+1)",
        "Language": "Français 2 (+2), Español 2 (+1)",
        "Funding": "Self-paid 3 (+2), Fellowship 1 (+1)",
    }
    assert "4 of 4 seats taken afterwards" in text_of(page)
    world.open.capacity = 2
    session.commit()
    fewer = registrar.post(f"{here}bulk", data=data).text
    assert balance(fewer)["Gender"] == "Woman 2 (+1)", "who gets no seat changes nothing"
    assert "2 of 2 seats taken afterwards" in text_of(fewer)
    declined = registrar.post(f"{here}bulk", data=data | {"event": "decline"}).text
    assert balance(declined) == {}


def test_the_board_has_what_its_script_counts(
    registrar: FlaskClient, world: World, reviewed: list[Application]
) -> None:
    page = registrar.get(f"{board_of(world.open)}?state=under_review").text
    groups = dict(re.findall(r'name="chosen" value="([^"]+)" data-groups="([^"]+)"', page))
    assert (
        groups[reviewed[1].reference]
        == "gender:man region:europe-central-asia language:fr funding:fellowship"
    )
    seated = dict(re.findall(r'data-count="([^"]+)" data-seated="(\d+)"', page))
    assert seated["gender:woman"] == "1"
    assert seated["gender:man"] == "0"
    assert seated["region:americas"] == "1"
    other = registrar.get(f"{board_of(world.open)}?state=submitted").text
    assert "data-count" not in other, "nobody is accepted from there"


def test_the_preview_names_who_the_filters_of_the_list_hide(
    registrar: FlaskClient, world: World, reviewed: list[Application]
) -> None:
    here = f"{board_of(world.open, 'en')}bulk?state=under_review&gender=woman"
    data = {"chosen": [each.reference for each in reviewed], "event": "waitlist"}
    page = text_of(registrar.post(here, data=data).text)
    assert "1 of them is not in the list that you see" in page
    assert re.findall(r"(\w+) Test not in the list", page) == ["Bruno"]
    everything = text_of(registrar.post(here, data={"all": "1", "event": "waitlist"}).text)
    assert "not in the list" not in everything
    assert "Bruno" not in everything, "all is all of the list"


def test_the_preview_names_everybody_page_by_page(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    """Each page sends what is typed and selected along; those who cannot stay beside it."""
    made = [
        a_draft(session, world, a_person(session, f"Person{number:02} Test"))
        for number in range(45)
    ]
    for each in made:
        stand_in(session, each, ApplicationState.UNDER_REVIEW)
    sent = in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Left Out"))
    session.commit()
    address = f"{board_of(world.open, 'en')}bulk"
    data = {"chosen": [each.reference for each in (*made, sent)], "event": "waitlist"}
    page = registrar.post(address, data=data).text
    names, seen = [], 0
    while True:
        shown = re.findall(r"<bdi>(Person\d\d) Test</bdi>", page)
        assert len(shown) <= 20
        names += shown
        assert "Possible for 45 of the 46 selected" in text_of(page)
        assert "Left Out" in page
        following = re.findall(r'name="from-possible" value="(\d+)" formaction[^>]*>Next', page)
        if not following:
            break
        seen += 1
        data = {name: hidden(page, name)[0] for name in ("chosen", "rest", "event")}
        page = registrar.post(
            address, data=data | {"from-possible": following[0], "reason": "typed"}
        ).text
        assert "typed</textarea>" in page
    assert sorted(names) == [f"Person{number:02}" for number in range(45)]
    assert seen == 2


def test_a_preview_of_many_is_no_larger_and_asks_no_more(
    registrar: FlaskClient, session: Session, world: World, queries: list[str]
) -> None:
    address = f"{board_of(world.open, 'en')}bulk"
    people = add_people(session, 700, NOW)

    def preview(people: list[int]) -> tuple[int, int]:
        add_applications(session, world.open, people, NOW, ApplicationState.UNDER_REVIEW)
        session.commit()
        registrar.post(address, data={"all": "1", "event": "waitlist"})
        queries.clear()
        page = registrar.post(address, data={"all": "1", "event": "waitlist"})
        assert page.status_code == 200
        return len(page.data), len(queries)

    few, many = preview(people[:30]), preview(people[30:])
    assert many[1] == few[1]
    assert many[0] < 60_000
    assert many[0] - few[0] < 670 * 12, "a reference each, and no more"
