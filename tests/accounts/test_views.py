"""Signing in and out, devices, the profile."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.accounts import actions
from learning.accounts.models import Person, SignIn
from learning.accounts.passwords import LONGEST, fits, hash_password
from tests.world import NOW, World, send_form, sign_in

PASSWORD = "a password of many words"
SIGN_IN = "/fr/account/sign-in"


@pytest.fixture
def awa(session: Session, world: World) -> Person:
    world.awa.password_hash = hash_password(PASSWORD)
    session.commit()
    return world.awa


def give(client: FlaskClient, email: str, password: str, **more: str):
    return client.post(SIGN_IN, data={"email": email, "password": password} | more)


def count_sign_ins(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_somebody_signs_in_and_out(visitor: FlaskClient, session: Session, awa: Person) -> None:
    answer = give(visitor, f" {awa.email.upper()} ", PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/fr/this-week")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert visitor.get("/fr/this-week").status_code == 200
    visitor.post("/fr/account/sign-out")
    assert count_sign_ins(session) == 0
    assert visitor.get("/fr/this-week").status_code == 303


def test_the_token_is_nowhere_in_the_database(visitor, session: Session, awa: Person) -> None:
    give(visitor, awa.email, PASSWORD)
    with visitor.session_transaction() as kept:
        token = kept["_user_id"]
    assert session.scalars(select(SignIn.token_hash)).one() != token
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("email", "password"),
    [("awa", "wrong password"), ("nobody@example.org", PASSWORD), ("awa", "x" * (LONGEST + 1))],
)
def test_a_wrong_pair_says_nothing_about_which_half(visitor, awa, email, password) -> None:
    given = awa.email if email == "awa" else email
    answer = give(visitor, given, password)
    assert answer.status_code == 422
    assert "ne vont pas ensemble" in answer.text
    assert "<title>Erreur\u00a0: Se connecter" in answer.text
    assert f'value="{given}"' in answer.text
    assert password not in answer.text


def test_somebody_without_a_password_cannot_sign_in(world: World) -> None:
    assert not fits(world.awa.password_hash, "")


@pytest.mark.parametrize(
    ("onward", "goes_to"),
    [
        ("/fr/courses/reintegration", "/fr/courses/reintegration"),
        ("//evil.example/", "/fr/this-week"),
        ("https://evil.example/", "/fr/this-week"),
        ("/\\evil.example", "/fr/this-week"),
    ],
)
def test_signing_in_leads_on_inside_only(visitor, awa: Person, onward: str, goes_to: str) -> None:
    assert give(visitor, awa.email, PASSWORD, next=onward).location == goes_to


def test_a_page_that_was_asked_for_opens_after_signing_in(visitor) -> None:
    asked = visitor.get("/fr/account/profile")
    assert asked.location == "/fr/account/sign-in?next=/fr/account/profile"
    page = visitor.get(asked.location).text
    assert 'name="next" value="/fr/account/profile"' in page


def test_what_was_typed_survives_the_end_of_a_session(visitor: FlaskClient) -> None:
    address = "/fr/editions/reintegration-running/lessons/m4-l1/notes/one-level-1"
    answer = visitor.post(address, data={"body": "Une longue pensée <b>à moi</b>", "version": "0"})
    assert answer.status_code == 401
    assert f'action="{address}"' in answer.text
    assert "Une longue pensée &lt;b&gt;à moi&lt;/b&gt;</textarea>" in answer.text


def test_a_sign_in_ends_when_it_is_idle(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    assert client.get("/fr/this-week").status_code == 200
    session.execute(update(SignIn).values(idle_until=NOW - timedelta(minutes=1)))
    session.commit()
    assert client.get("/fr/this-week").status_code == 303


def test_being_here_moves_the_end(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    session.execute(update(SignIn).values(seen_at=long_ago))
    session.commit()
    client.get("/fr/this-week")
    session.expire_all()
    assert session.scalars(select(SignIn.seen_at)).one() > long_ago


def test_another_device_is_signed_out(app: Flask, session: Session, world: World) -> None:
    phone, laptop = (sign_in(app, session, world.awa) for _ in range(2))
    page = laptop.get("/fr/account/devices").text
    other = page.split('name="device" value="')[1].split('"')[0]
    laptop.post("/fr/account/devices", data={"device": other})
    assert phone.get("/fr/this-week").status_code == 303
    assert laptop.get("/fr/this-week").status_code == 200


def test_all_other_devices_are_signed_out(app: Flask, session: Session, world: World) -> None:
    phone, laptop, stranger = (
        sign_in(app, session, who) for who in (world.awa, world.awa, world.stranger)
    )
    laptop.post("/fr/account/devices", data={"device": "others"})
    assert phone.get("/fr/this-week").status_code == 303
    assert stranger.get("/fr/this-week").status_code == 200


def test_somebody_else_s_device_is_left_alone(app: Flask, session: Session, world: World) -> None:
    awa, stranger = sign_in(app, session, world.awa), sign_in(app, session, world.stranger)
    theirs = session.scalars(
        select(SignIn.token_hash).where(SignIn.person_id == world.awa.id)
    ).one()
    stranger.post("/fr/account/devices", data={"device": theirs})
    assert awa.get("/fr/this-week").status_code == 200


def test_a_shared_device_is_wiped(visitor: FlaskClient, session: Session, awa: Person) -> None:
    give(visitor, awa.email, PASSWORD, shared="1")
    lasts = session.scalars(select(SignIn)).one()
    assert lasts.ends_at - lasts.signed_in_at == timedelta(hours=4)
    answer = visitor.post("/fr/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_signing_out_empties_the_cache_of_one_s_own_device(
    app: Flask, session: Session, world: World
) -> None:
    answer = sign_in(app, session, world.awa).post("/fr/account/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_a_new_password_signs_out_everywhere(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    actions.set_password(session, world.awa, hash_password(PASSWORD), now=NOW)
    session.commit()
    assert client.get("/fr/this-week").status_code == 303


PROFILE = {"name": "Awa K.", "language": "es", "zone": "America/Lima", "institution": "Casa"}


def test_the_profile_changes_language_and_zone(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    answer = send_form(client, "/fr/account/profile", PROFILE)
    assert answer.location == "/es/account/profile"
    session.expire_all()
    assert (world.awa.language, world.awa.zone, world.awa.sort_key) == (
        "es",
        "America/Lima",
        "awa k.",
    )
    assert "Su perfil está guardado" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": " "}, "Écrivez le nom"),
        ({"name": "x" * 121}, "Restez en dessous de 120 caractères\u202f; il y en a 121"),
        ({"name": "x" * 1_000_000}, "il y en a 1\u202f000\u202f000"),
        ({"language": "de"}, "Choisissez dans la liste"),
        ({"zone": "Europe/Nowhere"}, "Choisissez dans la liste"),
    ],
)
def test_a_bad_profile_is_shown_again_whole(app, session, world, wrong, message) -> None:
    client = sign_in(app, session, world.awa)
    answer = send_form(client, "/fr/account/profile", PROFILE | {"institution": "Gardé"} | wrong)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="Gardé"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_scripts_and_controls_in_every_field_are_text(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    nasty = "<script>alert(1)</script>\x00\u202eevil"
    send_form(client, "/fr/account/profile", PROFILE | {"name": nasty, "institution": nasty})
    page = client.get("/es/account/profile").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;evil" in page
