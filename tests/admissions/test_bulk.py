"""Decisions about many applications at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import a_person, in_state
from tests.admissions.operations import run_operations
from tests.admissions.test_board import board_of, text_of
from tests.admissions.test_decision_pages import WHY, hidden, moves
from tests.world import World, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def chosen_for(made: list[Application], event: str) -> dict[str, object]:
    return {"chosen": [each.reference for each in made], "event": event}


def test_five_are_accepted_with_three_seats(
    registrar, database, session: Session, world: World
) -> None:
    """The highest scores get the seats; e-mails are sent once, each in its reader's language."""
    languages = ("fr", "es", "en", "fr", "es")
    made = [
        in_state(
            session,
            world,
            ApplicationState.UNDER_REVIEW,
            a_person(session, language=language),
            score=score,
        )
        for score, language in zip((1000, 9000, 5000, 7000, 2000), languages, strict=True)
    ]
    world.open.capacity = 3
    session.commit()
    here, data = board_of(world.open), chosen_for(made, "accept")
    shown = registrar.post(f"{here}bulk", data=data)
    assert shown.status_code == 200
    assert "Possible pour 3 des 5 candidatures" in text_of(shown.text)
    assert "Plus de place pour 2 candidatures" in text_of(shown.text)
    assert "Il restera ensuite 0 place" in text_of(shown.text)
    assert hidden(shown.text, "chosen") == [" ".join(made[n].reference for n in (1, 3, 2))]
    data["chosen"] = hidden(shown.text, "chosen")
    assert {f'lang="{code}" dir' in shown.text for code in ("fr", "es", "en")} == {True}
    assert moves(session, made[0])[-1] is ApplicationEvent.START_REVIEW, "shown, not done"
    data |= {"idempotency_key": hidden(shown.text, "idempotency_key")[0]}
    missing = registrar.post(f"{here}bulk/execute", data=data | {"reason": ""})
    assert missing.status_code == 422
    assert hidden(missing.text, "chosen") == hidden(shown.text, "chosen")
    done = registrar.post(f"{here}bulk/execute", data=data | {"reason": WHY})
    assert done.status_code == 303
    again = registrar.post(f"{here}bulk/execute", data=data | {"reason": WHY})
    assert again.location == done.location
    run_operations(database)
    page = text_of(registrar.get(done.location).text)
    assert "3 courriels en attente" in page
    assert "laissée" not in page, "exactly those who could are reported"
    session.expire_all()
    assert [each.state is ApplicationState.ACCEPTED for each in made] == [
        False,
        True,
        True,
        True,
        False,
    ]
    again = registrar.post(f"{here}bulk/execute", data=data | {"reason": WHY})
    assert again.location == done.location
    mails = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.kind == "admissions.accepted")
    ).all()
    assert sorted(mail.language for mail in mails) == ["en", "es", "fr"]


