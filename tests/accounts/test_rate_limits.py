"""A person who tries passwords from elsewhere keeps nobody out and uses up no other's tries."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import passwords, tokens
from learning.accounts.models import Person, TokenPurpose
from learning.accounts.passwords import hash_password
from learning.accounts.tokens import TokenRequest
from learning.enrolment.models import Enrolment
from tests.world import FREE_ATTEMPTS, FREE_IN_NETWORK, NOW, RUNNING, World, sign_in

PASSWORD, NEW = "quatre mots bien choisis", "cinq autres mots bien choisis"
HASH = hash_password(PASSWORD)
SIGN_IN = "/en/account/sign-in"


@pytest.fixture
def awa(session: Session, world: World) -> Person:
    world.awa.password_hash = HASH
    session.commit()
    return world.awa


def browser(app: Flask, address: str = "192.0.2.1") -> FlaskClient:
    client = app.test_client()
    client.environ_base |= {"HTTP_SEC_FETCH_SITE": "same-origin", "REMOTE_ADDR": address}
    return client


def try_in(client: FlaskClient, person: Person, password: str = PASSWORD, **more: str) -> int:
    form = {"email": person.email, "password": password} | more
    return client.post(SIGN_IN, data=form).status_code


def attack(app: Flask, person: Person, *, networks: int = 1) -> None:
    """Use up whatever an account has for strangers."""
    for network in range(networks):
        stranger = browser(app, f"198.51.{network}.1")
        for _ in range(FREE_ATTEMPTS + 1):
            last = try_in(stranger, person, "wrong")
    assert last == 429


def test_a_device_that_signed_in_before_is_not_kept_out(app: Flask, awa: Person) -> None:
    mine = browser(app)
    assert try_in(mine, awa) == 303
    mine.post("/en/account/sign-out")
    attack(app, awa, networks=3)
    assert try_in(browser(app), awa) == 429, "an unknown device has to wait"
    assert try_in(mine, awa) == 303


def test_a_known_device_is_limited_by_itself(app: Flask, awa: Person) -> None:
    mine = browser(app)
    assert try_in(mine, awa) == 303
    mine.post("/en/account/sign-out")
    statuses = [try_in(mine, awa, "wrong") for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert try_in(browser(app), awa) == 303, "and leaves other devices their tries"


def test_a_known_device_is_known_to_its_own_account_only(
    app: Flask, session: Session, world: World, awa: Person
) -> None:
    world.stranger.password_hash = HASH
    session.commit()
    mine = browser(app)
    assert try_in(mine, world.stranger) == 303
    mine.post("/en/account/sign-out")
    attack(app, awa)
    assert try_in(mine, awa) == 429


def test_a_cookie_of_one_s_own_making_is_worth_nothing(app: Flask, awa: Person) -> None:
    forged = browser(app)
    attack(app, awa)
    for value in ("", "x", "eyJhIjoiYiJ9.aaaa.bbbb"):
        forged.set_cookie("device", value)
        assert try_in(forged, awa) == 429


def test_a_shared_device_is_not_remembered(app: Flask, awa: Person) -> None:
    shared = browser(app)
    assert try_in(shared, awa, shared="1") == 303
    assert shared.get_cookie("device") is None
    own = browser(app)
    assert try_in(own, awa) == 303
    kept = own.get_cookie("device")
    assert kept is not None
    assert kept.http_only
    assert kept.same_site == "Lax"
    assert awa.email not in kept.value


def test_several_people_on_one_device_are_all_known(
    app: Flask, session: Session, world: World, awa: Person
) -> None:
    world.stranger.password_hash = HASH
    session.commit()
    family = browser(app)
    for person in (awa, world.stranger):
        assert try_in(family, person) == 303
        family.post("/en/account/sign-out")
    attack(app, awa)
    assert try_in(family, awa) == 303


def test_a_new_password_by_email_is_a_way_in_at_once(
    app: Flask, session: Session, awa: Person
) -> None:
    attack(app, awa)
    client = browser(app, "192.0.2.9")
    refused = client.post(SIGN_IN, data={"email": awa.email, "password": PASSWORD})
    assert refused.status_code == 429
    assert "set a new password by e-mail" in refused.text
    token_request = TokenRequest(purpose=TokenPurpose.RESET, email=awa.email, person_id=awa.id)
    path = tokens.create_token(session, token_request, now=datetime.now(UTC))
    session.commit()
    assert client.post(f"/en{path}", data={"password": NEW}).status_code == 303
    attack(app, awa)  # and goes on
    assert try_in(client, awa, NEW) == 303


def test_a_reset_does_not_give_more_tries_at_the_second_factor(
    app: Flask, session: Session, awa: Person
) -> None:
    """A person who reads the mailbox has the password; the code is what still stands."""
    awa.totp_secret = "A" * 32
    session.commit()
    client, statuses = browser(app), []
    for number in range(3):
        token_request = TokenRequest(purpose=TokenPurpose.RESET, email=awa.email, person_id=awa.id)
        path = tokens.create_token(session, token_request, now=datetime.now(UTC))
        session.commit()
        password = f"{NEW} {number}"
        assert client.post(f"/en{path}", data={"password": password}).status_code == 303
        assert try_in(client, awa, password) == 303
        for _ in range(3):
            code = client.post("/en/account/code", data={"code": "000000"})
            statuses.append(code.status_code)
    assert statuses == [422] * FREE_ATTEMPTS + [429] * 4


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare passwords without the work of a hash, for a hundred tries and more."""
    monkeypatch.setattr(passwords, "check_password", lambda _hash, typed: typed == PASSWORD)


