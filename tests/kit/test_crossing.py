"""Where a form comes from."""

import brotli
import pytest
from flask import Flask

from learning.kit.crossing import comes_from_us
from tests.world import World, sign_in

OURS = {"https://learn.example.org"}


@pytest.mark.parametrize(
    ("site", "origin", "token_fits", "expected"),
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
    site: str | None, origin: str | None, token_fits: bool, expected: bool
) -> None:
    decided = comes_from_us(site=site, origin=origin, origins=OURS, token_fits=token_fits)
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


def test_an_old_browser_keeps_a_page_as_long_as_its_token(app: Flask, session, world) -> None:
    old = sign_in(app, session, world.awa)
    del old.environ_base["HTTP_SEC_FETCH_SITE"]
    page = "/fr/editions/reintegration-running/lessons/m4-l1"
    old.get(page)  # the session is given its token
    old.get(page)  # and has opened the lesson
    tag = old.get(page).headers["ETag"]
    assert old.get(page, headers={"If-None-Match": tag}).status_code == 304
    with old.session_transaction() as kept:
        kept["csrf_token"] = "another"
    assert old.get(page, headers={"If-None-Match": tag}).status_code == 200
