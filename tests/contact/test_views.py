"""Somebody writes to the course team; the staff see it, and mark it as answered once."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.contact import limits
from learning.contact.actions import purge_messages
from learning.contact.models import ContactMessage
from learning.kit.i18n import i18n_for
from learning.kit.rate_limit import RateLimited, attempt, consume
from learning.mail.models import OutgoingEmail
from learning.wiring import EMAIL_TEMPLATES
from tests.world import NOW, World, sign_in

QUEUE = "/fr/staff/?kind=contact-messages"
SENT = {"name": "Mariam Diallo", "email": "mariam@example.net", "body": "Le lien ne marche pas."}


def write(client: FlaskClient, **changed: str):
    page = client.get("/fr/contact/").text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)[1]
    return client.post("/fr/contact/", data=SENT | {"idempotency_key": key} | changed)


def version_in(page: str) -> str:
    return re.search(r'name="version" value="([^"]+)"', page)[1]


def messages(session: Session) -> list[ContactMessage]:
    return list(session.scalars(select(ContactMessage).order_by(ContactMessage.id)))


def test_a_visitor_writes_and_gets_a_receipt(visitor: FlaskClient, session: Session) -> None:
    assert write(visitor).location == "/fr/contact/sent"
    assert "Votre message est arrivé" in visitor.get("/fr/contact/sent").text
    (message,) = messages(session)
    assert (message.name, message.email, message.body) == tuple(SENT.values())
    assert message.language == "fr"
    mail = session.scalars(select(OutgoingEmail)).one()
    assert (mail.email, mail.kind, mail.category) == (SENT["email"], "contact.receipt", "contact")
    assert mail.name == "", "the sender may have typed another person's name"
    shown = EMAIL_TEMPLATES[mail.kind](i18n_for("fr"), {})
    assert SENT["body"] not in " ".join(shown.lines)


def test_sent_twice_it_is_one_message(visitor: FlaskClient, session: Session) -> None:
    for _ in range(2):
        answer = write(visitor, idempotency_key="k" * 24)
        assert answer.location == "/fr/contact/sent"
    assert len(messages(session)) == 1


def test_another_message_from_a_page_that_was_brought_back_is_not_lost(
    visitor: FlaskClient, session: Session
) -> None:
    written = ["The first question.", "The second question."]
    for body in written:
        assert write(visitor, idempotency_key="k" * 24, body=body).status_code == 303
    assert [each.body for each in messages(session)] == [
        "The first question.",
        "The second question.",
    ]


@pytest.mark.parametrize(
    ("field", "typed", "statement"),
    [
        ("name", "", "Indiquez votre nom"),
        ("email", "mariam", "Écrivez l’adresse en entier"),
        ("body", " ", "Écrivez votre message."),
        ("body", "é" * 5001, "5 000 caractères"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    visitor: FlaskClient, session: Session, field: str, typed: str, statement: str
) -> None:
    page = write(visitor, **{field: typed})
    assert page.status_code == 422
    assert statement in page.text.replace("\u202f", " ").replace("\xa0", " ")
    for name, value in SENT.items():
        assert name == field or value in page.text
    assert messages(session) == []


def test_one_address_has_its_limit(visitor: FlaskClient, session: Session) -> None:
    for _ in range(5):
        assert write(visitor).status_code == 303
    page = write(visitor)
    assert page.status_code == 429
    assert SENT["body"] in page.text
    assert len(messages(session)) == 5


def test_who_is_signed_in_need_not_type_their_address(
    app: Flask, session: Session, world: World, visitor: FlaskClient
) -> None:
    page = sign_in(app, session, world.awa).get("/fr/contact/")
    assert world.awa.email in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert world.awa.email not in visitor.get("/fr/contact/").text


def test_staff_read_it_in_the_queue_and_mark_it_once(
    app: Flask, session: Session, world: World, visitor: FlaskClient
) -> None:
    write(visitor, body="<script>alert(1)</script>")
    (message,) = messages(session)
    path = f"/fr/staff/messages/{message.id}"
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert path in registrar.get(QUEUE).text
    page = registrar.get(path).text
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="mailto:mariam%40example.net?subject=Votre%20message' in page
    shown = {"version": version_in(page)}
    assert registrar.post(path, data=shown).location == "/fr/staff/"
    session.refresh(message)
    assert message.answered_at
    assert path not in registrar.get(QUEUE).text
    assert "Traité le" in registrar.get(path).text
    again = registrar.post(path, data=shown)
    assert again.status_code == 409
    assert "déjà marqué" in again.text
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "message answered")).one()
    assert entry.subject == f"message {message.id}"


def test_staff_delete_spam_and_the_trail_keeps_nothing_of_it(
    app: Flask, session: Session, world: World, visitor: FlaskClient
) -> None:
    write(visitor, body="Buy now")
    (message,) = messages(session)
    path = f"/fr/staff/messages/{message.id}"
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    shown = {"version": version_in(registrar.get(path).text)}
    answer = registrar.post(f"{path}/spam", data=shown)
    assert answer.location == "/fr/staff/"
    assert "Le message est supprimé." in registrar.get(answer.location).text
    assert messages(session) == []
    assert path not in registrar.get(QUEUE).text
    assert registrar.get(path).status_code == 404
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "spam deleted")).one()
    assert (entry.subject, entry.detail) == (path.replace("/fr/staff/messages/", "message "), "{}")
    for again in (path, f"{path}/spam"):
        answer = registrar.post(again, data=shown)
        assert answer.status_code == 409
        assert "a déjà supprimé ce message" in answer.text


def test_a_later_message_with_the_id_of_a_deleted_one_is_another(
    app: Flask, session: Session, world: World, visitor: FlaskClient
) -> None:
    """SQLite gives the id of the last row again once that row is deleted."""
    write(visitor)
    (message,) = messages(session)
    path = f"/fr/staff/messages/{message.id}"
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    shown = {"version": version_in(registrar.get(path).text)}
    message.sent_at += timedelta(seconds=1)
    session.commit()
    for action in (path, f"{path}/spam"):
        assert registrar.post(action, data=shown).status_code == 409
    session.expire_all()
    assert [each.answered_at for each in messages(session)] == [None]


def test_one_network_has_its_limit_in_a_day(app: Flask, session: Session) -> None:
    """Who types another address each time sends receipts to people who never wrote."""
    sent = 0
    for minutes in range(0, 24 * 60, 2):
        with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
            tried = attempt(limits.CONTACT, f"{minutes}@example.net")
        with suppress(RateLimited), session.begin_nested():
            consume(session, tried, at=NOW + timedelta(minutes=minutes))
            sent += 1
    assert 60 < sent < 120


@pytest.mark.parametrize("role", [Role.TUTOR, Role.EXPERT, Role.FINANCE, Role.AUDITOR])
def test_others_do_not_read_messages(
    app: Flask, session: Session, world: World, visitor: FlaskClient, role: Role
) -> None:
    write(visitor)
    path = f"/fr/staff/messages/{messages(session)[0].id}"
    client = sign_in(app, session, world.staff[role])
    assert client.get(path).status_code == client.post(path).status_code == 404
    assert client.post(f"{path}/spam").status_code == 404
    assert len(messages(session)) == 1
    assert path not in client.get(QUEUE).text


def test_an_answered_message_is_deleted_after_a_year(session: Session) -> None:
    for answered in (NOW, NOW + timedelta(days=2), None):
        session.add(
            ContactMessage(
                name="A", email="a@example.net", language="en", body="B", sent_at=NOW,
                answered_at=answered,
            )
        )  # fmt: skip
    session.flush()
    assert purge_messages(session, before=NOW + timedelta(days=1)) == 1
    assert [message.answered_at for message in messages(session)] == [NOW + timedelta(days=2), None]
