"""Quotes for sponsors: what they say, what replaces them, the order that accepts them."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Sponsorship
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.fees.commands.sponsor_billing import (
    BillingChange,
    give_order,
    lock_billing,
    promise_order,
)
from learning.fees.commands.sponsor_quotes import NewQuote, issue_quote, withdraw_quote
from learning.fees.problems import OrderProblem, QuoteProblem
from learning.fees.queries.sponsor_quotes import billing_of, quotes_of, state_of_quote
from learning.fees.quote_models import Quote
from learning.fees.rules.invoice_content import buyer_of, lines_of
from learning.fees.rules.sponsor_quotes import QuoteState
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees.scenes import the_centre
from tests.fees.sponsor_scenes import a_nominee, a_sponsor, accept
from tests.world import World

TODAY = NOW.date()


def quoted(session: Session, sponsorship: Sponsorship, **columns) -> Quote:
    return issue_quote(session, sponsorship, NewQuote(by=None, now=NOW, **columns))


def change(session: Session, sponsorship: Sponsorship) -> BillingChange:
    return BillingChange(version=lock_billing(session, sponsorship).version, by=None, now=NOW)


def test_a_quote_names_the_nominees_and_places_without_a_name(
    session: Session, world: World
) -> None:
    sponsorship, _ = a_sponsor(session, world, share=60)
    first = a_nominee(session, world, sponsorship)
    a_nominee(session, world, sponsorship, ApplicationState.DECLINED)
    quote = quoted(session, sponsorship, places=3)
    lines = lines_of(quote.lines)
    name = session.get_one(Person, first.person_id).name
    assert quote.number == "QUO-2026-000001"
    assert [line.participant for line in lines] == [name, "", ""]
    fee = world.open.fee.minor
    assert {(line.percent, line.amount.minor) for line in lines} == {(60, fee * 60 // 100)}
    assert quote.total == Money(3 * (fee * 60 // 100), "EUR")
    assert buyer_of(quote.buyer).town == "Abidjan"
    mail = select(OutgoingEmail).where(OutgoingEmail.kind == "fees.quote-issued")
    sent = session.scalars(mail).one()
    assert sent.email == "moussa@example.org"
    assert json.loads(sent.params)["quote"] == quote.id


def test_a_new_quote_withdraws_the_one_before(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    a_nominee(session, world, sponsorship)
    first = quoted(session, sponsorship)
    second = quoted(session, sponsorship, places=2)
    states = [state_of_quote(each, TODAY) for each in quotes_of(session, sponsorship.id)]
    assert states == [QuoteState.OPEN, QuoteState.WITHDRAWN]
    assert (first.number, second.number) == ("QUO-2026-000001", "QUO-2026-000002")
    with pytest.raises(RuleViolation) as refused:
        withdraw_quote(session, first, version=first.version, by=None, now=NOW)
    assert refused.value.code is QuoteProblem.CLOSED


def test_what_a_quote_says_never_changes(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    a_nominee(session, world, sponsorship)
    quote = quoted(session, sponsorship)
    for column, value in (("lines", "[]"), ("valid_until", "2030-01-01"), ("total_minor", 1)):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(
                text(f"UPDATE quotes SET {column} = :value WHERE id = :id"),  # noqa: S608 our own names
                {"value": value if column != "valid_until" else date(2030, 1, 1), "id": quote.id},
            )
    session.execute(update(Quote).where(Quote.id == quote.id).values(withdrawn_at=NOW))


@pytest.mark.parametrize(
    ("change_of", "problem"),
    [
        (lambda session, _s: setattr(the_centre(session), "iban", ""), QuoteProblem.INCOMPLETE),
        (lambda _session, s: setattr(s, "billing_party_id", None), QuoteProblem.NO_ADDRESS),
    ],
)
def test_details_that_are_missing(session: Session, world: World, change_of, problem) -> None:
    sponsorship, _ = a_sponsor(session, world)
    a_nominee(session, world, sponsorship)
    change_of(session, sponsorship)
    session.flush()
    with pytest.raises(RuleViolation) as refused:
        quoted(session, sponsorship)
    assert refused.value.code is problem


def test_nothing_to_quote_and_a_day_that_is_over(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    with pytest.raises(RuleViolation) as refused:
        quoted(session, sponsorship)
    assert refused.value.code is QuoteProblem.NO_PLACES
    with pytest.raises(RuleViolation) as refused:
        quoted(session, sponsorship, places=1, valid_until=TODAY - timedelta(days=1))
    assert refused.value.code is QuoteProblem.DAY


def test_an_order_accepts_the_open_quote(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    a_nominee(session, world, sponsorship)
    quote = quoted(session, sponsorship)
    seen = change(session, sponsorship)
    give_order(session, sponsorship, "PO-4711", seen)
    assert state_of_quote(quote, TODAY) is QuoteState.ACCEPTED
    assert billing_of(session, sponsorship.id).po_number == "PO-4711"
    with pytest.raises(RuleViolation) as refused:
        give_order(session, sponsorship, "PO-4712", seen)
    assert refused.value.code is OrderProblem.CHANGED


def test_an_order_does_not_accept_an_expired_quote(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    a_nominee(session, world, sponsorship)
    quote = quoted(session, sponsorship, valid_until=TODAY)
    late = BillingChange(
        version=lock_billing(session, sponsorship).version, by=None, now=NOW + timedelta(days=2)
    )
    give_order(session, sponsorship, "PO-4711", late)
    assert quote.accepted_at is None
    assert state_of_quote(quote, TODAY + timedelta(days=2)) is QuoteState.EXPIRED


def test_a_promise_of_an_order(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    promise_order(session, sponsorship, TODAY + timedelta(days=10), change(session, sponsorship))
    billing = billing_of(session, sponsorship.id)
    assert billing.po_promised_until == TODAY + timedelta(days=10)
    edition = session.get_one(Edition, sponsorship.edition_id)
    for day in (TODAY - timedelta(days=1), edition.starts_on, TODAY + timedelta(days=61)):
        with pytest.raises(RuleViolation) as refused:
            promise_order(session, sponsorship, day, change(session, sponsorship))
        assert refused.value.code is OrderProblem.DAY
    give_order(session, sponsorship, "PO-1", change(session, sponsorship))
    with pytest.raises(RuleViolation) as refused:
        promise_order(session, sponsorship, TODAY, change(session, sponsorship))
    assert refused.value.code is OrderProblem.GIVEN


def test_an_invoiced_nominee_is_not_quoted(session: Session, world: World) -> None:
    sponsorship, _ = a_sponsor(session, world)
    application = a_nominee(session, world, sponsorship)
    accept(session, world, application)  # its invoice is issued at once
    with pytest.raises(RuleViolation) as refused:
        quoted(session, sponsorship)
    assert refused.value.code is QuoteProblem.NO_PLACES
