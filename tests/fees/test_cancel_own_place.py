"""What cancelling costs, on each day, and the button that does it at the amount that was read."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.fees.models import Payer
from learning.fees.payment_models import Payment
from tests.admissions.factories import stage_of
from tests.admissions.test_own_applications import browser_of
from tests.fees.scenes import a_payment_row, accepted, the_account
from tests.fees.test_own_fee_pages import an_invoice, path_of, pay, plain
from tests.world import World

DAY = timedelta(days=1)


def noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + 12 * timedelta(hours=1)


@pytest.fixture
def paid(session: Session, world: World) -> Application:
    """A place whose fee of 980 euros is paid."""
    application = accepted(session, world)
    account = the_account(session, application)
    pay(session, account, an_invoice(session, account), 98000)
    session.commit()
    return application


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return unescape(found[1])


def form_of(client: FlaskClient, application: Application, **typed: str) -> dict[str, str]:
    """Return the form of the second page, filled in."""
    page = client.get(path_of(application, "cancel/confirm")).text
    names = ("idempotency_key", "version", "cost")
    return (
        {name: hidden(page, name) for name in names} | {"reason": "Malade", "agreed": "1"} | typed
    )


@pytest.mark.parametrize(
    ("days", "word", "refund", "charge"),
    [
        (14, "tout", "980,00", "0,00"),
        (13, "moitié", "490,00", "490,00"),
        (8, "moitié", "490,00", "490,00"),
        (7, "rien", "0,00", "980,00"),
        (0, "début", "0,00", "980,00"),
        (-3, "rien", "0,00", "980,00"),
    ],
)
def test_any_day_can_be_looked_at(
    app: Flask,
    session: Session,
    world: World,
    paid: Application,
    days: int,
    word: str,
    refund: str,
    charge: str,
) -> None:
    first_day = world.open.starts_on
    with time_machine.travel(noon(first_day - 20 * DAY), tick=False):
        client = browser_of(app, session, paid)
        day = (first_day - days * DAY).isoformat()
        page = plain(client.get(path_of(paid, f"cancel?day={day}")).text)
    cell = page.split("<tbody>")[1].split(f'?day={day}"')[1].split("</td>")[0]
    assert 'aria-current="true"' in cell
    assert f"<small>{word}</small>" in cell
    chosen = page.split('id="chosen"')[1].split("</section>")[0]
    assert "<td>980,00</td>" in chosen  # what was paid
    sign = "" if charge == "0,00" else "\N{MINUS SIGN}"
    assert f"<td>{sign}{charge}</td>" in chosen
    assert f"<td>{refund}</td>" in chosen
    assert "Aujourd’hui : remboursement intégral, 980,00 EUR" in page
    assert "Montant ferme jusqu’au" in page


@pytest.mark.parametrize("day", ["2020-01-01", "2999-01-01", "yesterday", ""])
def test_a_day_that_is_none_is_today(
    app: Flask, session: Session, world: World, paid: Application, day: str
) -> None:
    with time_machine.travel(noon(world.open.starts_on - 20 * DAY), tick=False):
        client = browser_of(app, session, paid)
        page = plain(client.get(path_of(paid, f"cancel?day={day}")).text)
    assert 'id="chosen"' not in page
    assert page.count('aria-current="true"><span aria-hidden') == 1


def test_the_amount_that_was_read_is_the_one_that_is_charged(
    app: Flask, session: Session, world: World, paid: Application
) -> None:
    with time_machine.travel(noon(world.open.starts_on - 10 * DAY), tick=False):
        client = browser_of(app, session, paid)
        page = plain(client.get(path_of(paid, "cancel/confirm")).text)
        assert "Annuler votre place : remboursement de 490,00 EUR" in page
        form = form_of(client, paid)
        for _ in range(2):  # a double click
            answer = client.post(path_of(paid, "cancel/confirm"), data=form)
            assert answer.location == path_of(paid)
        shown = plain(client.get(path_of(paid)).text)
    session.expire_all()
    assert stage_of(session, paid) is Stage.CANCELLED
    cancelled = select(func.count()).select_from(ApplicationTransition)
    assert session.scalar(
        cancelled.where(ApplicationTransition.event == ApplicationEvent.CANCEL)
    ) in {0, 1}
    payment = session.scalars(select(Payment)).one()
    assert payment.refunded_minor == 49000
    assert "Avoir" in shown
    assert "490,00" in shown


def test_a_day_that_turned_cancels_nothing(
    app: Flask, session: Session, world: World, paid: Application
) -> None:
    last_free = world.open.starts_on - 14 * DAY
    with time_machine.travel(noon(last_free), tick=False):
        form = form_of(browser_of(app, session, paid), paid)
    with time_machine.travel(noon(last_free + DAY), tick=False):
        client = browser_of(app, session, paid)
        answer = client.post(path_of(paid, "cancel/confirm"), data=form)
        page = plain(answer.text)
    assert answer.status_code == 409
    assert "Un autre jour a commencé" in page
    assert "remboursement de 490,00 EUR" in page
    assert "Malade" in page
    session.expire_all()
    assert stage_of(session, paid) is Stage.ACCEPTED


def test_a_payment_that_arrived_cancels_nothing(
    app: Flask, session: Session, world: World, paid: Application
) -> None:
    with time_machine.travel(noon(world.open.starts_on - 10 * DAY), tick=False):
        client = browser_of(app, session, paid)
        form = form_of(client, paid)
        a_payment_row(session, the_account(session, paid), 10000)
        session.commit()
        answer = client.post(path_of(paid, "cancel/confirm"), data=form)
    assert answer.status_code == 409
    assert "remboursement de 590,00 EUR" in plain(answer.text)
    session.expire_all()
    assert stage_of(session, paid) is Stage.ACCEPTED


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"agreed": ""}, "Cochez que vous renoncez à votre place."),
        ({"reason": " "}, "Dites pourquoi"),
    ],
)
def test_the_form_asks_for_a_reason_and_a_tick(
    app: Flask,
    session: Session,
    paid: Application,
    typed: dict[str, str],
    message: str,
) -> None:
    client = browser_of(app, session, paid)
    form = form_of(client, paid) | typed
    answer = client.post(path_of(paid, "cancel/confirm"), data=form)
    assert answer.status_code == 422
    assert message in plain(answer.text)


def test_what_a_sponsor_paid_is_not_shown(app: Flask, session: Session, world: World) -> None:
    application = accepted(session, world, sponsor_percent=60)
    account = the_account(session, application)
    for payer, minor in ((Payer.PARTICIPANT, 39200), (Payer.SPONSOR, 58800)):
        number = f"INV-2026-0002{minor}"[:15]
        pay(
            session, account, an_invoice(session, account, minor, payer=payer, number=number), minor
        )
    session.commit()
    with time_machine.travel(noon(world.open.starts_on - 10 * DAY), tick=False):
        page = plain(browser_of(app, session, application).get(path_of(application, "cancel")).text)
    assert "Aujourd’hui : remboursement de 196,00 EUR" in page
    assert "588,00" not in page
    assert "294,00" not in page
