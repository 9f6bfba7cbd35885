"""What a transfer or a substitute costs is shown first, and is what happens."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.admissions.queries.terms import terms_of
from learning.admissions.queries.transfer_costs import (
    TransferNotice,
    TransferViolation,
    substitution_cost,
    transfer_cost,
    transfer_options,
)
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.fees.models import Payer
from learning.fees.queries.balances import balance_of
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW, in_state, stage_of
from tests.admissions.test_decision_pages import address_of
from tests.admissions.test_own_applications import browser_of
from tests.fees.places import a_place, account_for, check_money, pay, substitute, transfer
from tests.fees.test_cancel_own_place import noon
from tests.world import World, make_edition, sign_in

FEE = 98000
OWN, SPONSOR = Payer.PARTICIPANT, Payer.SPONSOR
DAY = timedelta(days=1)


def on(day: date) -> TransferNotice:
    return TransferNotice(received_on=day)


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return unescape(found[1])


@pytest.fixture
def later(session: Session, world: World) -> Edition:
    return make_edition(session, f"{world.open.code}-later", -30, EditionStatus.OPEN)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.mark.parametrize(
    ("price", "sponsor_percent", "paid"),
    [
        (FEE, 0, 0),
        (FEE, 0, FEE),
        (120000, 0, FEE),
        (80000, 0, FEE),
        (0, 0, FEE),
        (120000, 33, 40000),
        (80000, 33, 32340),
        (80000, 100, 130000),
        (120000, 100, 0),
    ],
)
def test_the_cost_of_a_transfer_is_the_balance_after_it(
    session: Session, world: World, later: Edition, price: int, sponsor_percent: int, paid: int
) -> None:
    later.fee = Money(price, "EUR")
    old = a_place(session, world, sponsor_percent=sponsor_percent)
    payer = SPONSOR if sponsor_percent else OWN
    if paid:
        pay(session, old, paid, payer)
    cost = transfer_cost(session, old, later, on(NOW.date()))
    new = transfer(session, world, old, later, cost_key=cost.key)
    money = balance_of(session, account_for(session, new))
    for each in cost.differences:
        of_payer = money.of(each.payer)
        assert (each.open, each.credit) == (of_payer.open, of_payer.credit)
    assert (cost.open, cost.credit) == (money.open, money.credit)
    if cost.open.minor == 0 and cost.differences:
        assert new.state is ApplicationState.ENROLLED
    check_money(session)


@pytest.mark.parametrize("paid", [40000, 130000])
def test_a_substitution_costs_what_is_open_already(
    session: Session, world: World, paid: int
) -> None:
    leaving = a_place(session, world)
    if paid:
        pay(session, leaving, paid)
    before = balance_of(session, account_for(session, leaving))
    cost = substitution_cost(session, leaving, on(NOW.date()))
    assert (cost.open, cost.credit) == (before.open, before.credit)
    assert cost.price == cost.agreed
    successor = substitute(session, world, leaving, cost_key=cost.key)
    after = balance_of(session, account_for(session, successor))
    assert (after.open, after.credit) == (before.open, before.credit)
    check_money(session)


def test_another_price_is_read_first(session: Session, world: World, later: Edition) -> None:
    old = a_place(session, world)
    key = transfer_cost(session, old, later, on(NOW.date())).key
    pay(session, old, 40000)
    with pytest.raises(RuleViolation) as refused:
        transfer(session, world, old, later, cost_key=key)
    assert refused.value.code == "other_price"
    key = transfer_cost(session, old, later, on(NOW.date())).key
    later.starts_on += DAY
    with pytest.raises(RuleViolation) as refused:
        transfer(session, world, old, later, cost_key=key)
    assert refused.value.code == "other_price"
    key = substitution_cost(session, old, on(NOW.date())).key
    pay(session, old, 100)
    with pytest.raises(RuleViolation) as refused:
        substitute(session, world, old, cost_key=key)
    assert refused.value.code == "other_price"
    assert old.state is ApplicationState.ACCEPTED


def test_another_currency_is_refused(session: Session, world: World, later: Edition) -> None:
    later.fee = Money(FEE, "CHF")
    old = a_place(session, world)
    assert (
        transfer_cost(session, old, later, on(NOW.date())).violation is TransferViolation.CURRENCY
    )
    with pytest.raises(RuleViolation) as refused:
        transfer(session, world, old, later)
    assert refused.value.code == "other_currency"


def test_each_option_says_why_it_is_refused(session: Session, world: World, later: Edition) -> None:
    old = a_place(session, world)
    terms, last = terms_of(session, old, world.open), world.open.starts_on - 14 * DAY

    def violation(day: date) -> TransferViolation | None:
        options = transfer_options(session, old, day, terms)
        return next(each.violation for each in options if each.edition is later)

    assert violation(last) is None
    assert violation(last + DAY) is TransferViolation.NOTICE
    later.capacity = 1
    in_state(session, world, ApplicationState.ACCEPTED, edition=later)
    assert violation(last) is TransferViolation.NO_SEAT
    in_state(
        session,
        world,
        ApplicationState.SUBMITTED,
        edition=later,
        person=session.get_one(Person, old.person_id),
    )
    assert violation(last) is TransferViolation.ELSEWHERE
    later.fee = Money(FEE, "CHF")
    assert violation(last) is TransferViolation.CURRENCY


def test_more_editions_take_no_more_statements(
    session: Session, world: World, later: Edition, queries: list[str]
) -> None:
    old = a_place(session, world)
    terms = terms_of(session, old, world.open)

    def statements() -> int:
        session.flush()
        del queries[:]
        transfer_options(session, old, NOW.date(), terms)
        return len(queries)

    few = statements()
    for each in range(3):
        make_edition(session, f"{later.code}{each}", -40 - each, EditionStatus.OPEN)
    assert statements() == few


def test_the_registrar_reads_the_price_and_executes_it(
    registrar: FlaskClient, session: Session, world: World, later: Edition
) -> None:
    later.fee = Money(120000, "EUR")
    old = a_place(session, world)
    pay(session, old, FEE)
    session.commit()
    address = address_of(world, old, "transfers/transfer")
    page = registrar.get(address).text
    form = {name: hidden(page, name) for name in ("version", "shown", "idempotency_key")}
    form |= {"received_on": NOW.date().isoformat(), "reason": "Par écrit", "to": later.code}
    shown = registrar.post(address, data=form).text
    assert "220,00 EUR sont à payer avant que la place soit confirmée." in plain(shown)
    form |= {name: hidden(shown, name) for name in ("shown", "cost")}
    later.fee = Money(130000, "EUR")
    session.commit()
    other = registrar.post(address, data=form)
    assert other.status_code == 409
    assert "Relisez ce qui reste à payer" in plain(other.text)
    assert "320,00 EUR sont à payer" in plain(other.text)
    session.expire_all()
    assert old.state is ApplicationState.ENROLLED, "nothing has happened"
    form |= {"shown": later.code, "cost": hidden(other.text, "cost")}
    assert registrar.post(address, data=form).status_code == 303
    session.expire_all()
    assert stage_of(session, old) is Stage.TRANSFERRED_OUT
    assert balance_of(session, account_for(session, moved_of(session, old))).open.minor == 32000


def moved_of(session: Session, old: Application) -> Application:
    return session.scalars(
        select(Application).where(Application.transferred_from_id == old.id)
    ).one()


def test_a_participant_reads_what_each_course_costs(
    app: Flask, session: Session, world: World, later: Edition
) -> None:
    later.fee = Money(120000, "EUR")
    cheaper = make_edition(session, f"{later.code}-cheap", -50, EditionStatus.OPEN)
    cheaper.fee = Money(80000, "EUR")
    old = a_place(session, world)
    pay(session, old, FEE)
    session.commit()
    first_day = world.open.starts_on
    with time_machine.travel(noon(first_day - 20 * DAY), tick=False):
        client = browser_of(app, session, old)
        address = f"/fr/applications/{old.reference}/fee/transfer"
        assert address in client.get(f"/fr/applications/{old.reference}/fee/cancel").text
        page = plain(client.get(address).text)
        assert "220,00 EUR sont à payer avant que la place soit confirmée." in page
        assert "180,00 EUR payés en trop" in page
        assert "Il n’y a plus rien à payer." in page, "for a colleague"
        late = (first_day - 13 * DAY).isoformat()
        page = plain(client.get(f"{address}?day={late}").text)
        assert "Un avis reçu ce jour-là arrive trop tard" in page
        assert page.count("Le dernier jour pour cet avis") >= 3
        assert "220,00" not in page


def test_a_participant_reads_only_their_own_amounts(
    app: Flask, session: Session, world: World, later: Edition
) -> None:
    later.fee = Money(120000, "EUR")
    old = a_place(session, world, sponsor_percent=33)
    pay(session, old, 65660)
    session.commit()
    with time_machine.travel(noon(world.open.starts_on - 20 * DAY), tick=False):
        page = plain(
            browser_of(app, session, old).get(f"/fr/applications/{old.reference}/fee/transfer").text
        )
    assert "147,40 EUR sont à payer" in page, "67 % of 1200, less what was paid"
    assert "396,00" not in page, "the sponsor's part"
    stranger = sign_in(app, session, world.staff[Role.TUTOR])
    assert stranger.get(f"/fr/applications/{old.reference}/fee/transfer").status_code == 404
