"""A question of the registrar, and the candidate's answer to it."""

import time_machine

from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from tests.admissions.factories import act, in_state
from tests.admissions.test_own_applications import browser_of, path_of
from tests.world import World, send_form


def test_a_question_is_answered_in_time(app, session, world: World) -> None:
    application = in_state(session, world, ApplicationState.UNDER_REVIEW)
    act(
        session,
        world,
        application,
        ApplicationEvent.REQUEST_INFO,
        "Combien de personnes suivez-vous ? 100 %s",
    )
    session.commit()
    client, here = browser_of(app, session, application), path_of(application)
    assert "Combien de personnes suivez-vous ? 100 %s" in client.get(here).text
    assert "Modifier" in client.get(f"{here}/review").text
    saved = send_form(client, f"{here}/steps/work", {"position": "Chef", "constituency": "workers"})
    assert saved.location == here
    assert client.post(f"{here}/answer", data={"answer": " "}).status_code == 422
    message = {"answer": "Une centaine.", "version": str(application.version)}
    message |= {"idempotency_key": "k" * 20}
    for _ in range(2):
        assert client.post(f"{here}/answer", data=message).location == here
    assert "Une centaine." in client.get(here).text
    session.expire_all()
    assert (application.state, application.position) == (ApplicationState.UNDER_REVIEW, "Chef")


def test_an_answer_to_an_earlier_question_is_no_answer_to_the_next(app, session, world) -> None:
    application = in_state(session, world, ApplicationState.AWAITING_INFO)
    client, here = browser_of(app, session, application), path_of(application)
    first = {"answer": "Une centaine.", "version": str(application.version)}
    assert f'name="version" value="{application.version}"' in client.get(here).text
    assert client.post(f"{here}/answer", data=first).location == here
    session.expire_all()
    act(session, world, application, ApplicationEvent.REQUEST_INFO, "Dans combien de villes ?")
    session.commit()
    for version in (first["version"], "", "x"):
        stale = client.post(f"{here}/answer", data={"answer": "Deux cents.", "version": version})
        assert stale.status_code == 409
        assert "Deux cents.</textarea>" in stale.text
        assert "Dans combien de villes ?" in stale.text
    session.expire_all()
    assert application.state is ApplicationState.AWAITING_INFO
    now = {"answer": "Quatre.", "version": str(application.version)}
    assert client.post(f"{here}/answer", data=now).location == here


def test_a_late_answer_is_refused_and_kept_on_the_page(app, session, world: World) -> None:
    application = in_state(session, world, ApplicationState.AWAITING_INFO)
    with time_machine.travel(application.answer_until, tick=False):
        client = browser_of(app, session, application)
        message = {"answer": "Une centaine.", "version": str(application.version)}
        late = client.post(f"{path_of(application)}/answer", data=message)
        shown = client.get(path_of(application)).text
    assert late.status_code == 409
    assert "Une centaine." in late.text
    assert "Le délai de réponse est passé" in shown
    assert "Envoyer ma réponse" not in shown
    session.expire_all()
    assert application.state is ApplicationState.AWAITING_INFO
