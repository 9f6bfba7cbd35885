"""E-mail addresses at every gate: one normal form, or a reason where they are given."""

from importlib import import_module

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from wtforms.form import FormMeta

from learning.access.permissions import Role
from learning.accounts import queries
from learning.accounts.actions import set_password
from learning.accounts.forms import ContainsAt, EmailAddress, EmailField, ResetForm, SignInForm
from learning.accounts.passwords import hash_password
from learning.kit.database import Database
from learning.kit.forms import Form
from tests.accounts.test_registration import letters, work
from tests.world import NOW, World, make_person, sign_in

PASSWORD = "walnut harbour twelve"
PACKAGES = (
    "learning.admin.forms",
    "learning.participants.forms",
    "learning.admissions.pages.candidate.forms",
    "learning.admissions.pages.sponsor.forms",
)
LOOKED_FOR = {SignInForm, ResetForm}


def forms(above: type = Form) -> list[FormMeta]:
    below = above.__subclasses__()
    return [*below, *(each for one in below for each in forms(one))]


def test_every_field_for_an_address_is_a_gate() -> None:
    for package in PACKAGES:
        import_module(package)
    gates = 0
    for form in forms():
        for name, field in vars(form).items():
            if name.endswith("email"):
                made = field.bind(form=None, name=name, _meta=form.Meta())
                kind = ContainsAt if form in LOOKED_FOR else EmailAddress
                assert isinstance(made, EmailField), (form, name)
                assert any(isinstance(check, kind) for check in made.validators), (form, name)
                gates += 1
    assert gates >= 8


@pytest.mark.parametrize(
    ("language", "typed", "reason"),
    [
        ("fr", "ann..lee@example.net", "un point de trop"),
        ("es", "bob@example..net", "un punto de más"),
        ("fr", "josé@example.net", "des accents ou d’autres lettres que a à z"),
        ("es", "f g@example.net", "un signo que las direcciones no pueden llevar"),
        ("en", "h@exa_mple.net", "not a domain that mail can reach"),
    ],
)
def test_the_reason_is_said_in_the_reader_s_language(
    app: Flask, session: Session, world: World, visitor, language, typed, reason
) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    values = {"email": typed, "name": "Ann", "password": PASSWORD, "language": language}
    for client, path in (
        (visitor, "account/sign-up"),
        (registrar, "account/security/email"),
        (administrator, "staff/people/invite"),
        (registrar, "staff/editions/reintegration-running/people/enrol"),
    ):
        answer = client.post(f"/{language}/{path}", data=values)
        assert answer.status_code == 422, path
        assert reason in answer.text, path
        assert typed in answer.text, "what was typed is there to be mended"


@pytest.mark.parametrize("kept", ["ann..lee@example.org", "josé@example.org"])
def test_an_address_that_was_taken_before_still_opens_its_account(
    visitor: FlaskClient, session: Session, kept: str
) -> None:
    person = make_person(session, "Ann Lee", email=kept)
    set_password(session, person, hash_password(PASSWORD), now=NOW)
    session.commit()
    values = {"email": kept.upper(), "password": PASSWORD}
    assert visitor.post("/en/account/sign-in", data=values).location == "/en/this-week"
    reset = visitor.post("/en/account/password-reset", data={"email": kept})
    assert reset.location == "/en/account/email-sent"


@pytest.mark.parametrize("kept", ["awa@münchen.de", "awa@xn--mnchen-3ya.de"])
@pytest.mark.parametrize("typed", ["AWA@München.de", "awa@xn--mnchen-3ya.de"])
def test_a_domain_in_two_spellings_is_one_person(session: Session, kept: str, typed: str) -> None:
    person = make_person(session, "Awa", email="awa@example.org")
    person.email = kept  # as it may have been kept before there was one form
    session.flush()
    assert queries.person_by_email(session, typed) is person
    assert queries.people_by_email(session, [typed]) == {typed: person}


@pytest.mark.parametrize("kept", ["awa@münchen.de", "awa@xn--mnchen-3ya.de"])
def test_a_person_stored_in_another_spelling_gets_a_new_password(
    database: Database, visitor: FlaskClient, session: Session, kept: str
) -> None:
    person = make_person(session, "Awa", email="awa@example.org")
    person.email = kept
    session.commit()
    visitor.post("/en/account/password-reset", data={"email": "awa@münchen.de"})
    work(database)
    assert [(kind, email) for kind, email, _ in letters(session)] == [("accounts.reset", kept)]


def test_a_new_person_is_kept_in_the_normal_form(session: Session) -> None:
    assert make_person(session, "Awa", email="AWA@xn--mnchen-3ya.DE").email == "awa@münchen.de"
