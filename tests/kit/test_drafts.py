"""Whose drafts a device shows, and when it is told that a text has come (the rest: journeys)."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.kit.assets import load_assets
from learning.settings import ROOT
from tests.world import World, sign_in

NOTE = "/fr/editions/reintegration-running/lessons/m4-l1/notes/levels"
TEXT_AREA = re.compile(r"<textarea\b[^>]*>")


def test_who_looks_through_other_eyes_leaves_the_device_alone(
    app: Flask, session: Session, world: World
) -> None:
    client = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    assert 'data-store="device"' in client.get("/fr/").text
    why = {"reason": "She says that her note is gone"}
    assert client.post(f"/fr/staff/impersonation/{world.awa.uid}", data=why).status_code == 303
    assert 'data-store=""' in client.get("/fr/").text


def test_a_note_that_came_is_named_to_the_device(
    app: Flask, session: Session, world: World
) -> None:
    client = sign_in(app, session, world.awa)
    sent = {"body": "Une note", "version": "0", "draft": "abc123"}
    answer = client.post(NOTE, data=sent)
    assert (answer.status_code, sent_mark(client)) == (303, "abc123")


def test_a_note_that_was_refused_is_not(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    for body, version, status in (("x" * 5001, "0", 422), ("Une note", "7", 409)):
        answer = client.post(NOTE, data={"body": body, "version": version, "draft": "abc"})
        assert (answer.status_code, sent_mark(client)) == (status, None)


def test_a_mark_is_a_mark_and_nothing_else(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    client.post(NOTE, data={"body": "Une note", "version": "0", "draft": "a; Path=/fr"})
    assert sent_mark(client) is None


def sent_mark(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("sent")
    return cookie.value if cookie else None


def test_every_text_that_is_typed_is_kept_on_the_device() -> None:
    """A text area that can be typed in is attached to the script."""
    for path in (ROOT / "templates").rglob("*.html"):
        for area in TEXT_AREA.findall(path.read_text()):
            assert any(word in area for word in (" hidden", " readonly", "data-draft")), (
                path,
                area,
            )


def test_a_script_names_what_it_imports_by_its_hash() -> None:
    assets = load_assets(ROOT / "static")
    known = {asset.name for asset in assets.values()}
    app_js = assets["app.js"].encodings["identity"].decode()
    imported = re.findall(r'"\./([^"]+)"', app_js)
    assert imported
    assert set(imported) <= known
    assert "//" not in app_js, "comments stay at home"
