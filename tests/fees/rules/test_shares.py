"""Shares of a price: to the cent, by largest remainder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.fees.rules.shares import divide, shares_of
from learning.kit.money import Money

PRICES = st.integers(min_value=0, max_value=10**9)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=1000), min_size=1, max_size=8).filter(sum)


@pytest.mark.parametrize(
    ("minor", "percent", "participant", "sponsor"),
    [
        (98000, 0, 98000, 0),
        (98000, 100, 0, 98000),
        (98000, 60, 39200, 58800),
        (98001, 50, 49001, 49000),  # two halves of a cent: the participant's part gets it
        (100, 33, 67, 33),
        (101, 33, 68, 33),  # 67.67 and 33.33
        (1, 50, 1, 0),
        (1, 51, 0, 1),
        (0, 50, 0, 0),
    ],
)
def test_shares_of_a_price(minor, percent, participant, sponsor):
    shares = shares_of(Money(minor, "EUR"), percent)
    assert (shares.participant.minor, shares.sponsor.minor) == (participant, sponsor)
    assert {shares.participant.currency, shares.sponsor.currency} == {"EUR"}


@pytest.mark.parametrize("percent", [-1, 101])
def test_percentages_are_between_0_and_100(percent):
    with pytest.raises(ValueError, match="percent"):
        shares_of(Money(98000, "EUR"), percent)


@given(minor=PRICES, percent=st.integers(min_value=0, max_value=100))
def test_shares_sum_to_the_price_and_are_exact_to_a_cent(minor, percent):
    shares = shares_of(Money(minor, "EUR"), percent)
    assert shares.participant + shares.sponsor == Money(minor, "EUR")
    assert abs(shares.sponsor.minor * 100 - minor * percent) <= 50
    assert min(shares.participant.minor, shares.sponsor.minor) >= 0


@given(minor=PRICES, weights=WEIGHTS)
def test_parts_sum_to_the_amount_and_differ_from_the_exact_part_by_less_than_a_cent(minor, weights):
    parts = divide(minor, weights)
    assert sum(parts) == minor
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - minor * weight) < total
        assert weight or not part


def test_units_left_over_go_to_the_largest_remainders_and_then_to_the_earlier():
    assert divide(100, (1, 1, 1)) == [34, 33, 33]
    assert divide(200, (1, 1, 1)) == [67, 67, 66]
    assert divide(10, (3, 3, 1)) == [4, 4, 2]  # 4.29, 4.29, 1.43


@pytest.mark.parametrize(("minor", "weights"), [(-1, (1,)), (1, (0, 0)), (1, (2, -1)), (1, ())])
def test_what_cannot_be_divided(minor, weights):
    with pytest.raises(ValueError, match="by"):
        divide(minor, weights)
