"""The settings of an edition: what a change means stands beside it; pages lead to each other."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from tests.world import World, edition_form, send_form, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.mark.parametrize("current", ["edit", "dates/", "publish"])
def test_each_page_of_the_settings_leads_to_the_others(registrar, world, current: str) -> None:
    here = f"/en/staff/editions/{world.running.code}/"
    page = registrar.get(here + current).text
    for each in ("edit", "dates/", "publish"):
        mark = ' aria-current="page"' if each == current else ""
        assert f'<a href="{here}{each}"{mark}>' in page


def test_the_seats_that_are_taken_stand_beside_their_number(registrar, world: World) -> None:
    page = registrar.get(f"/en/staff/editions/{world.running.code}/edit").text
    assert "1 is taken; fewer are refused." in page


def test_the_code_of_an_edition_is_no_field_once_it_exists(registrar, world: World) -> None:
    page = registrar.get(f"/en/staff/editions/{world.running.code}/edit").text
    assert f'<input type="hidden" id="code" name="code" value="{world.running.code}">' in page
    new = registrar.get(f"/en/staff/editions/new/{world.running.course}").text
    assert '<label for="code">' in new


def test_a_mistake_keeps_all_that_was_typed_and_the_seats_taken(registrar, world: World) -> None:
    here = f"/en/staff/editions/{world.running.code}/edit"
    typed = edition_form(world.running, weeks="x", capacity="41", text_fr="Autre texte.")
    answer = send_form(registrar, here, typed)
    assert answer.status_code == 422
    for kept in ('value="x"', 'value="41"', "Autre texte.", "1 is taken"):
        assert kept in answer.text
