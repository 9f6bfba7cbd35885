"""Decisions on pages: read first, taken once, never lost."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.actions import HeldRole, grant_role
from learning.enrolment import board
from learning.enrolment.letters import WRITERS
from learning.enrolment.models import Application, Enrolment, Move
from learning.enrolment.rules import Event, State
from learning.kit.i18n import i18n_for
from learning.mail.models import Mail
from tests.enrolment.making import a_person, in_state
from tests.enrolment.test_board import board_of, text_of
from tests.world import FREE_TRIES, World, make_person, sign_in

WHY = "Parcours solide et projet précis"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.fixture
def second(app: Flask, session: Session) -> FlaskClient:
    """Another registrar."""
    other = make_person(session, "Second Registrar", language="fr")
    held = HeldRole(person_id=other.id, role=Role.REGISTRAR)
    grant_role(session, held, by=None, now=other.joined_at)
    return sign_in(app, session, other)


def address_of(world: World, application: Application, way: str) -> str:
    return f"{board_of(world.open)}{application.reference}/{way}"


def hidden(page: str, name: str) -> list[str]:
    return [unescape(v) for v in re.findall(rf'name="{name}" value="([^"]*)"', page)]


def letters(session: Session, application: Application) -> list[str]:
    session.expire_all()
    mails = session.scalars(select(Mail).order_by(Mail.id)).all()
    return [mail.kind for mail in mails if application.reference in mail.params]


def moves(session: Session, application: Application) -> list[Event]:
    session.expire_all()
    own = select(Move.event).where(Move.application_id == application.id)
    return list(session.scalars(own.order_by(Move.id)))


@pytest.mark.parametrize(
    ("before", "way", "after", "letter"),
    [
        (State.SUBMITTED, "decide/open-review", State.UNDER_REVIEW, None),
        (State.UNDER_REVIEW, "decide/ask-info", State.INFO_REQUESTED, "enrolment.info-asked"),
        (State.UNDER_REVIEW, "decide/accept", State.ACCEPTED, "enrolment.accepted"),
        (State.UNDER_REVIEW, "decide/waitlist", State.WAITLISTED, "enrolment.waitlisted"),
        (State.UNDER_REVIEW, "decide/decline", State.DECLINED, "enrolment.declined"),
        (State.WAITLISTED, "decide/promote", State.ACCEPTED, "enrolment.accepted"),
        (State.WAITLISTED, "decide/decline", State.DECLINED, "enrolment.declined"),
        (State.ACCEPTED, "confirm/activate", State.ENROLLED, "enrolment.place-given"),
        (State.ACCEPTED, "decide/lapse", State.LAPSED, "enrolment.lapsed"),
        (State.ENROLLED, "decide/cancel", State.CANCELLED, "enrolment.cancelled"),
        (State.ENROLLED, "decide/close", State.NOT_COMPLETED, None),
        (State.ENROLLED, "decide/never-came", State.NO_SHOW, None),
        (State.DECLINED, "decide/reopen", State.UNDER_REVIEW, "enrolment.reopened"),
    ],
)
def test_every_decision_is_taken_on_its_page(
    registrar: FlaskClient, session: Session, world: World, before, way, after, letter
) -> None:
    """The page leads to it, refuses it without a reason, shows the letter, and sends it once."""
    application = in_state(session, world, before)
    told, address = letters(session, application), address_of(world, application, way)
    assert address in registrar.get(f"{board_of(world.open)}{application.reference}").text
    page = registrar.get(address)
    assert page.status_code == 200
    form = {"version": hidden(page.text, "version")[0], "seen": hidden(page.text, "seen")[0]}
    if 'name="reason"' in page.text:
        refused = registrar.post(address, data=form | {"reason": " "})
        assert refused.status_code == 422
        assert "Dites pourquoi" in refused.text or "payée" in refused.text
        shown = registrar.post(address, data=form | {"reason": WHY, "preview": "1"})
        assert shown.status_code == 200
        assert WHY in shown.text
        form |= {"reason": WHY, "seen": hidden(shown.text, "seen")[0]}
    assert application.state is before
    done = registrar.post(address, data=form)
    assert done.status_code == 303
    session.expire_all()
    assert application.state is after
    assert letters(session, application) == told + [letter] * bool(letter)
    assert "historique" in registrar.get(done.location).text
    again = registrar.post(address, data=form)
    assert again.status_code == 303, "the second click of a double click"
    assert letters(session, application) == told + [letter] * bool(letter)
    assert len(moves(session, application)) == len(set(moves(session, application)))


def test_two_clicks_are_enough_where_no_reason_is_asked(registrar, session, world: World) -> None:
    application = in_state(session, world, State.SUBMITTED)
    page = registrar.get(f"{board_of(world.open)}{application.reference}").text
    (link,) = re.findall(r'href="([^"]*decide/open-review[^"]*)"', page)
    shown = registrar.get(link).text
    assert registrar.post(link, data={"version": hidden(shown, "version")[0]}).status_code == 303


def test_the_letter_is_shown_in_the_applicant_s_language_as_it_is_sent(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    ana = a_person(session, "Ana Ruiz", language="es", zone="America/Guatemala")
    application = in_state(session, world, State.UNDER_REVIEW, ana)
    address = address_of(world, application, "decide/decline")
    first = registrar.get(address).text
    assert "No podemos" not in first, "the letter repeats the reason, which is not typed yet"
    assert "Refuser" in first
    reason = "Su trabajo aún no toca el retorno.\nVuelva a intentarlo."
    data = {"reason": reason, "preview": "1"} | {"version": hidden(first, "version")[0]}
    shown = registrar.post(address, data=data).text
    letter = shown.split('class="preview"')[1].split("</article>")[0]
    assert 'lang="es" dir="ltr"' in letter
    assert "Ana Ruiz" in letter
    assert reason in unescape(letter)
    assert application.state is State.UNDER_REVIEW
    del data["preview"]
    data["seen"] = hidden(shown, "seen")[0]
    assert registrar.post(address, data=data).status_code == 303
    sent = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (sent.kind, sent.language) == ("enrolment.declined", "es")
    written = WRITERS[sent.kind](i18n_for(sent.language, sent.zone), json.loads(sent.params))
    for line in (written.subject, *written.lines):
        assert line in unescape(letter), "what was sent is what was shown"


def test_a_letter_that_repeats_the_reason_goes_out_only_as_it_was_read(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    address = address_of(world, application, "decide/decline")
    data = {"reason": "autre", "seen": WHY, "version": str(application.version)}
    changed = registrar.post(address, data=data)
    assert changed.status_code == 422
    assert "autre" in changed.text
    assert hidden(changed.text, "seen") == ["autre"]
    assert application.state is State.UNDER_REVIEW


def test_whoever_comes_second_reads_who_decided_and_loses_nothing(
    registrar: FlaskClient, second: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    accept = address_of(world, application, "decide/accept")
    decline = address_of(world, application, "decide/decline")
    version = {"version": hidden(registrar.get(decline).text, "version")[0]}
    assert second.post(accept, data=version | {"reason": "oui"}).status_code == 303
    refused = registrar.post(decline, data=version | {"reason": WHY})
    assert refused.status_code == 409
    text = text_of(refused.text)
    assert WHY in text
    assert "Second Registrar" in text
    assert "a changé d’état entre-temps" in text
    assert "Envoyer le courriel" not in text
    assert moves(session, application)[-1] is Event.ACCEPT
    assert application.state is State.ACCEPTED


def test_an_older_version_in_the_same_state_is_stale_too(
    registrar: FlaskClient, second: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    accept = address_of(world, application, "decide/accept")
    old = {"version": hidden(registrar.get(accept).text, "version")[0], "reason": WHY}
    second.post(address_of(world, application, "decide/decline"), data=old)
    session.expire_all()
    again = {"version": str(application.version), "reason": "oubli"}
    assert (
        second.post(address_of(world, application, "decide/reopen"), data=again).status_code == 303
    )
    refused = registrar.post(accept, data=old)
    assert refused.status_code == 409
    session.expire_all()
    assert application.state is State.UNDER_REVIEW
    assert application.accepted_at is None
    new = {"version": hidden(refused.text, "version")[0], "reason": WHY}
    assert registrar.post(accept, data=new).status_code == 303, "decided again, knowingly"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_is_none_decides_nothing(registrar, session, world, version) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    address = address_of(world, application, "decide/accept")
    answer = registrar.post(address, data={"version": version, "reason": WHY})
    assert answer.status_code == 409
    session.expire_all()
    assert application.state is State.UNDER_REVIEW


def test_no_seat_left_is_said_on_the_page(registrar, session: Session, world: World) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    world.open.capacity = 1
    in_state(session, world, State.ACCEPTED)
    address = address_of(world, application, "decide/accept")
    data = {"version": hidden(registrar.get(address).text, "version")[0], "reason": WHY}
    refused = registrar.post(address, data=data)
    assert refused.status_code == 409
    assert WHY in refused.text
    assert "Second" not in refused.text


def test_what_is_not_possible_now_or_at_all_is_refused(registrar, session, world: World) -> None:
    application = in_state(session, world, State.SUBMITTED)
    assert registrar.get(address_of(world, application, "decide/accept")).status_code == 409
    for way in (
        "decide/activate",
        "decide/submit",
        "decide/x",
        "confirm/accept",
        "decide/transfer",
    ):
        assert registrar.get(address_of(world, application, way)).status_code == 404
        assert registrar.post(address_of(world, application, way)).status_code == 404


def test_finance_confirms_places_and_lets_them_lapse_and_decides_nothing_else(
    app: Flask, session: Session, world: World
) -> None:
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    application = in_state(session, world, State.ACCEPTED)
    page = finance.get(f"{board_of(world.open)}{application.reference}").text
    assert set(re.findall(r"/((?:decide|confirm)/[\w-]+)", page)) == {
        "confirm/activate", "confirm/lapse",
    }  # fmt: skip
    address = address_of(world, application, "confirm/activate")
    data = {"version": hidden(finance.get(address).text, "version")[0], "reason": "payé le 3 mai"}
    assert finance.post(address, data=data).status_code == 303
    last = board.history(session, application)[-1][0]
    assert (last.who, last.reason) == ("finance", "payé le 3 mai")
    own = select(Enrolment).where(Enrolment.person_id == application.person_id)
    assert session.scalar(own) is not None
    assert finance.post(address_of(world, application, "decide/cancel")).status_code == 404


def test_a_fellow_s_acceptance_shows_both_letters(registrar, session, world: World) -> None:
    application = in_state(session, world, State.UNDER_REVIEW, funding="fellowship")
    address = address_of(world, application, "decide/accept")
    page = registrar.get(address).text
    assert page.count('class="preview"') == 2
    data = {"version": hidden(page, "version")[0], "reason": WHY}
    assert registrar.post(address, data=data).status_code == 303
    session.expire_all()
    assert application.state is State.ENROLLED


def test_leaving_costs_something_already_and_the_page_says_so(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, State.UNDER_REVIEW)
    address = f"{board_of(world.open)}{application.reference}"
    assert "50" not in registrar.get(address).text.split('id="decide"')[1]
    world.open.starts_on = application.changed_at.date() + timedelta(days=10)
    world.open.apply_until = application.changed_at.date()
    session.commit()
    assert "50" in registrar.get(address).text.split('id="decide"')[1]
    assert "50" in registrar.get(f"{address}/decide/accept").text


def test_declining_and_opening_again_in_turn_is_slowed(
    app: Flask, session: Session, world: World
) -> None:
    """Each of them is a letter to the same person."""
    client = sign_in(app, session, world.staff[Role.REGISTRAR])
    application = in_state(session, world, State.UNDER_REVIEW)
    where = f"/fr/desk/editions/{world.open.code}/applications/{application.reference}/decide"
    statuses = []
    for event in ["decline", "reopen"] * 4:
        session.refresh(application)
        data = {"reason": "because", "version": str(application.version)}
        statuses.append(client.post(f"{where}/{event}", data=data).status_code)
        session.expire_all()
    assert statuses[:FREE_TRIES] == [303] * FREE_TRIES
    assert statuses[-1] == 429
