"""The refund outcomes of docs/fees.md, row by row; then what holds for any amounts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.catalogue.cancellation import Policy, Tier, window
from learning.fees.rules.refund_outcome import (
    PayerMoney,
    PayerOutcome,
    PaymentLeft,
    price_differences,
    refund_outcomes,
)
from learning.kit.money import Money

ON_TIME, HALF, LATE = 0, 50, 100  # percent: 14 days or more, 13 to 8, 7 or fewer
NOTE = Policy(
    version="A9716205",
    valid_from=date(2023, 1, 1),
    tiers=(Tier(min_days=14, percent=0), Tier(min_days=8, percent=50)),
    late_percent=100,
    transfer_days=14,
)
FIRST_DAY = date(2023, 9, 25)


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def money(invoiced: int, *payments: int, payer: str = "participant", charge: int = 0) -> PayerMoney:
    left = [
        PaymentLeft(payment_id=number, amount=eur(minor), bank_charge=eur(charge))
        for number, minor in enumerate(payments, 1)
    ]
    return PayerMoney(payer=payer, invoiced=eur(invoiced), payments=tuple(left))


def one(place: PayerMoney, percent: int) -> PayerOutcome:
    (outcome,) = refund_outcomes([place], percent)
    return outcome


@pytest.mark.parametrize(
    ("place", "on_time", "half", "late"),
    [
        pytest.param(money(98000, 98000), 98000, 49000, 0, id="paid"),
        pytest.param(money(98000, 98000, charge=2500), 95500, 46500, 0, id="bank charge"),
        pytest.param(money(98000, 49000), 49000, 24500, 0, id="part-paid"),
        pytest.param(money(98000), 0, 0, 0, id="nothing paid"),
        pytest.param(money(98000, 100000), 100000, 51000, 2000, id="overpaid"),
        pytest.param(money(98000, 98000, 2000), 100000, 51000, 2000, id="overpaid apart"),
        pytest.param(money(98000, 96500), 96500, 48250, 0, id="15 lost at a bank on the way"),
        pytest.param(money(98000, 1000, charge=2500), 0, 0, 0, id="less than the bank charge"),
        pytest.param(money(0, 98000), 98000, 98000, 98000, id="nothing invoiced"),
    ],
)
def test_what_is_sent_to_one_payer(place, on_time: int, half: int, late: int) -> None:
    sent = [one(place, percent).net for percent in (ON_TIME, HALF, LATE)]
    assert sent == [eur(on_time), eur(half), eur(late)]


@pytest.mark.parametrize(
    ("sponsor", "participant", "expected"),
    [
        pytest.param(
            (60000, 60000),
            (38000, 38000),
            [(60000, 38000), (30000, 19000), (0, 0)],
            id="two payers",
        ),
        pytest.param(
            (98000, 98000),
            (0, 98000),
            [(98000, 98000), (49000, 98000), (0, 98000)],
            id="by mistake",
        ),
    ],
)
def test_what_is_sent_to_two_payers(sponsor, participant, expected) -> None:
    place = [money(*sponsor, payer="sponsor"), money(*participant)]
    for percent, sent in zip((ON_TIME, HALF, LATE), expected, strict=True):
        found = refund_outcomes(place, percent)
        assert [each.payer for each in found] == ["sponsor", "participant"]
        assert tuple(each.net.minor for each in found) == sent


@pytest.mark.parametrize(
    ("invoiced", "paid", "credited"), [(98000, 49000, 49000), (98000, 0, 98000), (980, 1000, 0)]
)
def test_what_is_not_paid_is_no_longer_owed(invoiced: int, paid: int, credited: int) -> None:
    outcome = one(money(invoiced, *([paid] if paid else [])), HALF)
    assert outcome.credited == eur(credited)


def test_the_centre_cancels_and_bears_the_bank_charges() -> None:
    outcome = one(money(98000, 98000), 0)
    assert (outcome.penalty, outcome.bank_charges, outcome.net) == (eur(0), eur(0), eur(98000))


def test_a_charge_is_taken_from_each_payment_by_its_part() -> None:
    outcome = one(money(98000, 30000, 30000, 38001), HALF)
    assert [each.penalty.minor for each in outcome.refunds] == [15000, 15000, 19000]
    assert [each.gross.minor for each in outcome.refunds] == [15000, 15000, 19001]
    thirds = one(money(101, 33, 34, 34), HALF)
    assert thirds.penalty == eur(50), "50.5 rounded down, in the payer's favour"
    assert [each.penalty.minor for each in thirds.refunds] == [16, 17, 17]


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_percentage_is_one(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        refund_outcomes([], percent)


def test_two_currencies_are_refused() -> None:
    foreign = PaymentLeft(payment_id=1, amount=Money(1, "USD"), bank_charge=Money(0, "USD"))
    with pytest.raises(ValueError, match="do not mix"):
        refund_outcomes([PayerMoney(payer="p", invoiced=eur(1), payments=(foreign,))], HALF)


AMOUNTS = st.integers(0, 10**7)
PAYMENTS = st.lists(st.tuples(st.integers(1, 10**7), st.integers(0, 5000)), max_size=5)
PERCENTS = st.integers(0, 100)


@st.composite
def places(draw: st.DrawFn) -> list[PayerMoney]:
    found = []
    for payer in ("participant", "sponsor"):
        payments = [
            PaymentLeft(payment_id=number, amount=eur(minor), bank_charge=eur(charge))
            for number, (minor, charge) in enumerate(draw(PAYMENTS))
        ]
        found.append(PayerMoney(payer=payer, invoiced=eur(draw(AMOUNTS)), payments=tuple(payments)))
    return found


@given(places(), PERCENTS)
def test_nobody_gets_more_than_they_paid_and_nothing_is_lost(place, percent: int) -> None:
    for before, outcome in zip(place, refund_outcomes(place, percent), strict=True):
        paid = sum(each.amount.minor for each in before.payments)
        assert outcome.payer == before.payer
        assert outcome.paid.minor == paid
        assert 0 <= outcome.net.minor <= outcome.gross.minor <= paid
        assert outcome.net + outcome.penalty + outcome.bank_charges == outcome.paid
        assert outcome.penalty + outcome.gross == outcome.paid
        for payment, refund in zip(before.payments, outcome.refunds, strict=True):
            assert refund.payment_id == payment.payment_id
            assert 0 <= refund.net.minor <= refund.gross.minor <= payment.amount.minor
            assert refund.penalty.minor >= 0


@given(places(), PERCENTS)
def test_a_charge_is_rounded_down_and_leaves_what_was_paid_too_much(place, percent: int) -> None:
    for before, outcome in zip(place, refund_outcomes(place, percent), strict=True):
        price_paid = min(before.invoiced.minor, outcome.paid.minor)
        exact = price_paid * percent
        assert 0 <= exact - 100 * outcome.penalty.minor < 100
        assert outcome.gross.minor >= outcome.paid.minor - before.invoiced.minor


@given(places(), st.integers(-30, 60), st.integers(0, 30))
def test_an_earlier_notice_never_costs_more(place, days: int, earlier: int) -> None:
    def sent(days_before: int) -> list[int]:
        on = window(NOTE, [FIRST_DAY], FIRST_DAY - timedelta(days=days_before))
        return [each.net.minor for each in refund_outcomes(place, on.percent)]

    for later, sooner in zip(sent(days), sent(days + earlier), strict=True):
        assert sooner >= later


@pytest.mark.parametrize(
    ("price", "paid", "opened", "credit"),
    [
        (98000, 0, 98000, 0),
        (98000, 98000, 0, 0),
        (120000, 98000, 22000, 0),
        (80000, 98000, 0, 18000),
    ],
)
def test_another_price_is_open_or_a_credit(price: int, paid: int, opened: int, credit: int) -> None:
    payers = [money(98000, *([paid] if paid else []))]
    (found,) = price_differences(payers, [("participant", eur(price)), ("sponsor", eur(0))])
    assert (found.open, found.credit) == (eur(opened), eur(credit))
    assert (found.price, found.paid) == (eur(price), eur(paid))


def test_a_payer_who_owes_nothing_more_keeps_a_credit() -> None:
    found = price_differences([money(0, 500, payer="sponsor")], [("sponsor", eur(0))])
    assert [(each.open, each.credit) for each in found] == [(eur(0), eur(500))]


def test_an_outcome_is_told_apart_by_who_paid() -> None:
    """After a substitution: what the first person paid, and what the second did."""
    (whole,) = refund_outcomes([money(980_00, 600_00, 380_00)], HALF)
    own, others = whole.apart({1})
    assert ([each.payment_id for each in own.refunds], own.net) == ([2], eur(190_00))
    assert ([each.payment_id for each in others.refunds], others.net) == ([1], eur(300_00))
