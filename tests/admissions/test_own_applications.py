"""One's own applications: where they stand, in words; answering, taking a seat, leaving."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.commands import waitlist
from learning.admissions.commands.transitions import version_of
from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole, EnrolmentEvent
from learning.files.models import StoredFile
from learning.kit.i18n import I18n
from tests.admissions.factories import a_draft, a_person, change, in_state, stage_of
from tests.architecture.test_routes import method_of, rules
from tests.files.samples import PDF, announced
from tests.world import World, sign_in

LATE: dict[Stage, tuple[EnrolmentEvent, ActorRole]] = {
    Stage.COMPLETED: (EnrolmentEvent.COMPLETE, ActorRole.SYSTEM),
    Stage.NOT_COMPLETED: (EnrolmentEvent.CLOSE, ActorRole.REGISTRAR),
    Stage.NO_SHOW: (EnrolmentEvent.MARK_NO_SHOW, ActorRole.REGISTRAR),
    Stage.TRANSFERRED_OUT: (EnrolmentEvent.TRANSFER, ActorRole.REGISTRAR),
    Stage.SUBSTITUTED_OUT: (EnrolmentEvent.SUBSTITUTE, ActorRole.REGISTRAR),
    Stage.EDITION_CANCELLED: (EnrolmentEvent.CANCEL_EDITION, ActorRole.APPROVER),
}
"""How an enrolment comes into a stage."""
IN_FRENCH = {
    Stage.DRAFT: "Votre candidature n’est pas encore envoyée",
    Stage.SUBMITTED: "Votre candidature est arrivée",
    Stage.UNDER_REVIEW: "en cours d’examen",
    Stage.AWAITING_INFO: "L’équipe du cours vous pose une question",
    Stage.WAITLISTED: "dans l’ordre de la liste",
    Stage.ACCEPTED: "Une place vous est réservée",
    Stage.ENROLLED: "Votre place est confirmée",
    Stage.COMPLETED: "Vous avez terminé le cours",
    Stage.NOT_COMPLETED: "Le cours est terminé",
    Stage.NO_SHOW: "Vous n’avez pas participé à cette édition",
    Stage.DECLINED: "Nous ne pouvons pas vous proposer de place",
    Stage.WITHDRAWN: "Cette candidature est retirée",
    Stage.CANCELLED: "Votre place est annulée",
    Stage.TRANSFERRED_OUT: "transférée vers une autre édition",
    Stage.SUBSTITUTED_OUT: "Une autre personne suit le cours",
    Stage.LAPSED: "La place n’a pas été acceptée à temps",
    Stage.EDITION_CANCELLED: "Cette édition n’a pas lieu",
}
ENGLISH = ("Your ", "Where your application stands", "Apply until", "application", "seat", "The ")


def state_in(session: Session, world: World, stage: Stage) -> Application:
    """Return an application in any stage."""
    if stage not in LATE:
        return in_state(session, world, ApplicationState(stage))
    application = in_state(session, world, ApplicationState.ENROLLED)
    change(session, application, *LATE[stage])
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


@pytest.mark.parametrize("state", ApplicationState)
def test_every_state_is_explained_in_every_language(app, session, world: World, state) -> None:
    application = state_in(session, world, state)
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
    application = in_state(session, world, ApplicationState.WAITLISTED)
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
    assert "Vous n’avez pas encore postulé" in client.get("/fr/applications/").text
    session.expire_all()
    assert application.state is ApplicationState.WAITLISTED


def offered(session: Session, world: World) -> Application:
    application = in_state(session, world, ApplicationState.WAITLISTED)
    waitlist.offer_free_seats(session, world.open.id, now=datetime.now(UTC))
    session.commit()
    return application


def test_the_place_on_the_list_is_shown(app, session, world: World) -> None:
    world.open.capacity = 1
    in_state(session, world, ApplicationState.ACCEPTED)
    in_state(session, world, ApplicationState.WAITLISTED)
    second = in_state(session, world, ApplicationState.WAITLISTED)
    page = browser_of(app, session, second).get(path_of(second)).text
    assert "Vous êtes au rang 2 sur 2 de la liste d’attente" in page
    assert "Accepter la place" not in page


def test_an_offer_says_its_end_once_in_the_reader_s_zone(app, session, world: World) -> None:
    application = offered(session, world)
    session.get_one(Person, application.person_id).zone = "America/Lima"
    session.commit()
    offer = session.scalars(select(Offer)).one()
    with time_machine.travel(offer.ends_at - timedelta(hours=49), tick=False):
        page = browser_of(app, session, application).get(path_of(application)).text
    end = I18n("fr", "America/Lima").weekday_time(offer.ends_at)
    assert page.count(end) == 1
    assert "Heure de Lima" in page
    assert "2\u00a0j\u00a01\u00a0h" in page
    assert 'class="step-now"' in page


@pytest.mark.parametrize(
    ("state", "is_turn"),
    [(s, s in {ApplicationState.DRAFT, ApplicationState.AWAITING_INFO}) for s in ApplicationState],
)
def test_the_colour_of_the_turn_is_only_where_the_reader_must_act(
    app, session, world: World, state, is_turn
) -> None:
    application = state_in(session, world, state)
    client = browser_of(app, session, application)
    page = client.get(path_of(application)).text
    assert ("hero turn" in page) is ("step-now" in page) is is_turn
    assert ("à vous" in client.get("/fr/applications/").text) is is_turn


def test_it_is_nobody_s_turn_when_it_is_too_late_to_act(app, session, world: World) -> None:
    draft = in_state(session, world, ApplicationState.DRAFT)
    other = in_state(session, world, ApplicationState.AWAITING_INFO)
    for application, message in ((draft, "ne peut plus être envoyée"), (other, "délai de réponse")):
        with time_machine.travel(days_before(world.open, 1), tick=False):
            page = browser_of(app, session, application).get(path_of(application)).text
        assert message in page
        assert "hero turn" not in page


def test_an_offered_seat_is_taken_once(app, session, world: World) -> None:
    world.open.zone = "Asia/Manila"
    application = offered(session, world)
    client, here = browser_of(app, session, application), path_of(application)
    page = client.get(here).text
    assert "Accepter la place" in page
    assert "Manille" in page
    assert "à vous" in client.get("/fr/applications/").text
    assert client.post(f"{here}/seat", data={"version": "99"}).status_code == 409
    for _ in range(2):
        taken = client.post(f"{here}/seat", data={"version": str(application.version)})
        assert taken.location == here
    session.expire_all()
    assert application.state is ApplicationState.ACCEPTED
    moves = select(func.count()).where(ApplicationTransition.event == ApplicationEvent.PROMOTE)
    assert session.scalar(moves) == 1


def test_an_offer_that_has_ended_cannot_be_taken(app, session, world: World) -> None:
    application = offered(session, world)
    offer = session.scalars(select(Offer)).one()
    with time_machine.travel(offer.ends_at, tick=False):
        client, here = browser_of(app, session, application), path_of(application)
        assert "Accepter la place" not in client.get(here).text
        assert client.post(f"{here}/seat", data={"version": "3"}).status_code == 409
    session.expire_all()
    assert application.state is ApplicationState.WAITLISTED


def test_leaving_the_list_passes_the_seat_on(app, session, world: World) -> None:
    world.open.capacity = 1
    application = offered(session, world)
    behind = in_state(session, world, ApplicationState.WAITLISTED)
    client, here = browser_of(app, session, application), path_of(application)
    assert "Retirer ma candidature" in client.get(f"{here}/leave").text
    form = {"idempotency_key": "the-key-of-one-form", "version": str(application.version)}
    for _ in range(2):
        assert client.post(f"{here}/leave", data=form).location == here
    session.expire_all()
    assert application.state is ApplicationState.WITHDRAWN
    open_now = session.scalars(select(Offer).where(Offer.ended_at.is_(None))).one()
    assert open_now.application_id == behind.id


def current_period(page: str) -> str:
    """Return what cancelling costs today, as the page says it."""
    period = page.split('aria-current="date"')[1].split("<b>")[1].split("</b>", maxsplit=1)[0]
    return period.replace("\u00a0", " ").replace("\u202f", " ")


def days_before(edition: Edition, days: int) -> datetime:
    first = datetime.combine(edition.starts_on, datetime.min.time(), UTC)
    return first - timedelta(days=days) + timedelta(hours=12)


def test_an_acceptance_warns_of_what_is_too_late_already(app, session, world: World) -> None:
    application = in_state(session, world, ApplicationState.ACCEPTED)
    here = path_of(application)
    with time_machine.travel(days_before(world.open, 20), tick=False):
        page = browser_of(app, session, application).get(here).text
        assert "980\u00a0€" in page
        assert current_period(page) == "Remboursement intégral"
    with time_machine.travel(days_before(world.open, 10), tick=False):
        client = browser_of(app, session, application)
        page = client.get(here).text
        assert current_period(page) == "Remboursement de 50 %, 490 €"
        assert "Vous ne pouvez plus" in page
        assert client.get(f"{here}/leave").location == f"{here}/fee/cancel"


@pytest.mark.parametrize("state", [ApplicationState.ACCEPTED, ApplicationState.ENROLLED])
def test_a_place_is_cancelled_on_the_page_of_its_cost_alone(
    app, session, world: World, state
) -> None:
    application = in_state(session, world, state)
    client, here = browser_of(app, session, application), path_of(application)
    version = str(version_of(session, application))
    form = {"idempotency_key": "the-key-of-one-form", "version": version, "reason": "Malade"}
    assert f'href="{here}/fee/cancel"' in client.get(here).text
    assert client.post(f"{here}/leave", data=form).location == f"{here}/fee/cancel"
    session.expire_all()
    assert stage_of(session, application) in {Stage.ACCEPTED, Stage.ENROLLED}


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
    form = {"idempotency_key": "the-key-of-one-form", "version": "0"}
    for _ in range(2):
        assert client.post(f"{here}/leave", data=form).location == "/fr/applications/"
    assert client.post(f"{here}/leave", data={}).status_code == 404
    assert session.scalar(select(func.count()).select_from(Application)) == 0
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def upload(client: FlaskClient) -> str:
    promised = client.post("/fr/files/uploads", data=announced("letter.pdf", len(PDF))).json
    kept = client.post(f"/fr/files/uploads/{promised['upload']}?offset=0", data=PDF).json
    return str(kept["file"])


def test_the_list_takes_as_many_queries_for_many_as_for_one(
    app, session, world: World, queries
) -> None:
    person = a_person(session)
    counts = []
    for _ in range(2):
        in_state(session, world, ApplicationState.WITHDRAWN, person)
        client = sign_in(app, session, person)
        queries.clear()
        client.get("/fr/applications/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