@pytest.mark.usefixtures("quick")
def test_right_passwords_use_up_nobody_s_tries(app: Flask, session: Session, awa: Person) -> None:
    """A room full of people behind one address signs in."""
    for _ in range(FREE_IN_NETWORK + 5):
        assert try_in(browser(app), awa) == 303
    assert session.is_active


def test_a_password_that_nobody_came_to_compare_was_no_try(
    app: Flask, session: Session, awa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in = sign_in(app, session, awa)

    def be_busy(*_: object) -> bool:
        raise passwords.TooManySignIns

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "check_password", be_busy)
        statuses = [try_in(browser(app), awa) for _ in range(FREE_ATTEMPTS + 2)]
        targets = [
            signed_in.post("/en/account/confirm", data={"password": PASSWORD}).status_code
            for _ in range(FREE_ATTEMPTS + 2)
        ]
    assert {*statuses, *targets} == {503}
    assert try_in(browser(app), awa) == 303
    assert signed_in.post("/en/account/confirm", data={"password": PASSWORD}).status_code == 303


@pytest.mark.usefixtures("quick")
def test_a_network_s_tries_come_back_by_themselves(app: Flask, world: World, awa: Person) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        guessing = browser(app)
        codes = [
            guessing.post(
                SIGN_IN, data={"email": f"n{n}@example.org", "password": "wrong"}
            ).status_code
            for n in range(FREE_IN_NETWORK + 1)
        ]
        assert codes == [422] * FREE_IN_NETWORK + [429]
        assert try_in(browser(app), awa) == 429
        clock.shift(timedelta(minutes=1))
        assert try_in(browser(app), awa) == 303
    assert world.awa is awa


def test_strangers_who_ask_for_resets_stop_no_registrar(
    app: Flask, session: Session, world: World
) -> None:
    email = "new.person@example.org"
    stranger = browser(app)
    for path, form in (("password-reset", {}), ("sign-up", {"name": "X", "password": NEW})):
        answers = [
            stranger.post(f"/en/account/{path}", data={"email": email} | form)
            for _ in range(FREE_ATTEMPTS + 1)
        ]
        assert answers[-1].status_code == 429
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    form = {"email": email, "name": "New Person", "language": "fr", "idempotency_key": "k" * 24}
    done = registrar.post(f"/en/staff/editions/{RUNNING}/people/enrol", data=form)
    assert done.status_code == 303
    enrolled = select(Enrolment).join(Person).where(Person.email == email)
    assert session.scalars(enrolled).one()
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    invited = session.scalars(select(Person.uid).where(Person.email == email)).one()
    assert administrator.post(f"/en/staff/people/{invited}/invite").status_code == 303


def test_a_stolen_sign_in_uses_up_no_other_s_confirmations(
    app: Flask, session: Session, awa: Person
) -> None:
    stolen, own = sign_in(app, session, awa), sign_in(app, session, awa)
    for _ in range(FREE_ATTEMPTS + 1):
        last = stolen.post("/en/account/confirm", data={"password": "wrong"})
    assert last.status_code == 429
    assert own.post("/en/account/confirm", data={"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "purpose", [TokenPurpose.RESET, TokenPurpose.INVITATION, TokenPurpose.EMAIL_CHANGE]
)
def test_wrong_links_from_the_same_network_close_no_link(
    app: Flask, session: Session, awa: Person, purpose: TokenPurpose
) -> None:
    stranger, owner = browser(app, "192.0.2.1"), browser(app, "192.0.2.77")
    attempts = [f"/en/account/{purpose}/no-{number}" for number in range(FREE_IN_NETWORK + 1)]
    assert [stranger.get(path).status_code for path in attempts][-1] == 429
    token_request = TokenRequest(purpose=purpose, email="awa@new.example.org", person_id=awa.id)
    path = f"/en{tokens.create_token(session, token_request, now=NOW)}"
    session.commit()
    assert owner.get(path).status_code == 200
    assert owner.post(path, data={"password": NEW}).status_code == 303
    assert owner.get(path).status_code == 429, "used up, it is a wrong one"
