"""One's own applications: where they stand, in words; answering, taking a seat, leaving."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import waiting
from learning.enrolment.models import Application, Enrolment, Move, Offer
from learning.enrolment.rules import Event, State, Who
from learning.files.models import StoredFile
from tests.architecture.test_routes import method_of, rules
from tests.enrolment.making import WAYS, a_draft, a_person, in_state, push
from tests.files.samples import PDF
from tests.world import World, sign_in

LATE_WAYS: dict[State, tuple[State, Event, Who]] = {
    State.COMPLETED: (State.ENROLLED, Event.COMPLETE, Who.SYSTEM),
    State.NOT_COMPLETED: (State.ENROLLED, Event.CLOSE, Who.REGISTRAR),
    State.NO_SHOW: (State.ENROLLED, Event.NEVER_CAME, Who.REGISTRAR),
    State.TRANSFERRED_OUT: (State.ACCEPTED, Event.TRANSFER, Who.REGISTRAR),
    State.SUBSTITUTED_OUT: (State.ACCEPTED, Event.SUBSTITUTE, Who.REGISTRAR),
    State.EDITION_CANCELLED: (State.ENROLLED, Event.CANCEL_EDITION, Who.APPROVER),
}
IN_FRENCH = {
    State.DRAFT: "Votre candidature n’est pas encore envoyée",
    State.SUBMITTED: "Votre candidature est arrivée",
    State.UNDER_REVIEW: "en cours de lecture",
    State.INFO_REQUESTED: "Nous ne pouvons pas décider sans votre réponse",
    State.WAITLISTED: "dans l’ordre de la liste",
    State.ACCEPTED: "Une place vous est réservée",
    State.ENROLLED: "Votre place est confirmée",
    State.COMPLETED: "Vous avez terminé le cours",
    State.NOT_COMPLETED: "Le cours est terminé",
    State.NO_SHOW: "n’y avez pas participé",
    State.DECLINED: "Nous ne pouvons pas vous proposer de place",
    State.WITHDRAWN: "Cette candidature est retirée",
    State.CANCELLED: "Votre place est annulée",
    State.TRANSFERRED_OUT: "transférée à un autre cours",
    State.SUBSTITUTED_OUT: "Une autre personne suit le cours",
    State.LAPSED: "La place n’a pas été prise à temps",
    State.EDITION_CANCELLED: "Cette édition n’a pas lieu",
}
ENGLISH = ("Your ", "What has happened", "Apply until", "application", "seat", "The ")


def standing_in(session: Session, world: World, state: State) -> Application:
    """Return an application in any state."""
    if state in WAYS:
        return in_state(session, world, state)
    before, event, who = LATE_WAYS[state]
    application = in_state(session, world, before)
    push(session, application, event, who)
    session.commit()
    return application


def browser_of(app: Flask, session: Session, application: Application) -> FlaskClient:
    return sign_in(app, session, session.get_one(Person, application.person_id))


def path_of(application: Application, language: str = "fr") -> str:
    return f"/{language}/applications/{application.reference}"


def shown_text(page: str) -> str:
    """Return what a page shows of itself, without addresses and attributes."""
    body = page.split("<main")[1].split("</main>", maxsplit=1)[0]
    return " ".join(part.split(">", 1)[-1] for part in body.split("<"))


@pytest.mark.parametrize("state", State)
def test_every_state_is_explained_in_every_language(app, session, world: World, state) -> None:
    application = standing_in(session, world, state)
    client = browser_of(app, session, application)
    for language in ("fr", "en", "es"):
        page = client.get(path_of(application, language))
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
    page = client.get(path_of(application)).text
    assert IN_FRENCH[state] in page
    assert not [words for words in ENGLISH if words in shown_text(page)]
    assert application.reference in client.get("/fr/applications/").text


def test_nobody_sees_another_s_application(app, session, world: World) -> None:
    application = in_state(session, world, State.WAITLISTED)
    client = sign_in(app, session, world.awa)
    for rule in rules(app):
        if not rule.endpoint.startswith("applications.") or "reference" not in rule.arguments:
            continue
        with app.test_request_context():
            values = {"lang": "fr", "reference": application.reference, "step": "person"}
            used = {name: values[name] for name in rule.arguments}
            where = app.url_map.bind("localhost").build(rule.endpoint, used, method=method_of(rule))
        form = {"contact_email": "a@example.org", "reason": "x", "answer": "x"}
        answer = client.open(where, method=method_of(rule), data=form)
        assert answer.status_code == 404, where
    assert "Vous n’avez pas encore posé de candidature" in client.get("/fr/applications/").text
    session.expire_all()
    assert application.state is State.WAITLISTED


def offered(session: Session, world: World) -> Application:
    application = in_state(session, world, State.WAITLISTED)
    waiting.fill(session, world.open.id, now=datetime.now(UTC))
    session.commit()
    return application


def test_the_place_on_the_list_is_shown(app, session, world: World) -> None:
    world.open.capacity = 1
    in_state(session, world, State.ACCEPTED)
    in_state(session, world, State.WAITLISTED)
    second = in_state(session, world, State.WAITLISTED)
    page = browser_of(app, session, second).get(path_of(second)).text
    assert "Vous êtes au rang 2 sur 2 de la liste." in page
    assert "Prendre la place" not in page


def test_an_offered_seat_is_taken_once(app, session, world: World) -> None:
    world.open.zone = "Asia/Manila"
    application = offered(session, world)
    client, here = browser_of(app, session, application), path_of(application)
    page = client.get(here).text
    assert "Prendre la place" in page
    assert "Manille" in page
    assert "à vous" in client.get("/fr/applications/").text
    assert client.post(f"{here}/seat", data={"version": "99"}).status_code == 409
    for _ in range(2):
        taken = client.post(f"{here}/seat", data={"version": str(application.version)})
        assert taken.location == here
    session.expire_all()
    assert application.state is State.ACCEPTED
    moves = select(func.count()).where(Move.event == Event.PROMOTE)
    assert session.scalar(moves) == 1


def test_an_offer_that_has_ended_cannot_be_taken(app, session, world: World) -> None:
    application = offered(session, world)
    offer = session.scalars(select(Offer)).one()
    with time_machine.travel(offer.ends_at, tick=False):
        client, here = browser_of(app, session, application), path_of(application)
        assert "Prendre la place" not in client.get(here).text
        assert client.post(f"{here}/seat", data={"version": "3"}).status_code == 409
    session.expire_all()
    assert application.state is State.WAITLISTED


def test_leaving_the_list_passes_the_seat_on(app, session, world: World) -> None:
    world.open.capacity = 1
    application = offered(session, world)
    behind = in_state(session, world, State.WAITLISTED)
    client, here = browser_of(app, session, application), path_of(application)
    assert "Retirer ma candidature" in client.get(f"{here}/leave").text
    form = {"form_key": "the-key-of-one-form", "version": str(application.version)}
    for _ in range(2):
        assert client.post(f"{here}/leave", data=form).location == here
    session.expire_all()
    assert application.state is State.WITHDRAWN
    open_now = session.scalars(select(Offer).where(Offer.ended_at.is_(None))).one()
    assert open_now.application_id == behind.id


def days_before(edition: Edition, days: int) -> datetime:
    first = datetime.combine(edition.starts_on, datetime.min.time(), UTC)
    return first - timedelta(days=days) + timedelta(hours=12)


def test_an_acceptance_warns_of_what_is_too_late_already(app, session, world: World) -> None:
    application = in_state(session, world, State.ACCEPTED)
    here = path_of(application)
    with time_machine.travel(days_before(world.open, 20), tick=False):
        page = browser_of(app, session, application).get(here).text
        assert "980,00" in page
        assert "notice turn" not in page
    with time_machine.travel(days_before(world.open, 10), tick=False):
        client = browser_of(app, session, application)
        page = client.get(here).text
        assert "notice turn" in page
        assert "50 % du montant payé est retenu" in page.replace("\u00a0", " ")
        leaving = client.get(f"{here}/leave").text
        assert "la moitié du montant payé est retenue" in leaving
        assert "Le montant exact suit avec la facture" in leaving


@pytest.mark.parametrize("state", [State.ACCEPTED, State.ENROLLED])
def test_a_place_is_cancelled_with_a_reason(app, session, world: World, state) -> None:
    application = in_state(session, world, state)
    client, here = browser_of(app, session, application), path_of(application)
    form = {"form_key": "the-key-of-one-form", "version": str(application.version)}
    if state is State.ENROLLED:
        assert "Ouvrir le cours" in client.get(here).text
    assert client.post(f"{here}/leave", data=form).status_code == 422
    stale = client.post(f"{here}/leave", data=form | {"version": "1", "reason": "Malade"})
    assert stale.status_code == 422
    assert "Malade" in stale.text
    for _ in range(2):
        assert client.post(f"{here}/leave", data=form | {"reason": "Malade"}).location == here
    session.expire_all()
    assert application.state is State.CANCELLED
    places = session.scalars(select(Enrolment).where(Enrolment.edition_id == world.open.id)).all()
    assert all(place.withdrawn_at for place in places)
    assert "Ouvrir le cours" not in client.get(here).text
    assert client.get(f"{here}/leave").location == here


def test_a_draft_is_discarded_with_its_letter(app, session, world: World) -> None:
    draft = a_draft(session, world, a_person(session), funding="sponsor")
    session.commit()
    client, here = browser_of(app, session, draft), path_of(draft)
    client.post(
        f"{here}/steps/letter",
        data={"file": upload(client), "go": "leave"},
    )
    assert "letter.pdf" in client.get(f"{here}/review").text
    assert "Supprimer ce brouillon" in client.get(f"{here}/leave").text
    form = {"form_key": "the-key-of-one-form", "version": "0"}
    for _ in range(2):
        assert client.post(f"{here}/leave", data=form).location == "/fr/applications/"
    assert client.post(f"{here}/leave", data={}).status_code == 404
    assert session.scalar(select(func.count()).select_from(Application)) == 0
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def upload(client: FlaskClient) -> str:
    promised = client.post("/fr/files/uploads", data={"name": "letter.pdf", "size": len(PDF)}).json
    kept = client.post(f"/fr/files/uploads/{promised['upload']}?offset=0", data=PDF).json
    return str(kept["file"])


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    app, session, world: World, queries
) -> None:
    person = a_person(session)
    counts = []
    for _ in range(2):
        in_state(session, world, State.WITHDRAWN, person)
        client = sign_in(app, session, person)
        queries.clear()
        client.get("/fr/applications/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
