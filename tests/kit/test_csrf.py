"""Where a form comes from."""

import re

import brotli
import pytest
from flask import Flask, session

from learning.kit import csrf
from learning.kit.csrf import is_same_origin
from tests.world import World, sign_in

OURS = {"https://learn.example.org"}


@pytest.mark.parametrize(
    ("site", "origin", "token_matches", "expected"),
    [
        ("same-origin", None, False, True),
        ("none", None, False, True),
        ("same-site", "https://evil.example.org", False, False),
        ("cross-site", "https://learn.example.org", True, False),
        ("", "https://learn.example.org", True, False),
        (None, "null", True, False),
        (None, "https://learn.example.org", False, True),
        (None, "http://learn.example.org", False, False),
        (None, None, False, False),
        (None, None, True, True),
    ],
)
def test_the_browser_itself_says_where_a_form_comes_from(
    site: str | None, origin: str | None, token_matches: bool, expected: bool
) -> None:
    decided = is_same_origin(site=site, origin=origin, origins=OURS, token_matches=token_matches)
    assert decided is expected


def test_an_old_browser_is_given_a_token_and_may_use_it(app: Flask, world: World) -> None:
    del world
    old = app.test_client()
    page = old.get("/en/account/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"email": "nobody@example.org", "password": "x" * 12}
    assert old.post("/en/account/sign-in", data=form).status_code == 403
    assert old.post("/en/account/sign-in", data=form | {"csrf_token": "x"}).status_code == 403
    assert old.post("/en/account/sign-in", data=form | {"csrf_token": token}).status_code == 422


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}])
def test_an_old_browser_that_was_given_no_token_sends_nothing(app: Flask, token) -> None:
    """A form forged on another site, in a browser that has never opened a page of ours."""
    form = {"email": "nobody@example.org", "password": "x" * 12}
    answer = app.test_client().post("/en/account/sign-in", data=form | token)
    assert answer.status_code == 403


def test_a_modern_browser_is_given_no_token(visitor) -> None:
    assert "csrf_token" not in visitor.get("/en/account/sign-in").text


def token_in(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]


def test_a_token_never_stands_twice_in_the_same_way(app: Flask) -> None:
    """So a page that holds one may be compressed: its length tells nothing of the secret."""
    old, packed = app.test_client(), {"Accept-Encoding": "br"}
    answer = old.get("/en/account/sign-in", headers=packed)
    assert answer.headers["Content-Encoding"] == "br"
    pages = [brotli.decompress(answer.data).decode()]
    pages += [old.get("/en/account/sign-in").text for _ in range(3)]
    with old.session_transaction() as kept:
        secret = kept["csrf_token"]
    tokens = [token_in(page) for page in pages]
    assert len(set(tokens)) == 4
    assert not any(secret in page or secret.encode().hex() in page for page in pages)
    form = {"email": "nobody@example.org", "password": "x" * 12}
    sent = old.post("/en/account/sign-in", data=form | {"csrf_token": tokens[0]})
    assert sent.status_code == 422


@pytest.mark.parametrize("wrong", ["", "00", "zz", "0" * 172, "é", "0" * 171])
def test_a_token_that_is_none_is_refused(app: Flask, wrong: str) -> None:
    old = app.test_client()
    old.get("/en/account/sign-in")
    form = {"email": "nobody@example.org", "password": "x" * 12, "csrf_token": wrong}
    assert old.post("/en/account/sign-in", data=form).status_code == 403


def test_a_token_of_another_session_is_refused(app: Flask) -> None:
    form = {"email": "nobody@example.org", "password": "x" * 12}
    mine, other = app.test_client(), app.test_client()
    mine.get("/en/account/sign-in")
    theirs = token_in(other.get("/en/account/sign-in").text)
    assert mine.post("/en/account/sign-in", data=form | {"csrf_token": theirs}).status_code == 403


def test_the_forms_of_a_page_share_a_token_and_a_session_keeps_its_own(app: Flask) -> None:
    with app.test_request_context("/en/"):
        first, second = csrf.csrf_field(), csrf.csrf_field()
        secret = session["csrf_token"]
    assert first == second
    assert re.fullmatch(r'<input type="hidden" name="csrf_token" value="[0-9a-f]{172}">', first)
    assert len(secret) == 43, "32 bytes in base64"
    old = app.test_client()
    kept = []
    for _ in range(2):
        old.get("/en/account/sign-in")
        with old.session_transaction() as known:
            kept.append(known["csrf_token"])
    assert kept[0] == kept[1]


def test_a_browser_that_says_where_a_form_comes_from_needs_no_field(app: Flask) -> None:
    for site in ("same-origin", "cross-site"):
        with app.test_request_context("/en/", headers={"Sec-Fetch-Site": site}):
            assert csrf.csrf_field() == ""
            assert "csrf_token" not in session


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_never_refused(app: Flask, method: str) -> None:
    cross_site = {"Sec-Fetch-Site": "cross-site"}
    answer = app.test_client().open("/en/account/sign-in", method=method, headers=cross_site)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "http://localhost"}, 422),
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_the_headers_of_a_form_decide(app: Flask, monkeypatch, headers, status: int) -> None:
    monkeypatch.setitem(app.extensions, "origins", frozenset({"http://localhost"}))
    form = {"email": "nobody@example.org", "password": "x" * 12}
    answer = app.test_client().post("/en/account/sign-in", data=form, headers=headers)
    assert answer.status_code == status


def test_a_door_for_machines_asks_for_no_token(app: Flask, monkeypatch) -> None:
    form = {"email": "nobody@example.org", "password": "x" * 12}
    assert app.test_client().post("/en/account/sign-in", data=form).status_code == 403
    monkeypatch.setitem(app.extensions, "for_machines", {"accounts.sign_in"})
    assert app.test_client().post("/en/account/sign-in", data=form).status_code == 422


def test_the_application_knows_its_own_origins() -> None:
    bare = Flask(__name__)
    csrf.init_app(bare, ["https://learn.example.org", "https://learn.example.org"])
    assert bare.extensions["origins"] == {"https://learn.example.org"}
    assert bare.extensions["for_machines"] == set()
    assert bare.jinja_env.globals["csrf_field"] is csrf.csrf_field


def test_an_old_browser_keeps_a_page_as_long_as_its_token(app: Flask, database, world) -> None:
    with database.session(write=True) as opened:
        old = sign_in(app, opened, world.awa)
    del old.environ_base["HTTP_SEC_FETCH_SITE"]
    page = "/fr/editions/reintegration-running/lessons/m4-l1"
    old.get(page)  # the session is given its token
    old.get(page)  # and has opened the lesson
    tag = old.get(page).headers["ETag"]
    assert old.get(page, headers={"If-None-Match": tag}).status_code == 304
    with old.session_transaction() as kept:
        kept["csrf_token"] = "another"
    assert old.get(page, headers={"If-None-Match": tag}).status_code == 200
