"""A place goes on, on its page: letters first, then the deed, once."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment.rules import State
from tests.enrolment.making import NOW, in_state
from tests.enrolment.test_deciding_pages import address_of, hidden, letters, moves, registrar
from tests.world import FREE_TRIES, World, make_edition

__all__ = ["registrar"]  # a fixture
TODAY = NOW.date().isoformat()


@pytest.fixture
def later(session: Session, world: World) -> Edition:
    return make_edition(session, f"{world.open.code}-later", -30, EditionStatus.OPEN)


def form_of(client: FlaskClient, address: str, **values: str) -> dict[str, str]:
    """Return the form as the page has it, filled in."""
    page = client.get(address)
    assert page.status_code == 200
    fixed = {name: hidden(page.text, name)[0] for name in ("version", "shown")}
    return fixed | {"noticed_on": TODAY, "reason": "Elle l’a demandé par écrit."} | values


def test_a_transfer_is_read_first_and_made_once(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    old = in_state(session, world, State.ENROLLED)
    address = address_of(world, old, "pass-on/transfer")
    candidate = address_of(world, old, "").rstrip("/")
    assert address in registrar.get(candidate).text
    form = form_of(registrar, address, to=later.code)
    shown = registrar.post(address, data=form)
    assert shown.status_code == 200
    assert shown.text.count('class="preview"') == 2
    assert "Elle l’a demandé par écrit." in shown.text
    session.expire_all()
    assert old.state is State.ENROLLED, "so far it was only shown"
    form["shown"] = hidden(shown.text, "shown")[0]
    for _ in range(2):
        done = registrar.post(address, data=form)
        assert done.status_code == 303
    session.expire_all()
    assert old.state is State.TRANSFERRED_OUT
    page = registrar.get(done.location).text
    assert "La même place, avant et après" in page
    assert "demande du" in page
    (new,) = re.findall(rf"/{later.code}/applications/([A-Z0-9]+)", page)
    onward = registrar.get(f"/fr/desk/editions/{later.code}/applications/{new}").text
    assert old.reference in onward


def test_a_place_is_handed_over_to_somebody_who_is_being_read(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    old = in_state(session, world, State.ACCEPTED)
    address = address_of(world, old, "pass-on/substitute")
    assert "Personne ne peut encore prendre la place" in registrar.get(address).text
    heir = in_state(session, world, State.UNDER_REVIEW)
    form = form_of(registrar, address, to=heir.reference)
    shown = registrar.post(address, data=form).text
    assert shown.count('class="preview"') == 2
    form["shown"] = hidden(shown, "shown")[0]
    for _ in range(2):
        assert registrar.post(address, data=form).status_code == 303
    session.expire_all()
    assert (old.state, heir.state) == (State.SUBSTITUTED_OUT, State.ACCEPTED)
    assert letters(session, old)[-1] == "enrolment.substituted"
    assert letters(session, heir)[-1] == "enrolment.accepted"
    assert len(moves(session, old)) == len(set(moves(session, old)))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to": "nowhere"}, "Choisissez dans la liste"),
        ({"to": ""}, "Choisissez où va la place"),
        ({"noticed_on": "2099-01-01"}, "arriver après aujourd’hui"),
        ({"noticed_on": "hier"}, "Écrivez un jour"),
        ({"noticed_on": ""}, "Écrivez un jour"),
        ({"reason": " "}, "Dites pourquoi"),
        ({"reason": "x" * 2001}, "2"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    registrar, session, world: World, later: Edition, wrong: dict[str, str], said: str
) -> None:
    old = in_state(session, world, State.ENROLLED)
    address = address_of(world, old, "pass-on/transfer")
    form = form_of(registrar, address, to=later.code) | wrong
    refused = registrar.post(address, data=form)
    assert refused.status_code == 422
    assert said in refused.text
    if wrong.get("reason") is None:
        assert form["reason"] in refused.text
    session.expire_all()
    assert old.state is State.ENROLLED


def test_who_comes_second_reads_that_it_has_moved_on(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    old = in_state(session, world, State.ENROLLED)
    address = address_of(world, old, "pass-on/transfer")
    form = form_of(registrar, address, to=later.code) | {"shown": later.code}
    later.capacity = 1
    in_state(session, world, State.ACCEPTED, edition=later)
    full = registrar.post(address, data=form)
    assert full.status_code == 409
    assert form["reason"] in full.text
    decline = address_of(world, old, "decide/cancel")
    page = registrar.get(decline).text
    cancelled = {"reason": "Départ", "seen": "Départ", "version": hidden(page, "version")[0]}
    assert registrar.post(decline, data=cancelled).status_code == 303
    late = registrar.post(address, data=form)
    assert late.status_code == 409
    assert registrar.get(address).status_code == 409


def test_it_is_slowed_down_where_each_try_is_a_letter(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    old = in_state(session, world, State.ENROLLED)
    later.capacity = 1
    in_state(session, world, State.ACCEPTED, edition=later)
    address = address_of(world, old, "pass-on/transfer")
    form = form_of(registrar, address, to=later.code) | {"shown": later.code}
    codes = [registrar.post(address, data=form).status_code for _ in range(FREE_TRIES + 2)]
    assert set(codes[:FREE_TRIES]) == {409}
    assert codes[-1] == 429
