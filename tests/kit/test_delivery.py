"""What goes over the wire: headers, languages, 304, static files, problems."""

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.kit.headers import CONTENT_SECURITY_POLICY
from learning.kit.idempotency import claim_key, store_response_url
from tests.world import NOW, World, sign_in

LESSON = "/fr/editions/reintegration-running/lessons/m4-l1"


def test_every_answer_carries_the_headers(visitor: FlaskClient) -> None:
    for address in ("/en/", "/en/nowhere", "/en/account/sign-in"):
        headers = visitor.get(address).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000"])
def test_no_answer_leads_to_the_host_that_a_request_names(visitor: FlaskClient, host) -> None:
    for path, leads_to in (
        ("/en/staff?a=b", "/en/staff/?a=b"),
        ("/en//staff/", "/en/staff/"),
        ("//evil.example", "/en/"),
        ("/staff", "/en/staff"),
    ):
        answer = visitor.get(path, headers={"Host": host})
        assert answer.location == leads_to
        assert "evil.example" not in answer.text


def test_private_pages_are_not_stored(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    assert client.get("/fr/account/profile").headers["Cache-Control"] == "no-store"
    assert client.get("/fr/").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("headers", "goes_to"),
    [
        ({"Accept-Language": "es-MX,es;q=0.9,en;q=0.8"}, "/es/courses/reintegration?a=b"),
        ({"Accept-Language": "fr-CI"}, "/fr/courses/reintegration?a=b"),
        ({"Accept-Language": "de"}, "/en/courses/reintegration?a=b"),
        ({}, "/en/courses/reintegration?a=b"),
    ],
)
def test_an_address_without_a_language_finds_the_reader_s(visitor, headers, goes_to) -> None:
    answer = visitor.get("/courses/reintegration?a=b", headers=headers)
    assert (answer.status_code, answer.location) == (302, goes_to)
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_language_that_was_used_last_comes_before_the_browser_s(visitor) -> None:
    visitor.get("/es/")
    assert visitor.get("/", headers={"Accept-Language": "fr"}).location == "/es/"


def test_the_profile_comes_first(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    assert client.get("/", headers={"Accept-Language": "es"}).location == "/fr/"


@pytest.mark.parametrize(
    "address", ["/nowhere", "/xx/courses/reintegration", "/fr/nowhere", "/%00"]
)
def test_an_address_that_is_nowhere_is_said_to_be(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(address, headers={"Accept-Language": "fr"})
    assert answer.status_code == 404
    assert "n’existe pas" in answer.text


def test_a_prefixed_address_stays(app: Flask, session: Session, world: World) -> None:
    answer = sign_in(app, session, world.awa).get("/es/this-week")
    assert answer.status_code == 200
    assert '<html lang="es" dir="ltr"' in answer.text
    assert answer.headers["Content-Language"] == "es"


def test_an_unchanged_page_is_304_after_two_queries(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    client = sign_in(app, session, world.awa)
    client.get(LESSON)
    first = client.get(LESSON)
    queries.clear()
    again = client.get(LESSON, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(queries)) == (304, b"", 2)
    other = client.get(
        LESSON.replace("/fr/", "/en/"), headers={"If-None-Match": first.headers["ETag"]}
    )
    assert other.status_code == 200
    client.post(f"{LESSON}/bookmark", data={"keep": "1"})
    changed = client.get(LESSON, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_static_files_are_kept_for_ever_and_small(visitor: FlaskClient) -> None:
    page = visitor.get("/en/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = visitor.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert b"@layer" in brotli.decompress(answer.data)
    assert "Content-Encoding" not in visitor.get(address).headers
    assert visitor.get("/static/app.0000000000.css").status_code == 404


def test_save_data_goes_without_the_display_face(visitor: FlaskClient) -> None:
    assert "display." in visitor.get("/en/").text
    assert "display." not in visitor.get("/en/", headers={"Save-Data": "on"}).text


def test_a_form_key_is_claimed_once(session: Session) -> None:
    assert claim_key(session, "person 1", "k" * 20, now=NOW) is None
    store_response_url(session, "person 1", "k" * 20, "/there")
    assert claim_key(session, "person 1", "k" * 20, now=NOW) == "/there"
    assert claim_key(session, "person 2", "k" * 20, now=NOW) is None


def test_too_large_a_form_is_refused_in_words(visitor: FlaskClient) -> None:
    answer = visitor.post("/fr/account/sign-in", data={"email": "x" * 2_100_000})
    assert answer.status_code == 413
    assert "trop lourd" in answer.text


def test_a_fault_of_ours_says_what_is_safe(app: Flask, visitor: FlaskClient, monkeypatch) -> None:
    monkeypatch.setitem(app.view_functions, "home.start", lambda: 1 / 0)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)  # noqa: FBT003
    answer = visitor.get("/es/")
    assert answer.status_code == 500
    assert "está a salvo" in answer.text
