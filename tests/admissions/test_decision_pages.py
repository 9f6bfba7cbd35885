"""Decisions on pages: read first, taken once, never lost."""

import json
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.actions import RoleAssignment, grant_role
from learning.admissions.emails.applications import EMAILS
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.queries import board
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.kit.i18n import i18n_for
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW, a_person, in_state, stage_of
from tests.admissions.test_board import board_of, text_of
from tests.world import FREE_ATTEMPTS, World, make_person, sign_in

WHY = "Parcours solide et projet précis"

S = ApplicationState


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.fixture
def second(app: Flask, session: Session) -> FlaskClient:
    """Another registrar."""
    other = make_person(session, "Second Registrar", language="fr")
    held = RoleAssignment(person_id=other.id, role=Role.REGISTRAR)
    grant_role(session, held, by=None, now=other.joined_at)
    return sign_in(app, session, other)


def address_of(world: World, application: Application, path: str) -> str:
    return f"{board_of(world.open)}{application.reference}/{path}"


def hidden(page: str, name: str) -> list[str]:
    return [unescape(v) for v in re.findall(rf'name="{name}" value="([^"]*)"', page)]


def letters(session: Session, application: Application) -> list[str]:
    session.expire_all()
    mails = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id)).all()
    return [mail.kind for mail in mails if application.reference in mail.params]


def moves(session: Session, application: Application) -> list[ApplicationEvent]:
    session.expire_all()
    own = select(ApplicationTransition.event).where(
        ApplicationTransition.application_id == application.id
    )
    return list(session.scalars(own.order_by(ApplicationTransition.id)))


@pytest.mark.parametrize(
    ("before", "path", "after", "letter"),
    [
        (S.SUBMITTED, "decide/start_review", S.UNDER_REVIEW, None),
        (S.UNDER_REVIEW, "decide/request_info", S.AWAITING_INFO, "admissions.info-requested"),
        (S.UNDER_REVIEW, "decide/accept", S.ACCEPTED, "admissions.accepted"),
        (S.UNDER_REVIEW, "decide/waitlist", S.WAITLISTED, "admissions.waitlisted"),
        (S.UNDER_REVIEW, "decide/decline", S.DECLINED, "admissions.declined"),
        (S.WAITLISTED, "decide/promote", S.ACCEPTED, "admissions.accepted"),
        (S.WAITLISTED, "decide/decline", S.DECLINED, "admissions.declined"),
        (S.ACCEPTED, "decide/lapse", S.LAPSED, "admissions.lapsed"),
        (S.ENROLLED, "decide/cancel", Stage.CANCELLED, "admissions.cancelled"),
        (S.DECLINED, "decide/reopen", S.UNDER_REVIEW, "admissions.reopened"),
    ],
)
def test_every_decision_is_taken_on_its_page(
    registrar: FlaskClient, session: Session, world: World, before, path, after, letter
) -> None:
    """The page leads to it, refuses it without a reason, shows the letter, and sends it once."""
    application = in_state(session, world, before)
    messages, address = letters(session, application), address_of(world, application, path)
    assert address in registrar.get(f"{board_of(world.open)}{application.reference}").text
    page = registrar.get(address)
    assert page.status_code == 200
    form = {name: hidden(page.text, name)[0] for name in ("version", "seen", "idempotency_key")}
    if 'name="received_on"' in page.text:
        form["received_on"] = NOW.date().isoformat()
    if 'name="reason"' in page.text:
        refused = registrar.post(address, data=form | {"reason": " "})
        assert refused.status_code == 422
        assert "Dites pourquoi" in refused.text
        shown = registrar.post(address, data=form | {"reason": WHY, "preview": "1"})
        assert shown.status_code == 200
        assert WHY in shown.text
        form |= {"reason": WHY, "seen": hidden(shown.text, "seen")[0]}
    assert application.state is before
    done = registrar.post(address, data=form)
    assert done.status_code == 303
    session.expire_all()
    assert stage_of(session, application) == after
    assert letters(session, application) == messages + [letter] * bool(letter)
    assert "historique" in registrar.get(done.location).text
    again = registrar.post(address, data=form)
    assert again.status_code == 303, "the second click of a double click"
    assert letters(session, application) == messages + [letter] * bool(letter)
    assert len(moves(session, application)) == len(set(moves(session, application)))


def test_the_letter_is_shown_in_the_applicant_s_language_as_it_is_sent(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    ana = a_person(session, "Ana Ruiz", language="es", zone="America/Guatemala")
    application = in_state(session, world, ApplicationState.UNDER_REVIEW, ana)
    address = address_of(world, application, "decide/decline")
    first = registrar.get(address).text
    assert "No podemos" not in first, "the letter repeats the reason, which is not typed yet"
    assert "Ne pas retenir" in first
    reason = "Su trabajo aún no toca el retorno.\nVuelva a intentarlo."
    data = {"reason": reason, "preview": "1"} | {"version": hidden(first, "version")[0]}
    shown = registrar.post(address, data=data).text
    letter = shown.split('class="preview"')[1].split("</article>")[0]
    assert 'lang="es" dir="ltr"' in letter
    assert "Ana Ruiz" in letter
    assert reason in unescape(letter)
    assert application.state is ApplicationState.UNDER_REVIEW
    del data["preview"]
    data["seen"] = hidden(shown, "seen")[0]
    assert registrar.post(address, data=data).status_code == 303
    sent = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id.desc())).first()
    assert (sent.kind, sent.language) == ("admissions.declined", "es")
    written = EMAILS[sent.kind](i18n_for(sent.language, sent.zone), json.loads(sent.params))
    for line in (written.subject, *written.lines):
        assert line in unescape(letter), "what was sent is what was shown"


