"""Joining and coming back, as somebody does it: pages, letters, links."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import queries, tokens
from learning.accounts.actions import AccountDecision, close_account, set_password
from learning.accounts.models import AccountToken, TokenPurpose, UserSession
from learning.accounts.passwords import hash_password
from learning.accounts.tokens import TokenRequest
from learning.jobs.worker import Worker
from learning.mail.models import OutgoingEmail
from learning.settings import Settings
from learning.wiring import handlers
from tests.world import World, make_person, sign_in

PASSWORD = "walnut harbour twelve"
NEW = {"name": "Inés Ruiz", "email": "ines@example.org"}
FIRST = {"name": "Inés Ruiz", "password": PASSWORD}


def work(database) -> None:
    """Do what is waiting, but send nothing: the letters stay in the outbox to be read."""
    own = handlers(Settings()) | {"mail.send": lambda _task: None}
    worker = Worker(database=database, handlers=own, clock=lambda: datetime.now(UTC))
    while worker.step():
        pass


def letters(session: Session) -> list[tuple[str, str, dict[str, str]]]:
    session.expire_all()
    found = session.scalars(select(OutgoingEmail).order_by(OutgoingEmail.id))
    return [(mail.kind, mail.email, json.loads(mail.params)) for mail in found]


def path_in(session: Session, kind: str) -> str:
    return next(p["path"] for k, _, p in reversed(letters(session)) if k == kind)


def sign_up_path(session: Session) -> str:
    """Return the link that the owner of the address gets."""
    token_request = TokenRequest(
        purpose=TokenPurpose.SIGN_UP,
        email=NEW["email"],
        payload=NEW | {"language": "en", "zone": "UTC"},
    )
    path = tokens.create_token(session, token_request, now=datetime.now(UTC))
    session.commit()
    return f"/en{path}"


def give(client: FlaskClient, email: str, password: str):
    return client.post("/en/account/sign-in", data={"email": email, "password": password})


def test_somebody_signs_up_proves_the_address_and_signs_in(database, session, visitor) -> None:
    answer = visitor.post("/es/account/sign-up", data=NEW | {"zone": "America/Lima"})
    assert answer.location == "/es/account/email-sent"
    work(database)
    ((kind, email, _),) = letters(session)
    assert (kind, email) == ("accounts.sign-up", "ines@example.org")
    path = "/es" + path_in(session, "accounts.sign-up")
    assert queries.person_by_email(session, email) is None
    page = visitor.get(path).text
    assert 'value="Inés Ruiz"' in page
    assert "ines@example.org" in page
    assert queries.person_by_email(session, email) is None  # scanners open links, too
    assert visitor.post(path).status_code == 422
    assert queries.person_by_email(session, email) is None
    corrected = FIRST | {"name": "Inés Ruiz Soto"}
    assert visitor.post(path, data=corrected).location == "/es/this-week"
    session.expire_all()
    person = queries.person_by_email(session, email)
    assert person
    assert (person.language, person.zone) == ("es", "America/Lima")
    assert person.name == "Inés Ruiz Soto"
    page = visitor.get("/es/account/profile").text
    assert "Inés Ruiz Soto" in page, "who chose the password is signed in"
    visitor.post("/es/account/sign-out")
    assert give(visitor, email, PASSWORD).location == "/en/this-week"


def test_a_link_works_once(database, session, visitor) -> None:
    visitor.post("/en/account/sign-up", data=NEW)
    work(database)
    path = "/en" + path_in(session, "accounts.sign-up")
    assert visitor.post(path, data=FIRST).status_code == 303
    assert visitor.post(path, data=FIRST).status_code == 410
    assert visitor.get(path).status_code == 200
    assert "does not work any more" in visitor.get(path).text


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [("accounts.sign-up", timedelta(days=1)), ("accounts.reset", timedelta(minutes=30))],
)
def test_a_link_ends(database, session, visitor, kind, lasts) -> None:
    known = make_person(session, "Known Person", email="known@example.org")
    session.commit()
    visitor.post("/en/account/sign-up", data=NEW)
    visitor.post("/en/account/password-reset", data={"email": known.email})
    work(database)
    path = "/en" + path_in(session, kind)
    with time_machine.travel(datetime.now(UTC) + lasts + timedelta(seconds=1), tick=False):
        assert visitor.post(path, data={"password": PASSWORD}).status_code == 410


def test_signing_up_with_a_known_address_looks_the_same_and_changes_nothing(
    database, session, visitor, world: World
) -> None:
    before = world.awa.password_hash
    known = visitor.post("/en/account/sign-up", data=NEW | {"email": world.awa.email})
    unknown = visitor.post("/en/account/sign-up", data=NEW)
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    work(database)
    assert [kind for kind, *_ in letters(session)] == [
        "accounts.account-exists",
        "accounts.sign-up",
    ]
    assert world.awa.password_hash == before


def test_a_password_that_a_stranger_typed_never_counts(database, session, visitor) -> None:
    """Somebody else asks with this address: what they know opens nothing once it is confirmed."""
    strangers = {"password": "squatters own phrase"}
    visitor.post("/en/account/sign-up", data=NEW | strangers)
    work(database)
    path = "/en" + path_in(session, "accounts.sign-up")
    assert "squatters" not in visitor.get(path).text
    assert visitor.post(path, data=FIRST).status_code == 303
    assert give(visitor, NEW["email"], strangers["password"]).status_code == 422
    assert give(visitor, NEW["email"], PASSWORD).status_code == 303


def test_a_link_of_an_earlier_release_asks_for_the_password_too(session, visitor) -> None:
    data = NEW | {"language": "es", "zone": "UTC", "password_hash": hash_password("squatters own")}
    token_request = TokenRequest(purpose=TokenPurpose.SIGN_UP, email=NEW["email"], payload=data)
    path = "/en" + tokens.create_token(session, token_request, now=datetime.now(UTC))
    session.commit()
    assert visitor.post(path, data=FIRST).status_code == 303
    assert give(visitor, NEW["email"], "squatters own").status_code == 422
    assert give(visitor, NEW["email"], PASSWORD).status_code == 303


def test_a_forgotten_password_is_replaced_and_every_device_signed_out(
    app: Flask, database, session, visitor, world: World
) -> None:
    own = sign_in(app, session, world.awa)
    visitor.post("/fr/account/password-reset", data={"email": world.awa.email.upper()})
    work(database)
    path = "/fr" + path_in(session, "accounts.reset")
    assert visitor.get(path).status_code == 200
    weak = visitor.post(path, data={"password": "P@ssw0rd2026!!"})
    assert weak.status_code == 422
    assert visitor.post(path, data={"password": PASSWORD}).location == "/fr/account/sign-in"
    assert own.get("/fr/this-week").location.startswith("/fr/account/sign-in")
    work(database)
    assert letters(session)[-1][0] == "accounts.password-changed"
    assert give(visitor, world.awa.email, PASSWORD).status_code == 303


def test_a_forgotten_password_of_nobody_looks_the_same(database, session, visitor) -> None:
    answer = visitor.post("/en/account/password-reset", data={"email": "nobody@example.org"})
    assert answer.location == "/en/account/email-sent"
    work(database)
    assert letters(session) == []


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_a_person_who_gets_no_e_mail_is_told_whom_to_write_to(visitor, language) -> None:
    page = visitor.get(f"/{language}/account/email-sent").text
    assert f'href="/{language}/contact/"' in page


@pytest.mark.parametrize("page", ["password-reset", "sign-up"])
def test_asking_costs_the_same_statements_for_known_and_unknown(
    visitor, world: World, queries: list[str], page
) -> None:
    counts = []
    for email in (world.awa.email, "nobody@example.org"):
        queries.clear()
        answer = visitor.post(f"/en/account/{page}", data=NEW | {"email": email})
        assert answer.location == "/en/account/email-sent"
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_new_address_is_proved_first_and_the_old_one_told(
    app: Flask, database, session, world: World
) -> None:
    old, client = world.awa.email, sign_in(app, session, world.awa)
    answer = client.post("/fr/account/security/email", data={"email": "awa.new@example.org"})
    assert answer.location == "/fr/account/email-sent"
    work(database)
    messages = [(kind, email) for kind, email, _ in letters(session)]
    assert messages == [
        ("accounts.email-change", "awa.new@example.org"), ("accounts.email-changing", old),
    ]  # fmt: skip
    session.expire_all()
    assert world.awa.email == old
    client.post("/fr" + path_in(session, "accounts.email-change"))
    session.expire_all()
    assert world.awa.email == "awa.new@example.org"
    assert letters(session)[-1][:2] == ("accounts.email-changed", old)


def test_somebody_else_s_address_cannot_be_taken(
    app: Flask, database, session, world: World
) -> None:
    client = sign_in(app, session, world.awa)
    answer = client.post("/fr/account/security/email", data={"email": world.stranger.email})
    assert answer.location == "/fr/account/email-sent"
    work(database)
    assert [kind for kind, *_ in letters(session)] == ["accounts.account-exists"]


def test_an_invitation_leads_to_a_password(app: Flask, database, session, visitor, world) -> None:
    staff = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    form = {
        "name": "New Tutor", "email": "tutor.new@example.org", "language": "es", "role": "tutor",
        "edition": world.running.code, "reason": "teaches module 4",
        "idempotency_key": "k" * 20,
    }  # fmt: skip
    assert staff.post("/fr/staff/people/invite", data=form).status_code == 303
    assert staff.post("/fr/staff/people/invite", data=form).status_code == 303  # a double click
    work(database)
    assert [kind for kind, *_ in letters(session)] == ["accounts.invitation"]
    path = "/es" + path_in(session, "accounts.invitation")
    assert visitor.post(path, data={"password": PASSWORD}).status_code == 303
    assert give(visitor, "tutor.new@example.org", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12 characters"),
        ("P@ssw0rd2026!", "first that a stranger"),
        ("passwordpassword", "first that a stranger"),
        ("migration2026!!", "first that a stranger"),
        ("ines ines ines", "first that a stranger"),
        ("111111111111111", "first that a stranger"),
        ("x" * 1025, "longer than any"),
    ],
)
def test_a_password_that_strangers_would_try_is_refused_and_the_rest_kept(
    session, visitor, password, why
) -> None:
    path = sign_up_path(session)
    answer = visitor.post(path, data=FIRST | {"password": password})
    assert answer.status_code == 422
    assert why in answer.text
    assert 'value="Inés Ruiz"' in answer.text
    assert password not in answer.text


@pytest.mark.parametrize(
    "password", [PASSWORD, "пароль из слов", "長い合言葉を使います。よし", "k9#Lq!v2^Zx7"]
)
def test_a_good_password_in_any_script_is_taken(session, visitor, password) -> None:
    answer = visitor.post(sign_up_path(session), data=FIRST | {"password": password})
    assert answer.status_code == 303


def test_a_closed_account_does_not_open_and_sends_no_link(
    app: Flask, database, session, visitor, world: World
) -> None:
    set_password(session, world.awa, hash_password(PASSWORD), now=datetime.now(UTC))
    own = sign_in(app, session, world.awa)
    decision = AccountDecision(by=world.stranger.id, why="test")
    close_account(session, world.awa, decision, reopen=False, now=datetime.now(UTC))
    session.commit()
    assert own.get("/fr/this-week").location.startswith("/fr/account/sign-in")
    assert give(visitor, world.awa.email, PASSWORD).status_code == 422
    visitor.post("/en/account/password-reset", data={"email": world.awa.email})
    work(database)
    assert session.scalar(select(func.count()).select_from(AccountToken)) == 0


def test_a_new_device_is_told_about_and_a_known_one_is_not(session, visitor, world) -> None:
    set_password(session, world.awa, hash_password(PASSWORD), now=datetime.now(UTC))
    session.commit()
    firefox = {"User-Agent": "Mozilla/5.0 (Android 14) Firefox/140"}
    data = {"email": world.awa.email, "password": PASSWORD}
    visitor.post("/en/account/sign-in", data=data)
    assert letters(session) == []
    for _ in range(2):
        visitor.delete_cookie("s")
        visitor.post("/en/account/sign-in", data=data, headers=firefox)
    assert [kind for kind, *_ in letters(session)] == ["accounts.new-device"]
    assert session.scalar(select(func.count()).select_from(UserSession)) == 3
