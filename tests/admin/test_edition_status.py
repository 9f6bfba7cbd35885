"""The state of an edition is set on a page that says what people will see."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admin.labels import STATUS_CONSEQUENCES
from learning.catalogue.models import EditionStatus
from tests.world import World, sign_in, version_of


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def test_every_state_says_what_people_see() -> None:
    assert set(STATUS_CONSEQUENCES) == set(EditionStatus)


def test_a_state_is_set_after_its_page_was_shown(registrar, session, world) -> None:
    publication = f"/en/staff/editions/{world.running.code}/publish"
    assert f'href="{publication}/finished"' in registrar.get(publication).text
    shown = registrar.get(f"{publication}/finished")
    assert "The course leaves This week" in shown.text
    session.expire_all()
    assert world.running.status is EditionStatus.RUNNING, "nothing has happened yet"
    sent = {"status": "finished", "version": version_of(shown.text)}
    assert registrar.post(publication, data=sent).status_code == 303
    session.expire_all()
    assert world.running.status is EditionStatus.FINISHED


@pytest.mark.parametrize("status", ["draft", "open", "running", "cancelled", "x", "..%2f"])
def test_a_state_that_cannot_follow_has_no_page(registrar, world, status) -> None:
    publication = f"/en/staff/editions/{world.running.code}/publish"
    assert registrar.get(f"{publication}/{status}").status_code == 404
