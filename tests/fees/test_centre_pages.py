"""The page of the centre's details: who reads it, who changes it, what is refused."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.queries.centre import centre_values
from tests.fees.rules.test_centre import WHOLE
from tests.fees.test_centre import CENTRE, IN_THREE, enter
from tests.world import World, send_form, sign_in

HERE = "/en/staff/money/centre"
TYPED = WHOLE | {f"tax_{language}": text for language, text in IN_THREE.items()}
"""Also bank data: the form of the other details does not read them."""


@pytest.fixture
def finance(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.FINANCE])


def test_finance_enters_them(finance: FlaskClient, session: Session) -> None:
    page = finance.get(HERE).text
    assert "No invoice can be issued yet" in page
    assert send_form(finance, HERE, TYPED).status_code == 303
    session.expire_all()
    without = {"legal_name": "", "iban": "", "bic": "", "bank_name": ""}
    assert centre_values(session) == replace(CENTRE, **without)
    page = finance.get(HERE).text
    assert "Missing: Legal name, as the bank has it, IBAN, BIC and Name of the bank." in page
    assert "Finance Person" in page


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("postcode", "", "need a postcode"),
        ("vat_id", "IT00000000001", "VAT number"),
        ("country", "", "Choose a country"),
        ("tax_es", "", "in each of the languages"),
    ],
)
def test_what_is_wrong_is_said(
    finance: FlaskClient, session: Session, field: str, typed: str, message: str
) -> None:
    answer = send_form(finance, HERE, TYPED | {field: typed})
    assert answer.status_code == 422
    assert message in answer.text
    assert not centre_values(session).town


def test_a_form_over_older_details_is_not_saved(
    finance: FlaskClient, session: Session, world: World
) -> None:
    old = finance.get(HERE).text.split('name="version" value="', 1)[1].split('"', 1)[0]
    enter(session, world)
    session.commit()
    answer = finance.post(HERE, data=TYPED | {"town": "Roma", "version": old})
    assert answer.status_code == 409
    assert "Torino" in answer.text
    session.expire_all()
    assert centre_values(session) == CENTRE


@pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR])
def test_others_read_them_only(app: Flask, session: Session, world: World, role: Role) -> None:
    client = sign_in(app, session, world.staff[role])
    assert "Nobody has entered the details yet" in client.get(HERE).text
    enter(session, world)
    session.commit()
    page = client.get(HERE).text
    assert "IT60\u00a0X054" in page
    assert 'name="iban"' not in page
    assert 'name="town"' not in page
    assert client.post(HERE, data=TYPED).status_code == 404
    assert client.post(f"{HERE}/bank-data", data=TYPED).status_code == 404


def test_nobody_else_sees_them(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert client.get(HERE).status_code == 404
