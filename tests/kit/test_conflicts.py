"""A constraint that is met late is a sentence, and what was typed is kept."""

import psycopg.errors
import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.enrolment.models import Enrolment
from learning.kit.conflicts import DEFAULT_MESSAGE, constraint_of, violated_constraint
from tests.kit.test_failures import not_testing
from tests.world import NOW, RUNNING, World, sign_in, version_of


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (Person, constraint_of(Person.email)),
        (Enrolment, constraint_of(Enrolment.person_id, Enrolment.edition_id)),
    ],
)
def test_a_constraint_is_known_by_its_columns_on_both_databases(
    session: Session, world: World, table, name
) -> None:
    own = session.get_one(table, world.awa.id if table is Person else world.place.id)
    values = {
        column.name: getattr(own, column.name)
        for column in table.__table__.columns
        if column.name not in {"id", "uid"}
    } | {"uid": "another"}
    with pytest.raises(IntegrityError) as met, session.begin_nested():
        session.execute(insert(table).values(**values))
    assert violated_constraint(met.value) == name


def test_what_is_no_unique_constraint_is_no_conflict(session: Session) -> None:
    with pytest.raises(IntegrityError) as met, session.begin_nested():
        session.execute(insert(Person).values(name=None))
    assert violated_constraint(met.value) is None
    assert violated_constraint(ValueError("x")) is None


def duplicate(session: Session, email: str) -> None:
    person = {"email": email, "name": "Second", "sort_key": "second", "joined_at": NOW}
    session.execute(
        insert(Person).values(
            **person, language="en", zone="UTC", institution="", totp_step=0, version=1
        )
    )


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "There is an account with this address by now."),
        ("fr", "Il existe maintenant un compte avec cette adresse."),
        ("es", "Ahora ya existe una cuenta con esta dirección."),
    ],
)
def test_the_second_reads_a_sentence_and_keeps_what_was_typed(
    app: Flask, session, world: World, monkeypatch, language, message
) -> None:
    """The view finds the address free; by the time it inserts, it is not."""
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    monkeypatch.setattr("learning.accounts.queries.person_by_email", lambda *_: None)
    form = {
        "name": "Somebody with quite a long name",
        "email": world.awa.email,
        "language": "en",
        "role": "auditor",
        "reason": "a reason of more than twenty letters",
        "idempotency_key": "k" * 20,
    }
    answer = administrator.post(f"/{language}/staff/people/invite", data=form)
    assert answer.status_code == 409
    assert message in answer.text
    for name, value in form.items():
        assert f'<textarea hidden name="{name}">\n{value}</textarea>' in answer.text
    assert f'action="/{language}/staff/people/invite"' in answer.text
    monkeypatch.undo()
    again = administrator.post(f"/{language}/staff/people/invite", data=form)
    assert again.status_code == 409
    assert "Awa Koné" in again.text


def test_a_constraint_met_at_the_commit_is_a_sentence_too(
    app: Flask, session, world: World, monkeypatch
) -> None:
    client, email = sign_in(app, session, world.awa), world.awa.email
    shown = client.get("/en/account/profile").text
    form = {"language": "en", "zone": "UTC", "version": version_of(shown)}
    commit = Session.commit

    def late(own: Session) -> None:
        if not own.dirty:  # another transaction of the same request
            commit(own)
            return
        monkeypatch.undo()
        duplicate(own, email)

    monkeypatch.setattr(Session, "commit", late)
    form["name"] = "A new name"
    with not_testing(app):
        answer = client.post("/en/account/profile", data=form)
    assert answer.status_code == 409
    assert "There is an account with this address by now." in answer.text
    assert "Content-Security-Policy" in answer.headers


def test_a_constraint_without_a_sentence_of_its_own_is_said_in_general(
    app: Flask, session, world: World, monkeypatch
) -> None:
    client, email = sign_in(app, session, world.awa), world.awa.email
    session.commit()
    note = f"/en/editions/{RUNNING}/lessons/m4-l1/notes/one-level-1"
    monkeypatch.setitem(app.extensions, "conflicts", {})
    monkeypatch.setattr(
        "learning.lessons.actions.write_note", lambda own, *_, **__: duplicate(own, email)
    )
    answer = client.post(note, data={"body": "a thought", "version": "0"})
    assert answer.status_code == 409
    assert DEFAULT_MESSAGE in answer.text
    assert "a thought</textarea>" in answer.text


def test_secrets_are_never_written_into_the_page(
    session, visitor, world: World, monkeypatch
) -> None:
    email = world.awa.email
    monkeypatch.setattr(
        "learning.accounts.passwords.check_password", lambda *_: duplicate(session, email)
    )
    form = {"email": email, "password": "walnut harbour twelve"}
    answer = visitor.post("/en/account/sign-in", data=form)
    assert answer.status_code == 409
    assert "walnut harbour twelve" not in answer.text
    assert "<textarea" not in answer.text


def test_what_was_typed_is_kept_when_the_database_is_busy(
    app: Flask, session, world: World, monkeypatch
) -> None:
    client = sign_in(app, session, world.awa)
    note = f"/fr/editions/{RUNNING}/lessons/m4-l1/notes/one-level-1"

    def busy(*_: object, **__: object) -> None:
        raise OperationalError("UPDATE", {}, psycopg.errors.LockNotAvailable("held"))

    monkeypatch.setattr("learning.lessons.actions.write_note", busy)
    with not_testing(app):
        answer = client.post(note, data={"body": "une pensée", "version": "0"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "une pensée</textarea>" in answer.text
