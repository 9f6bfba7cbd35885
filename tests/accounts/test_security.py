"""Second steps, tries that have to wait, the password once more."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import two_factor
from learning.accounts.actions import AccountDecision, close_account, set_password
from learning.accounts.models import Person, RecoveryCode, UserSession
from learning.accounts.passwords import hash_password
from learning.accounts.two_factor import NewTotpSecret
from learning.app import create_app
from learning.settings import Settings
from tests.world import FREE_ATTEMPTS, FREE_IN_NETWORK, World, sign_in

PASSWORD = "walnut harbour twelve"
NOW = datetime.now(UTC)


def with_password(session: Session, person: Person) -> Person:
    set_password(session, person, hash_password(PASSWORD), now=NOW)
    session.commit()
    return person


def with_second_step(session: Session, person: Person) -> tuple[str, list[str]]:
    secret = two_factor.new_secret()
    codes = two_factor.enable(
        session, with_password(session, person), NewTotpSecret(secret=secret, step=0), now=NOW
    )
    session.commit()
    return secret, codes


def half_way(client: FlaskClient, person: Person) -> None:
    data = {"email": person.email, "password": PASSWORD}
    assert client.post("/en/account/sign-in", data=data).location == "/en/account/code"


def give_code(client: FlaskClient, code: str):
    return client.post("/en/account/code", data={"code": code})


def test_a_second_factor_is_set_up_with_a_first_code(app: Flask, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    page = client.get("/en/account/security/two-factor")
    assert "<svg" in page.text
    with client.session_transaction() as kept:
        secret = kept["factor"]
    assert secret in page.text
    wrong = client.post("/en/account/security/two-factor", data={"code": "000000"})
    assert wrong.status_code in {422, 429}
    code = pyotp.TOTP(secret).now()
    shown = client.post("/en/account/security/two-factor", data={"code": code})
    assert shown.status_code == 200
    session.expire_all()
    assert world.awa.totp_secret == secret
    assert two_factor.count_recovery_codes(session, world.awa.id) == 10
    assert "recovery codes left" in client.get("/en/account/security").text


def test_signing_in_takes_the_code_and_each_code_once(session, visitor, world: World) -> None:
    secret, _ = with_second_step(session, world.awa)
    half_way(visitor, world.awa)
    assert visitor.get("/en/this-week").status_code == 303
    code = pyotp.TOTP(secret).now()
    assert give_code(visitor, f"{code[:3]} {code[3:]}").location == "/en/this-week"
    visitor.post("/en/account/sign-out")
    half_way(visitor, world.awa)
    assert give_code(visitor, code).status_code == 422


def test_a_recovery_code_stands_in_once(session, visitor, world: World) -> None:
    _, codes = with_second_step(session, world.awa)
    assert len(set(codes)) == 10
    for expected in (303, 422):
        half_way(visitor, world.awa)
        assert give_code(visitor, codes[3].upper()).status_code == expected
        visitor.post("/en/account/sign-out")
    left = session.scalars(select(RecoveryCode).where(RecoveryCode.used_at.is_(None))).all()
    assert len(left) == 9


def test_one_person_s_recovery_code_opens_nobody_else_s_account(session, world: World) -> None:
    _, codes = with_second_step(session, world.awa)
    with_second_step(session, world.stranger)
    assert not two_factor.verify_code(
        session,
        world.stranger.id,
        codes[0],
        version=world.stranger.credentials_version,
        now=NOW,
    )


def test_the_first_step_alone_is_forgotten_after_ten_minutes(session, visitor, world) -> None:
    secret, _ = with_second_step(session, world.awa)
    half_way(visitor, world.awa)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        answer = give_code(visitor, pyotp.TOTP(secret).now())
        assert answer.location == "/en/account/sign-in"


@pytest.mark.parametrize(
    "code", ["", "12", "abc", "\uff11\uff12\uff13\uff14\uff15\uff16", "0" * 500, "<script>"]
)
def test_what_is_no_code_is_refused_in_words(session, visitor, world: World, code) -> None:
    with_second_step(session, world.awa)
    half_way(visitor, world.awa)
    assert give_code(visitor, code).status_code == 422


def test_an_account_that_is_closed_between_the_steps_stays_closed(
    session, visitor, world: World
) -> None:
    _, codes = with_second_step(session, world.awa)
    half_way(visitor, world.awa)
    decision = AccountDecision(by=world.stranger.id, why="test")
    close_account(session, world.awa, decision, reopen=False, now=NOW)
    session.commit()
    assert give_code(visitor, codes[0]).status_code == 422


def test_resetting_the_password_leaves_the_second_factor_on(session, world: World) -> None:
    with_second_step(session, world.awa)
    set_password(session, world.awa, hash_password("another good phrase"), now=NOW)
    assert world.awa.totp_secret is not None


def test_staff_must_have_a_second_factor_outside_demonstrations(
    database, database_url, session, world: World
) -> None:
    strict = create_app(Settings(database_url=database_url, secret_key="s"))
    strict.extensions["database"] = database
    registrar = sign_in(strict, session, world.staff[Role.REGISTRAR])
    assert registrar.get("/fr/staff/").location == "/fr/account/security/two-factor"
    assert registrar.get("/fr/account/profile").status_code == 200
    assert sign_in(strict, session, world.awa).get("/fr/this-week").status_code == 200
    with_second_step(session, world.staff[Role.REGISTRAR])
    again = sign_in(strict, session, world.staff[Role.REGISTRAR])
    assert again.get("/fr/staff/").status_code == 200


def test_changing_the_password_signs_every_other_device_out(app: Flask, session, world) -> None:
    here, elsewhere = sign_in(app, session, world.awa), sign_in(app, session, world.awa)
    new = {"password": "another good phrase"}
    assert here.post("/en/account/security/password", data=new).location == "/en/account/security"
    assert here.get("/en/this-week").status_code == 200
    assert elsewhere.get("/en/this-week").status_code == 303


@pytest.mark.parametrize("path", ["security/password", "security/email", "security/two-factor"])
def test_a_sensitive_change_asks_for_the_password_once_more(
    app: Flask, session, world: World, path
) -> None:
    client = sign_in(app, session, with_password(session, world.awa))
    row = session.scalars(select(UserSession)).one()
    row.confirmed_at = NOW - timedelta(minutes=16)
    session.commit()
    target = client.get(f"/en/account/{path}").location
    assert target.startswith("/en/account/confirm?next=")
    assert client.post(f"/en/account/{path}").location.startswith("/en/account/confirm")
    wrong = client.post("/en/account/confirm", data={"password": "no", "next": "/en/x"})
    assert wrong.status_code == 422
    right = {"password": PASSWORD, "next": f"/en/account/{path}"}
    assert client.post("/en/account/confirm", data=right).location == f"/en/account/{path}"
    assert client.get(f"/en/account/{path}").status_code == 200


def test_confirming_does_not_lead_elsewhere(app: Flask, session, world: World) -> None:
    client = sign_in(app, session, with_password(session, world.awa))
    data = {"password": PASSWORD, "next": "//evil.example"}
    assert client.post("/en/account/confirm", data=data).location == "/en/account/security"


WRONG = {"email": "awa@example.org", "password": "wrong wrong wrong"}
SECRETS = {
    "sign-in": ("/en/account/sign-in", WRONG),
    "sign-up": (
        "/en/account/sign-up",
        {"name": "A", "email": "a@example.org", "password": PASSWORD},
    ),
    "password-reset": ("/en/account/password-reset", {"email": "a@example.org"}),
}


@pytest.mark.parametrize("what", SECRETS)
def test_after_a_few_tries_the_next_one_waits(visitor, what) -> None:
    path, data = SECRETS[what]
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(FREE_ATTEMPTS):
            assert visitor.post(path, data=data).status_code in {303, 422}
        for _ in range(3):
            late = visitor.post(path, data=data)
            assert late.status_code == 429
            assert 0 < int(late.headers["Retry-After"]) <= 12 * 60
            clock.shift(timedelta(seconds=int(late.headers["Retry-After"])))
            assert visitor.post(path, data=data).status_code in {303, 422}


@pytest.mark.parametrize("what", ["code", "confirm", "new second step", "new address"])
def test_tries_of_somebody_signed_in_wait_too(app: Flask, session, world: World, what) -> None:
    client = sign_in(app, session, world.awa)
    if what == "code":
        with_second_step(session, world.awa)
        client = app.test_client()
        client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
        half_way(client, world.awa)
    path, data = {
        "code": ("/en/account/code", {"code": "000000"}),
        "confirm": ("/en/account/confirm", {"password": "wrong"}),
        "new second step": ("/en/account/security/two-factor", {"code": "000000"}),
        "new address": ("/en/account/security/email", {"email": "b@example.org"}),
    }[what]
    client.get(path)
    statuses = [client.post(path, data=data).status_code for _ in range(9)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:FREE_ATTEMPTS]


@pytest.mark.parametrize("purpose", ["sign-up", "email-change", "reset", "invitation"])
def test_guessing_links_is_slowed_for_a_network(visitor, purpose) -> None:
    statuses = [
        visitor.post(f"/en/account/{purpose}/guess-{n}", data={"password": PASSWORD}).status_code
        for n in range(FREE_IN_NETWORK + 3)
    ]
    assert statuses[0] == 410
    assert statuses[-1] == 429
