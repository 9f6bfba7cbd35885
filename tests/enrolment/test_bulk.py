"""Decisions about many applications at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.enrolment.models import Application
from learning.enrolment.rules import Event, State
from learning.mail.models import Mail
from tests.enrolment.making import a_person, in_state
from tests.enrolment.operations import run_operations
from tests.enrolment.test_board import board_of, text_of
from tests.enrolment.test_deciding_pages import WHY, hidden, moves
from tests.world import World, sign_in


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def chosen_for(made: list[Application], event: str) -> dict[str, object]:
    return {"chosen": [each.reference for each in made], "event": event}


def test_five_are_accepted_with_three_seats(
    registrar, database, session: Session, world: World
) -> None:
    """The highest scores get the seats; letters go out once, each in its reader's language."""
    languages = ("fr", "es", "en", "fr", "es")
    made = [
        in_state(
            session, world, State.UNDER_REVIEW, a_person(session, language=language), score=score
        )
        for score, language in zip((1000, 9000, 5000, 7000, 2000), languages, strict=True)
    ]
    world.open.capacity = 3
    session.commit()
    here, data = board_of(world.open), chosen_for(made, "accept")
    shown = registrar.post(f"{here}bulk", data=data)
    assert shown.status_code == 200
    assert "5 candidatures" in shown.text
    assert "3 places" in text_of(shown.text)
    assert {f'lang="{code}" dir' in shown.text for code in ("fr", "es", "en")} == {True}
    assert moves(session, made[0])[-1] is Event.OPEN_REVIEW, "shown, not done"
    data |= {"form_key": hidden(shown.text, "form_key")[0]}
    missing = registrar.post(f"{here}bulk/carry-out", data=data | {"reason": ""})
    assert missing.status_code == 422
    assert hidden(missing.text, "chosen") == hidden(shown.text, "chosen")
    done = registrar.post(f"{here}bulk/carry-out", data=data | {"reason": WHY})
    assert done.status_code == 303
    again = registrar.post(f"{here}bulk/carry-out", data=data | {"reason": WHY})
    assert again.location == done.location
    run_operations(database)
    page = text_of(registrar.get(done.location).text)
    assert "2 personnes ont été laissées de côté" in page
    assert "3 courriels sont en file d’attente" in page
    assert page.count("Il ne reste plus de place") == 2
    session.expire_all()
    assert [each.state is State.ACCEPTED for each in made] == [False, True, True, True, False]
    again = registrar.post(f"{here}bulk/carry-out", data=data | {"reason": WHY})
    assert again.location == done.location
    mails = session.scalars(select(Mail).where(Mail.kind == "enrolment.accepted")).all()
    assert sorted(mail.language for mail in mails) == ["en", "es", "fr"]


def test_who_cannot_be_decided_about_is_named_before_and_left_out(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    read = in_state(session, world, State.UNDER_REVIEW, a_person(session, name="Rosa Huamán"))
    sent = in_state(session, world, State.SUBMITTED, a_person(session, name="Kouassi Yao"))
    here = board_of(world.open)
    shown = registrar.post(f"{here}bulk", data=chosen_for([read, sent], "accept"))
    assert hidden(shown.text, "chosen") == [read.reference]
    assert "1 candidature est choisie" in text_of(shown.text)
    left_out = text_of(shown.text).partition("Pour 1 candidature, ce n’est pas possible")[2]
    assert "Kouassi Yao" in left_out
    none = registrar.post(f"{here}bulk", data=chosen_for([sent], "accept"))
    assert none.status_code == 200
    assert "Aucune des candidatures choisies" in text_of(none.text)
    assert "carry-out" not in none.text or hidden(none.text, "chosen") == []


def test_many_are_declined_only_with_the_letters_that_were_read(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    made = [in_state(session, world, State.UNDER_REVIEW) for _ in range(2)]
    here, data = board_of(world.open), chosen_for(made, "decline")
    first = registrar.post(f"{here}bulk", data=data).text
    assert 'class="preview"' not in first
    data |= {"form_key": hidden(first, "form_key")[0], "reason": WHY}
    changed = registrar.post(f"{here}bulk/carry-out", data=data | {"seen": ""})
    assert changed.status_code == 422
    shown = registrar.post(f"{here}bulk", data=data).text
    assert WHY in shown.split('class="preview"')[1]
    assert shown.count('class="preview"') == 1, "the same words once"
    seen = {"seen": hidden(shown, "seen")[0], "form_key": hidden(shown, "form_key")[0]}
    assert registrar.post(f"{here}bulk/carry-out", data=data | seen).status_code == 303
    run_operations(database)
    session.expire_all()
    assert {each.state for each in made} == {State.DECLINED}


def test_nothing_chosen_or_something_foreign_changes_nothing(
    registrar: FlaskClient, database, session: Session, world: World
) -> None:
    sent, here = in_state(session, world, State.SUBMITTED), board_of(world.open)
    answer = registrar.post(f"{here}bulk", data={"event": "open-review"})
    assert (answer.status_code, answer.location) == (303, here)
    elsewhere = board_of(world.running)
    data = chosen_for([sent], "open-review") | {"form_key": "k" * 20}
    assert registrar.post(f"{elsewhere}bulk", data=data).status_code == 303
    registrar.post(f"{elsewhere}bulk/carry-out", data=data)
    assert registrar.post(f"{here}bulk", data=data | {"event": "cancel"}).status_code == 404
    assert registrar.get(f"{here}bulk").location == here
    assert run_operations(database) == 0
    session.expire_all()
    assert sent.state is State.SUBMITTED
    assert registrar.post(f"{here}bulk/carry-out", data=data).status_code == 303
    run_operations(database)
    session.expire_all()
    assert sent.state is State.UNDER_REVIEW
