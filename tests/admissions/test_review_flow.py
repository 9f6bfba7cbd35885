"""From one application of a list to the next: after scores, after a decision, by links."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application, Offer
from learning.admissions.rules.states import ApplicationState
from tests.admissions.factories import NOW, a_person, in_state
from tests.admissions.test_board import board_of, text_of
from tests.admissions.test_decision_pages import WHY, hidden
from tests.world import World, sign_in

POINTS = {"function": "4", "influence": "3", "motivation": "2", "use": "1", "remark": ""}
LIST = "?state=under_review"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.fixture
def ranked(session: Session, world: World) -> list[Application]:
    """Three applications under review, the best first."""
    made = [
        in_state(
            session,
            world,
            ApplicationState.UNDER_REVIEW,
            a_person(session, f"Person{score} Test", institution=f"House {score}"),
            score=score,
        )
        for score in (9000, 5000, 1000)
    ]
    session.commit()
    return made


def links(page: str) -> dict[str, str]:
    found = re.findall(r'rel="(prev|next)" href="([^"]+)"', page)
    return {name: address.split("/")[-1] for name, address in found}


def test_an_application_says_where_it_stands_in_its_list(
    registrar: FlaskClient, world: World, ranked: list[Application]
) -> None:
    first, second, third = (each.reference for each in ranked)
    here = board_of(world.open, "en")
    pages = [registrar.get(f"{here}{each.reference}{LIST}").text for each in ranked]
    assert links(pages[0]) == {"next": f"{second}{LIST}"}
    assert links(pages[1]) == {"prev": f"{first}{LIST}", "next": f"{third}{LIST}"}
    assert links(pages[2]) == {"prev": f"{second}{LIST}"}
    assert "2 of 3" in text_of(pages[1])


def test_after_scores_the_next_one_without_them_opens(
    registrar: FlaskClient, world: World, ranked: list[Application]
) -> None:
    first, second, third = ranked
    here = board_of(world.open)

    def give(application: Application) -> str:
        shown = registrar.get(f"{here}{application.reference}{LIST}").text
        data = POINTS | {"version": hidden(shown, "version")[0]}
        answer = registrar.post(f"{here}{application.reference}/assessment{LIST}", data=data)
        assert answer.status_code == 303
        return str(answer.location)

    assert give(second).endswith(f"{third.reference}{LIST}")
    assert give(first).endswith(f"{third.reference}{LIST}"), "the second one has scores"
    assert give(third).endswith(f"{third.reference}{LIST}"), "it was the last one"


@pytest.mark.parametrize("listed", [True, False])
def test_after_a_decision_the_next_one_of_the_list_opens(
    registrar: FlaskClient, session: Session, world: World, ranked: list[Application], listed: bool
) -> None:
    first, second, _ = ranked
    address = f"{board_of(world.open)}{first.reference}/decide/accept{LIST if listed else ''}"
    shown = registrar.get(address).text
    data = {name: hidden(shown, name)[0] for name in ("version", "idempotency_key")} | {
        "reason": WHY
    }
    answer = registrar.post(address, data=data)
    assert answer.status_code == 303
    expected = f"{second.reference}{LIST}" if listed else first.reference
    assert answer.location.endswith(expected)
    assert "la décision est prise" in registrar.get(answer.location).text
    session.expire_all()
    assert first.state is ApplicationState.ACCEPTED


def decision_form(page: str) -> str:
    return page[page.index('<section class="decision"') :].split("</section>", maxsplit=1)[0]


def test_accept_and_next_is_one_form_beside_the_application(
    registrar: FlaskClient, session: Session, world: World, ranked: list[Application]
) -> None:
    """The e-mail is there to read; without its reason the form comes back and nothing is done."""
    first, second, _ = ranked
    here = board_of(world.open, "en")
    form = decision_form(registrar.get(f"{here}{first.reference}{LIST}").text)
    assert "Accept and go to the next" in form
    assert form.count('class="preview"') == 1
    address = unescape(re.findall(r'action="([^"]*decide/accept[^"]*)"', form)[0])
    names = ("version", "idempotency_key")
    data = {name: hidden(form, name)[0] for name in names} | {"reason": ""}
    refused = registrar.post(address, data=data)
    assert refused.status_code == 422
    assert "Say why" in refused.text
    session.expire_all()
    assert first.state is ApplicationState.UNDER_REVIEW
    answer = registrar.post(address, data=data | {"reason": WHY})
    assert answer.location.endswith(f"{second.reference}{LIST}")
    session.expire_all()
    assert first.state is ApplicationState.ACCEPTED


def test_other_decisions_take_the_reason_along_and_show_their_e_mail_first(
    registrar: FlaskClient, session: Session, world: World, ranked: list[Application]
) -> None:
    first = ranked[0]
    form = decision_form(registrar.get(f"{board_of(world.open)}{first.reference}").text)
    assert "passer à la suivante" not in form, "no list is known"
    for event in ("request_info", "waitlist", "decline"):
        (address,) = re.findall(rf'formaction="([^"]*decide/{event})" name="preview"', form)
        data = {"version": hidden(form, "version")[0], "reason": WHY, "preview": "1"}
        shown = registrar.post(address, data=data)
        assert shown.status_code == 200
        assert WHY in shown.text
        assert 'class="preview"' in shown.text
    session.expire_all()
    assert first.state is ApplicationState.UNDER_REVIEW


def test_the_next_one_waits_for_the_same_decision(
    registrar: FlaskClient, session: Session, world: World, ranked: list[Application]
) -> None:
    """In a list of all states, what is decided already is left out."""
    first, second, third = ranked
    second.state = ApplicationState.DECLINED
    session.commit()
    here, every = board_of(world.open), "?sort=-score"
    assert f"{first.reference}?sort" in registrar.get(f"{here}").text
    form = decision_form(registrar.get(f"{here}{first.reference}{every}").text)
    data = {"version": hidden(form, "version")[0], "reason": WHY}
    answer = registrar.post(f"{here}{first.reference}/decide/accept{every}", data=data)
    assert answer.location.endswith(f"{third.reference}{every}")
    form = decision_form(registrar.get(answer.location).text)
    assert "passer à la suivante" not in form, "it is the last one"


def test_one_press_is_enough_where_no_reason_is_asked(registrar, session, world: World) -> None:
    application = in_state(session, world, ApplicationState.SUBMITTED)
    page = registrar.get(f"{board_of(world.open)}{application.reference}").text
    (form,) = re.findall(r'<form[^>]* action="[^"]*decide/start_review".*?</form>', page, re.DOTALL)
    assert 'name="reason"' not in form
    address, sent = (
        f"{board_of(world.open)}{application.reference}/decide/start_review",
        {"version": hidden(form, "version")[0]},
    )
    assert registrar.post(address, data=sent).status_code == 303
    session.expire_all()
    assert application.state is ApplicationState.UNDER_REVIEW


def before_the_form(page: str) -> str:
    """Return what stands between the heading of the decisions and their form."""
    return page.split('id="decide"')[1].split("<form", maxsplit=1)[0]


def test_leaving_costs_something_already_and_the_page_says_so(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    address = f"{board_of(world.open)}{application.reference}"
    assert "50" not in before_the_form(registrar.get(address).text)
    world.open.starts_on = application.changed_at.date() + timedelta(days=10)
    world.open.apply_until = application.changed_at.date()
    session.commit()
    assert "50" in before_the_form(registrar.get(address).text)
    assert "50" in registrar.get(f"{address}/decide/accept").text


def test_an_open_offer_is_shown(registrar: FlaskClient, session: Session, world: World) -> None:
    waits = in_state(session, world, ApplicationState.WAITLISTED)
    address = f"{board_of(world.open, 'en')}{waits.reference}"
    assert "A seat is offered until" not in registrar.get(address).text
    session.add(Offer(application_id=waits.id, created_at=NOW, ends_at=NOW))
    session.commit()
    assert "A seat is offered until" in registrar.get(address).text


def test_offers_of_free_seats_are_shown_before_they_are_made(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    here = f"{board_of(world.open, 'en')}offers"
    assert "No offer can be made now" in registrar.get(here).text
    for score in (1000, 9000, 5000):
        in_state(
            session,
            world,
            ApplicationState.WAITLISTED,
            a_person(session, f"Person{score} Test", language="es"),
            score=score,
        )
    world.open.capacity = 2
    session.commit()
    page = registrar.get(here).text
    assert "2 people get an offer" in page
    assert "Person1000" not in page
    assert page.index("Person9000") < page.index("Person5000")
    assert page.count('class="preview"') == 1
    assert session.scalar(select(func.count(Offer.id))) == 0
    registrar.post(here)
    assert session.scalar(select(func.count(Offer.id))) == 2
