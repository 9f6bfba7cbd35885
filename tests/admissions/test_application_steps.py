"""Filling an application in, step by step, until it is sent."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.admissions.rules.deadlines import closes_at
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import EditionStatus
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import a_draft, a_person, in_state
from tests.world import World, make_edition, send_form, sign_in

APPLY = "/fr/courses/reintegration/apply"
REASONS = "Je reçois chaque semaine des personnes de retour, et je veux mieux les orienter."
STEPS: dict[str, dict[str, str]] = {
    "person": {"gender": "woman", "country": "CI"},
    "work": {"position": "Conseillère emploi", "constituency": "government"},
    "motivation": {"motivation": REASONS},
    "language": {"study_language": "fr"},
    "funding": {"funding": "self", "sponsor_share": ""},
    "billing": {
        "billing_kind": "person",
        "billing_name": "Awa Koné",
        "billing_line1": "Rue 12",
        "billing_town": "Bouaké",
        "billing_country": "CI",
    },
    "consent": {"agreed": "1"},
}


@pytest.fixture
def person(session: Session) -> Person:
    made = a_person(session, "Fatou Diop", zone="Africa/Abidjan")
    session.commit()
    return made


@pytest.fixture
def client(app: Flask, session: Session, world: World, person: Person) -> FlaskClient:
    del world
    return sign_in(app, session, person)


def the_one(session: Session) -> Application:
    session.expire_all()
    return session.scalars(select(Application)).one()


def begun(client: FlaskClient, session: Session) -> str:
    assert client.post(APPLY).status_code == 303
    return f"/fr/applications/{the_one(session).reference}"


def test_the_whole_way_of_somebody_who_pays_themselves(
    client: FlaskClient, session: Session, person: Person
) -> None:
    note = client.get("/fr/courses/reintegration").text
    assert f'action="{APPLY}"' in note
    began = client.post(APPLY, data={"edition": "reintegration-open"})
    here = f"/fr/applications/{the_one(session).reference}"
    assert began.location == f"{here}/steps/person"
    for step, message in STEPS.items():
        shown = client.get(f"{here}/steps/{step}")
        assert shown.status_code == 200, step
        assert "sur 8" in shown.text, "the review is the last one"
        saved = send_form(client, f"{here}/steps/{step}", message | {"go": "on"})
        assert saved.status_code == 303, step
    assert saved.location == f"{here}/review"
    review = client.get(f"{here}/review").text
    assert "Étape 8 sur 8" in review
    for values in (REASONS, "Côte d’Ivoire", "Bouaké", "Conseillère emploi", "Je paie moi-même"):
        assert values in review
    assert "23:59" in review
    sent = client.post(f"{here}/submit", data={"version": the_one(session).version})
    assert sent.location == here
    application = the_one(session)
    assert application.state is ApplicationState.SUBMITTED
    assert application.consent_version
    assert (application.person_id, application.study_language) == (person.id, "fr")
    assert "Votre candidature est arrivée" in client.get(here).text
    assert client.get(f"{here}/steps/person").location == here


def test_beginning_or_sending_twice_makes_one(client, session) -> None:
    assert client.post(APPLY).location == client.post(APPLY).location
    here = begun(client, session)
    for step, message in STEPS.items():
        send_form(client, f"{here}/steps/{step}", message)
    for _ in range(2):
        assert client.post(f"{here}/submit", data={"version": "0"}).location == here
    letters = select(func.count()).where(OutgoingEmail.kind == "admissions.received")
    assert session.scalar(letters) == 1


def test_several_editions_are_shown_to_choose_from(app, client, session, world: World) -> None:
    later = make_edition(session, "reintegration-later", -30, EditionStatus.OPEN)
    world.open.zone, world.open.capacity = "Europe/Rome", 1
    in_state(session, world, ApplicationState.ACCEPTED)
    assert client.post(APPLY).location == APPLY
    page = client.get(APPLY).text
    assert page.count('<form method="post"><input type="hidden" name="edition"') == 2
    assert "il y a une liste d’attente" in page
    assert "30 places libres sur 30" in page
    assert "Rome" in page
    assert "Abidjan" in page
    client.post(APPLY, data={"edition": later.code})
    assert "Voir ma candidature" in client.get(APPLY).text
    visitor = app.test_client().get(APPLY)
    assert visitor.status_code == 303
    assert "sign-in" in visitor.location


def test_without_an_open_edition_the_page_says_so(client, session, world: World) -> None:
    world.open.status = EditionStatus.RUNNING
    session.commit()
    assert client.post(APPLY, data={"edition": world.open.code}).location == APPLY
    assert "Aucune édition n’est ouverte aux candidatures" in client.get(APPLY).text
    assert "apply" not in client.get("/fr/courses/reintegration").text
    assert session.scalars(select(Application)).all() == []
    assert client.get("/fr/courses/nothing/apply").status_code == 404
    assert client.post("/fr/courses/nothing/apply").status_code == 404


@pytest.mark.parametrize(
    ("step", "message", "kept"),
    [
        ("person", {"gender": "woman", "country": "XX"}, 'value="woman" checked'),
        ("work", {"position": "Cheffe de service", "constituency": ""}, "Cheffe de service"),
        ("motivation", {"motivation": "Trop court, mais gardé."}, "Trop court, mais gardé."),
        ("motivation", {"motivation": "long " * 700}, "long long"),
        ("language", {"study_language": "de"}, "Langue"),
        ("funding", {"funding": "mixed", "sponsor_share": "100"}, 'value="100"'),
        ("funding", {"funding": "mixed", "sponsor_share": "la moitié"}, 'value="la moitié"'),
        ("billing", STEPS["billing"] | {"billing_town": ""}, 'value="Awa Koné"'),
        ("consent", {}, "Votre accord"),
    ],
)
def test_a_failed_step_keeps_what_was_typed(client, session, step, message, kept) -> None:
    here = begun(client, session)
    failed = send_form(client, f"{here}/steps/{step}", message)
    assert failed.status_code == 422
    assert 'id="errors"' in failed.text
    assert kept in failed.text
    assert the_one(session).consented_at is None


def test_saving_and_leaving_comes_back_to_where_the_application_stands(client, session) -> None:
    here = begun(client, session)
    left = send_form(client, f"{here}/steps/person", STEPS["person"] | {"go": "leave"})
    assert left.location == here
    shown = client.get(here).text
    assert "Continuer ma candidature" in shown
    assert f'href="{here}/steps/work"' in shown
    assert client.post(APPLY).location == f"{here}/steps/work"


def test_the_institution_is_asked_only_where_the_profile_has_none(
    client, session, person: Person
) -> None:
    here = begun(client, session)
    assert 'name="institution"' not in client.get(f"{here}/steps/work").text
    person.institution = ""
    session.commit()
    assert 'name="institution"' in client.get(f"{here}/steps/work").text
    assert send_form(client, f"{here}/steps/work", STEPS["work"]).status_code == 422
    person.certificate_name, person.reading_languages = "Awa Marie Koné", "es"
    session.commit()
    send_form(client, f"{here}/steps/work", STEPS["work"] | {"institution": "Office du travail"})
    session.expire_all()
    kept = person.certificate_name, person.reading_languages
    assert kept == ("Awa Marie Koné", "es"), "the rest of the profile stays"
    assert person.institution == "Office du travail"


def test_countries_stand_in_the_reader_s_order(client, session) -> None:
    page = client.get(f"{begun(client, session)}/steps/person").text
    assert page.index(">Équateur<") < page.index(">Érythrée<") < page.index(">Finlande<")


@pytest.mark.parametrize("zone", ["Asia/Manila", "America/Lima"])
def test_the_last_second_counts_in_the_centre_s_zone(app, session, world: World, zone) -> None:
    world.open.zone = "Europe/Rome"
    drafts = [a_draft(session, world, a_person(session, zone=zone)) for _ in range(2)]
    session.commit()
    closing = closes_at(world.open.apply_until, "Europe/Rome")
    for draft, moment in zip(drafts, (closing - timedelta(seconds=1), closing), strict=True):
        here = f"/fr/applications/{draft.reference}"
        with time_machine.travel(moment, tick=False):
            client = sign_in(app, session, session.get(Person, draft.person_id))
            review = client.get(f"{here}/review").text
            local = (closing - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
            assert f"{local:%H:%M}" in review
            assert "23:59" in review
            changed = {"motivation": REASONS + " Écrit au dernier moment."}
            assert send_form(client, f"{here}/steps/motivation", changed).status_code == 303
            sent = client.post(f"{here}/submit", data={"version": "0"})
            in_time = moment < closing
            assert sent.status_code == (303 if in_time else 409)
            if not in_time:
                assert "Écrit au dernier moment." in sent.text
                assert "La date limite de candidature est passée" in sent.text
                assert "ne peut plus être envoyée" in client.get(here).text
        session.expire_all()
        assert draft.state is (ApplicationState.SUBMITTED if in_time else ApplicationState.DRAFT)
        assert "Écrit au dernier moment." in draft.motivation


def test_what_was_sent_meanwhile_is_refused_and_the_text_stays(app, session, world: World) -> None:
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    client = sign_in(app, session, session.get(Person, sent.person_id))
    here = f"/fr/applications/{sent.reference}"
    late = send_form(client, f"{here}/steps/motivation", {"motivation": REASONS + " En plus."})
    assert late.status_code == 409
    assert "En plus." in late.text
    assert "Modifier" not in client.get(f"{here}/review").text
