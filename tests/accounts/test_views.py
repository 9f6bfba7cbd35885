"""Signing in and out, devices, the profile."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions
from learning.accounts.models import Person, UserSession
from learning.accounts.passwords import MAX_PASSWORD_LENGTH, check_password, hash_password
from learning.accounts.personal_data import TABLES
from learning.audit.models import AuditEntry
from learning.extension_points.personal_data import PersonRef, export
from tests.world import NOW, World, send_form, sign_in, version_of

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
    return session.scalar(select(func.count()).select_from(UserSession)) or 0


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
    assert session.scalars(select(UserSession.token_hash)).one() != token
    assert len(token) >= 43


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("awa", "wrong password"),
        ("nobody@example.org", PASSWORD),
        ("awa", "x" * (MAX_PASSWORD_LENGTH + 1)),
    ],
)
def test_a_wrong_pair_says_nothing_about_which_half(visitor, awa, email, password) -> None:
    typed_email = awa.email if email == "awa" else email
    answer = give(visitor, typed_email, password)
    assert answer.status_code == 422
    assert "ne correspondent pas" in answer.text
    assert "<title>Erreur\u00a0: Se connecter" in answer.text
    assert f'value="{typed_email}"' in answer.text
    assert password not in answer.text


def test_somebody_without_a_password_cannot_sign_in(world: World) -> None:
    assert not check_password(world.awa.password_hash, "")


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
    redirected = visitor.get("/fr/account/profile")
    assert redirected.location == "/fr/account/sign-in?next=/fr/account/profile"
    page = visitor.get(redirected.location).text
    assert 'name="next" value="/fr/account/profile"' in page


def test_a_sign_in_ends_when_it_is_idle(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    assert client.get("/fr/this-week").status_code == 200
    session.execute(update(UserSession).values(idle_until=NOW - timedelta(minutes=1)))
    session.commit()
    assert client.get("/fr/this-week").status_code == 303


def test_being_here_moves_the_end(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    session.execute(update(UserSession).values(last_seen_at=long_ago))
    session.commit()
    client.get("/fr/this-week")
    session.expire_all()
    assert session.scalars(select(UserSession.last_seen_at)).one() > long_ago


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
    assert stranger.get("/fr/account/profile").status_code == 200


def test_somebody_else_s_device_is_left_alone(app: Flask, session: Session, world: World) -> None:
    awa, stranger = sign_in(app, session, world.awa), sign_in(app, session, world.stranger)
    theirs = session.scalars(
        select(UserSession.token_hash).where(UserSession.person_id == world.awa.id)
    ).one()
    stranger.post("/fr/account/devices", data={"device": theirs})
    assert awa.get("/fr/this-week").status_code == 200


def test_a_shared_device_is_wiped(visitor: FlaskClient, session: Session, awa: Person) -> None:
    give(visitor, awa.email, PASSWORD, shared="1")
    lasts = session.scalars(select(UserSession)).one()
    assert lasts.expires_at - lasts.signed_in_at == timedelta(hours=4)
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
    assert "Se ha guardado su perfil" in client.get(answer.location).text


def test_the_profile_keeps_the_printed_name_and_the_languages(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    page = client.get("/en/account/profile").text
    assert "Your certificates say now: Awa Koné" in page
    assert page.count("checked") == 0
    typed = {"certificate_name": "  Awa  Marie KONÉ ", "reading_languages": ["en", "fr", "en"]}
    assert send_form(client, "/en/account/profile", PROFILE | typed).status_code == 303
    session.expire_all()
    kept = world.awa.certificate_name, world.awa.reading_languages
    assert kept == ("Awa Marie KONÉ", "fr en"), "in the order of the languages, each once"
    page = client.get("/en/account/profile").text
    assert "Your certificates say now: Awa Marie KONÉ" in page
    assert re.findall(r'value="(\w+)" checked', page) == ["fr", "en"]
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert row.action == "profile changed"
    assert "KONÉ" not in row.detail
    known = export(TABLES, session, PersonRef(id=world.awa.id, email=world.awa.email))["people"]
    assert known[0]["certificate_name"] == "Awa Marie KONÉ"
    assert known[0]["reading_languages"] == "fr en"
    send_form(client, "/en/account/profile", PROFILE)
    session.expire_all()
    assert (world.awa.certificate_name, world.awa.reading_languages) == ("", "")


def test_who_teaches_agrees_to_be_named_and_the_trail_says_when(app, session, world) -> None:
    lead = world.person(Role.LEAD)
    client = sign_in(app, session, lead)
    assert "Show my name on the public pages" in client.get("/en/account/profile").text
    for ticked in ({"public_profile": "1"}, {"public_profile": "1"}, {}):
        send_form(client, "/en/account/profile", PROFILE | {"name": lead.name} | ticked)
        session.expire_all()
        assert lead.public_profile is bool(ticked)
    rows = select(AuditEntry.detail).where(AuditEntry.action == "profile changed")
    details = session.scalars(rows.order_by(AuditEntry.id)).all()
    assert details == ['{"public": true}', "{}", '{"public": false}']


def test_who_does_not_teach_is_not_asked_to_be_named(app, session, world) -> None:
    page = sign_in(app, session, world.awa).get("/en/account/profile").text
    assert "public_profile" not in page


def test_languages_that_changed_meanwhile_are_shown_and_not_lost(app, session, world) -> None:
    client = sign_in(app, session, world.awa)
    old = version_of(client.get("/en/account/profile").text)
    send_form(client, "/en/account/profile", PROFILE | {"reading_languages": ["fr", "es"]})
    mine = PROFILE | {"reading_languages": ["en"], "version": old}
    answer = client.post("/en/account/profile", data=mine)
    assert answer.status_code == 409
    assert "Français, Español" in answer.text
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["en"]
    session.expire_all()
    assert world.awa.reading_languages == "fr es"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"certificate_name": "Awa <b>Koné</b>"}, "sans les signes &lt;, &gt; et &amp;"),
        ({"certificate_name": "Awa &amp; Binta"}, "sans les signes &lt;, &gt; et &amp;"),
        ({"certificate_name": "— 12 —"}, "Écrivez le nom en lettres"),
        ({"certificate_name": "see evil.example"}, "N’écrivez qu’un nom"),
        ({"certificate_name": "x" * 121}, "Ne dépassez pas 120 caractères"),
        ({"reading_languages": ["fr", "de"]}, "Choisissez dans la liste"),
        ({"name": " "}, "Écrivez le nom"),
        ({"name": "x" * 121}, "Ne dépassez pas 120 caractères\u202f; il y en a 121"),
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