def test_a_letter_that_repeats_the_reason_goes_out_only_as_it_was_read(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    address = address_of(world, application, "decide/decline")
    data = {"reason": "autre", "seen": WHY, "version": str(application.version)}
    changed = registrar.post(address, data=data)
    assert changed.status_code == 422
    assert "autre" in changed.text
    assert hidden(changed.text, "seen") == ["autre"]
    assert application.state is ApplicationState.UNDER_REVIEW


def test_the_person_who_comes_second_reads_who_decided_and_loses_nothing(
    registrar: FlaskClient, second: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
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
    assert moves(session, application)[-1] is ApplicationEvent.ACCEPT
    assert application.state is ApplicationState.ACCEPTED


def test_an_older_version_in_the_same_state_is_stale_too(
    registrar: FlaskClient, second: FlaskClient, session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
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
    assert application.state is ApplicationState.UNDER_REVIEW
    assert agreement_of(session, application) is None
    new = {"version": hidden(refused.text, "version")[0], "reason": WHY}
    assert registrar.post(accept, data=new).status_code == 303, "decided again, knowingly"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_is_none_decides_nothing(registrar, session, world, version) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    address = address_of(world, application, "decide/accept")
    answer = registrar.post(address, data={"version": version, "reason": WHY})
    assert answer.status_code == 409
    session.expire_all()
    assert application.state is ApplicationState.UNDER_REVIEW


def test_no_seat_left_is_said_on_the_page(registrar, session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    world.open.capacity = 1
    in_state(session, world, ApplicationState.ACCEPTED)
    address = address_of(world, application, "decide/accept")
    data = {"version": hidden(registrar.get(address).text, "version")[0], "reason": WHY}
    refused = registrar.post(address, data=data)
    assert refused.status_code == 409
    assert WHY in refused.text
    assert "Second" not in refused.text


def test_what_is_not_possible_now_or_at_all_is_refused(registrar, session, world: World) -> None:
    application = in_state(session, world, ApplicationState.SUBMITTED)
    assert registrar.get(address_of(world, application, "decide/accept")).status_code == 409
    for path in (
        "decide/activate",
        "decide/submit",
        "decide/x",
        "confirm/accept",
        "decide/transfer",
    ):
        assert registrar.get(address_of(world, application, path)).status_code == 404
        assert registrar.post(address_of(world, application, path)).status_code == 404


def test_finance_lets_places_lapse_and_decides_nothing_else(
    app: Flask, session: Session, world: World
) -> None:
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    application = in_state(session, world, ApplicationState.ACCEPTED)
    page = finance.get(f"{board_of(world.open)}{application.reference}").text
    assert set(re.findall(r"/((?:decide|confirm)/[\w-]+)", page)) == {
        "confirm/lapse",
    }  # fmt: skip
    address = address_of(world, application, "confirm/lapse")
    data = {"version": hidden(finance.get(address).text, "version")[0], "reason": "rien reçu"}
    assert finance.post(address, data=data).status_code == 303
    last = board.history(session, application)[-1][0]
    assert (last.actor_role, last.reason) == ("finance", "rien reçu")
    assert last.after is ApplicationState.LAPSED
    assert finance.post(address_of(world, application, "decide/cancel")).status_code == 404


def test_a_fellow_s_acceptance_shows_both_letters(registrar, session, world: World) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW, funding="fellowship")
    address = address_of(world, application, "decide/accept")
    page = registrar.get(address).text
    assert page.count('class="preview"') == 2
    data = {"version": hidden(page, "version")[0], "reason": WHY}
    assert registrar.post(address, data=data).status_code == 303
    session.expire_all()
    assert application.state is ApplicationState.ENROLLED


def test_declining_and_opening_again_in_turn_is_slowed(
    app: Flask, session: Session, world: World
) -> None:
    """Each of them is a letter to the same person."""
    client = sign_in(app, session, world.staff[Role.REGISTRAR])
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    where = f"/fr/staff/editions/{world.open.code}/applications/{application.reference}/decide"
    statuses = []
    for event in ["decline", "reopen"] * 4:
        session.refresh(application)
        data = {"reason": "because", "version": str(application.version)}
        statuses.append(client.post(f"{where}/{event}", data=data).status_code)
        session.expire_all()
    assert statuses[:FREE_ATTEMPTS] == [303] * FREE_ATTEMPTS
    assert statuses[-1] == 429
