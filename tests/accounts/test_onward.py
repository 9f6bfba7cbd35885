"""The page for which somebody needs an account comes after it; the e-mail can be sent again."""

import pytest
from flask import Flask
from sqlalchemy import select

from learning.accounts.models import UserSession
from tests.accounts.test_registration import FIRST, NEW, letters, path_in, work
from tests.world import make_person

APPLY = "/en/courses/reintegration/apply"


@pytest.mark.usefixtures("world")
def test_the_page_that_was_asked_for_comes_after_the_account(database, session, visitor) -> None:
    """Four screens from Apply to the application: who you are, mail, password, the edition."""
    redirect_url = visitor.get(APPLY).location
    assert redirect_url == "/en/account/sign-in?next=/en/courses/reintegration/apply"
    page = visitor.get(redirect_url).text
    assert page.index("I am new here") < page.index("I have an account")
    assert page.count(f'name="next" value="{APPLY}"') == 2
    sent = visitor.post("/en/account/sign-up", data=NEW | {"next": APPLY})
    work(database)
    assert "ines@example.org" in visitor.get(sent.location).text
    path = "/en" + path_in(session, "accounts.sign-up")
    assert visitor.post(path, data=FIRST).location == APPLY
    assert visitor.get(APPLY).status_code == 200
    assert visitor.post(path, data=FIRST).status_code == 410, "the link works once"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_an_account_leads_to_no_other_site(database, session, visitor, target) -> None:
    visitor.post("/en/account/sign-up", data=NEW | {"next": target})
    work(database)
    path = "/en" + path_in(session, "accounts.sign-up")
    assert visitor.post(path, data=FIRST).location == "/en/this-week"


def test_a_borrowed_device_is_remembered_for_hours(database, session, visitor) -> None:
    visitor.post("/en/account/sign-up", data=NEW)
    work(database)
    visitor.post("/en" + path_in(session, "accounts.sign-up"), data=FIRST | {"shared": "1"})
    assert session.scalars(select(UserSession.shared_device)).one() is True


@pytest.mark.parametrize("form", ["sign-up", "password-reset"])
def test_the_e_mail_is_sent_again_or_to_another_address(database, session, visitor, form) -> None:
    make_person(session, "Inés Ruiz", email=NEW["email"])
    session.commit()
    visitor.post(f"/en/account/{form}", data=NEW | {"next": APPLY})
    page = visitor.get("/en/account/email-sent").text
    assert "<bdi>ines@example.org</bdi>" in page
    assert f'action="/en/account/{form}"' in page
    assert f'href="/en/account/{form}' in page, "the way to another address"
    again = visitor.post(f"/en/account/{form}", data=NEW | {"again": "1"})
    assert "on its way again" in visitor.get(again.location).text
    work(database)
    assert len(letters(session)) == 2
    if form == "sign-up":
        assert 'value="ines@example.org"' in visitor.get("/en/account/sign-up").text


def test_another_browser_is_not_told_the_address(app: Flask, visitor) -> None:
    visitor.post("/en/account/sign-up", data=NEW)
    assert "ines@example.org" not in app.test_client().get("/en/account/email-sent").text
