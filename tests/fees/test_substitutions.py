"""Substitutions: money goes back to the person or sponsor that paid, never to a successor."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.cancellation_costs import cancellation_cost
from learning.catalogue.models import Edition, EditionStatus
from learning.fees.invoice_models import Invoice
from learning.fees.models import Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.invoice_details import sponsors_invoices
from learning.fees.queries.payer_parts import PayerPart, part_of
from learning.fees.queries.payers import agreement_on, held_account, sponsorship_of
from learning.fees.queries.refund_payers import payer_of
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees.places import (
    a_place,
    account_for,
    cancel,
    check_money,
    gross_of,
    pay,
    refunds_of,
    substitute,
    transfer,
)
from tests.fees.scenes import the_agreement
from tests.world import World, make_edition, sign_in

FEE = 98000
OWN, SPONSOR = Payer.PARTICIPANT, Payer.SPONSOR


def before(world: World, days: int):
    """Return noon, so many days before the first day."""
    return NOW + (world.open.starts_on - NOW.date()) - timedelta(days=days)


def part(session: Session, application: Application, later: Application | None = None) -> PayerPart:
    """Return what a person reads of the account of their place, or of its later application."""
    account = account_for(session, later or application)
    return part_of(session, account, OWN, application.person_id)


def payees(session: Session, application: Application) -> list[tuple[int | None, int]]:
    """Return who gets the refunds of an account, by person, and how much."""
    found = []
    for refund in refunds_of(session, account_for(session, application)):
        payer = payer_of(session, refund)
        assert payer is not None
        found.append((payer.person_id, refund.gross.minor))
    return found


@pytest.mark.parametrize(("days", "refund"), [(14, FEE), (8, FEE // 2), (0, 0)])
def test_what_the_first_person_paid_goes_back_to_them(
    session: Session, world: World, days: int, refund: int
) -> None:
    first = a_place(session, world)
    pay(session, first, FEE)
    second = substitute(session, world, first)
    cancel(session, world, second, now=before(world, days))
    assert payees(session, second) == ([(first.person_id, refund)] if refund else [])
    check_money(session)
    theirs, own = part(session, first, second), part(session, second)
    assert [each.amount.minor for each in theirs.payments] == [FEE]
    assert [each.gross.minor for each in theirs.refunds] == ([refund] if refund else [])
    assert theirs.handed_on.minor == FEE - refund, "the charge"
    assert (theirs.balance.balance.minor, theirs.is_handed_on) == (0, True)
    assert (own.payments, own.refunds, own.balance.balance.minor) == ([], [], 0)


@pytest.mark.parametrize(("days", "refund"), [(14, FEE), (8, FEE // 2), (0, 0)])
def test_what_the_second_person_paid_goes_back_to_them(
    session: Session, world: World, days: int, refund: int
) -> None:
    first = a_place(session, world)
    second = substitute(session, world, first)
    pay(session, second, FEE, received_on=NOW.date())
    cancel(session, world, second, now=before(world, days))
    assert payees(session, second) == ([(second.person_id, refund)] if refund else [])
    assert held_account(session, first.id) is None, "they have paid nothing"
    payment = session.scalars(select(Payment)).one()
    assert payment.party_id != the_agreement(session, first).party_id
    check_money(session)


def test_each_gets_back_what_they_paid_and_reads_nothing_else(
    session: Session, world: World
) -> None:
    first = a_place(session, world)
    pay(session, first, FEE // 2, received_on=NOW.date() - timedelta(days=1))
    second = substitute(session, world, first)
    before_second = part(session, second)
    assert before_second.paid_before.minor == FEE // 2
    assert before_second.balance.open.minor == FEE // 2
    pay(session, second, FEE)
    own, theirs = part(session, second), part(session, first, second)
    assert (own.balance.open.minor, own.balance.credit.minor) == (0, FEE // 2)
    assert [each.amount.minor for each in own.payments] == [FEE]
    assert (theirs.balance.open.minor, theirs.balance.credit.minor) == (0, 0)
    edition = session.get_one(Edition, second.edition_id)
    cost = cancellation_cost(session, second, edition, before(world, 8).date())
    shown = [(each.paid.minor, each.refund.minor, each.is_own) for each in cost.payers]
    assert shown == [(FEE, 73500, True), (FEE // 2, 24500, False)]
    assert cost.own_amounts is not None
    assert cost.own_amounts.refund.minor == 73500
    cancel(session, world, second, now=before(world, 8), cost_key=cost.key)
    assert payees(session, second) == [(first.person_id, 24500), (second.person_id, 73500)]
    check_money(session)


def test_a_sponsor_stays_the_payer(session: Session, world: World) -> None:
    """Also where the colleague was nominated by another sponsor: it pays nothing of this place."""
    first = a_place(session, world, sponsor_percent=60)
    own, other = (a_sponsorship(session, world, n) for n in (1, 2))
    first.sponsorship_id = own.id
    session.flush()
    pay(session, first, 58800, SPONSOR)
    second = substitute(session, world, first)
    second.sponsorship_id = other.id
    session.flush()
    assert sponsorship_of(session, the_agreement(session, second)) is own
    issued = session.scalars(select(Invoice).where(Invoice.payer == SPONSOR)).all()
    assert list(sponsors_invoices(session, own)) == list(issued)
    assert not sponsors_invoices(session, other)
    pay(session, second, 1000, SPONSOR)
    cancel(session, world, second, now=before(world, 14))
    refunds = refunds_of(session, account_for(session, second))
    found = [payer_of(session, each) for each in refunds]
    assert {each.email for each in found if each} == {own.contact_email}
    assert sum(gross_of(session, account_for(session, second))) == 59800
    check_money(session)


def test_transfer_then_substitution_then_cancellation(session: Session, world: World) -> None:
    first = a_place(session, world)
    pay(session, first, FEE)
    later = make_edition(session, "2027-3", -20, EditionStatus.OPEN)
    moved = transfer(session, world, first, later)
    second = substitute(session, world, moved)
    days = (later.starts_on - NOW.date()).days - 8
    cancel(session, world, second, now=NOW + timedelta(days=days))
    assert payees(session, second) == [(first.person_id, FEE // 2)]
    (refund,) = refunds_of(session, account_for(session, second))
    payer = payer_of(session, refund)
    assert payer is not None
    assert payer.application.id == moved.id, "its page shows the refund"
    theirs = part(session, moved, second)
    assert (theirs.balance.balance.minor, theirs.handed_on.minor) == (0, FEE // 2)
    check_money(session)


def test_a_payment_that_arrives_late_is_of_the_person_who_had_the_place(
    session: Session, world: World
) -> None:
    first = a_place(session, world)
    second = substitute(session, world, first)
    account = account_for(session, second)
    agreement = the_agreement(session, first)
    day = NOW.date() - timedelta(days=1)
    assert agreement_on(session, account, day) is agreement, "before the first one: that"
    payment = pay(session, second, FEE, received_on=day)
    assert payment.fee_agreement_id == agreement.id
    person = session.get_one(Person, first.person_id)
    emails = select(OutgoingEmail).where(OutgoingEmail.kind == "fees.payment-received")
    assert [each.email for each in session.scalars(emails)] == [person.email]


def test_the_page_of_who_has_handed_on_the_place(
    app: Flask, session: Session, world: World
) -> None:
    first = a_place(session, world)
    pay(session, first, FEE)
    second = substitute(session, world, first)
    cancel(session, world, second, now=before(world, 8))
    session.commit()
    (refund,) = refunds_of(session, account_for(session, second))
    pages = {
        each.id: sign_in(app, session, session.get_one(Person, each.person_id)).get(
            f"/en/applications/{each.reference}/fee/"
        )
        for each in (first, second)
    }
    assert "Pays for the place that you passed on" in pages[first.id].text
    assert refund.number in pages[first.id].text
    assert "Paid before the place was yours" in pages[second.id].text
    assert refund.number not in pages[second.id].text
    client = sign_in(app, session, session.get_one(Person, second.person_id))
    address = f"/en/applications/{second.reference}/fee/refunds/{refund.uid}/account"
    assert client.get(address).status_code == 404


def a_sponsorship(session: Session, world: World, number: int) -> Sponsorship:
    sponsorship = Sponsorship(
        edition_id=world.open.id,
        token_hash=str(number) * 64,
        organisation=f"Ministry {number}",
        contact_name="Ibrahim Traoré",
        contact_email=f"sponsor{number}@example.org",
        language="fr",
        created_at=NOW,
        ends_at=NOW + timedelta(days=60),
    )
    session.add(sponsorship)
    session.flush()
    return sponsorship
