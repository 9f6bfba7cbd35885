"""Every change of how somebody signs in ends every open link, sign-in and waiting job of theirs."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions, passwords, registration, tokens, two_factor
from learning.accounts.models import AccountToken, Person, TokenPurpose
from learning.accounts.passwords import hash_password
from learning.accounts.tokens import TokenRequest
from learning.accounts.two_factor import NewTotpSecret
from learning.mail.models import EmailState, OutgoingEmail
from learning.settings import Settings
from learning.wiring import handlers
from tests.accounts.test_registration import give, letters, work
from tests.world import World, sign_in

PASSWORD = "walnut harbour twelve"
OTHER = "another good phrase"
NOW = datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What an event needs to happen."""

    session: Session
    world: World
    app: Flask


def own_password(place: Place) -> None:
    client = sign_in(place.app, place.session, place.world.awa)
    answer = client.post("/en/account/security/password", data={"password": OTHER})
    assert answer.location == "/en/account/security"


def followed_reset(place: Place) -> None:
    awa = place.world.awa
    path = tokens.create_token(place.session, a_request(TokenPurpose.RESET, awa), now=NOW)
    place.session.commit()
    answer = place.app.test_client().post(
        f"/en{path}", data={"password": OTHER}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.location == "/en/account/sign-in"


def password_by_command(place: Place) -> None:
    actions.set_password(place.session, place.world.awa, hash_password(OTHER), now=NOW)


def new_address(place: Place) -> None:
    awa = place.world.awa
    path = tokens.create_token(
        place.session,
        TokenRequest(
            purpose=TokenPurpose.EMAIL_CHANGE, email="awa.new@example.org", person_id=awa.id
        ),
        now=NOW,
    )
    token = path.rsplit("/", 1)[1]
    link = tokens.find_token(place.session, token, TokenPurpose.EMAIL_CHANGE, now=NOW)
    assert link
    registration.confirm_email_change(place.session, link, now=NOW)


def by_staff(place: Place, path: str, **data: str) -> None:
    staff = sign_in(place.app, place.session, place.world.staff[Role.ADMINISTRATOR])
    version = str(place.world.awa.credentials_version)
    answer = staff.post(
        f"/en/staff/people/{place.world.awa.uid}/{path}",
        data={"reason": "because", "version": version, **data},
    )
    assert answer.status_code == 303


def locked(place: Place) -> None:
    by_staff(place, "close")


def locked_and_opened(place: Place) -> None:
    by_staff(place, "close")
    by_staff(place, "close", open="1")


def second_step_reset(place: Place) -> None:
    by_staff(place, "two-factor")


def second_step_off(place: Place) -> None:
    client = sign_in(place.app, place.session, place.world.awa)
    assert client.post("/en/account/security/two-factor/off").status_code == 303


EVENTS: dict[str, Callable[[Place], None]] = {
    event.__name__: event
    for event in (
        own_password, followed_reset, password_by_command, new_address, locked,
        locked_and_opened, second_step_reset, second_step_off,
    )
}  # fmt: skip


def a_request(purpose: TokenPurpose, person: Person) -> TokenRequest:
    email = "thief@example.org" if purpose is TokenPurpose.EMAIL_CHANGE else person.email
    return TokenRequest(
        purpose=purpose,
        email=email,
        person_id=None if purpose is TokenPurpose.SIGN_UP else person.id,
        payload={"email": email, "name": "T", "language": "en", "zone": "UTC"},
    )


@pytest.fixture
def place(session: Session, world: World, app: Flask) -> Place:
    actions.set_password(session, world.awa, hash_password(PASSWORD), now=NOW)
    two_factor.enable(
        session, world.awa, NewTotpSecret(secret=two_factor.new_secret(), step=0), now=NOW
    )
    session.commit()
    return Place(session=session, world=world, app=app)


def happen(place: Place, event: str) -> None:
    EVENTS[event](place)
    place.session.commit()
    place.session.expire_all()


@pytest.mark.parametrize("purpose", TokenPurpose)
@pytest.mark.parametrize("event", EVENTS)
def test_every_open_link_ends(place: Place, visitor: FlaskClient, event, purpose) -> None:
    path = tokens.create_token(place.session, a_request(purpose, place.world.awa), now=NOW)
    place.session.commit()
    assert "does not work any more" not in visitor.get(f"/en{path}").text
    happen(place, event)
    before = (place.world.awa.email, place.world.awa.password_hash)
    assert "does not work any more" in visitor.get(f"/en{path}").text
    answer = visitor.post(f"/en{path}", data={"password": "the password of a thief"})
    assert answer.status_code == 410
    place.session.expire_all()
    assert (place.world.awa.email, place.world.awa.password_hash) == before


@pytest.mark.parametrize("purpose", sorted(set(TokenPurpose) - {TokenPurpose.SIGN_UP}))
@pytest.mark.parametrize("event", EVENTS)
def test_a_link_made_while_it_happened_is_dead_too(
    place: Place, visitor: FlaskClient, event, purpose
) -> None:
    """As if its transaction had begun before the change and ended after it."""
    path = tokens.create_token(place.session, a_request(purpose, place.world.awa), now=NOW)
    kept = place.session.scalars(select(AccountToken)).one()
    late = {column.name: getattr(kept, column.name) for column in AccountToken.__table__.columns}
    place.session.commit()
    happen(place, event)
    place.session.add(AccountToken(**late))
    place.session.commit()
    assert "does not work any more" in visitor.get(f"/en{path}").text
    answer = visitor.post(f"/en{path}", data={"password": "the password of a thief"})
    assert answer.status_code == 410


@pytest.mark.parametrize("ask", ["reset", "sign-up", "email-change"])
@pytest.mark.parametrize("event", EVENTS)
def test_a_job_that_was_asked_for_before_makes_no_link(
    place: Place, database, visitor, event, ask
) -> None:
    awa, session = place.world.awa, place.session
    if ask == "reset":
        visitor.post("/en/account/password-reset", data={"email": awa.email})
    elif ask == "sign-up":
        data = {"name": "T", "email": awa.email, "password": PASSWORD}
        visitor.post("/en/account/sign-up", data=data)
    else:
        registration.request_email_change(session, awa, "thief@example.org", now=NOW)
        session.commit()
    happen(place, event)
    known = len(letters(session))
    work(database)
    assert [k for k, *_ in letters(session)[known:]] in ([], ["accounts.account-exists"])
    assert session.scalars(select(AccountToken)).all() == []


@pytest.mark.parametrize("purpose", TokenPurpose)
@pytest.mark.parametrize("event", EVENTS)
def test_a_letter_that_waits_is_not_sent_with_a_dead_link(
    place: Place, database, event, purpose
) -> None:
    session, awa = place.session, place.world.awa
    what = a_request(purpose, awa)
    path = tokens.create_token(session, what, now=NOW)
    mail = registration.enqueue_email(
        session,
        registration.Recipient(email=what.email, name="Awa", language="en", zone="UTC"),
        registration.EmailRequest(kind=f"accounts.{purpose}", params={"path": path}),
        now=NOW,
    )
    happen(place, event)
    send = handlers(Settings())["mail.send"]
    send(registration.Task(id=1, payload={"mail": mail.id}, database=database, now=NOW))
    session.expire_all()
    left = session.get_one(OutgoingEmail, mail.id)
    assert (left.state, left.reason) == (EmailState.SKIPPED, "its link was called back")
    assert json.loads(left.params) == {}


@pytest.mark.parametrize("event", EVENTS)
def test_every_device_signs_in_again(place: Place, event) -> None:
    elsewhere = sign_in(place.app, place.session, place.world.awa)
    assert elsewhere.get("/en/this-week").status_code == 200
    happen(place, event)
    assert elsewhere.get("/en/this-week").location.startswith("/en/account/sign-in")


@pytest.mark.parametrize("event", sorted(set(EVENTS) - {"second_step_off", "second_step_reset"}))
def test_a_sign_in_between_its_two_steps_does_not_go_on(place: Place, visitor, event) -> None:
    awa = place.world.awa
    assert give(visitor, awa.email, PASSWORD).location == "/en/account/code"
    secret = awa.totp_secret
    assert secret
    happen(place, event)
    answer = visitor.post("/en/account/code", data={"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 422
    assert visitor.get("/en/this-week").status_code == 303


def test_a_password_that_is_changed_while_it_is_compared_opens_nothing(
    place: Place, visitor, monkeypatch
) -> None:
    stranger = place.world.stranger
    actions.set_password(place.session, stranger, hash_password(PASSWORD), now=NOW)
    place.session.commit()
    compare = passwords.check_password

    def slow(password_hash: str | None, password: str) -> bool:
        actions.set_password(place.session, stranger, hash_password(OTHER), now=NOW)
        place.session.commit()
        return compare(password_hash, password)

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "check_password", slow)
        assert give(visitor, stranger.email, PASSWORD).status_code == 422
    assert give(visitor, stranger.email, OTHER).status_code == 303


def test_other_people_keep_their_links_and_devices(place: Place, visitor) -> None:
    session, stranger = place.session, place.world.stranger
    paths = [tokens.create_token(session, a_request(p, stranger), now=NOW) for p in TokenPurpose]
    other = sign_in(place.app, session, stranger)
    happen(place, "own_password")
    for path in paths:
        assert "does not work any more" not in visitor.get(f"/en{path}").text
    assert other.get("/en/account/profile").status_code == 200


def test_the_device_that_changes_the_second_factor_stays_signed_in(place: Place) -> None:
    here = sign_in(place.app, place.session, place.world.awa)
    assert here.post("/en/account/security/two-factor/off").status_code == 303
    assert here.get("/en/account/security").status_code == 200