def test_who_cannot_be_decided_about_is_named_before_and_left_out(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    read = in_state(
        session, world, ApplicationState.UNDER_REVIEW, a_person(session, name="Rosa Huamán")
    )
    sent = in_state(
        session, world, ApplicationState.SUBMITTED, a_person(session, name="Kouassi Yao")
    )
    here = board_of(world.open)
    shown = registrar.post(f"{here}bulk", data=chosen_for([read, sent], "accept"))
    assert hidden(shown.text, "chosen") == [read.reference]
    assert "Possible pour 1 des 2 candidatures" in text_of(shown.text)
    left_out = text_of(shown.text).partition("1 candidature reste en l’état")[2]
    assert "Kouassi Yao" in left_out
    none = registrar.post(f"{here}bulk", data=chosen_for([sent], "accept"))
    assert none.status_code == 200
    assert "Possible pour 0 des 1 candidatures" in text_of(none.text)
    assert "carry-out" not in none.text or hidden(none.text, "chosen") == []


def test_many_are_declined_only_with_the_letters_that_were_read(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    made = [in_state(session, world, ApplicationState.UNDER_REVIEW) for _ in range(2)]
    here, data = board_of(world.open), chosen_for(made, "decline")
    first = registrar.post(f"{here}bulk", data=data).text
    assert 'class="preview"' not in first
    data |= {"idempotency_key": hidden(first, "idempotency_key")[0], "reason_fr": WHY}
    changed = registrar.post(f"{here}bulk/execute", data=data | {"seen": ""})
    assert changed.status_code == 422
    shown = registrar.post(f"{here}bulk", data=data).text
    assert WHY in shown.split('class="preview"')[1]
    assert shown.count('class="preview"') == 1, "the same words once"
    seen = {
        "seen": hidden(shown, "seen")[0],
        "idempotency_key": hidden(shown, "idempotency_key")[0],
    }
    assert registrar.post(f"{here}bulk/execute", data=data | seen).status_code == 303
    run_operations(database)
    session.expire_all()
    assert {each.state for each in made} == {ApplicationState.DECLINED}


def test_nothing_chosen_or_something_foreign_changes_nothing(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    sent, here = in_state(session, world, ApplicationState.SUBMITTED), board_of(world.open)
    answer = registrar.post(f"{here}bulk", data={"event": "start_review"})
    assert (answer.status_code, answer.location) == (303, here)
    elsewhere = board_of(world.running)
    data = chosen_for([sent], "start_review") | {"idempotency_key": "k" * 20}
    assert registrar.post(f"{elsewhere}bulk", data=data).status_code == 303
    registrar.post(f"{elsewhere}bulk/execute", data=data)
    assert registrar.post(f"{here}bulk", data=data | {"event": "cancel"}).status_code == 404
    assert registrar.get(f"{here}bulk").location == here
    assert run_operations(database) == 0
    session.expire_all()
    assert sent.state is ApplicationState.SUBMITTED
    assert registrar.post(f"{here}bulk/execute", data=data).status_code == 303
    run_operations(database)
    session.expire_all()
    assert sent.state is ApplicationState.UNDER_REVIEW


def test_each_language_has_its_own_reason(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    made = [
        in_state(
            session, world, ApplicationState.UNDER_REVIEW, a_person(session, language=language)
        )
        for language in ("fr", "es")
    ]
    session.commit()
    here, data = board_of(world.open), chosen_for(made, "decline")
    first = registrar.post(f"{here}bulk", data=data).text
    assert {name for name in ("fr", "en", "es") if f'name="reason_{name}"' in first} == {"fr", "es"}
    data |= {"reason_fr": "Trop loin", "idempotency_key": hidden(first, "idempotency_key")[0]}
    one = registrar.post(f"{here}bulk/execute", data=data | {"seen": "Trop loin"})
    assert one.status_code == 422, "nobody is told why in another language"
    data["reason_es"] = "Demasiado lejos"
    shown = registrar.post(f"{here}bulk", data=data).text
    assert shown.count('class="preview"') == 2
    data |= {name: hidden(shown, name)[0] for name in ("seen", "idempotency_key")}
    assert registrar.post(f"{here}bulk/execute", data=data).status_code == 303
    run_operations(database)
    message = {
        language: session.scalars(
            select(OutgoingEmail.params).where(
                OutgoingEmail.kind == "admissions.declined", OutgoingEmail.language == language
            )
        ).one()
        for language in ("fr", "es")
    }
    assert "Trop loin" in message["fr"]
    assert "Demasiado lejos" in message["es"]


def started(registrar: FlaskClient, here: str, data: dict[str, object]) -> str:
    shown = registrar.post(f"{here}bulk", data=data).text
    key = {"idempotency_key": hidden(shown, "idempotency_key")[0]}
    return str(registrar.post(f"{here}bulk/execute", data=data | key).location)


def test_what_was_started_can_be_undone_for_a_minute(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    session.commit()
    operation = started(registrar, board_of(world.open), chosen_for([sent], "start_review"))
    assert "D’ici là, rien ne change" in registrar.get(operation).text
    undone = registrar.post(f"{operation}/undo")
    assert (undone.status_code, undone.location) == (303, operation)
    page = registrar.get(operation).text
    assert "C’est annulé" in page
    assert f"{operation}/undo" not in page
    run_operations(database)
    session.expire_all()
    assert sent.state is ApplicationState.SUBMITTED


def test_what_has_begun_cannot_be_undone(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    session.commit()
    operation = started(registrar, board_of(world.open), chosen_for([sent], "start_review"))
    run_operations(database)
    registrar.post(f"{operation}/undo")
    assert "déjà commencé" in registrar.get(operation).text
    session.expire_all()
    assert sent.state is ApplicationState.UNDER_REVIEW


def test_the_first_of_a_list_or_all_of_it_are_chosen_by_the_list_s_own_filter(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    made = [
        in_state(session, world, ApplicationState.UNDER_REVIEW, score=score)
        for score in (1000, 9000, 5000)
    ]
    in_state(session, world, ApplicationState.SUBMITTED)
    session.commit()
    bulk = f"{board_of(world.open)}bulk?state=under_review"
    best = registrar.post(bulk, data={"event": "waitlist", "first": "2"}).text
    assert hidden(best, "chosen") == [f"{made[1].reference} {made[2].reference}"]
    every = registrar.post(bulk, data={"event": "waitlist", "all": "1"}).text
    (chosen,) = hidden(every, "chosen")
    assert set(chosen.split()) == {each.reference for each in made}
