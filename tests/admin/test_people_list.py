"""The list of all people: found by what is known of them, a page at a time."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import people_search
from learning.accounts.models import Person
from tests.world import World, make_person, sign_in


@pytest.fixture
def administrator(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.ADMINISTRATOR])


def test_people_are_found_by_any_part_of_what_is_known(administrator, world: World) -> None:
    for query in ("kone", "AWA", world.awa.email):
        shown = administrator.get("/en/staff/people/", query_string={"q": query})
        assert "Awa Koné" in shown.text
        assert "Nobody Here" not in shown.text
    for query in ("%", "_", "'; drop table people; --"):
        assert (
            "Awa Koné" not in administrator.get("/en/staff/people/", query_string={"q": query}).text
        )


def test_people_have_addresses_that_cannot_be_counted(administrator, session, world) -> None:
    make_person(session, "Fatou Diop")
    session.commit()
    people = session.scalars(select(Person)).all()
    assert len({person.uid for person in people}) == len(people) > 2
    assert all(re.fullmatch("[0-9a-f]{16}", person.uid) for person in people)
    assert administrator.get(f"/en/staff/people/{world.awa.uid}").status_code == 200
    for wrong in (world.awa.id, world.place.uid, world.awa.uid[:-1], world.awa.uid.upper() + "0"):
        assert administrator.get(f"/en/staff/people/{wrong}").status_code == 404
    shown = administrator.get("/en/staff/people/?after=no-such-uid").text
    assert "Awa Koné" in shown  # the first page


def test_nobody_is_lost_between_two_pages_even_among_namesakes(administrator, session) -> None:
    for number in range(people_search.PAGE_SIZE + 5):
        make_person(session, "Fatou Diop", email=f"fatou{number}@example.org")
    session.commit()
    first = people_search.find_people(session, "fatou")
    second = people_search.find_people(session, "fatou", after=first[-1].uid)
    assert len({person.id for person in (*first, *second)}) == people_search.PAGE_SIZE + 5
    page = administrator.get("/en/staff/people/", query_string={"q": "fatou"}).text
    assert f"after={first[-1].uid}" in page


def test_the_list_of_people_is_filtered_by_role(administrator, world: World) -> None:
    shown = administrator.get("/en/staff/people/?role=finance").text
    assert world.staff[Role.FINANCE].name in shown
    assert world.awa.name not in shown
    for unknown in ("", "visitor", "no-such"):
        assert world.awa.name in administrator.get(f"/en/staff/people/?role={unknown}").text
