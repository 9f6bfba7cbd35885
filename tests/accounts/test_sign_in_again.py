"""A form that comes after its session has ended is sent when its writer, nobody else, signs in."""

import html
import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.access.permissions import Role
from learning.accounts import reader_marks, two_factor
from learning.accounts.models import Person, UserSession
from learning.accounts.passwords import hash_password
from learning.accounts.two_factor import NewTotpSecret
from learning.enrolment.models import Enrolment
from learning.lessons.models import Note
from tests.world import NOW, World, sign_in

PASSWORD, OTHER_PASSWORD = "a password of many words", "another password of words"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGN_IN, AGAIN = "/fr/account/sign-in", "/fr/account/sign-in-again"
NOTE = "/fr/editions/reintegration-running/lessons/m4-l1/notes/levels"
TEXT = "Une longue pensée <b>à moi</b>"
FIELD = re.compile(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', re.DOTALL)
RETRY = re.compile(r'name="sign_in-retry" value="([^"]+)"')


@pytest.fixture
def awa(session: Session, world: World) -> Person:
    world.awa.password_hash = hash_password(PASSWORD)
    session.commit()
    return world.awa


@pytest.fixture
def other(session: Session, world: World) -> Person:
    person = world.staff[Role.TUTOR]
    person.password_hash = hash_password(OTHER_PASSWORD)
    session.commit()
    return person


def end_sessions(session: Session) -> None:
    session.execute(update(UserSession).values(idle_until=NOW - timedelta(minutes=1)))
    session.commit()


def typed_after_the_end(client: FlaskClient, session: Session, person: Person) -> TestResponse:
    """Sign in, wait until the session has ended, send a note."""
    client.post(SIGN_IN, data={"email": person.email, "password": PASSWORD})
    end_sessions(session)
    return client.post(NOTE, data={"body": TEXT, "version": "0"})


def kept_on(page: TestResponse) -> dict[str, str]:
    """Return what a page would send: what was typed, whose it is, and where it goes."""
    kept = {name: html.unescape(value) for name, value in FIELD.findall(page.text)}
    retry = RETRY.search(page.text)
    return kept | ({"sign_in-retry": html.unescape(retry[1])} if retry else {})


def credentials(person: Person, password: str = PASSWORD) -> dict[str, str]:
    return {"sign_in-email": person.email, "sign_in-password": password}


def notes(session: Session) -> list[tuple[int, str]]:
    session.expire_all()
    rows = session.execute(select(Enrolment.person_id, Note.body).join_from(Note, Enrolment))
    return [(person_id, body) for person_id, body in rows]


def count_alive(session: Session) -> int:
    alive = select(func.count()).select_from(UserSession).where(UserSession.idle_until > NOW)
    return session.scalar(alive) or 0


def test_the_page_holds_what_was_typed_and_asks_for_the_password(visitor, session, awa) -> None:
    page = typed_after_the_end(visitor, session, awa)
    assert page.status_code == 401
    kept = kept_on(page)
    assert (kept["body"], kept["version"], kept["sign_in-retry"]) == (TEXT, "0", NOTE)
    assert f'action="{AGAIN}"' in page.text
    assert 'target="_blank"' not in page.text.split("sign_in-password")[0], "no second tab"
    assert page.headers["Cache-Control"] == "no-store"
    assert notes(session) == []


def test_signing_in_sends_the_form_once_more(visitor, session, awa) -> None:
    kept = kept_on(typed_after_the_end(visitor, session, awa))
    sent_on = visitor.post(AGAIN, data=kept | credentials(awa))
    assert (sent_on.status_code, sent_on.location) == (307, NOTE)
    assert notes(session) == [], "the browser sends it, to the address that takes it"
    saved = visitor.post(NOTE, data=kept | credentials(awa))
    assert saved.status_code == 303
    assert notes(session) == [(awa.id, TEXT)]


def test_a_note_that_is_sent_twice_is_saved_once(visitor, session, awa) -> None:
    kept = kept_on(typed_after_the_end(visitor, session, awa))
    for _ in range(2):
        assert visitor.post(AGAIN, data=kept | credentials(awa)).status_code == 307
        visitor.post(NOTE, data=kept)
    assert notes(session) == [(awa.id, TEXT)]


def test_a_wrong_password_keeps_what_was_typed(visitor, session, awa) -> None:
    kept = kept_on(typed_after_the_end(visitor, session, awa))
    page = visitor.post(AGAIN, data=kept | credentials(awa, "wrong password"))
    assert page.status_code == 422
    assert kept_on(page) == kept
    assert "wrong password" not in page.text
    assert f'value="{awa.email}"' in page.text


def test_another_person_neither_sends_it_nor_is_signed_in(visitor, session, awa, other) -> None:
    kept = kept_on(typed_after_the_end(visitor, session, awa))
    page = visitor.post(AGAIN, data=kept | credentials(other, OTHER_PASSWORD))
    assert page.status_code == 422
    assert kept_on(page) == kept, "its writer can still send it"
    assert count_alive(session) == 0
    assert visitor.post(AGAIN, data=kept | credentials(awa)).status_code == 307


def test_a_form_from_the_page_of_another_is_not_taken(app, session, awa, other) -> None:
    """Somebody else signed in in another tab: what was typed waits for its writer."""
    hers = sign_in(app, session, awa)
    mark = hers.get(NOTE).text.split('name="reader" value="')[1].split('"')[0]
    client = sign_in(app, session, other)
    page = client.post(NOTE, data={"body": TEXT, "version": "0", "reader": mark})
    assert page.status_code == 401
    assert kept_on(page)["body"] == TEXT
    assert notes(session) == []
    assert client.post(AGAIN, data=kept_on(page) | credentials(awa)).status_code == 307
    assert hers.post(NOTE, data={"body": TEXT, "version": "0", "reader": mark}).status_code == 303


def test_where_the_writer_is_unknown_a_button_sends_it(visitor, session, awa) -> None:
    page = visitor.post(NOTE, data={"body": TEXT, "version": "0"})
    kept = kept_on(page)
    assert "reader" not in kept
    shown = visitor.post(AGAIN, data=kept | credentials(awa))
    assert shown.status_code == 200
    assert f'action="{NOTE}"' in shown.text
    assert awa.name in shown.text, "the page is that of who has signed in"
    assert visitor.post(NOTE, data=kept_on(shown)).status_code == 303
    assert notes(session) == [(awa.id, TEXT)]


def test_a_browser_that_needs_a_token_sends_it_by_a_button(app: Flask, session, awa) -> None:
    client = app.test_client()

    def token_of(text: str) -> dict[str, str]:
        return {"csrf_token": re.findall(r'name="csrf_token" value="(\w+)"', text)[0]}

    form = token_of(client.get(SIGN_IN).text) | {"email": awa.email, "password": PASSWORD}
    assert client.post(SIGN_IN, data=form).status_code == 303
    sent = token_of(client.get(NOTE).text) | {"body": TEXT, "version": "0"}
    end_sessions(session)
    page = client.post(NOTE, data=sent)
    kept = kept_on(page) | token_of(page.text) | credentials(awa)
    shown = client.post(AGAIN, data=kept)
    assert shown.status_code == 200
    assert client.post(NOTE, data=kept_on(shown) | token_of(shown.text)).status_code == 303
    assert notes(session) == [(awa.id, TEXT)]


@pytest.fixture
def with_codes(session: Session, awa: Person) -> Person:
    two_factor.enable(session, awa, NewTotpSecret(secret=SECRET, step=0), now=NOW)
    session.commit()
    return awa


def code_now() -> dict[str, str]:
    return {"sign_in-code": pyotp.TOTP(SECRET).at(datetime.now(UTC))}


def test_with_two_steps_the_form_goes_after_the_code(visitor, session, with_codes) -> None:
    page = visitor.post(NOTE, data={"body": TEXT, "version": "0"})
    query = visitor.post(AGAIN, data=kept_on(page) | credentials(with_codes))
    assert query.status_code == 200
    assert f'action="{AGAIN}/code"' in query.text
    kept = kept_on(query)
    wrong = visitor.post(f"{AGAIN}/code", data=kept | {"sign_in-code": "000000"})
    assert (wrong.status_code, kept_on(wrong)) == (422, kept)
    assert count_alive(session) == 0
    mark = {"reader": mark_of(visitor, with_codes)}
    sent_on = visitor.post(f"{AGAIN}/code", data=kept | mark | code_now())
    assert (sent_on.status_code, sent_on.location) == (307, NOTE)
    assert visitor.post(NOTE, data=kept | mark).status_code == 303


def mark_of(client: FlaskClient, person: Person) -> str:
    with client.application.app_context():
        return reader_marks.mark_of(person.id)


def test_the_code_of_another_person_sends_nothing(visitor, session, with_codes, other) -> None:
    page = visitor.post(NOTE, data={"body": TEXT, "version": "0"})
    kept = kept_on(visitor.post(AGAIN, data=kept_on(page) | credentials(with_codes)))
    his = {"reader": mark_of(visitor, other)}
    refused = visitor.post(f"{AGAIN}/code", data=kept | his | code_now())
    assert refused.status_code == 422
    assert kept_on(refused)["body"] == TEXT
    assert count_alive(session) == 0


@pytest.mark.usefixtures("with_codes")
def test_without_a_password_before_it_a_code_opens_nothing(visitor, session) -> None:
    page = visitor.post(NOTE, data={"body": TEXT, "version": "0"})
    query = visitor.post(f"{AGAIN}/code", data=kept_on(page) | code_now())
    assert query.status_code == 422
    assert 'name="sign_in-password"' in query.text
    assert count_alive(session) == 0


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_what_was_typed_is_sent_to_no_other_site(visitor, session, awa, target: str) -> None:
    kept = kept_on(typed_after_the_end(visitor, session, awa)) | {"sign_in-retry": target}
    answer = visitor.post(AGAIN, data=kept | credentials(awa))
    assert (answer.status_code, answer.location) == (303, "/fr/this-week")


def test_who_asks_for_a_page_after_the_end_is_told_so(visitor, session, awa) -> None:
    visitor.post(SIGN_IN, data={"email": awa.email, "password": PASSWORD})
    end_sessions(session)
    query = visitor.get("/fr/account/profile").location
    page = visitor.get(query).text
    assert 'class="lead"' in page
    assert 'id="new-email"' not in page, "no form for a new account"
    answer = visitor.post(
        SIGN_IN,
        data={"email": awa.email, "password": PASSWORD, "next": "/fr/account/profile"},
    )
    assert answer.location == "/fr/account/profile"
    assert visitor.get(query).location == "/fr/account/profile", "signed in already"
