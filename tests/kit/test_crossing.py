"""Where a form comes from."""

import pytest
from flask import Flask

from learning.kit.crossing import comes_from_us
from tests.world import World

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


def test_a_page_with_a_token_is_not_compressed(app: Flask) -> None:
    answer = app.test_client().get("/en/account/sign-in", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
