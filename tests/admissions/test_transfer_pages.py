"""A place goes on, on its page: e-mails first, then the transfer, once."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from tests.admissions.factories import NOW, in_state, stage_of
from tests.admissions.test_decision_pages import address_of, hidden, letters, moves, registrar
from tests.world import FREE_ATTEMPTS, World, make_edition

__all__ = ["registrar"]  # a fixture
TODAY = NOW.date().isoformat()


@pytest.fixture
def later(session: Session, world: World) -> Edition:
    return make_edition(session, f"{world.open.code}-later", -30, EditionStatus.OPEN)


def form_of(client: FlaskClient, address: str, **values: str) -> dict[str, str]:
    """Return the form as the page has it, filled in."""
    page = client.get(address)
    assert page.status_code == 200
    assert f'value="{TODAY}"' in page.text, "the notice is of today unless somebody says otherwise"
    fixed = {
        name: hidden(page.text, name)[0] for name in ("version", "shown", "cost", "idempotency_key")
    }
    return fixed | {"received_on": TODAY, "reason": "Elle l’a demandé par écrit."} | values


def test_a_transfer_is_read_first_and_made_once(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED)
    address = address_of(world, old, "transfers/transfer")
    candidate = address_of(world, old, "").rstrip("/")
    assert address in registrar.get(candidate).text
    form = form_of(registrar, address, to=later.code)
    shown = registrar.post(address, data=form)
    assert shown.status_code == 200
    assert shown.text.count('class="preview"') == 2
    assert "Elle l’a demandé par écrit." in shown.text
    session.expire_all()
    assert old.state is ApplicationState.ENROLLED, "so far it was only shown"
    form |= {name: hidden(shown.text, name)[0] for name in ("shown", "cost")}
    for _ in range(2):
        done = registrar.post(address, data=form)
        assert done.status_code == 303
    session.expire_all()
    assert stage_of(session, old) is Stage.TRANSFERRED_OUT
    page = registrar.get(done.location).text
    assert "La même place, avant et après" in page
    assert "demande du" in page
    (new,) = re.findall(rf"/{later.code}/applications/([A-Z0-9]+)", page)
    onward = registrar.get(f"/fr/staff/editions/{later.code}/applications/{new}").text
    assert old.reference in onward


def test_a_place_is_handed_over_to_somebody_who_is_being_read(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    old = in_state(session, world, ApplicationState.ACCEPTED)
    address = address_of(world, old, "transfers/substitute")
    assert "Aucune personne remplaçante" in registrar.get(address).text
    successor = in_state(session, world, ApplicationState.UNDER_REVIEW)
    form = form_of(registrar, address, to=successor.reference)
    shown = registrar.post(address, data=form).text
    assert shown.count('class="preview"') == 2
    form |= {name: hidden(shown, name)[0] for name in ("shown", "cost")}
    for _ in range(2):
        assert registrar.post(address, data=form).status_code == 303
    session.expire_all()
    assert (stage_of(session, old), successor.state) == (
        Stage.SUBSTITUTED_OUT,
        ApplicationState.ACCEPTED,
    )
    assert letters(session, old)[-1] == "admissions.substituted"
    assert letters(session, successor)[-1] == "admissions.accepted"
    assert len(moves(session, old)) == len(set(moves(session, old)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"to": "nowhere"}, "Choisissez dans la liste"),
        ({"to": ""}, "Choisissez l’édition ou la personne"),
        ({"received_on": "2099-01-01"}, "arriver après aujourd’hui"),
        ({"received_on": "2020-01-01"}, "avant l’attribution de la place"),
        ({"received_on": "hier"}, "Écrivez un jour"),
        ({"received_on": ""}, "Écrivez un jour"),
        ({"reason": " "}, "Dites pourquoi"),
        ({"reason": "x" * 2001}, "2"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    registrar, session, world: World, later: Edition, wrong: dict[str, str], message: str
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED)
    address = address_of(world, old, "transfers/transfer")
    form = form_of(registrar, address, to=later.code) | wrong
    refused = registrar.post(address, data=form)
    assert refused.status_code == 422
    assert message in refused.text
    if wrong.get("reason") is None:
        assert form["reason"] in refused.text
    session.expire_all()
    assert old.state is ApplicationState.ENROLLED


def test_who_comes_second_reads_that_it_has_moved_on(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED)
    address = address_of(world, old, "transfers/transfer")
    form = form_of(registrar, address, to=later.code) | {"shown": later.code}
    later.capacity = 1
    in_state(session, world, ApplicationState.ACCEPTED, edition=later)
    full = registrar.post(address, data=form)
    assert full.status_code == 409
    assert form["reason"] in full.text
    decline = address_of(world, old, "decide/cancel")
    page = registrar.get(decline).text
    cancelled = {"reason": "Départ", "received_on": TODAY, "version": hidden(page, "version")[0]}
    assert registrar.post(decline, data=cancelled).status_code == 303
    late = registrar.post(address, data=form)
    assert late.status_code == 409
    assert registrar.get(address).status_code == 409


def test_it_is_slowed_down_where_each_try_is_a_letter(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    old = in_state(session, world, ApplicationState.ENROLLED)
    later.capacity = 1
    in_state(session, world, ApplicationState.ACCEPTED, edition=later)
    address = address_of(world, old, "transfers/transfer")
    form = form_of(registrar, address, to=later.code) | {"shown": later.code}
    codes = [registrar.post(address, data=form).status_code for _ in range(FREE_ATTEMPTS + 2)]
    assert set(codes[:FREE_ATTEMPTS]) == {409}
    assert codes[-1] == 429
